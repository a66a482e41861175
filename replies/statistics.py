"""The figures of the statistics page: one query per block, each number with the address of the list that shows its
cases. A number counts cases (proposals), never rows, so it equals the length of that list."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.db.models import Count, FilteredRelation, Max, Min, Q, QuerySet

from proposals.clocks import (
    LATE,
    ON_TIME,
    OUTCOMES,
    OVERDUE,
    RUNNING,
    ShanghaiDay,
    lamp_conditions,
    outcome_conditions,
    reply_clocks,
)
from proposals.filters import ANSWERING
from proposals.models import Assignment, Bureau, Deadline, Proposal, Session, Silence, User
from proposals.models.deadlines import DeadlineKind
from proposals.permissions import visible_proposals
from proposals.workflow import AssignmentState, ProposalState
from replies.models import Feedback, Reply
from replies.workflow import ReplyState

COUNTING_REPLIES = (ReplyState.ISSUED, ReplyState.CONFIRMED)
LATEST = Q(state__in=COUNTING_REPLIES, is_outdated=False)  # a case answered again counts with its last answer
UNCLASSED = "none"
SILENT = "silent"  # value of the filter by rating: nobody answered in time
RATED = {"attitude": "attitude", "rating": "result"}  # name of the filter: field of the rating
GRADES = tuple(grade.value for grade in Feedback.Grade)  # the better first
LAMP_LABELS = {"overdue": "已超期", "red": "红灯", "yellow": "黄灯", "green": "绿灯", "none": "没有在计的期限"}
BUREAU_LABELS = {
    "lead": "主办",
    "helping": "会办",
    "answered": "主办已答复",
    ON_TIME: "按期答复",
    LATE: "逾期答复",
    OVERDUE: "超期未答复",
}


@dataclass(frozen=True)
class Scope:
    """Which cases are counted: those ``user`` may see, of one session and with one bureau at work where given."""

    user: User
    day: date
    session: Session | None = None
    bureau: Bureau | None = None

    @cached_property
    def cases(self) -> QuerySet[Proposal]:
        """The cases, as the list of proposals finds them for the same session and bureau."""
        found = visible_proposals(self.user)
        if self.session is not None:
            found = found.filter(session=self.session)
        if self.bureau is not None:
            shares = Assignment.objects.filter(bureau=self.bureau).exclude(state=AssignmentState.WITHDRAWN)
            found = found.filter(pk__in=shares.values("proposal"))
        return found

    @cached_property
    def own(self) -> dict[str, object]:
        """What the list is asked for on account of this scope."""
        chosen = {"session": self.session, "bureau": self.bureau}
        return {name: row.pk for name, row in chosen.items() if row is not None}

    def query(self, **more: object) -> str:
        """The query string of the list: this scope and ``more``, which are keys and codes (nothing to be quoted)."""
        return "&".join([f"{name}={value}" for name, value in (self.own | more).items()])


@dataclass(frozen=True)
class Figure:
    """One number, what it counts, and the query string of the list that holds exactly those cases."""

    label: str
    count: int
    query: str


@dataclass(frozen=True)
class BureauFigures:
    """One bureau: what it leads, helps with, has answered, and how its reply clocks came out."""

    bureau: str
    lead: Figure
    helping: Figure
    answered: Figure
    on_time: Figure
    late: Figure
    overdue: Figure

    @property
    def figures(self) -> tuple[Figure, ...]:
        """The numbers in the order of ``BUREAU_LABELS``."""
        return tuple(getattr(self, name) for name in BUREAU_LABELS)

    @property
    def rate(self) -> str:
        """Share of replies in time among those whose outcome is known."""
        return on_time_rate(self.on_time, self.late, self.overdue)


def percent(part: int, whole: int) -> str:
    """``92.3%``; — where there is nothing to divide by."""
    return f"{part / whole:.1%}" if whole else "—"


def on_time_rate(on_time: Figure, late: Figure, overdue: Figure) -> str:
    """按期答复率: in time ÷ (in time + late + overdue). A clock that still runs says nothing yet."""
    return percent(on_time.count, on_time.count + late.count + overdue.count)


def satisfaction_rate(grades: Sequence[Figure], silent: int = 0) -> str:
    """满意率, 基本满意 included (DOMAIN 1.13): of the figures of one kind of rating, the better first. ``silent``:
    cases without an answer that count as not content by their session's rule."""
    *content, unhappy = (one.count for one in grades)
    return percent(sum(content), sum(content) + unhappy + silent)


def by_stage(scope: Scope) -> list[Figure]:
    """Cases by state of the proposal, in the order of the work; states without cases too."""
    rows = dict(scope.cases.order_by().values_list("state").annotate(n=Count("pk")))
    return [Figure(s.label, rows.get(s.value, 0), scope.query(state=s.value)) for s in ProposalState]


def by_lamp(scope: Scope, total: int) -> list[Figure]:
    """Cases by the lamp of their nearest open deadline; what of ``total`` has none is the rest."""
    when = lamp_conditions(scope.day, "next_due_on")
    names = [name for name in LAMP_LABELS if name != "none"]
    running = scope.cases.filter(next_due_on__isnull=False).order_by()
    counts = running.aggregate(**{name: Count("pk", filter=when[name]) for name in names})
    counts["none"] = total - sum(counts.values())
    return [Figure(label, counts[name], scope.query(lamp=name)) for name, label in LAMP_LABELS.items()]


