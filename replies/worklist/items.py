"""One line of the landing page, and the short way to write it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple, TypeVar

from django.db.models import Model, QuerySet, Value
from django.db.models.functions import Coalesce

from panjin_portal.lib.addresses import address
from proposals.models import Proposal, case_label

Row = TypeVar("Row", bound=Model)
# The most lines one kind of work may put on the page, the nearest first; the rest is found in the list of proposals.
MOST = 100
# How many open rows of one kind are looked through for the nearest, and how many answered ones for those nobody has
# begun to publish.
LOOKED_THROUGH = 1_000
LATEST = 300
NEAR = timedelta(days=30)  # how long before its day a promise is work
# By the day next due in the case. An expression, not the column: SQLite would walk the cases of the whole city by
# their day to save itself the sort.
BY_DUE = (Coalesce("proposal__next_due_on", Value(date.max)), "id")
# What a line shows of the case and the bureau that are joined to its row. Whole rows of them, a hundred of each kind,
# cost more than all queries of the page. Where a bureau has hundreds of lines even the making of model objects does:
# there the values are read (``VALUES``, ``values_list(named=True)``).
JOINED = ("proposal__number", "proposal__title", "bureau__short_name")
VALUES = ("pk", "state", "proposal_id", "bureau_id", *JOINED)


@dataclass(frozen=True)
class Badge:
    """A word on the line: where the case stands, or that it came back."""

    label: str
    tone: str = "neutral"


@dataclass(frozen=True)
class DueDay:
    """When the step is due, as ``{% lamp %}`` takes it."""

    due_on: date
    is_provisional: bool = False
    met_at: datetime | None = None


def nearest(shown: QuerySet[Row], *, among: QuerySet[Row], most: int = MOST) -> QuerySet[Row]:
    """The rows ``among`` these that are due next, read as ``shown``. The open rows are found first, in the order of an
    index on state and bureau: asked for the nearest at once, SQLite reads all rows the bureau ever had."""
    keys = among.order_by("state", "id").values("pk")[:LOOKED_THROUGH]
    return shown.filter(pk__in=keys).order_by(*BY_DUE)[:most]


class CaseName(NamedTuple):
    """What a line needs of its case."""

    pk: int
    number: str | None
    title: str

    @property
    def label(self) -> str:
        """As ``Proposal.label``."""
        return case_label(self.number, self.pk)


def case_of(row: Any) -> CaseName:
    """The case of a row of ``VALUES``."""
    return CaseName(row.proposal_id, row.proposal__number, row.proposal__title)


class ClockKey(NamedTuple):
    """Which deadline belongs to a line: its kind, and the bureau or the proposer that owes it."""

    kind: str
    bureau_id: int | None = None
    proposer_id: int | None = None
    reference: str = ""


class WorkItem(NamedTuple):
    """What is owed: the case, the next step as a button (``next_label``, ``next_url``; empty while one waits for
    others), and the deadline. ``page`` and ``of``: name and key of the next step's address; ``clock_of``: the case
    whose clock it is: the main one where this one was merged."""

    proposal_id: int
    title: str
    note: str
    next_label: str = ""
    page: str = ""
    of: int = 0
    state: Badge | None = None
    clock: ClockKey | None = None
    clock_of: int = 0
    deadline: DueDay | None = None
    home: str = "proposal-detail"

    @property
    def url(self) -> str:
        """The page of the case, or what of it this person may open."""
        return address(self.home, self.proposal_id)

    @property
    def next_url(self) -> str:
        """The page of the next step; made when it is shown, and most lines of a long list are not."""
        return address(self.page, self.of) if self.page else ""

    def due(self, deadline: DueDay | None) -> WorkItem:
        """The same line with its deadline."""
        return self._replace(deadline=deadline)


def item(
    proposal: Proposal | CaseName,
    *what: str,
    step: str = "",
    page: str = "",
    of: int | None = None,
    state: Badge | None = None,
    clock: ClockKey | None = None,
    clock_of: int | None = None,
    home: str = "proposal-detail",
) -> WorkItem:
    """A line about ``proposal``. ``what``: the facts after its number; ``step`` and ``page``: label and URL name of
    the next step, whose address takes ``of`` (default: the proposal); ``home``: where its title leads."""
    return WorkItem(
        proposal_id=proposal.pk,
        title=proposal.title,
        note=" · ".join(filter(None, (proposal.label, *what))),
        next_label=step,
        page=page,
        of=of or proposal.pk,
        state=state,
        clock=clock,
        clock_of=clock_of or proposal.pk,
        home=home,
    )
