"""What open deadlines come to by the calendar and the rules as they are now: reckoned for a preview, and again under
the locks when it is confirmed. Reads, never writes.

A day set by hand stays; one that becomes a day off by the change is named, for people to decide. What a suspension
moved is counted anew from the rule on. The opinion of a co-handler is never due after the reply it goes into, so it is
reckoned last.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from django.db.models import F, Q, QuerySet

from panjin_portal.lib.workdays import Calendar
from proposals.deadlines import NOT_AFTER_REPLY, DueDate, Pause, capped, reckon
from proposals.models import Deadline, DeadlineRule, Suspension
from proposals.models.deadlines import DeadlineKind

# Session and kind: whose open deadlines a changed rule concerns.
Scope = Collection[tuple[int, str]]
Rules = Mapping[tuple[int, str, str], DeadlineRule]
PAUSED = "中止办理顺延"


@dataclass(frozen=True)
class Reckoned:
    """One open deadline and what it comes to: the ``rule`` it is counted by, the day, the reason kept beside it; and
    what stood before, also once the row has been changed."""

    row: Deadline
    rule: DeadlineRule | None
    due: DueDate
    reason: str
    old: date
    was_provisional: bool

    @property
    def moves(self) -> bool:
        """Whether it is another day than the one that stands."""
        return self.due.due != self.old

    @property
    def is_other_flag(self) -> bool:
        """Whether the day becomes certain, or provisional."""
        return self.due.provisional != self.was_provisional

    @property
    def whose(self) -> str:
        """Who owes it."""
        return self.row.whose


@dataclass(frozen=True)
class Stranded:
    """A deadline whose day somebody set by hand, and which becomes a day off: it stays, and a person has to decide.
    ``next_day``: the working day after it."""

    reckoned: Reckoned
    next_day: date


@dataclass(frozen=True)
class Plan:
    """Everything that would change, in the order of the rows' keys; and what stays on a day that becomes a day off."""

    changes: Sequence[Reckoned]
    stranded: Sequence[Stranded] = ()

    @cached_property
    def moved(self) -> list[Reckoned]:
        """Those that get another day."""
        return [one for one in self.changes if one.moves]

    @property
    def certain(self) -> int:
        """How many lose the mark 暂定."""
        return sum(1 for one in self.changes if one.was_provisional and not one.due.provisional)

    @property
    def uncertain(self) -> int:
        """How many get it."""
        return sum(1 for one in self.changes if one.due.provisional and not one.was_provisional)

    @property
    def is_worth_a_look(self) -> bool:
        """Whether anybody would see a difference: another day, the mark, a day off under a day set by hand."""
        return bool(self.stranded) or any(one.moves or one.is_other_flag for one in self.changes)

    @cached_property
    def digest(self) -> str:
        """Tells two plans apart: which row goes from which day to which, and which stays on a day off."""
        told: list[object] = [
            (one.row.pk, one.old.isoformat(), one.due.due.isoformat(), one.due.provisional)
            for one in self.changes
            if one.moves or one.is_other_flag
        ]
        told += [(one.reckoned.row.pk, one.reckoned.due.due.isoformat()) for one in self.stranded]
        return hashlib.sha256(json.dumps(told).encode()).hexdigest()


def open_rows(scope: Scope | None) -> QuerySet[Deadline]:
    """Running deadlines, of cases that are not archived, a change can move: of the calendar (None) those that came from
    a rule or were set by hand; of the rules in ``scope`` those of their kinds, also where the rule is gone. An opinion
    may have to follow its reply."""
    rows = Deadline.objects.filter(met_at=None, cancelled_at=None, proposal__archived_at__isnull=True)
    if scope is None:
        return rows.filter(Q(rule__isnull=False) | Q(hand_due_on__isnull=False))
    wanted = Q(pk__in=[])
    for session, kind in set(scope):
        kinds = [kind, DeadlineKind.OPINION] if kind == DeadlineKind.REPLY else [kind]
        wanted |= Q(proposal__session_id=session, kind__in=kinds)
    return rows.filter(wanted)


