"""Review by the committee: register with a number, return for revision, reject, and undo a registration."""

from __future__ import annotations

from django.db import transaction
from django.urls import reverse

from panjin_portal.lib.clock import now
from proposals.errors import InvalidInput
from proposals.models import Post, Proposal, RejectionReason, Review, Role, Topic, User
from proposals.permissions import can
from proposals.services.events import record_event
from proposals.services.indexing import index_title
from proposals.services.locking import fresh, insist, lock_proposal
from proposals.services.notices import Telling, contacts_of, holders_of, notify, notify_each
from proposals.services.numbering import give_number, void_number
from proposals.services.wording import demand_text, one_line
from proposals.workflow import PROPOSAL

# What a decision writes on the case, together with the head of its chain.
DECIDED = ("state", "number", "registered_at", "topic")
OPINION_MAX = 2_000
VOID_REASON_MAX = 200


@transaction.atomic
def register(actor: User, *, proposal: Proposal, opinion: str = "", topic: Topic | None = None) -> Proposal:
    """立案: the proposal gets its official number and goes to the supervision office. ``topic`` replaces the
    proposer's choice when given. Raises WrongStage, NotAllowed, InvalidInput (opinion, topic)."""
    locked, post = _begin(actor, proposal, "register")
    opinion = demand_text(opinion, field="opinion", most=OPINION_MAX)
    if topic is not None:
        locked.topic = topic
    issued = give_number(locked)
    locked.number = issued.printed
    locked.registered_at = issued.issued_at
    _decide(actor, locked, post, "register", Review.Outcome.REGISTERED, opinion=opinion)
    index_title(locked)
    record_event(
        actor,
        proposal=locked,
        kind="register",
        post=post,
        text=f"准予立案，编为第{issued.printed}号",
        data={"number": issued.printed},
        also=DECIDED,
        clocks_moved=False,
    )
    assign, page = (reverse(name, args=[locked.pk]) for name in ("proposal-assign", "proposal-detail"))
    registered = f"您的提案已立案，编为第{issued.printed}号：{locked.title}"
    notify_each(
        Telling(holders_of(roles=[Role.OFFICE_STAFF]), f"提案待交办：{locked}", assign),
        Telling(contacts_of(locked), registered, page),
        but=actor,
    )
    return locked


@transaction.atomic
def return_for_revision(actor: User, *, proposal: Proposal, opinion: str) -> Proposal:
    """退回修改: back to whoever filed it, with an opinion that says what to change."""
    locked, post = _begin(actor, proposal, "return_for_revision")
    opinion = demand_text(opinion, field="opinion", most=OPINION_MAX, missing="请写明需要修改什么。")
    _decide(actor, locked, post, "return_for_revision", Review.Outcome.RETURNED, opinion=opinion)
    record_event(
        actor,
        proposal=locked,
        kind="return_for_revision",
        post=post,
        text="审查后退回修改",
        also=DECIDED,
        clocks_moved=False,
    )
    _tell_proposers(actor, locked, f"提案退回修改：{locked.title}", to_be_changed=True)
    return locked


@transaction.atomic
def reject(actor: User, *, proposal: Proposal, reason: RejectionReason | None, opinion: str = "") -> Proposal:
    """不予立案 for one of the listed reasons (DOMAIN 1.5), told to the proposer."""
    locked, post = _begin(actor, proposal, "reject")
    if reason is None:
        raise InvalidInput({"reason": "请从列表中选择不予立案的理由。"})
    opinion = demand_text(opinion, field="opinion", most=OPINION_MAX)
    _decide(actor, locked, post, "reject", Review.Outcome.REJECTED, opinion=opinion, reason=reason)
    record_event(
        actor,
        proposal=locked,
        kind="reject",
        post=post,
        text=f"不予立案，理由：{reason.text}",
        data={"reason": reason.pk},
        also=DECIDED,
        clocks_moved=False,
    )
    _tell_proposers(actor, locked, f"提案不予立案（{reason.text}）：{locked.title}")
    return locked


@transaction.atomic
def undo_registration(actor: User, *, proposal: Proposal, opinion: str) -> Proposal:
    """撤销立案 before it is assigned: the number becomes 作废 and is never given again; review starts over."""
    locked, post = _begin(actor, proposal, "undo_registration")
    reason = demand_text(opinion, field="opinion", most=VOID_REASON_MAX, missing="请写明撤销立案的原因。")
    issued = void_number(locked, reason=one_line(reason))
    locked.number = ""
    locked.registered_at = None
    locked.state = PROPOSAL.get("undo_registration").target or locked.state
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
    _tell_proposers(actor, locked, f"提案立案已撤销，重新审查：{locked.title}")
    return locked


def _begin(actor: User, proposal: Proposal, action: str) -> tuple[Proposal, Post]:
    locked = lock_proposal(proposal.pk)
    return locked, insist(can(fresh(actor), action, locked))


def _decide(
    actor: User,
    proposal: Proposal,
    post: Post,
    action: str,
    outcome: Review.Outcome,
    *,
    opinion: str,
    reason: RejectionReason | None = None,
) -> None:
    proposal.state = PROPOSAL.get(action).target or proposal.state
    Review.objects.create(
        proposal=proposal,
        outcome=outcome,
        reason=reason,
        opinion=opinion,
        reviewed_by=actor,
        post=post,
        reviewed_at=now(),
    )


def _tell_proposers(actor: User, proposal: Proposal, text: str, *, to_be_changed: bool = False) -> None:
    """Tell the contacts of the proposers. What is to be changed goes to whoever can: to the person of the committee
    who typed it, if it was typed for the proposer."""
    page, edit = (reverse(name, args=[proposal.pk]) for name in ("proposal-detail", "proposal-edit"))
    typed = proposal.created_by_committee
    notify(contacts_of(proposal), text=text, link=edit if to_be_changed and not typed else page, but=actor)
    if to_be_changed and typed:
        notify([proposal.created_by_id], text=text, link=edit)
