"""Finding what a page is about: through what the person may see (404), then whether he may act (403, 409)."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404

from panjin_portal.lib.kept import Kept
from proposals.models import Assignment, User
from proposals.permissions import visible_proposals
from replies.models import Reply
from replies.permissions import may_read, visible_replies

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def person(request: HttpRequest) -> User:
    """The signed-in person; only behind ``login_required``."""
    assert isinstance(request.user, User)
    return request.user


SHOWN_WITH_A_REPLY = ("proposal__session__result_scheme", "bureau", "result_class", "assignment", "drafted_by")


def visible_reply(request: HttpRequest, pk: int) -> Reply:
    """The reply with its case and bureau, or 404 for whoever may not read it."""
    return get_object_or_404(visible_replies(person(request)).select_related(*SHOWN_WITH_A_REPLY), pk=pk)


def reply_to_act_on(request: HttpRequest, pk: int) -> Reply:
    """The same for a page of one step. What is sent to it is decided by a service, which reads what it needs under the
    lock of the case: so the reply comes alone then, and with all that is shown when the page is only opened."""
    if request.method != "POST":
        return visible_reply(request, pk)
    found = _alone(pk)
    if not found or not may_read(person(request), found[0]):
        raise Http404
    return found[0]


@Kept
def _alone(pk: int) -> QuerySet[Reply]:
    return Reply.objects.filter(pk=pk).defer("signed_letter")


def visible_assignment(request: HttpRequest, pk: int) -> Assignment:
    """The assignment of a case the person may know of, or 404."""
    asked = Assignment.objects.filter(pk=pk)
    rows = asked.filter(proposal__in=visible_proposals(person(request), among=asked.values("proposal")))
    return get_object_or_404(rows.select_related("proposal__session", "bureau"), pk=pk)


def json_login_required(view: View[P]) -> View[P]:
    """For autosave: an expired log-in answers 401 in JSON, so the script keeps the words instead of following a
    redirect to the log-in page."""

    def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not request.user.is_authenticated:
            return JsonResponse({"message": "登录已过期"}, status=401)
        return view(request, *args, **kwargs)

    return cast("View[P]", wraps(view)(guarded))
