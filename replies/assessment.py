"""The figures bureaus are assessed by: for each a number of cases out of a number of cases, and the list of either.

Four queries over all bureaus of a session, whatever their number. The filter of the list of cases asks here too, so a
number and the list behind it cannot part. Only cases the bureau has now count: what it gave back is nobody's fault.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from proposals.clocks import LATE, ON_TIME, OVERDUE, ShanghaiDay, outcome_conditions
from proposals.models import Assignment, Deadline, HandlingRequest, Session
from proposals.models.deadlines import DeadlineKind
from proposals.workflow import AssignmentState
from proposals.workflow_requests import RequestState
from replies.models import AssessmentItem, Consultation, Feedback, Promise, Redo, Reply
from replies.promise_list import late_on
from replies.statistics import COUNTING_REPLIES, LATEST
from replies.workflow import PromiseState, ReplyState

Source = AssessmentItem.Source
PART, WHOLE = "part", "whole"
Rows = QuerySet[Any]


@dataclass(frozen=True)
class Rate:
    """``part`` cases out of ``whole``."""

    part: int
    whole: int


@dataclass(frozen=True)
class Measure:
    """How one source counts: ``part`` and ``whole`` as conditions on the rows of ``block``, and in words.

    ``low_is_good``: the score is what is missing to all.
    """

    source: str
    block: Callable[[date], Rows]
    part: Callable[[date], Q]
    whole: Callable[[date], Q]
    part_words: str
    whole_words: str
    low_is_good: bool = False

    @property
    def label(self) -> str:
        """Name of the figure."""
        return Source(self.source).label.partition("（")[0]


def clock_rows(day: date) -> Rows:
    """Clocks of the bureaus that were not cancelled."""
    clocks = Deadline.objects.filter(cancelled_at__isnull=True, bureau__isnull=False)
    return _at_work(clocks.annotate(met_day=ShanghaiDay("met_at")))


def share_rows(day: date) -> Rows:
    """Shares in force."""
    talks = Consultation.objects.filter(proposal=OuterRef("proposal"), bureau=OuterRef("bureau"))
    refused = HandlingRequest.objects.filter(
        assignment=OuterRef("pk"), kind=HandlingRequest.Kind.RETURN, state=RequestState.REFUSED
    )
    shares = Assignment.objects.exclude(state=AssignmentState.WITHDRAWN)
    return shares.annotate(has_talked=Exists(talks), was_refused=Exists(refused))


def reply_rows(day: date) -> Rows:
    """Answers that were issued, earlier rounds included."""
    given = Feedback.objects.filter(reply=OuterRef("pk"))
    unhappy = given.filter(result=Feedback.Grade.DISSATISFIED)
    issued = Reply.objects.filter(state__in=(*COUNTING_REPLIES, ReplyState.SUPERSEDED))
    redone = Redo.objects.filter(reply=OuterRef("pk"))
    return _at_work(issued.annotate(is_rated=Exists(given), is_unhappy=Exists(unhappy), is_redone=Exists(redone)))


def promise_rows(day: date) -> Rows:
    """Lines of the ledger; ``has_broken``: some promise of the bureau in the same case is late or given up."""
    broken = Promise.objects.filter(proposal=OuterRef("proposal"), bureau=OuterRef("bureau"))
    broken = broken.filter(late_on(day) | Q(state=PromiseState.GIVEN_UP))
    return _at_work(Promise.objects.annotate(has_broken=Exists(broken)))


def _at_work(rows: Rows) -> Rows:
    shares = Assignment.objects.filter(proposal=OuterRef("proposal"), bureau=OuterRef("bureau"))
    return rows.filter(Exists(shares.exclude(state=AssignmentState.WITHDRAWN)))


def _in_time(source: str, kind: str, what: str, words: str) -> Measure:
    """A clock that was met in time, out of those whose outcome is known."""

    def known(day: date) -> Q:
        when = outcome_conditions(day)
        return Q(kind=kind) & (when[ON_TIME] | when[LATE] | when[OVERDUE])

    def in_time(day: date) -> Q:
        return Q(kind=kind) & outcome_conditions(day)[ON_TIME]

    return Measure(source, clock_rows, in_time, known, words, f"{what}已到期或已办的提案")


_ANSWERED = Q(role__in=Assignment.ANSWERING_ROLES, state=AssignmentState.DONE)
_RATED = LATEST & Q(is_rated=True)


def _fell_due(day: date) -> Q:
    return late_on(day) | Q(state__in=(PromiseState.KEPT, PromiseState.GIVEN_UP))


MEASURES: Mapping[str, Measure] = {
    measure.source: measure
    for measure in (
        _in_time(Source.RECEIPT, DeadlineKind.RECEIPT, "签收", "按时签收的提案"),
        _in_time(Source.REPLY, DeadlineKind.REPLY, "答复", "按期答复的提案"),
        _in_time(Source.OPINION, DeadlineKind.OPINION, "会办意见", "按时送出会办意见的提案"),
        _in_time(Source.PUBLICATION, DeadlineKind.PUBLICATION, "公开", "按期公开答复的提案"),
        Measure(
            Source.REFUSED,
            share_rows,
            lambda day: Q(was_refused=True),
            lambda day: Q(),
            "申请改办未获同意的提案",
            "交办的提案",
            low_is_good=True,
        ),
        Measure(
            Source.TALK,
            share_rows,
            lambda day: _ANSWERED & Q(has_talked=True),
            lambda day: _ANSWERED,
            "与提案者有沟通记录的提案",
            "主办并已答复的提案",
        ),
        Measure(
            Source.CONTENT,
            reply_rows,
            lambda day: _RATED & Q(is_unhappy=False),
            lambda day: _RATED,
            "没有人评“不满意”的提案",
            "提案者已评价的提案",
        ),
        Measure(
            Source.REDO,
            reply_rows,
            lambda day: Q(is_redone=True),
            lambda day: Q(),
            "须重新办理或会商的提案",
            "已印发答复的提案",
            low_is_good=True,
        ),
        Measure(
            Source.PROMISE,
            promise_rows,
            lambda day: _fell_due(day) & Q(has_broken=False),
            _fell_due,
            "承诺全部兑现的提案",
            "有承诺到期或办结的提案",
        ),
    )
}


def rates(session: Session, day: date) -> dict[tuple[int, str], Rate]:
    """Bureau (key) and source to its figure; none where a bureau has no row of that sort (one query a block)."""
    found: dict[tuple[int, str], Rate] = {}
    blocks: dict[Callable[[date], Rows], list[Measure]] = {}
    for measure in MEASURES.values():
        blocks.setdefault(measure.block, []).append(measure)
    for block, measures in blocks.items():
        counts = {
            f"{one.source}_{what}": Count("proposal", distinct=True, filter=condition(day))
            for one in measures
            for what, condition in ((PART, one.part), (WHOLE, one.whole))
        }
        rows = block(day).filter(proposal__session=session).order_by().values("bureau").annotate(**counts)
        for row in rows:
            for one in measures:
                rate = Rate(row[f"{one.source}_{PART}"], row[f"{one.source}_{WHOLE}"])
                found[row["bureau"], one.source] = rate
    return found


def choices() -> list[tuple[str, str]]:
    """What the list of cases can be asked for: each source's part and whole."""
    return [
        (f"{one.source}.{what}", f"{one.label}：{words}")
        for one in MEASURES.values()
        for what, words in ((PART, one.part_words), (WHOLE, one.whole_words))
    ]


def cases_behind(asked: str, day: date, bureau: int | None) -> Rows:
    """Keys of the cases behind one number, of ``bureau`` where one is named. ``asked``: one of ``choices``."""
    source, _, what = asked.partition(".")
    measure = MEASURES[source]
    rows = measure.block(day).filter(measure.part(day) if what == PART else measure.whole(day))
    return (rows if bureau is None else rows.filter(bureau=bureau)).order_by().values("proposal")
