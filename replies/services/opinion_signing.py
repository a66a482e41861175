"""The signature of a co-handler's leader on its opinion: asked for, given, refused with words, taken back."""

from __future__ import annotations

import hashlib

from django.db import transaction
from django.urls import reverse

from panjin_portal.lib.clock import now
from proposals.errors import InvalidInput, StateChanged
from proposals.models import Post, Proposal, Role, User
from proposals.models.deadlines import DeadlineKind
from proposals.services.deadlines import meet_deadline
from proposals.services.events import record_event
from proposals.services.locking import fresh, insist, lock_proposal
from proposals.services.notice_wording import say
from proposals.services.notices import holders_of, notify
from replies.models import CoHandlerOpinion, Reply
from replies.permissions import can
from replies.queries import active_assignments
from replies.services.glyphs import insist_on_glyphs
from replies.services.opinion_letter import opinion_letter
from replies.services.rendering import queue_opinion
from replies.services.signing import SEND_BACK, next_document_number
from replies.workflow import OpinionState

STALE = "会办意见刚被改过，请看过最新的文字再签发。"
NOBODY_SIGNS = "本单位还没有能签发的领导，请联系管理员登记签发领导的任职，再送签发。"
NO_WORD = (
    "本单位还没有登记机关代字，签发时编不了发文字号。请系统管理员在“系统管理—单位”里登记；"
    "以纸质公函送的，请填写公函的发文字号。"
)
NO_COMMENT = "退回会办意见必须写明意见，经办人据此修改。"


def opinion_digest(opinion: CoHandlerOpinion) -> str:
    """SHA-256 (64 hex digits) of number, heading and text, as they are signed."""
    parts = (opinion.document_number, opinion.heading, opinion.body)
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


@transaction.atomic
def sign_opinion(actor: User, *, opinion: CoHandlerOpinion, seen_version: int | None = None) -> CoHandlerOpinion:
    """The leader signs: the text is the bureau's word from now on, gets the next number of its register unless it has
    that of a letter on paper, and goes to the lead. InvalidInput (``comment``) for a character that no font could
    print; NotAllowed for who wrote it or sent it; WrongStage when it is not up for signing, is another text than
    ``seen_version``, or the bureau has no 机关代字."""
    proposal, opinion = _lock(opinion)
    post = insist(can(fresh(actor), "sign_opinion", opinion))
    if seen_version is not None and seen_version != opinion.version:
        raise StateChanged(STALE)
    if not opinion.document_number:
        opinion.document_number = str(next_document_number(opinion.assignment.bureau, opinion=opinion))
    opinion.signed_by, opinion.signed_post, opinion.signed_at = actor, post, now()
    opinion.signed_digest = opinion_digest(opinion)
    return hand_over(actor, post, proposal, opinion, "sign_opinion")


@transaction.atomic
def return_opinion(actor: User, *, opinion: CoHandlerOpinion, comment: str) -> CoHandlerOpinion:
    """The leader sends it back with ``comment``; the text stays. InvalidInput without a comment."""
    proposal, opinion = _lock(opinion)
    post = insist(can(fresh(actor), "return_opinion", opinion))
    comment = comment.strip()
    if not comment:
        raise InvalidInput({"comment": NO_COMMENT})
    opinion.state, opinion.returned_with = OpinionState.DRAFTING, comment
    opinion.save(update_fields=["state", "returned_with"])
    _record(actor, post, proposal, opinion, "return_opinion", "的会办意见退回经办人修改", comment=comment)
    clerks = holders_of(roles=[Role.CLERK], bureau_id=opinion.assignment.bureau_id)
    link = reverse("opinion-edit", args=[opinion.assignment_id])
    notify(clerks, text=say("opinion_returned", proposal), link=link, but=actor)
    return opinion


