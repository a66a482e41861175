"""A member signs, unasked, a text that its writer opened to all members (附议; DOMAIN 1.3 可否附议)."""

from __future__ import annotations

from django.db import transaction

from panjin_portal.lib.clock import now
from proposals.errors import InvalidInput, NotAllowed, StateChanged, WrongStage
from proposals.models import Invitation, Proposal, User
from proposals.permissions import can
from proposals.permissions_cosigning import cosignable_by
from proposals.services.content import PROPOSERS_MAX
from proposals.services.cosigning import OPINION_MAX, end_expired, tell_initiator
from proposals.services.events import record_event
from proposals.services.locking import fresh, insist, lock_proposal
from proposals.services.notice_wording import say
from proposals.services.signatures import text_to_sign
from proposals.services.wording import demand_text, one_line
from proposals.workflow_cosigning import LIVE, InvitationState


@transaction.atomic
def join_cosigning(actor: User, *, proposal: Proposal, version: int, opinion: str = "") -> Invitation:
    """Sign the text as it stood in ``version``. From here on it is a signature like any other: a change of the text
    asks again, handing in makes the signer a proposer, the initiator may take it back.

    Raises WrongStage when the text was changed since or is not for this member to sign, InvalidInput when the list of
    proposers is full."""
    locked = lock_proposal(proposal.pk)
    member = fresh(actor)
    post = insist(can(member, "join_cosigning", locked))
    opinion = one_line(demand_text(opinion, field="opinion", most=OPINION_MAX))
    if post.proposer is None:
        raise NotAllowed("附议由委员本人办理。")
    if locked.version != version:
        raise StateChanged("提案刚被发起人改动，没有签名。请看过现在的文字再决定。")
    if not cosignable_by(member).filter(pk=locked.pk).exists():
        raise WrongStage("您已在这件提案的联名名单里，或发起人撤回过对您的邀请，不能再自行附议；可以请发起人邀请您。")
    live = list(Invitation.objects.filter(proposal=locked, state__in=LIVE).select_related("deadline"))
    own = [row for row in live if row.proposer_id == post.proposer_id]  # ran out, or it would not be for him to sign
    if len({row.proposer_id for row in live} | _named(locked) | {post.proposer_id}) > PROPOSERS_MAX:
        raise InvalidInput({"": f"提案者连同受邀人已满 {PROPOSERS_MAX} 位，不能再附议。"})
    end_expired(own)
    row = Invitation.objects.create(
        proposal=locked,
        proposer=post.proposer,
        state=InvitationState.ACCEPTED,
        by_himself=True,
        opinion=opinion,
        invited_by=actor,
        invited_at=now(),
        answered_by=actor,
        answered_at=now(),
        signed_text=text_to_sign(locked),
    )
    record_event(
        actor,
        proposal=locked,
        kind="join_cosigning",
        post=post,
        text=f"{post.proposer}附议",
        data={"version": version},
        clocks_moved=bool(own),
    )
    tell_initiator(actor, locked, say("cosign_joined", locked, proposer=str(post.proposer)))
    return row


def _named(proposal: Proposal) -> set[int]:
    return {row.proposer_id for row in proposal.proposal_proposers.all()}
