"""Suspension and resumption of a case (中止办理、恢复办理): the clocks of its assignments stand still meanwhile."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.urls import reverse

from panjin_portal.lib.clock import now, today
from panjin_portal.lib.workdays import Calendar
from proposals.deadlines import NOT_AFTER_REPLY, DueDate, Pause
from proposals.models import Deadline, Proposal, Suspension, User
from proposals.models.deadlines import DeadlineKind
from proposals.permissions import can
from proposals.services.calendar import load_calendar
from proposals.services.events import record_event
from proposals.services.locking import fresh, insist, lock_proposal
from proposals.services.notice_wording import Said, say
from proposals.services.notices import Telling, clerks_of, notify_each, tellings_of_case
from proposals.services.reckoning import PAUSED, pauses_of, reckon_row
from proposals.services.wording import demand_text, one_line
from proposals.workflow import PROPOSAL, AssignmentState

REASON_MAX = 120


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
    pauses = pauses_of(Suspension.objects.filter(proposal=locked))
    still = Deadline.objects.filter(proposal=locked, is_suspended=True).select_related("rule", "assignment")
    stopped = sorted(still, key=lambda clock: clock.kind == DeadlineKind.OPINION)  # never due after its reply
    moved: dict[str, str] = {}
    reply = None
    for clock in stopped:
        old = clock.due_on
        due = _set_going(clock, pauses, row.reason, calendar, reply)
        if clock.kind == DeadlineKind.REPLY:
            reply = due
        if due is not None and due.due != old and clock.kind != DeadlineKind.RECEIPT:
            moved.setdefault(f"{clock.kind} {due.due}", f"{clock.get_kind_display()}顺延至{clock.shown_due}")
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


def _set_going(
    clock: Deadline, pauses: Sequence[Pause], why: str, calendar: Calendar, reply: DueDate | None
) -> DueDate | None:
    """Change the unsaved row; its new day, or None when it does not run on: what was done meanwhile is met, what nobody
    owes any more stays cancelled."""
    clock.is_suspended = False
    share = clock.assignment
    owes = share is not None and share.state not in {AssignmentState.DONE, AssignmentState.WITHDRAWN}
    if clock.met_at is not None:
        clock.cancelled_at = None
        return None
    if not owes:
        return None
    clock.cancelled_at = None
    if clock.rule is None and clock.by_hand is None:
        return None
    found = reckon_row(clock, clock.rule, pauses, calendar, reply)
    if found.moves:
        clock.version += 1
        clock.change_reason = found.reason if found.reason == NOT_AFTER_REPLY else f"{PAUSED}（{why}）"[:200]
    clock.due_on, clock.is_provisional = found.due.due, found.due.provisional
    clock.explanation = found.due.explanation
    return found.due


def _tell(actor: User, proposal: Proposal, said: Said, to_merged: Said) -> None:
    page = reverse("proposal-detail", args=[proposal.pk])
    at_work = proposal.assignments.exclude(state=AssignmentState.WITHDRAWN).values_list("bureau_id", flat=True)
    notify_each(
        Telling(clerks_of(at_work), said, page),
        *tellings_of_case(proposal, said, to_merged),
        but=actor,
    )