def plan(
    calendar: Calendar,
    scope: Scope | None = None,
    *,
    cases: Iterable[int] | None = None,
    days_off: Collection[date] = (),
) -> Plan:
    """What open deadlines come to: all of them by ``calendar``, or those of ``scope`` by the rules that hold now. Four
    queries whatever their number. ``cases``: of these proposals alone. ``days_off``: the days that become days off by
    the change; what was set by hand on one of them is named."""
    found = open_rows(scope)
    if cases is not None:
        found = found.filter(proposal__in=list(cases))
    rows = list(
        found.select_related("rule", "bureau", "proposer")
        .annotate(session_key=F("proposal__session_id"), case_kind=F("proposal__kind"))
        .order_by("id")
    )
    rules = _rules({row.session_key for row in rows}) if scope is not None else {}
    pauses = _pauses(found)
    replies = _replies(found)
    changes, stranded = [], []
    for row in sorted(rows, key=lambda one: one.kind == DeadlineKind.OPINION):
        rule = _rule_of(row, rules)
        if rule is None and row.hand_due_on is None:
            continue
        one = reckon_row(row, rule, pauses.get(row.proposal_id, ()), calendar, replies.get(row.proposal_id))
        if row.kind == DeadlineKind.REPLY and row.proposal_id in replies:
            replies[row.proposal_id] = one.due
        if differs(one):
            changes.append(one)
        if row.hand_due_on is not None and one.due.due in days_off:
            stranded.append(Stranded(one, calendar.roll_forward(one.due.due + timedelta(days=1))))
    return Plan(sorted(changes, key=lambda one: one.row.pk), sorted(stranded, key=lambda one: one.reckoned.row.pk))


def reckon_row(
    row: Deadline, rule: DeadlineRule | None, pauses: Iterable[Pause], calendar: Calendar, reply: DueDate | None
) -> Reckoned:
    """What ``row`` comes to by ``rule`` with the ``pauses`` of its case; ``reply``: the day no opinion may pass."""
    stood_still = list(pauses) if row.assignment_id else []  # other clocks run on while a case is suspended
    spec = rule.spec() if rule else None
    due = reckon(spec, row.starts_on, calendar, by_hand=row.by_hand, pauses=stood_still)
    if row.hand_due_on is not None:
        reason = row.change_reason
    elif row.kind == DeadlineKind.OPINION and reply is not None and due.due > reply.due:
        due, reason = capped(due, reply.due, reply.provisional), NOT_AFTER_REPLY
    else:
        reason = row.change_reason if row.change_reason.startswith(PAUSED) else ""
    return Reckoned(row, rule, due, reason, row.due_on, row.is_provisional)


def differs(one: Reckoned) -> bool:
    """Whether anything would be written."""
    row, due = one.row, one.due
    kept = (row.due_on, row.is_provisional, row.explanation, row.change_reason, row.rule_id)
    return kept != (due.due, due.provisional, due.explanation, one.reason, one.rule.pk if one.rule else None)


def pauses_of(suspensions: Iterable[Suspension]) -> list[Pause]:
    """Those that are over."""
    return [Pause(one.started_on, one.ended_on) for one in suspensions if one.ended_on]


def _rule_of(row: Deadline, rules: Rules) -> DeadlineRule | None:
    if row.hand_due_on is not None:
        return row.rule
    session, kind = row.session_key, row.case_kind  # type: ignore[attr-defined]
    return rules.get((session, row.kind, kind)) or rules.get((session, row.kind, "")) or row.rule


def _rules(sessions: Iterable[int]) -> Rules:
    rows = DeadlineRule.objects.filter(session__in=list(sessions))
    return {(rule.session_id, rule.kind, rule.proposal_kind): rule for rule in rows}


def _pauses(rows: QuerySet[Deadline]) -> dict[int, list[Pause]]:
    found: dict[int, list[Pause]] = {}
    over = Suspension.objects.filter(ended_on__isnull=False, proposal__in=rows.order_by().values("proposal"))
    for one in over.order_by("started_on", "id"):
        found.setdefault(one.proposal_id, []).extend(pauses_of([one]))
    return found


def _replies(rows: QuerySet[Deadline]) -> dict[int, DueDate]:
    """The running reply of each case an opinion waits for; a case answered by several bureaus has no co-handlers."""
    helped = rows.filter(kind=DeadlineKind.OPINION).order_by().values("proposal")
    running = Deadline.objects.filter(kind=DeadlineKind.REPLY, met_at=None, cancelled_at=None, proposal__in=helped)
    return {
        case: DueDate(due, provisional, "")
        for case, due, provisional in running.values_list("proposal_id", "due_on", "is_provisional")
    }
