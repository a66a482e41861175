"""Suspension and resumption of a case (中止办理、恢复办理): the clocks of its assignments stand still meanwhile."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse

from panjin_portal.lib.clock import now, today
from panjin_portal.lib.workdays import Calendar
from proposals.deadlines import NOT_AFTER_REPLY, Pause
from proposals.models import Deadline, Proposal, Suspension, User
from proposals.models.deadlines import DeadlineKind
from proposals.permissions import can
from proposals.services.calendar import load_calendar
from proposals.services.case_moves import CaseMoves, moving, stopping
from proposals.services.events import record_event
from proposals.services.locking import fresh, insist, lock_proposal
from proposals.services.notice_wording import Said, say
from proposals.services.notices import Telling, clerks_of, notify_each, tellings_of_case
from proposals.services.reckoning import PAUSED, Reckoned, pauses_of, reckon_row
from proposals.services.wording import demand_text, one_line
from proposals.workflow import PROPOSAL, AssignmentState

REASON_MAX = 120


def preview_suspending(proposal: Proposal) -> CaseMoves:
    """The clocks that would stop (one query)."""
    return stopping(_running(proposal))


def preview_resuming(proposal: Proposal) -> CaseMoves:
    """From which day to which the clocks would go if the case went on today (three queries)."""
    past = list(Suspension.objects.filter(proposal=proposal))
    pauses = [Pause(one.started_on, one.ended_on or today()) for one in past]
    return _going_on(_stopped(proposal), pauses, load_calendar())[0]


@transaction.atomic
def suspend(actor: User, *, proposal: Proposal, reason: str, seen: str | None = None) -> Suspension:
    """中止办理: no clock of an assignment runs, nobody is reminded, until the case is resumed. ``seen``: the digest of
    the stopping clocks a page showed. Raises InvalidInput, MovesUnseen."""
    locked = lock_proposal(proposal.pk)
    post = insist(can(fresh(actor), "suspend", locked))
    reason = one_line(demand_text(reason, field="reason", most=REASON_MAX, missing="请写明中止的理由。"))
    stops = stopping(_running(locked))
    stops.insist_seen(seen)
    row = Suspension.objects.create(proposal=locked, reason=reason, started_on=today(), started_by=actor)
    _running(locked).update(cancelled_at=now(), is_suspended=True)
    locked.state = PROPOSAL.get("suspend").target or locked.state
    words = f"中止办理：{reason}"
    if stops.rows:
        words += f"；停止计算：{'、'.join(f'{one.name}（{one.shown_old}）' for one in stops.rows)}"
    data = {"suspension": row.pk, "stopped": stops.data}
    record_event(actor, proposal=locked, kind="suspend", post=post, text=words, data=data, also=("state",))
    _tell(actor, locked, say("suspended", locked, reason=reason), say("suspended_merged", locked, reason=reason))
    return row


@transaction.atomic
def resume(actor: User, *, proposal: Proposal, reason: str = "", seen: str | None = None) -> Suspension:
    """恢复办理: every clock that stood still moves by the suspended days, with its explanation and a new version.
    ``seen``: the digest of the moves a page showed. Raises InvalidInput, MovesUnseen."""
    locked = lock_proposal(proposal.pk)
    post = insist(can(fresh(actor), "resume", locked))
    reason = one_line(demand_text(reason, field="reason", most=REASON_MAX))
    row = Suspension.objects.get(proposal=locked, ended_on=None)
    row.ended_on, row.end_reason = today(), reason
    row.save(update_fields=["ended_on", "end_reason"])
    pauses = pauses_of(Suspension.objects.filter(proposal=locked))
    stopped = _stopped(locked)
    moves, found = _going_on(stopped, pauses, load_calendar())
    moves.insist_seen(seen)
    for clock in stopped:
        _set_going(clock, found.get(clock.pk), row.reason)
    Deadline.objects.bulk_update(
        stopped,
        ["due_on", "is_provisional", "explanation", "change_reason", "version", "cancelled_at", "is_suspended"],
    )
    locked.state = PROPOSAL.get("resume").target or locked.state
    words = "恢复办理" + (f"：{reason}" if reason else "")
    words += "".join(f"；{one.name}由{one.shown_old}顺延至{one.shown_new}" for one in moves.rows)
    data = {
        "suspension": row.pk,
        "from": row.started_on.isoformat(),
        "to": today().isoformat(),
        "moved": moves.data,
    }
    record_event(actor, proposal=locked, kind="resume", post=post, text=words, data=data, also=("state",))
    _tell(actor, locked, say("resumed", locked), say("resumed_merged", locked))
    return row


def _running(proposal: Proposal) -> QuerySet[Deadline]:
    rows = Deadline.objects.filter(proposal=proposal, assignment__isnull=False, met_at=None, cancelled_at=None)
    return rows.select_related("bureau", "proposer")


def _stopped(proposal: Proposal) -> list[Deadline]:
    """What stands still with the case; opinions last, as none is due after its reply."""
    rows = Deadline.objects.filter(proposal=proposal, is_suspended=True)
    return sorted(
        rows.select_related("rule", "assignment", "bureau", "proposer"),
        key=lambda clock: clock.kind == DeadlineKind.OPINION,
    )


def _going_on(
    stopped: Sequence[Deadline], pauses: Sequence[Pause], calendar: Calendar
) -> tuple[CaseMoves, dict[int, Reckoned]]:
    """The moves, and what each of the ``stopped`` clocks that run on comes to, by its key."""
    found: dict[int, Reckoned] = {}
    reply = None
    for clock in stopped:
        if not _runs_on(clock) or (clock.rule is None and clock.by_hand is None):
            continue
        found[clock.pk] = reckon_row(clock, clock.rule, pauses, calendar, reply)
        if clock.kind == DeadlineKind.REPLY:
            reply = found[clock.pk].due
    return moving(found.values()), found


def _runs_on(clock: Deadline) -> bool:
    """What was done meanwhile is met, what nobody owes any more stays cancelled."""
    share = clock.assignment
    owes = share is not None and share.state not in {AssignmentState.DONE, AssignmentState.WITHDRAWN}
    return clock.met_at is None and owes


def _set_going(clock: Deadline, found: Reckoned | None, why: str) -> None:
    """Change the unsaved row to what it comes to."""
    if clock.met_at is not None or _runs_on(clock):
        clock.cancelled_at = None
    clock.is_suspended = False
    if found is None:
        return
    if found.moves:
        clock.version += 1
        clock.change_reason = found.reason if found.reason == NOT_AFTER_REPLY else f"{PAUSED}（{why}）"[:200]
    clock.due_on, clock.is_provisional = found.due.due, found.due.provisional
    clock.explanation = found.due.explanation


def _tell(actor: User, proposal: Proposal, said: Said, to_merged: Said) -> None:
    page = reverse("proposal-detail", args=[proposal.pk])
    at_work = proposal.assignments.exclude(state=AssignmentState.WITHDRAWN).values_list("bureau_id", flat=True)
    notify_each(
        Telling(clerks_of(at_work), said, page),
        *tellings_of_case(proposal, said, to_merged),
        but=actor,
    )
