"""Review by the committee: register with a number, return for revision, reject, transfer, and undo a decision."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.urls import reverse

from panjin_portal.lib.clock import now
from panjin_portal.lib.kept import insert
from proposals.errors import InvalidInput
from proposals.models import Post, Proposal, RejectionReason, Review, Role, Topic, User
from proposals.permissions import can
from proposals.services.content import as_text, stored_content
from proposals.services.events import record_event
from proposals.services.indexing import index_title
from proposals.services.locking import fresh, insist, lock_proposal
from proposals.services.merging import insist_without_merged
from proposals.services.notice_wording import Said, say
from proposals.services.notices import Telling, contacts_of, holders_of, notify, notify_each, tellings_of_case
from proposals.services.numbering import give_number, void_number
from proposals.services.review_steps import case_with_missing_step, insist_on_steps
from proposals.services.wording import demand_text, one_line
from proposals.workflow import PROPOSAL

# What a decision writes on the case, together with the head of its chain.
DECIDED = ("state", "number", "registered_at", "topic")
OPINION_MAX = 2_000
VOID_REASON_MAX = 200
# action: what the review is called, and what the event says
TRANSFERS = {
    "to_suggestion": (Review.Outcome.SUGGESTION, "不立案，转为意见建议"),
    "to_public_opinion": (Review.Outcome.OPINION, "不立案，转社情民意"),
}


@dataclass(frozen=True)
class Meeting:
    """The meeting of the committee that decided."""

    name: str
    met_on: date


@transaction.atomic
def register(
    actor: User,
    *,
    proposal: Proposal,
    opinion: str = "",
    topic: Topic | None = None,
    meeting: Meeting | None = None,
) -> Proposal:
    """立案: the proposal gets its official number and goes to the supervision office. ``topic`` replaces the
    proposer's choice when given. Raises WrongStage, NotAllowed, InvalidInput (opinion, topic)."""
    locked, post = _begin(actor, proposal, "register")
    opinion = demand_text(opinion, field="opinion", most=OPINION_MAX)
    if topic is not None:
        locked.topic = topic
    issued = give_number(locked)
    locked.number = issued.printed
    locked.registered_at = issued.issued_at
    _decide(actor, locked, post, "register", Review.Outcome.REGISTERED, opinion=opinion, meeting=meeting)
    index_title(locked)
    record_event(
        actor,
        proposal=locked,
        kind="register",
        post=post,
        text=f"{_decided_by(meeting)}准予立案，编为第{issued.printed}号",
        data={"number": issued.printed},
        also=DECIDED,
        clocks_moved=False,
    )
    assign = reverse("proposal-assign", args=[locked.pk])
    of_main, of_merged = (say(kind, locked, printed=issued.printed) for kind in ("registered", "registered_main"))
    notify_each(
        Telling(holders_of(roles=[Role.OFFICE_STAFF]), say("to_assign", locked), assign),
        *tellings_of_case(locked, of_main, of_merged),
        but=actor,
    )
    return locked


@transaction.atomic
def return_for_revision(actor: User, *, proposal: Proposal, opinion: str, meeting: Meeting | None = None) -> Proposal:
    """退回修改: back to whoever filed it, with an opinion that says what to change. The text as it was is kept, so that
    the next review sees what changed."""
    locked, post = _begin(actor, proposal, "return_for_revision")
    opinion = demand_text(opinion, field="opinion", most=OPINION_MAX, missing="请写明需要修改什么。")
    text = as_text(stored_content(locked))
    returned = Review.Outcome.RETURNED
    _decide(actor, locked, post, "return_for_revision", returned, opinion=opinion, meeting=meeting, text=text)
    record_event(
        actor,
        proposal=locked,
        kind="return_for_revision",
        post=post,
        text=f"{_decided_by(meeting)}审查后退回修改",
        also=DECIDED,
        clocks_moved=False,
    )
    _tell_proposers(actor, locked, say("returned", locked), to_be_changed=True)
    return locked


@transaction.atomic
def reject(
    actor: User,
    *,
    proposal: Proposal,
    reason: RejectionReason | None,
    opinion: str = "",
    meeting: Meeting | None = None,
) -> Proposal:
    """不予立案 for one of the listed reasons (DOMAIN 1.5), told to the proposer."""
    locked, post = _begin(actor, proposal, "reject")
    insist_without_merged(locked)
    if reason is None:
        raise InvalidInput({"reason": "请从列表中选择不予立案的理由。"})
    opinion = demand_text(opinion, field="opinion", most=OPINION_MAX)
    _decide(actor, locked, post, "reject", Review.Outcome.REJECTED, opinion=opinion, reason=reason, meeting=meeting)
    record_event(
        actor,
        proposal=locked,
        kind="reject",
        post=post,
        text=f"{_decided_by(meeting)}不予立案，理由：{reason.text}",
        data={"reason": reason.pk},
        also=DECIDED,
        clocks_moved=False,
    )
    _tell_proposers(actor, locked, say("rejected", locked, reason=reason.text))
    return locked