def by_punctuality(scope: Scope) -> dict[str, Figure]:
    """Cases by how their reply clock (of the scope's bureau where one is chosen) came out, by outcome."""
    clocks = reply_clocks().filter(proposal__in=scope.cases)
    if scope.bureau is not None:
        clocks = clocks.filter(bureau=scope.bureau)
    when = outcome_conditions(scope.day)
    counts = clocks.aggregate(**{name: _cases(when[name]) for name, _ in OUTCOMES})
    return {name: Figure(label, counts[name], scope.query(reply=name)) for name, label in OUTCOMES}


def by_result(scope: Scope) -> list[Figure]:
    """Cases by the class (A、B、C、D) of a reply that counts; answered by several bureaus, it may stand in several."""
    replies = Reply.objects.filter(LATEST, proposal__in=scope.cases).order_by()
    rows = replies.values_list("result_class__code").annotate(
        n=Count("proposal", distinct=True), first=Min("result_class__meaning"), last=Max("result_class__meaning")
    )
    figures = []
    for code, count, first, last in sorted(rows, key=lambda row: row[0] or "~"):
        label = f"{code} {first}" if first and first == last else code or "未标类别"
        figures.append(Figure(label, count, scope.query(result=code or UNCLASSED)))
    return figures


def by_rating(scope: Scope) -> dict[str, list[Figure]]:
    """Rated cases by ``attitude`` and by ``result``: the lowest grade somebody gave (the three grades of each)."""
    given = Feedback.objects.filter(
        reply__state__in=COUNTING_REPLIES, reply__is_outdated=False, reply__proposal__in=scope.cases
    )
    lowest = (
        given.order_by()
        .values("reply__proposal")
        # The codes sort as the grades do, the lowest first; a test says so.
        .annotate(**{f"lowest_{what}": Min(field) for what, field in RATED.items()})
    )
    counts = lowest.aggregate(
        **{
            f"{what}_{grade}": Count("reply__proposal", filter=Q(**{f"lowest_{what}": grade}))
            for what in RATED
            for grade in GRADES
        }
    )
    return {
        what: [
            Figure(Feedback.Grade(grade).label, counts[f"{what}_{grade}"], scope.query(**{what: grade}))
            for grade in GRADES
        ]
        for what in RATED
    }


def silent_clocks(day: date) -> QuerySet[Deadline]:
    """Clocks of feedback forms whose term passed without an answer, whether one is still waited for or not."""
    unanswered = Deadline.objects.filter(kind=DeadlineKind.FEEDBACK, met_at=None, due_on__lt=day)
    return unanswered.filter(Q(cancelled_at=None) | Q(lapsed_at__isnull=False))


def by_silence(scope: Scope) -> tuple[Figure, int]:
    """Cases some proposer of which let the term pass without a rating, and how many of them the session's rule counts
    among those to be rated. They are content in no figure."""
    clocks = silent_clocks(scope.day).filter(proposal__in=scope.cases)
    counted = Q(proposal__session__silence=Silence.COUNTED)
    found = clocks.aggregate(all=_cases(Q()), counted=_cases(counted))
    return Figure("逾期未反馈", found["all"], scope.query(rating=SILENT)), found["counted"]


def by_bureau(scope: Scope, bureaus: Iterable[Bureau]) -> list[BureauFigures]:
    """Those of ``bureaus`` that are at work on the cases of the scope, in the order given."""
    shares = Assignment.objects.filter(proposal__in=scope.cases).exclude(state=AssignmentState.WITHDRAWN).order_by()
    if scope.bureau is not None:
        shares = shares.filter(bureau=scope.bureau)
    clock = Q(deadlines__kind=DeadlineKind.REPLY, deadlines__cancelled_at__isnull=True)
    shares = shares.annotate(clock=FilteredRelation("deadlines", condition=clock), met_day=ShanghaiDay("clock__met_at"))
    leads = Q(role__in=Assignment.ANSWERING_ROLES)
    when = outcome_conditions(scope.day, "clock__")  # without a clock there is no day to compare, so none holds
    rows = shares.values("bureau").annotate(
        lead=_cases(leads),
        helping=_cases(Q(role=Assignment.Role.CO_HANDLER)),
        answered=_cases(leads & Q(state=AssignmentState.DONE)),
        **{name: _cases(when[name]) for name, _ in OUTCOMES if name != RUNNING},
    )
    found = {row["bureau"]: row for row in rows}
    return [_bureau_figures(scope, bureau, found[bureau.pk]) for bureau in bureaus if bureau.pk in found]


def _bureau_figures(scope: Scope, bureau: Bureau, row: Mapping[str, Any]) -> BureauFigures:
    asked: dict[str, dict[str, str]] = {
        "lead": {"role": ANSWERING},
        "helping": {"role": Assignment.Role.CO_HANDLER},
        "answered": {"role": ANSWERING, "share": AssignmentState.DONE},
        **{name: {"reply": name} for name in (ON_TIME, LATE, OVERDUE)},
    }
    figures = {
        name: Figure(BUREAU_LABELS[name], row[name], scope.query(**{"bureau": bureau.pk, **more}))
        for name, more in asked.items()
    }
    return BureauFigures(bureau=bureau.short_name, **figures)


def _cases(when: Q) -> Count:
    """How many cases have such a row: a case counts once, however many rows it has."""
    return Count("proposal", distinct=True, filter=when)
