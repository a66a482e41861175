"""A meeting of the committee decides on many proposals at once; each one is decided by itself."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from proposals.errors import InvalidInput, PortalError
from proposals.models import Proposal, RejectionReason, Session, User
from proposals.permissions import can_review_together
from proposals.services import review
from proposals.services.locking import fresh, insist
from proposals.services.review import Meeting
from proposals.services.wording import day_fault, demand_text, one_line
from proposals.workflow import PROPOSAL

NAME_MAX = 60
MOST = 200
OUTCOMES = ("register", "return_for_revision", "reject", "to_suggestion", "to_public_opinion")
NEEDS_OPINION = frozenset({"return_for_revision", "to_suggestion", "to_public_opinion"})


@dataclass(frozen=True)
class Decided:
    """How one case came out: ``text`` is the new state, or why nothing was done."""

    proposal: Proposal
    is_done: bool
    text: str


def decide_together(
    actor: User,
    *,
    proposals: Iterable[Proposal],
    action: str,
    meeting: Meeting,
    opinion: str = "",
    reason: RejectionReason | None = None,
) -> list[Decided]:
    """Take ``action`` on each of ``proposals``, each in a transaction of its own: one that is refused (decided a moment
    ago, a required step missing) leaves the others alone, and the same form sent twice decides nothing twice.

    Raises NotAllowed, and InvalidInput (name, met_on, opinion, reason) before anything is done.
    """
    insist(can_review_together(fresh(actor)))
    proposals = list(proposals)
    sessions = Session.objects.in_bulk({proposal.session_id for proposal in proposals})
    meeting = _checked(meeting, action, opinion, reason, sessions.values())
    found = []
    for proposal in proposals:
        try:
            done = _decide(actor, proposal, action, meeting, opinion, reason)
        except PortalError as error:
            found.append(Decided(proposal, False, error.message))
        else:
            number = f"，第{done.number}号" if done.number else ""
            found.append(Decided(done, True, f"{PROPOSAL.label_of(done.state)}{number}"))
    return found


def _checked(
    meeting: Meeting, action: str, opinion: str, reason: RejectionReason | None, sessions: Iterable[Session]
) -> Meeting:
    if action not in OUTCOMES:
        raise InvalidInput({"outcome": "请选择审定结论。"})
    name = one_line(demand_text(meeting.name, field="name", most=NAME_MAX, missing="请填写会议名称。"))
    for session in sessions:
        if fault := day_fault(meeting.met_on, session, what="会议日期"):
            raise InvalidInput({"met_on": fault})
    missing = "请写明意见，每一件的提案者都会看到。" if action in NEEDS_OPINION else ""
    demand_text(opinion, field="opinion", most=review.OPINION_MAX, missing=missing)
    if action == "reject" and reason is None:
        raise InvalidInput({"reason": "请从列表中选择不予立案的理由。"})
    return Meeting(name, meeting.met_on)


def _decide(
    actor: User, proposal: Proposal, action: str, meeting: Meeting, opinion: str, reason: RejectionReason | None
) -> Proposal:
    match action:
        case "register":
            return review.register(actor, proposal=proposal, opinion=opinion, meeting=meeting)
        case "return_for_revision":
            return review.return_for_revision(actor, proposal=proposal, opinion=opinion, meeting=meeting)
        case "reject":
            return review.reject(actor, proposal=proposal, reason=reason, opinion=opinion, meeting=meeting)
        case _:
            return review.transfer(actor, proposal=proposal, action=action, opinion=opinion, meeting=meeting)
