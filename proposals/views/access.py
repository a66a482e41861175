"""What every view of the ground floor begins with: who asks, and the object he may know of."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar, cast

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404

from proposals.errors import OutOfSight
from proposals.models import Assignment, Attachment, Deadline, Proposal, User
from proposals.permissions import may_know_of, number_once_known, visible_proposals

P = ParamSpec("P")
Row = TypeVar("Row", Assignment, Attachment, Deadline)
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def person(request: HttpRequest) -> User:
    """The signed-in user. Only for views behind ``login_required``."""
    user = request.user
    if not isinstance(user, User):
        raise TypeError("this view needs login_required")
    return user


def _known(request: HttpRequest, rows: QuerySet[Row]) -> QuerySet[Row]:
    """Those of ``rows`` whose case the person may know of."""
    return rows.filter(proposal__in=visible_proposals(request.user, among=rows.values("proposal")))


def _is_sent(request: HttpRequest) -> bool:
    """Whether a form comes in: a service decides on it and reads what it needs under the lock, so the row is enough."""
    return request.method == "POST"


def find_proposal(request: HttpRequest, pk: int) -> Proposal:
    """The proposal ``pk`` if the person may know of it, else 404. A form that comes in when its number has just been
    made void is told so (OutOfSight): what was written in it is given back."""
    proposals = visible_proposals(request.user, among=[pk])
    found = (proposals if _is_sent(request) else proposals.select_related("session")).first()
    if found is not None:
        return found
    if _is_sent(request) and (number := number_once_known(request.user, pk)):
        raise OutOfSight(
            f"第{number}号已作废：提案委撤销了立案，或提案者撤了案。刚才的操作没有办理，您填写的内容在下面。"
        )
    raise Http404


def find_assignment(request: HttpRequest, pk: int) -> Assignment:
    """An assignment of a proposal the person may know of, else 404."""
    if _is_sent(request):
        assignment = get_object_or_404(Assignment.objects.select_related("proposal"), pk=pk)
        if not may_know_of(request.user, assignment):
            raise Http404
        return assignment
    seen = _known(request, Assignment.objects.filter(pk=pk))
    return get_object_or_404(seen.select_related("proposal", "bureau"), pk=pk)


def find_deadline(request: HttpRequest, pk: int) -> Deadline:
    """A deadline of a proposal the person may know of, else 404."""
    seen = _known(request, Deadline.objects.filter(pk=pk))
    return get_object_or_404(seen.select_related("proposal", "bureau", "proposer"), pk=pk)


def find_attachment(request: HttpRequest, pk: int) -> Attachment:
    """A file of a proposal the person may know of, else 404."""
    seen = _known(request, Attachment.objects.filter(pk=pk))
    return get_object_or_404(seen.select_related("proposal"), pk=pk)


def answered_in_json(view: View[P]) -> View[P]:
    """For addresses a script calls: an expired log-in is told as 401 in JSON, not by a redirect to a page."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not request.user.is_authenticated:
            return JsonResponse({"message": "登录已过期，请重新登录"}, status=401)
        return view(request, *args, **kwargs)

    return cast(View[P], guarded)
