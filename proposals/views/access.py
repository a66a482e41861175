"""What every view of the ground floor begins with: who asks, and the object he may know of."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar, cast

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse

from panjin_portal.lib.kept import Kept, Words
from proposals.errors import OutOfSight
from proposals.models import Assignment, Attachment, Deadline, Proposal, User
from proposals.permissions import may_know_of, number_once_known, reach_of
from proposals.permissions_reach import Reach, cases_within

P = ParamSpec("P")
Row = TypeVar("Row")
Part = TypeVar("Part", Assignment, Attachment, Deadline)
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def person(request: HttpRequest) -> User:
    """The signed-in user. Only for views behind ``login_required``."""
    user = request.user
    if not isinstance(user, User):
        raise TypeError("this view needs login_required")
    return user


def only(rows: list[Row]) -> Row:
    """The one row that was found by its key, else 404."""
    if not rows:
        raise Http404
    return rows[0]


def _is_sent(request: HttpRequest) -> bool:
    """Whether a form comes in: a service decides on it and reads what it needs under the lock, so the row is enough."""
    return request.method == "POST"


def find_proposal(request: HttpRequest, pk: int) -> Proposal:
    """The proposal ``pk`` if the person may know of it, else 404. A form that comes in when its number has just been
    made void is told so (OutOfSight): what was written in it is given back."""
    found = _proposal(pk, reach_of(person(request)), Words(() if _is_sent(request) else ("session",)))
    if not found and _is_sent(request) and (number := number_once_known(person(request), pk)):
        raise OutOfSight(
            f"第{number}号已作废：提案委撤销了立案，或提案者撤了案。刚才的操作没有办理，您填写的内容在下面。"
        )
    return only(found)


def find_assignment(request: HttpRequest, pk: int) -> Assignment:
    """An assignment of a proposal the person may know of, else 404."""
    if _is_sent(request):
        assignment = only(_assignment_alone(pk))
        if not may_know_of(person(request), assignment):
            raise Http404
        return assignment
    return only(_assignment(pk, reach_of(person(request))))


def find_deadline(request: HttpRequest, pk: int) -> Deadline:
    """A deadline of a proposal the person may know of, else 404."""
    return only(_deadline(pk, reach_of(person(request))))


def find_attachment(request: HttpRequest, pk: int) -> Attachment:
    """A file of a proposal the person may know of, else 404."""
    return only(_attachment(pk, reach_of(person(request))))


def _known(rows: QuerySet[Part], reach: Reach) -> QuerySet[Part]:
    """Those of ``rows`` whose case is within reach."""
    return rows.filter(proposal__in=cases_within(reach, rows.values("proposal")))


@Kept
def _proposal(pk: int, reach: Reach, beside: Words) -> QuerySet[Proposal]:
    rows = cases_within(reach, [pk])
    return rows.select_related(*beside) if beside else rows


@Kept
def _assignment_alone(pk: int) -> QuerySet[Assignment]:
    return Assignment.objects.filter(pk=pk).select_related("proposal")


@Kept
def _assignment(pk: int, reach: Reach) -> QuerySet[Assignment]:
    return _known(Assignment.objects.filter(pk=pk), reach).select_related("proposal", "bureau")


@Kept
def _deadline(pk: int, reach: Reach) -> QuerySet[Deadline]:
    return _known(Deadline.objects.filter(pk=pk), reach).select_related("proposal", "bureau", "proposer")


@Kept
def _attachment(pk: int, reach: Reach) -> QuerySet[Attachment]:
    return _known(Attachment.objects.filter(pk=pk), reach).select_related("proposal")


def answered_in_json(view: View[P]) -> View[P]:
    """For addresses a script calls: an expired log-in is told as 401 in JSON, not by a redirect to a page."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not request.user.is_authenticated:
            return JsonResponse({"message": "登录已过期，请重新登录"}, status=401)
        return view(request, *args, **kwargs)

    return cast(View[P], guarded)
