"""One line of the landing page, and the short way to write it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from django.urls import reverse

from proposals.models import Proposal

# The most lines one kind of work may put on the page; the rest is found in the list of proposals.
MOST = 100
# SQLite walks all rows of a bureau when it may thereby save a sort by key; in this order it takes the index on bureau
# and state, which holds the few open ones apart. Lines are sorted by due date afterwards.
BY_INDEX = ("state", "id")
# What no line shows; columns of a case that is joined to the row.
LONG_TEXTS = ("proposal__background", "proposal__analysis", "proposal__suggestions")


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


@dataclass(frozen=True)
class WorkItem:
    """What is owed: the case, the next step as a button (``next_label``, ``next_url``; empty while one waits for
    others), and the deadline."""

    proposal_id: int
    title: str
    note: str
    url: str
    next_label: str = ""
    next_url: str = ""
    state: Badge | None = None
    clock: ClockKey | None = None
    deadline: DueDay | None = None

    def due(self, deadline: DueDay | None) -> WorkItem:
        """The same line with its deadline."""
        return replace(self, deadline=deadline)


def item(
    proposal: Proposal,
    *what: str,
    step: str = "",
    page: str = "",
    of: int | None = None,
    state: Badge | None = None,
    clock: ClockKey | None = None,
) -> WorkItem:
    """A line about ``proposal``. ``what``: the facts after its number; ``step`` and ``page``: label and URL name of
    the next step, whose address takes ``of`` (default: the proposal)."""
    return WorkItem(
        proposal_id=proposal.pk,
        title=proposal.title,
        note=" · ".join(filter(None, (proposal.label, *what))),
        url=reverse("proposal-detail", args=[proposal.pk]),
        next_label=step,
        next_url=reverse(page, args=[of or proposal.pk]) if page else "",
        state=state,
        clock=clock,
    )
