"""What a change of the calendar or of a rule does to deadlines that are running.

Only deadlines a rule has computed move; a day set by hand with a reason stays. The opinion of a co-handler is never due
after the reply it goes into, so it is reckoned last.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q

from panjin_portal.lib.workdays import Calendar
from proposals.deadlines import DueDate, due_date
from proposals.models import Deadline, Proposal, User
from proposals.models.deadlines import DeadlineKind
from proposals.services.assignment import NOT_AFTER_REPLY
from proposals.services.calendar import load_calendar
from proposals.services.events import record_event, refresh_next_due


@dataclass(frozen=True)
class _Reckoned:
    """A due date and the reason that belongs to it: empty, or that the reply comes first."""

    due: DueDate
    reason: str = ""


@transaction.atomic
def recompute_open_deadlines(actor: User, *, because: str, rule_ids: Collection[int] | None = None) -> int:
    """Reckon computed deadlines that still run anew, those of ``rule_ids`` only when given; number of days that moved.

    A moved deadline gets a new version (reminders of the old day no longer count) and an event on its case that names
    ``because``. What is met, cancelled, set by hand, or of an archived case is left alone.
    """
    running = Deadline.objects.filter(
        met_at=None, cancelled_at=None, rule__isnull=False, proposal__archived_at__isnull=True
    )
    computed = running.filter(Q(change_reason="") | Q(change_reason=NOT_AFTER_REPLY))
    concerned = computed if rule_ids is None else computed.filter(rule__in=rule_ids)
    case_ids = sorted(set(concerned.order_by().values_list("proposal_id", flat=True)))
    # In the order of their keys, so that two administrators never wait for each other crosswise.
    locked = {row.pk: row for row in Proposal.objects.select_for_update().filter(pk__in=case_ids).order_by("pk")}
    if rule_ids is not None:  # an opinion may have to follow its reply
        concerned = computed.filter(Q(rule__in=rule_ids) | Q(kind=DeadlineKind.OPINION))
    rows = list(concerned.filter(proposal__in=case_ids).select_related("rule", "bureau", "proposer").order_by("id"))
    replies = {row.proposal_id: row for row in running.filter(kind=DeadlineKind.REPLY, proposal__in=case_ids)}
    calendar = load_calendar()
    moved = 0
    for row in sorted(rows, key=lambda row: row.kind == DeadlineKind.OPINION):
        reply = replies.get(row.proposal_id)
        old, new = row.due_on, _reckon(row, reply, calendar)
        if not _take(row, new):
            continue
        if reply is not None and row.pk == reply.pk:
            replies[row.proposal_id] = row
        if row.due_on != old:
            moved += 1
            _tell(actor, locked[row.proposal_id], row, old.isoformat(), because)
        else:  # provisional or not: no event tells of that
            refresh_next_due([locked[row.proposal_id]])
    return moved


def _reckon(row: Deadline, reply: Deadline | None, calendar: Calendar) -> _Reckoned:
    if row.rule is None:
        raise ValueError("only a deadline with a rule can be reckoned")
    due = due_date(row.rule.spec(), row.starts_on, calendar)
    if row.kind == DeadlineKind.OPINION and reply is not None and due.due > reply.due_on:
        words = f"{due.explanation}{NOT_AFTER_REPLY}。"
        return _Reckoned(DueDate(reply.due_on, reply.is_provisional, words), NOT_AFTER_REPLY)
    return _Reckoned(due)


def _take(row: Deadline, new: _Reckoned) -> bool:
    """Write what changed; False when nothing did."""
    wanted = (new.due.due, new.due.provisional, new.due.explanation, new.reason)
    if wanted == (row.due_on, row.is_provisional, row.explanation, row.change_reason):
        return False
    if new.due.due != row.due_on:
        row.version += 1
    row.due_on, row.is_provisional, row.explanation, row.change_reason = wanted
    row.save(update_fields=["due_on", "is_provisional", "explanation", "change_reason", "version"])
    return True


def _tell(actor: User, proposal: Proposal, row: Deadline, old: str, because: str) -> None:
    whose = row.bureau.short_name if row.bureau else str(row.proposer)
    record_event(
        actor,
        proposal=proposal,
        kind="recompute_deadline",
        text=f"{because}，{whose}的{row.get_kind_display()}期限由{old}调整为{row.due_on}",
        data={"deadline": row.pk, "from": old, "to": row.due_on.isoformat()},
    )
