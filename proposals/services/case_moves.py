"""What a decision about one case does to its clocks, told before it is made: which stop, which go from which day to
which. The page sends back the digest of what it showed; with another one the service changes nothing.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from panjin_portal.lib.workdays import Calendar
from proposals.deadlines import DueDate, shown_day
from proposals.models import Deadline, Suspension
from proposals.models.deadlines import DeadlineKind
from proposals.services.reckoning import Reckoned, differs, pauses_of, reckon_row

STOPS = "停止计算"


@dataclass(frozen=True)
class CaseMove:
    """One clock: whose, what is due, its day now, and its new day; None: it stops."""

    deadline: int
    whose: str
    what: str
    old: date
    old_is_provisional: bool
    new: date | None
    new_is_provisional: bool = False

    @property
    def name(self) -> str:
        """``市司法局的答复``."""
        return f"{self.whose}的{self.what}"

    @property
    def shown_old(self) -> str:
        """The day now, as text."""
        return shown_day(self.old, provisional=self.old_is_provisional)

    @property
    def shown_new(self) -> str:
        """The new day, or that the clock stops."""
        return shown_day(self.new, provisional=self.new_is_provisional) if self.new else STOPS

    @property
    def plain(self) -> list[object]:
        """Key, day and new day as plain values, for the event and the digest."""
        return [self.deadline, self.old.isoformat(), self.new.isoformat() if self.new else None]


@dataclass(frozen=True)
class CaseMoves:
    """All of them, by the new day."""

    rows: Sequence[CaseMove]

    @cached_property
    def digest(self) -> str:
        """Tells two looks apart: which clock goes from which day to which."""
        return hashlib.sha256(json.dumps(self.data).encode()).hexdigest()

    @property
    def data(self) -> list[list[object]]:
        """For the event."""
        return [row.plain for row in self.rows]

    def insist_seen(self, seen: str | None) -> None:
        """Refuse (MovesUnseen) when a page sent the digest of something else. None: no page asks."""
        if seen is not None and self.rows and seen != self.digest:
            raise MovesUnseen(self)


class MovesUnseen(Exception):
    """The clocks would move otherwise than the page showed: ``moves`` says how. Nothing was changed."""

    def __init__(self, moves: CaseMoves) -> None:
        super().__init__("look at the clocks that move first")
        self.moves = moves


def stopping(clocks: Iterable[Deadline]) -> CaseMoves:
    """Every one of ``clocks`` (with their owners) stops."""
    rows = [CaseMove(row.pk, row.whose, row.get_kind_display(), row.due_on, row.is_provisional, None) for row in clocks]
    return CaseMoves(sorted(rows, key=lambda row: (row.old, row.deadline)))


def moving(found: Iterable[Reckoned]) -> CaseMoves:
    """Those of ``found`` that get another day."""
    rows = [
        CaseMove(
            one.row.pk,
            one.whose,
            one.row.get_kind_display(),
            one.old,
            one.was_provisional,
            one.due.due,
            one.due.provisional,
        )
        for one in found
        if one.moves
    ]
    return CaseMoves(sorted(rows, key=lambda row: (row.new or row.old, row.deadline)))


def opinions_after(reply: Deadline, due: DueDate, calendar: Calendar) -> list[Reckoned]:
    """The running opinions that change when ``reply`` is due on another day: held back by the old one, they follow to
    the new (two queries; none for an opinion)."""
    if reply.kind != DeadlineKind.REPLY:
        return []
    running = Deadline.objects.filter(
        proposal=reply.proposal_id, kind=DeadlineKind.OPINION, met_at=None, cancelled_at=None
    )
    # What is due before both days of the reply is held back by neither.
    touched = running.filter(due_on__gte=min(reply.due_on, due.due))
    rows = list(touched.select_related("rule", "bureau"))
    pauses = pauses_of(Suspension.objects.filter(proposal=reply.proposal_id)) if rows else []
    usable = [row for row in rows if row.rule is not None or row.hand_due_on is not None]
    found = [reckon_row(row, row.rule, pauses, calendar, due) for row in usable]
    return [one for one in found if differs(one)]
