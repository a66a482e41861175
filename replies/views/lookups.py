"""Finding what a page is about: through what the person may see (404), then whether he may act (403, 409)."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse

from panjin_portal.lib.kept import Kept, Words
from proposals.models import Assignment, User
from proposals.permissions import reach_of
from proposals.permissions_reach import Reach, cases_within
from proposals.views.access import only
from replies.models import Reply
from replies.permissions import may_read, replies_within

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def person(request: HttpRequest) -> User:
    """The signed-in person; only behind ``login_required``."""
    assert isinstance(request.user, User)
    return request.user


SHOWN_WITH_A_REPLY = ("proposal__session__result_scheme", "bureau", "result_class", "assignment", "drafted_by")


def visible_reply(request: HttpRequest, pk: int, *beside: str) -> Reply:
    """The reply with its case and bureau (or what of it is named), or 404 for whoever may not read it."""
    return only(_readable(pk, reach_of(person(request)), Words(beside or SHOWN_WITH_A_REPLY)))


@Kept
def _readable(pk: int, reach: Reach, beside: Words) -> QuerySet[Reply]:
    return replies_within(reach).filter(pk=pk).select_related(*beside)


def reply_to_act_on(request: HttpRequest, pk: int) -> Reply:
    """The same for a page of one step. What is sent to it is decided by a service, which reads what it needs under the
    lock of the case: so the reply comes alone then, and with all that is shown when the page is only opened."""
    if request.method != "POST":
        return visible_reply(request, pk)
    reply = only(_alone(pk))
    if not may_read(person(request), reply):
        raise Http404
    return reply


@Kept
def _alone(pk: int) -> QuerySet[Reply]:
    return Reply.objects.filter(pk=pk).defer("signed_letter")


def visible_assignment(request: HttpRequest, pk: int) -> Assignment:
    """The assignment of a case the person may know of, or 404."""
    return only(_known(pk, reach_of(person(request))))


@Kept
def _known(pk: int, reach: Reach) -> QuerySet[Assignment]:
    asked = Assignment.objects.filter(pk=pk)
    rows = asked.filter(proposal__in=cases_within(reach, asked.values("proposal")))
    return rows.select_related("proposal__session", "bureau")


def json_login_required(view: View[P]) -> View[P]:
    """For autosave: an expired log-in answers 401 in JSON, so the script keeps the words instead of following a
    redirect to the log-in page."""

    def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not request.user.is_authenticated:
            return JsonResponse({"message": "登录已过期"}, status=401)
        return view(request, *args, **kwargs)

    return cast("View[P]", wraps(view)(guarded))
