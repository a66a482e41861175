"""A changed calendar or rule moves the deadlines that run, in one transaction, each with an event on its case.

Who changes it looks at the plan first and confirms it by its digest; when the plan has become another one meanwhile,
nothing is changed and the new plan is shown.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

from django.db import transaction

from panjin_portal.lib.batches import batches
from proposals.models import Proposal, User
from proposals.services.calendar import load_calendar
from proposals.services.deadlines import keep_slips_in_step
from proposals.services.events import NewEvent, record_events, refresh_next_due
from proposals.services.many_rows import write_columns
from proposals.services.reckoning import Plan, Reckoned, Scope, open_rows, plan

BATCH = 500
COLUMNS = ("due_on", "is_provisional", "explanation", "change_reason", "version", "rule")


class PreviewNeeded(Exception):
    """Deadlines would move and nobody has seen which: ``plan`` says. ``is_stale``: what was seen is out of date. Raised
    inside the transaction of the change, which is thereby undone."""

    def __init__(self, plan: Plan, *, is_stale: bool) -> None:
        super().__init__("look at the deadlines that move first")
        self.plan = plan
        self.is_stale = is_stale


def settle_deadlines(
    actor: User | None, *, because: str, scope: Scope | None, seen: str, days_off: Collection[date] = ()
) -> Plan:
    """What follows for open deadlines from a change just made in this transaction: done when ``seen`` is the digest of
    the plan, or when nobody would notice. Raises PreviewNeeded otherwise. ``days_off``: as in ``plan``."""
    if not seen:
        found = plan(load_calendar(), scope, days_off=days_off)
        if found.is_worth_a_look:
            raise PreviewNeeded(found, is_stale=False)
    return recompute_open_deadlines(actor, because=because, scope=scope, seen=seen, days_off=days_off)


@transaction.atomic
def recompute_open_deadlines(
    actor: User | None,
    *,
    because: str,
    scope: Scope | None = None,
    seen: str | None = None,
    days_off: Collection[date] = (),
) -> Plan:
    """Reckon open deadlines anew, all of them or those of ``scope``; gives what changed.

    A moved deadline gets a new version (reminders of the old day no longer count) and an event on its case that names
    ``because``. What is met, cancelled, suspended, set by hand, or of an archived case stays. The number of statements
    grows with batches, not with rows. ``seen``: the digest that was confirmed; raises PreviewNeeded for another plan.
    ``days_off``: as in ``plan``.
    """
    keys = set(open_rows(scope).order_by().values_list("proposal_id", flat=True))
    return _recompute(actor, because, scope, seen, keys, days_off)


def check_open_deadlines() -> Plan:
    """Reckon anew what does not agree with the rules and the calendar: opened by the old calendar while a change was
    being made, or seeded by a newer list of holidays. Most nights there is nothing, and nothing is locked."""
    wrong = {one.row.proposal_id for one in plan(load_calendar()).changes}
    if not wrong:
        return Plan(())
    with transaction.atomic():
        return _recompute(None, "按现行规则和日历核对", None, None, wrong)


def _recompute(
    actor: User | None,
    because: str,
    scope: Scope | None,
    seen: str | None,
    cases: set[int],
    days_off: Collection[date] = (),
) -> Plan:
    locked = _lock(cases)
    found = plan(load_calendar(), scope, cases=locked, days_off=days_off)
    if seen is not None and found.is_worth_a_look and seen != found.digest:
        raise PreviewNeeded(found, is_stale=bool(seen))
    moved = found.moved
    write_changes(found.changes)
    record_events(actor, [_told(locked[one.row.proposal_id], one, because) for one in moved])
    refresh_next_due(locked[pk] for pk in {one.row.proposal_id for one in found.changes})
    return found


def write_changes(changes: Sequence[Reckoned]) -> None:
    """Give the rows of ``changes`` their new days, with a new version where it is another day."""
    for one in changes:
        _take(one)
    write_columns((one.row for one in changes), COLUMNS)
    keep_slips_in_step((one.row, one.due) for one in changes)


def _lock(cases: set[int]) -> dict[int, Proposal]:
    """The cases concerned, in the order of their keys, so that two administrators never wait for each other
    crosswise; only what an event needs of them is read."""
    rows = Proposal.objects.select_for_update().only("pk", "last_event_number", "last_event_hash").order_by("pk")
    return {row.pk: row for part in batches(sorted(cases), BATCH) for row in rows.filter(pk__in=part)}


def _take(one: Reckoned) -> None:
    row = one.row
    row.version += one.moves
    row.due_on, row.is_provisional = one.due.due, one.due.provisional
    row.explanation, row.change_reason, row.rule = one.due.explanation, one.reason, one.rule


def _told(proposal: Proposal, one: Reckoned, because: str) -> NewEvent:
    row, old = one.row, one.old.isoformat()
    return NewEvent(
        proposal,
        "recompute_deadline",
        f"{because}，{one.whose}的{row.get_kind_display()}期限由{old}调整为{row.shown_due}",
        {"deadline": row.pk, "from": old, "to": row.due_on.isoformat()},
    )