@transaction.atomic
def transfer(actor: User, *, proposal: Proposal, action: str, opinion: str, meeting: Meeting | None = None) -> Proposal:
    """转为意见建议 (``to_suggestion``) or 转社情民意 (``to_public_opinion``), with words to the proposer: where it went
    and why (DOMAIN 1.4)."""
    outcome, words = TRANSFERS[action]
    locked, post = _begin(actor, proposal, action)
    insist_without_merged(locked)
    opinion = demand_text(opinion, field="opinion", most=OPINION_MAX, missing="请写明转到哪里、为什么，提案者会看到。")
    _decide(actor, locked, post, action, outcome, opinion=opinion, meeting=meeting)
    text = f"{_decided_by(meeting)}{words}"
    record_event(actor, proposal=locked, kind=action, post=post, text=text, also=DECIDED, clocks_moved=False)
    _tell_proposers(actor, locked, say("transferred", locked, what=words))
    return locked


@transaction.atomic
def undo_decision(actor: User, *, proposal: Proposal, opinion: str) -> Proposal:
    """撤销结论: a rejection or a transfer no longer holds, review starts over. A registration and a merge are undone by
    steps of their own."""
    locked, post = _begin(actor, proposal, "undo_decision")
    reason = demand_text(opinion, field="opinion", most=VOID_REASON_MAX, missing="请写明撤销结论的原因。")
    label = PROPOSAL.label_of(locked.state)
    _decide(actor, locked, post, "undo_decision", Review.Outcome.UNDONE, opinion=reason)
    text = f"撤销“{label}”的结论，重新审查：{one_line(reason)}"
    record_event(actor, proposal=locked, kind="undo_decision", post=post, text=text, also=DECIDED, clocks_moved=False)
    _tell_proposers(actor, locked, say("decision_undone", locked, what=label))
    return locked


@transaction.atomic
def undo_registration(actor: User, *, proposal: Proposal, opinion: str) -> Proposal:
    """撤销立案 before it is assigned: the number becomes 作废 and is never given again; review starts over."""
    locked, post = _begin(actor, proposal, "undo_registration")
    reason = demand_text(opinion, field="opinion", most=VOID_REASON_MAX, missing="请写明撤销立案的原因。")
    issued = void_number(locked, reason=one_line(reason))
    locked.number = ""
    locked.registered_at = None
    _decide(actor, locked, post, "undo_registration", Review.Outcome.UNDONE, opinion=reason)
    index_title(locked)
    record_event(
        actor,
        proposal=locked,
        kind="undo_registration",
        post=post,
        text=f"撤销立案，第{issued.printed}号作废：{issued.void_reason}",
        data={"number": issued.printed},
        also=DECIDED,
        clocks_moved=False,
    )
    of_main, of_merged = (say(kind, locked) for kind in ("registration_undone", "registration_undone_main"))
    notify_each(*tellings_of_case(locked, of_main, of_merged), but=actor)
    return locked


def _begin(actor: User, proposal: Proposal, action: str) -> tuple[Proposal, Post]:
    locked = lock_proposal(proposal.pk, rows=case_with_missing_step)
    post = insist(can(fresh(actor), action, locked))
    if not action.startswith("undo"):
        insist_on_steps(locked)
    return locked, post


def _decide(
    actor: User,
    proposal: Proposal,
    post: Post,
    action: str,
    outcome: Review.Outcome,
    *,
    opinion: str,
    reason: RejectionReason | None = None,
    meeting: Meeting | None = None,
    text: str = "",
) -> None:
    proposal.state = PROPOSAL.get(action).target or proposal.state
    review = Review(
        proposal=proposal,
        outcome=outcome,
        reason=reason,
        opinion=opinion,
        meeting=meeting.name if meeting else "",
        met_on=meeting.met_on if meeting else None,
        text=text,
        reviewed_by=actor,
        post=post,
        reviewed_at=now(),
    )
    insert([review])


def _decided_by(meeting: Meeting | None) -> str:
    return f"经{meeting.name}审定，" if meeting else ""


def _tell_proposers(actor: User, proposal: Proposal, text: Said, *, to_be_changed: bool = False) -> None:
    """Tell the contacts of the proposers. What is to be changed goes to whoever can: to the person of the committee
    who typed it, if it was typed for the proposer."""
    page, edit = (reverse(name, args=[proposal.pk]) for name in ("proposal-detail", "proposal-edit"))
    typed = proposal.created_by_committee
    notify(contacts_of(proposal), text=text, link=edit if to_be_changed and not typed else page, but=actor)
    if to_be_changed and typed:
        notify([proposal.created_by_id], text=text, link=edit)
