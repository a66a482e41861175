"""The second answer (跟踪答复): a short numbered letter, signed by the leader of the bureau that made a promise."""

from __future__ import annotations

from django.db import transaction
from django.urls import reverse

from panjin_portal.lib.chinese import long_date
from panjin_portal.lib.clock import now, today
from proposals.errors import EditConflict, NotAllowed
from proposals.models import Post, Proposal, Role, User
from proposals.queries import addressed_proposers
from proposals.services.events import record_event
from proposals.services.locking import fresh, insist, lock_proposal
from proposals.services.notice_wording import say
from proposals.services.wording import demand_text
from replies.documents.letter import Letter, digest, to_dict
from replies.models import FollowUp, Promise
from replies.permissions_followup import can
from replies.queries import paragraphs_of
from replies.services.glyphs import insist_on_glyphs, insist_on_glyphs_of_text
from replies.services.letters import heading_of
from replies.services.rendering import queue_follow_up
from replies.services.signing import SEND_BACK, next_document_number
from replies.services.telling import Message, tell
from replies.structure.outline import Section
from replies.workflow import FollowUpState

LONGEST = 3000
NO_TEXT = "请写明告诉提案者什么，每段一行。"


def open_follow_up(actor: User, *, proposal: Proposal, promise: Promise, text: str) -> FollowUp:
    """Put the second answer before the leader; inside the transaction that settles the promise, which tells him."""
    words = demand_text(text, field="text", most=LONGEST, missing=NO_TEXT)
    insist_on_glyphs_of_text(words, field="text")
    return FollowUp.objects.create(
        promise=promise,
        bureau=promise.bureau,
        state=FollowUpState.SIGNING,
        text=words,
        written_by=actor,
        created_at=now(),
    )


def letter_of(row: FollowUp, proposal: Proposal) -> Letter:
    """The letter as it stands: what was promised in which answer, and what came of it."""
    reply, session = row.promise.reply, proposal.session.name
    number = f"（{proposal.label}）" if proposal.number else ""
    day = f"{long_date(reply.signed_on)}" if reply.signed_on else ""
    which = f"以{reply.document_number}" if reply.document_number else ""
    matter = proposal.matter
    return Letter(
        **heading_of(row.bureau),
        number=row.document_number,
        class_mark="",
        title=f"对市政协{session}{matter}{number}提案的跟踪答复",
        addressee=reply.addressee,
        opening=f"{reply.bureau.name}{day}{which}答复了上述提案，其中提出：{row.promise.text.rstrip('。')}。现将进展答复如下：",
        body=(Section(0, "", "", False, paragraphs_of(row.text)),),
        closing=("特此答复。",),
        signers=(row.bureau.name,),
        signed_on=row.signed_on,
        copies=("市政协提案委", "市政府督查室"),
    )


@transaction.atomic
def resubmit_follow_up(actor: User, *, follow_up: FollowUp, version: int, text: str) -> FollowUp:
    """The mended text goes back to the leader. EditConflict when a colleague saved first."""
    proposal, row, post = _take_up(actor, "resubmit_follow_up", follow_up)
    words = demand_text(text, field="text", most=LONGEST, missing=NO_TEXT)
    insist_on_glyphs_of_text(words, field="text")
    if row.version != version:
        raise EditConflict(mine=words, theirs=row.text, version=row.version)
    row.text, row.version, row.written_by = words, row.version + 1, actor
    row.state, row.returned_comment = FollowUpState.SIGNING, ""
    row.save(update_fields=["text", "version", "written_by", "state", "returned_comment"])
    _record(actor, proposal, row, post, "resubmit_follow_up", "跟踪答复改好再送签发")
    _tell_bureau(actor, proposal, row, Role.LEADER, "follow_up_to_sign")
    return row


@transaction.atomic
def return_follow_up(actor: User, *, follow_up: FollowUp, comment: str) -> FollowUp:
    """Back to the clerk with the leader's opinion."""
    proposal, row, post = _take_up(actor, "return_follow_up", follow_up)
    row.returned_comment = demand_text(comment, field="comment", most=500, missing="请写明要改什么。")
    row.state = FollowUpState.DRAFTING
    row.save(update_fields=["state", "returned_comment"])
    _record(actor, proposal, row, post, "return_follow_up", "跟踪答复退回修改")
    _tell_bureau(actor, proposal, row, Role.CLERK, "follow_up_returned")
    return row


@transaction.atomic
def sign_follow_up(actor: User, *, follow_up: FollowUp) -> FollowUp:
    """Sign and send: number given, text frozen with its digest, file queued, proposers told. Who wrote it does not sign
    it (NotAllowed); InvalidInput for a character that no font could print; WrongStage out of turn or without
    机关代字."""
    proposal, row, post = _take_up(actor, "sign_follow_up", follow_up)
    if row.written_by_id == actor.pk:
        raise NotAllowed("这份跟踪答复由您拟稿，请由其他领导签发。")
    row.document_number = str(next_document_number(row.bureau, follow_up=row))
    row.signed_by, row.signed_on = actor, today()
    letter = letter_of(row, proposal)
    insist_on_glyphs(letter, field="", advice=SEND_BACK, proposal=proposal)
    row.letter, row.letter_digest, row.state = to_dict(letter), digest(letter), FollowUpState.ISSUED
    row.save()
    queue_follow_up(row.promise.reply, row.letter, row.letter_digest, letter.title)
    text = f"{row.bureau.short_name}印发跟踪答复{row.document_number}"
    _record(actor, proposal, row, post, "sign_follow_up", text)
    link = reverse("follow-up-detail", args=[row.pk])
    named = [one.pk for one in addressed_proposers(proposal.pk)]  # those of merged cases too
    told = say("follow_up_sent", proposal, bureau=row.bureau.short_name)
    tell(
        Message([Role.PROPOSER], told, link, proposer_ids=named),
        Message([Role.OFFICE_STAFF, Role.COMMITTEE_STAFF], say("follow_up_issued", proposal, words=text), link),
        Message([Role.CLERK], say("follow_up_signed", proposal), link, bureau_id=row.bureau_id),
        but=actor,
    )
    return row


def _take_up(actor: User, action: str, follow_up: FollowUp) -> tuple[Proposal, FollowUp, Post]:
    proposal = lock_proposal(follow_up.promise.proposal_id)
    row = FollowUp.objects.select_related("bureau", "promise__reply__bureau").get(pk=follow_up.pk)
    return proposal, row, insist(can(fresh(actor), action, row))


def _record(actor: User, proposal: Proposal, row: FollowUp, post: Post, kind: str, text: str) -> None:
    data = {"follow_up": row.pk, "promise": row.promise_id, "letter_digest": row.letter_digest}
    record_event(actor, proposal=proposal, kind=kind, post=post, text=text, data=data)


def _tell_bureau(actor: User, proposal: Proposal, row: FollowUp, role: str, kind: str) -> None:
    link = reverse("follow-up-detail", args=[row.pk])
    tell(Message([role], say(kind, proposal), link, bureau_id=row.bureau_id), but=actor)
