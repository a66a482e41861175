"""Batch assignment: each case in a transaction of its own, so that one refusal leaves the others done."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from proposals.errors import PortalError
from proposals.models import Bureau, Proposal, User
from proposals.services.assignment import assign


@dataclass(frozen=True)
class Wanted:
    """One line of the table: the case and who shall have it."""

    proposal: Proposal
    lead: Bureau | None = None
    co_handlers: Sequence[Bureau] = ()
    separate: Sequence[Bureau] = ()


@dataclass(frozen=True)
class Outcome:
    """What became of one line; ``refusal`` is empty for what was assigned."""

    proposal: Proposal
    bureaus: tuple[str, ...] = ()
    refusal: str = ""


def assign_many(
    actor: User,
    *,
    lines: Iterable[Wanted],
    reply_due: date | None = None,
    opinion_due: date | None = None,
    reason: str = "",
) -> list[Outcome]:
    """Assign each line with the same two dates (those of the rules where None); never raises for a single line."""
    done = []
    for line in lines:
        try:
            rows = assign(
                actor,
                proposal=line.proposal,
                lead=line.lead,
                co_handlers=line.co_handlers,
                separate=line.separate,
                reply_due=reply_due,
                opinion_due=opinion_due if line.co_handlers else None,
                reason=reason,
            )
        except PortalError as refusal:
            done.append(Outcome(line.proposal, refusal=refusal.message))
        else:
            done.append(Outcome(line.proposal, tuple(f"{r.bureau.short_name}{r.get_role_display()}" for r in rows)))
    return done
