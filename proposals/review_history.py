"""What was said at the steps of the review and decided, in one line of time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from panjin_portal.lib.diff import DiffLine, merge_view
from proposals.models import Proposal, Review, StepOpinion
from proposals.services.content import as_text, stored_content


@dataclass(frozen=True)
class Said:
    """One step or decision: ``name`` of the step, ``outcome`` decided or suggested."""

    name: str
    outcome: str
    opinion: str
    who: str
    post: str
    at: datetime


def review_history(proposal: Proposal, *, with_steps: bool) -> list[Said]:
    """Decisions and, for the committee, the steps before them, newest first (two queries)."""
    decided = proposal.reviews.select_related("reviewed_by", "post__bureau", "reason").defer("text")
    found = [_decision(row) for row in decided]
    if with_steps:
        found += [_step(row) for row in proposal.step_opinions.select_related("given_by", "post__bureau", "step")]
    return sorted(found, key=lambda said: said.at, reverse=True)


def changes_since_return(proposal: Proposal) -> list[DiffLine]:
    """What the proposer changed since the last review sent it back: that text against the one of now; empty for a case
    that never came back."""
    last = proposal.reviews.exclude(text="").order_by("-pk").first()
    return merge_view(last.text, as_text(stored_content(proposal))) if last else []


def _decision(row: Review) -> Said:
    name = "审定" if not row.meeting else f"{row.meeting}（{row.met_on}）审定"
    outcome = row.get_outcome_display() + (f"（{row.reason}）" if row.reason else "")
    return Said(name, outcome, row.opinion, str(row.reviewed_by), str(row.post), row.reviewed_at)


def _step(row: StepOpinion) -> Said:
    outcome = f"建议{row.get_suggestion_display()}" if row.suggestion else ""
    return Said(str(row.step), outcome, row.opinion, str(row.given_by), str(row.post), row.given_at)
