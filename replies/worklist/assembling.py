"""Reading all rooms for one person, giving every line its deadline, sorting."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet

from panjin_portal.lib.kept import Kept, Keys
from proposals.models import Deadline, User
from replies.worklist.bureaus import bureau_waits, bureau_work
from replies.worklist.following import following_work
from replies.worklist.items import ClockKey, DueDay, WorkItem
from replies.worklist.judging import judging_work
from replies.worklist.offices import office_work
from replies.worklist.opinions import opinions_to_sign
from replies.worklist.proposers import proposer_waits, proposer_work
from replies.worklist.releases import release_work
from replies.worklist.rooms import rooms_of
from replies.worklist.supervising import supervision_work

MOST_WAITING = 10


@dataclass(frozen=True)
class WorkList:
    """``owed`` by due date, the undated last; ``waiting``: a few lines that are with others."""

    owed: tuple[WorkItem, ...]
    waiting: tuple[WorkItem, ...]
    more_waiting: int = 0

    def late_on(self, day: date) -> int:
        """How many owed lines are past their day on ``day``."""
        return sum(1 for line in self.owed if line.deadline and line.deadline.due_on < day)


def work_of(user: User) -> WorkList:
    """What ``user`` owes in all his posts: at most twenty-one queries, whatever the number of cases."""
    rooms = rooms_of(user)
    lines = [
        *(*office_work(user), *bureau_work(user, rooms), *release_work(user), *following_work(user, rooms)),
        *(*supervision_work(user, rooms), *proposer_work(user), *opinions_to_sign(user)),
        *judging_work(user, rooms),
    ]
    waiting = [*(line for line in lines if not line.next_label), *bureau_waits(user), *proposer_waits(user)]
    owed = [line for line in lines if line.next_label]
    clocks = _clocks([*owed, *waiting])
    dated, waits = _by_due(owed, clocks), _by_due(waiting, clocks)
    return WorkList(dated, waits[:MOST_WAITING], max(0, len(waits) - MOST_WAITING))


def _clocks(lines: Iterable[WorkItem]) -> dict[tuple[int, ClockKey], DueDay]:
    """The running deadlines of these cases, of the kinds the lines ask for (one query)."""
    wanted = {(line.clock_of, line.clock): line for line in lines if line.clock}
    if not wanted:
        return {}
    kinds = tuple(sorted({str(clock.kind) for _, clock in wanted if clock}))
    found = {}
    for case, kind, bureau, proposer, reference, due, provisional in _running(Keys.of(c for c, _ in wanted), kinds):
        key = (case, ClockKey(kind, bureau, proposer, reference))
        if key in wanted:
            found[key] = DueDay(due, provisional)
    return found


@Kept
def _running(cases: Keys, kinds: tuple[str, ...]) -> QuerySet[Deadline, tuple[Any, ...]]:
    open_ones = Deadline.objects.filter(proposal__in=cases, kind__in=kinds, met_at=None, cancelled_at=None)
    names = ("proposal_id", "kind", "bureau_id", "proposer_id", "reference", "due_on", "is_provisional")
    return open_ones.order_by().values_list(*names)


def _by_due(lines: Iterable[WorkItem], clocks: dict[tuple[int, ClockKey], DueDay]) -> tuple[WorkItem, ...]:
    dated = [line.due(clocks.get((line.clock_of, line.clock))) if line.clock else line for line in lines]
    return tuple(sorted(dated, key=_due_then_case))


def _due_then_case(line: WorkItem) -> tuple[date, int]:
    return (line.deadline.due_on if line.deadline else date.max, line.proposal_id)