@transaction.atomic
def withdraw_opinion(actor: User, *, opinion: CoHandlerOpinion) -> CoHandlerOpinion:
    """A clerk of the bureau takes it back before it is signed; the text stays."""
    proposal, opinion = _lock(opinion)
    post = insist(can(fresh(actor), "withdraw_opinion", opinion))
    opinion.state = OpinionState.DRAFTING
    opinion.save(update_fields=["state"])
    _record(actor, post, proposal, opinion, "withdraw_opinion", "从领导处撤回会办意见")
    return opinion


def ask_signature(actor: User, post: Post, proposal: Proposal, opinion: CoHandlerOpinion) -> CoHandlerOpinion:
    """Tell the leaders of the bureau that ``opinion``, handed in already, waits for one of them. InvalidInput when the
    bureau has nobody but the people who wrote and sent it, or could not number it."""
    bureau = opinion.assignment.bureau
    if not opinion.document_number and not bureau.document_word.strip():
        raise InvalidInput({"document_number": NO_WORD})
    own = {actor.pk, opinion.written_by_id}
    leaders = [pk for pk in holders_of(roles=[Role.LEADER], bureau_id=bureau.pk) if pk not in own]
    if not leaders:
        raise InvalidInput({"body": NOBODY_SIGNS})
    _record(actor, post, proposal, opinion, "submit_opinion", "的会办意见送领导签发")
    link = reverse("opinion-sign", args=[opinion.assignment_id])
    notify(leaders, text=say("opinion_to_sign", proposal), link=link, but=actor)
    return opinion


def hand_over(actor: User, post: Post, proposal: Proposal, opinion: CoHandlerOpinion, kind: str) -> CoHandlerOpinion:
    """To the lead: the clock of 会办意见 stops, the lead's clerks are told, what was signed is queued for printing.
    ``kind``: of the event."""
    bureau = opinion.assignment.bureau
    opinion.state, opinion.submitted_at = OpinionState.SUBMITTED, now()
    signed = ("document_number", "signed_by", "signed_post", "signed_at", "signed_digest")
    opinion.save(update_fields=["state", "submitted_at", *signed])
    meet_deadline(proposal=proposal, kind=DeadlineKind.OPINION, whose=bureau)
    number = opinion.document_number
    told = f"签发并送出会办意见{number}" if opinion.signed_digest else "送出会办意见"
    _record(actor, post, proposal, opinion, kind, told)
    lead = next((one for one in active_assignments(proposal.pk) if one.is_answering), None)
    if opinion.signed_digest:
        opinion.assignment.proposal = proposal
        letter = opinion_letter(opinion, lead.bureau if lead else None)
        insist_on_glyphs(letter, field="comment", advice=SEND_BACK, proposal=proposal)
        queue_opinion(opinion, letter)
    if lead is not None:
        reply = Reply.objects.filter(proposal=proposal, bureau=lead.bureau).first()
        link = reverse("reply-edit", args=[reply.pk]) if reply else reverse("proposal-detail", args=[proposal.pk])
        text = say("opinion_handed_in", proposal, bureau=bureau.short_name)
        notify(holders_of(roles=[Role.CLERK], bureau_id=lead.bureau_id), text=text, link=link, but=actor)
    return opinion


def _lock(opinion: CoHandlerOpinion) -> tuple[Proposal, CoHandlerOpinion]:
    proposal = lock_proposal(opinion.assignment.proposal_id)
    rows = CoHandlerOpinion.objects.select_related("assignment__bureau")
    return proposal, rows.get(pk=opinion.pk, assignment__proposal=proposal)


def _record(
    actor: User, post: Post, proposal: Proposal, opinion: CoHandlerOpinion, kind: str, what: str, **also: str
) -> None:
    """One event. What a leader sent it back with is for his bureau: it stands in the data, which no page shows."""
    record_event(
        actor,
        proposal=proposal,
        kind=kind,
        post=post,
        text=f"{opinion.assignment.bureau.short_name}{what}",
        data={"opinion": opinion.pk, "characters": len(opinion.body), "digest": opinion.signed_digest, **also},
    )
