"""One line of the landing page, and the short way to write it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.urls import reverse

from proposals.models import Proposal

# The most lines one kind of work may put on the page; the rest is found in the list of proposals.
MOST = 100
# SQLite walks all rows of a bureau when it may thereby save a sort by key; in this order it takes the index on bureau
# and state, which holds the few open ones apart. Lines are sorted by due date afterwards.
BY_INDEX = ("state", "id")
# What a line shows of the case and the bureau that are joined to its row. Whole rows of them, a hundred of each kind,
# cost more than all queries of the page.
JOINED = ("proposal__number", "proposal__title", "bureau__short_name")


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


@dataclass(frozen=True)
class ClockKey:
    """Which deadline belongs to a line: its kind, and the bureau or the proposer that owes it."""

    kind: str
    bureau_id: int | None = None
    proposer_id: int | None = None
    reference: str = ""


@dataclass(frozen=True)
class WorkItem:
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
        return reverse(self.home, args=[self.proposal_id])

    @property
    def next_url(self) -> str:
        """The page of the next step; made when it is shown, and most lines of a long list are not."""
        return reverse(self.page, args=[self.of]) if self.page else ""

    def due(self, deadline: DueDay | None) -> WorkItem:
        """The same line with its deadline."""
        return WorkItem(
            self.proposal_id,
            self.title,
            self.note,
            self.next_label,
            self.page,
            self.of,
            self.state,
            self.clock,
            self.clock_of,
            deadline,
            self.home,
        )


def item(
    proposal: Proposal,
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
