"""A plan for people to read: which deadlines of which cases move from when to when."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from panjin_portal.lib.workdays import Calendar
from proposals.deadlines import shown_day
from proposals.models import Proposal
from proposals.services.reckoning import Plan, Reckoned, open_rows

SHOWN = 200  # nobody reads further down; the rest is told as a number


@dataclass(frozen=True)
class Move:
    """One deadline: its case, what is due from whom, and the two days as text."""

    proposal: Proposal
    what: str
    whose: str
    old: str
    new: str
    explanation: str
    is_over: bool  # the new day has passed already


@dataclass(frozen=True)
class Moves:
    """The first ``SHOWN`` moves in the order of their new days, how many more there are, and the sum for each kind."""

    rows: Sequence[Move]
    more: int
    by_kind: Sequence[tuple[str, int]]
    over: int  # how many are in time now and would be overdue at once
    # Set by hand on a day that becomes a day off: they stay. ``old`` is their day, ``new`` the working day after it.
    stranded: Sequence[Move] = ()
    more_stranded: int = 0


def told_moves(plan: Plan, *, today: date | None = None) -> Moves:
    """``plan`` in words (one query). ``today``: to say which of the new days have passed."""
    moved = sorted(plan.moved, key=lambda one: (one.due.due, one.row.pk))
    stranded = sorted(plan.stranded, key=lambda one: (one.reckoned.due.due, one.reckoned.row.pk))
    shown = [*moved[:SHOWN], *(one.reckoned for one in stranded[:SHOWN])]
    cases = Proposal.objects.select_related("session").in_bulk({one.row.proposal_id for one in shown})

    def told(one: Reckoned, old: date, new: date) -> Move:
        return Move(
            proposal=cases[one.row.proposal_id],
            what=one.row.get_kind_display(),
            whose=one.whose,
            old=shown_day(old, provisional=one.was_provisional),
            new=shown_day(new, provisional=one.due.provisional),
            explanation=one.due.explanation,
            is_over=today is not None and new < today,
        )

    rows = [told(one, one.old, one.due.due) for one in moved[:SHOWN]]
    kinds = Counter(one.row.get_kind_display() for one in moved)
    over = sum(1 for one in moved if today is not None and one.due.due < today <= one.old)
    stay = [told(one.reckoned, one.reckoned.due.due, one.next_day) for one in stranded[:SHOWN]]
    return Moves(rows, max(0, len(moved) - SHOWN), kinds.most_common(), over, stay, max(0, len(stranded) - SHOWN))


def left_on_days_off(calendar: Calendar, *, today: date) -> list[Move]:
    """Running deadlines set by hand that are still to come and on no working day, by their days, the first ``SHOWN``
    (one query): they stay so until a person gives them another. ``old`` and ``new`` as in ``Moves.stranded``."""
    rows = open_rows(None).filter(hand_due_on__isnull=False, is_suspended=False, due_on__gte=today)
    rows = rows.select_related("proposal__session", "bureau", "proposer").order_by("due_on", "pk")
    found = [row for row in rows if not calendar.is_working(row.due_on)]
    return [
        Move(
            proposal=row.proposal,
            what=row.get_kind_display(),
            whose=row.whose,
            old=row.shown_due,
            new=shown_day(calendar.roll_forward(row.due_on + timedelta(days=1)), provisional=False),
            explanation=row.explanation,
            is_over=False,
        )
        for row in found[:SHOWN]
    ]
