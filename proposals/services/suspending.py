"""Suspension and resumption of a case (中止办理、恢复办理): the clocks of its assignments stand still meanwhile."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.urls import reverse

from panjin_portal.lib.chinese import long_date
from panjin_portal.lib.clock import now, today
from panjin_portal.lib.workdays import Calendar
from proposals.deadlines import Unit
from proposals.models import Deadline, Proposal, Suspension, User
from proposals.models.deadlines import DeadlineKind
from proposals.permissions import can
from proposals.services.calendar import load_calendar
from proposals.services.events import record_event
from proposals.services.locking import fresh, insist, lock_proposal
from proposals.services.notice_wording import Said, say
from proposals.services.notices import Telling, clerks_of, notify_each, tellings_of_case
from proposals.services.wording import demand_text, one_line
from proposals.workflow import PROPOSAL, AssignmentState

REASON_MAX = 120
LONGEST_EXPLANATION = 400


@dataclass(frozen=True)
class Shift:
    """Where a clock goes after ``amount`` suspended days (working days where its rule counts those)."""

    due: date
    amount: int
    words: str


@transaction.atomic
def suspend(actor: User, *, proposal: Proposal, reason: str) -> Suspension:
    """中止办理: no clock of an assignment runs, nobody is reminded, until the case is resumed. Raises InvalidInput."""
    locked = lock_proposal(proposal.pk)
    post = insist(can(fresh(actor), "suspend", locked))
    reason = one_line(demand_text(reason, field="reason", most=REASON_MAX, missing="请写明中止的理由。"))
    row = Suspension.objects.create(proposal=locked, reason=reason, started_on=today(), started_by=actor)
    running = Deadline.objects.filter(proposal=locked, assignment__isnull=False, met_at=None, cancelled_at=None)
    running.update(cancelled_at=now(), is_suspended=True)
    locked.state = PROPOSAL.get("suspend").target or locked.state
    words = f"中止办理：{reason}"
    data = {"suspension": row.pk}
    record_event(actor, proposal=locked, kind="suspend", post=post, text=words, data=data, also=("state",))
    _tell(actor, locked, say("suspended", locked, reason=reason), say("suspended_merged", locked, reason=reason))
    return row


@transaction.atomic
def resume(actor: User, *, proposal: Proposal, reason: str = "") -> Suspension:
    """恢复办理: every clock that stood still moves by the suspended days, with its explanation and a new version."""
    locked = lock_proposal(proposal.pk)
    post = insist(can(fresh(actor), "resume", locked))
    reason = one_line(demand_text(reason, field="reason", most=REASON_MAX))
    row = Suspension.objects.get(proposal=locked, ended_on=None)
    row.ended_on, row.end_reason = today(), reason
    row.save(update_fields=["ended_on", "end_reason"])
    calendar = load_calendar()
    stopped = list(Deadline.objects.filter(proposal=locked, is_suspended=True).select_related("rule", "assignment"))
    moved: dict[str, str] = {}
    for clock in stopped:
        _set_going(clock, row, calendar, moved)
    Deadline.objects.bulk_update(
        stopped,
        ["due_on", "is_provisional", "explanation", "change_reason", "version", "cancelled_at", "is_suspended"],
    )
    locked.state = PROPOSAL.get("resume").target or locked.state
    words = "恢复办理" + (f"：{reason}" if reason else "")
    words += "".join(f"；{what}" for what in moved.values())
    data = {"suspension": row.pk, "from": row.started_on.isoformat(), "to": today().isoformat()}
    record_event(actor, proposal=locked, kind="resume", post=post, text=words, data=data, also=("state",))
    _tell(actor, locked, say("resumed", locked), say("resumed_merged", locked))
    return row


def shifted(clock: Deadline, suspension: Suspension, ends_on: date, calendar: Calendar) -> Shift:
    """The day ``clock`` is due when its case, suspended as told, goes on on ``ends_on``. Working days are counted where
    the rule counts them, whole days otherwise; a day off rolls on to the next working day unless the rule says not."""
    start = suspension.started_on
    if clock.rule is not None and clock.rule.unit == Unit.WORKING_DAYS:
        amount, unit = calendar.working_days_between(start, ends_on), "个工作日"
        due = calendar.add_working_days(clock.due_on, amount) if amount else clock.due_on
    else:
        amount, unit = (ends_on - start).days, "日"
        due = clock.due_on + timedelta(days=amount)
        if amount and (clock.rule is None or clock.rule.roll_forward):
            due = calendar.roll_forward(due)
    if not amount:
        return Shift(due, 0, "")
    words = f"自{long_date(start)}至{long_date(ends_on)}中止{amount}{unit}，"
    words += f"由{long_date(clock.due_on)}顺延至{long_date(due)}。"
    return Shift(due, amount, words)


def _set_going(clock: Deadline, suspension: Suspension, calendar: Calendar, moved: dict[str, str]) -> None:
    """Change the unsaved row. What was done meanwhile is met; a receipt nobody owes any more stays cancelled."""
    clock.is_suspended = False
    share = clock.assignment
    owes = share is not None and share.state not in {AssignmentState.DONE, AssignmentState.WITHDRAWN}
    if clock.met_at is not None:
        clock.cancelled_at = None
        return
    if not owes:
        return
    clock.cancelled_at = None
    shift = shifted(clock, suspension, today(), calendar)
    if not shift.amount:
        return
    kept = clock.explanation if len(clock.explanation) + len(shift.words) <= LONGEST_EXPLANATION else ""
    clock.explanation = kept + shift.words
    clock.change_reason = f"中止办理顺延（{suspension.reason}）"[:200]
    clock.due_on, clock.is_provisional = shift.due, calendar.is_provisional(shift.due)
    clock.version += 1
    if clock.kind != DeadlineKind.RECEIPT:
        moved.setdefault(f"{clock.kind} {shift.due}", f"{clock.get_kind_display()}顺延至{shift.due}")


def _tell(actor: User, proposal: Proposal, said: Said, to_merged: Said) -> None:
    page = reverse("proposal-detail", args=[proposal.pk])
    at_work = proposal.assignments.exclude(state=AssignmentState.WITHDRAWN).values_list("bureau_id", flat=True)
    notify_each(
        Telling(clerks_of(at_work), said, page),
        *tellings_of_case(proposal, said, to_merged),
        but=actor,
    )
