"""Issuing (印发) a signed reply, and a new draft that shall replace an imported one."""

from __future__ import annotations

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse

from panjin_portal.lib.clock import now, today
from panjin_portal.lib.kept import Kept, write
from proposals.errors import StateChanged
from proposals.models import Proposal, Proposer, Role, User
from proposals.models.deadlines import DeadlineKind
from proposals.permissions import Decision
from proposals.queries import addressed_proposers
from proposals.services.calendar import load_calendar
from proposals.services.deadlines import Clock, start_clocks
from proposals.services.events import NewEvent, record_event
from proposals.services.handling import record_answered
from proposals.services.locking import fresh, insist, lock_proposal
from proposals.services.notice_wording import say
from replies.documents.letter import from_dict
from replies.models import Delivery, Reply
from replies.permissions import can
from replies.queries import outline_of
from replies.services.delivering import deliver
from replies.services.drafting import store_outline
from replies.services.indexing import index_answer
from replies.services.promises import book_promises
from replies.services.rating_links import make_links, without_account
from replies.services.redo import finish_redo
from replies.services.rendering import has_ready_letter, letter_is_ready, letters_of
from replies.services.revisions import record_revision
from replies.services.telling import Message, tell
from replies.workflow import DocumentState, ReplyState

NOT_RENDERED = {
    DocumentState.QUEUED: "答复函还在排队生成，生成后才能印发。请稍后刷新。",
    DocumentState.RUNNING: "答复函正在生成，生成后才能印发。请稍后刷新。",
    DocumentState.FAILED: "答复函没有生成成功，请在文件页面查看原因：重新生成，或撤回签发、改好再签发。",
}


def may_issue(user: User, reply: Reply) -> Decision:
    """Whether ``user`` may issue ``reply`` now: the clerk, once signed, once the letter lies there as a file."""
    decision = can(user, "issue", reply)
    if not decision or has_ready_letter(reply):
        return decision
    letter = letters_of(reply).first()
    state = DocumentState(letter.state) if letter else DocumentState.QUEUED
    return Decision(False, NOT_RENDERED[state], decision.post)


@Kept
def _signed(pk: int) -> QuerySet[Reply]:
    rows = Reply.objects.filter(pk=pk).annotate(letter_is_ready=letter_is_ready())
    return rows.select_related("bureau", "assignment", "result_class")


@transaction.atomic
def issue_reply(actor: User, *, reply: Reply) -> Reply:
    """Send the signed letter out: the assignments are done, the proposal is answered, feedback and publication fall
    due. Raises WrongStage while the letter has no file. A reply that replaces another one supersedes it."""
    proposal = lock_proposal(reply.proposal_id)
    reply = _signed.get(reply.pk)
    reply.proposal = proposal
    post = insist(may_issue(fresh(actor), reply))
    reply.state, reply.issued_at = ReplyState.ISSUED, now()
    write(reply, "state", "issued_at")
    if reply.replaces is not None:
        _supersede(reply.replaces)
    index_answer(reply)
    # Clocks before the event: it keeps the nearest one on the case.
    finish_redo(proposal=proposal, reply=reply)
    proposers = addressed_proposers(proposal.pk)
    if proposal.source != Proposal.Source.IMPORTED:
        _start_clocks(proposal, reply, proposers)
    book_promises(proposal=proposal, reply=reply)
    text = f"印发答复{reply.document_number}" + (f"（第{reply.answer_round}次）" if reply.redo_of_id else "")
    data = {"reply": reply.pk, "letter_digest": reply.signed_digest, "supersedes": reply.replaces_id}
    if reply.assignment is not None and reply.redo_of_id is None:
        issued = NewEvent(proposal, "issue", text, data, post)
        record_answered(actor, proposal=proposal, assignment=reply.assignment, post=post, before=[issued])
    else:
        record_event(actor, proposal=proposal, kind="issue", post=post, text=text, data=data)
    make_links(actor, proposal=proposal, reply=reply, proposers=without_account(proposers))
    _tell(actor, proposal, reply, proposers, deliver(reply, proposers))
    return reply


def _supersede(old: Reply) -> None:
    if old.state in {ReplyState.ISSUED, ReplyState.CONFIRMED}:
        old.state = ReplyState.SUPERSEDED
        old.save(update_fields=["state"])


def _start_clocks(proposal: Proposal, reply: Reply, proposers: list[Proposer]) -> None:
    """Feedback on this answer from every proposer, those of merged cases too, publication by the bureau."""
    rate, publish = reverse("reply-rate", args=[reply.pk]), reverse("publication-prepare", args=[reply.pk])
    start_clocks(
        proposal=proposal,
        starts_on=today(),
        calendar=load_calendar(),
        clocks=(
            Clock(DeadlineKind.FEEDBACK, Role.PROPOSER, rate, proposers, reply.reference),
            Clock(DeadlineKind.PUBLICATION, Role.CLERK, publish, [reply.bureau]),
        ),
    )


def _tell(actor: User, proposal: Proposal, reply: Reply, proposers: list[Proposer], deliveries: list[Delivery]) -> None:
    """Proposers are asked to rate; the two offices learn that the case is answered; the clerks of bureaus on the copies
    list learn of their copy."""
    name = reply.bureau.short_name
    copied = [row.bureau_id for row in deliveries if row.bureau_id and row.bureau_id != reply.bureau_id]
    tell(
        Message(
            roles=[Role.PROPOSER],
            proposer_ids={proposer.pk for proposer in proposers},
            text=say("answered", proposal, bureau=name),
            link=reverse("reply-rate", args=[reply.pk]),
        ),
        Message(
            roles=[Role.COMMITTEE_STAFF, Role.OFFICE_STAFF],
            text=say("issued", proposal, bureau=name),
            link=reverse("reply-detail", args=[reply.pk]),
        ),
        *(
            Message(
                roles=[Role.CLERK],
                bureau_id=bureau,
                text=say("copied", proposal, bureau=name),
                link=reverse("reply-detail", args=[reply.pk]),
            )
            for bureau in copied
        ),
        but=actor,
    )


def may_revise(user: User, reply: Reply) -> Decision:
    """Whether ``user`` may open a new draft in place of the confirmed import ``reply``."""
    decision = can(user, "revise", reply)
    if decision and Reply.objects.filter(replaces=reply).exists():
        return Decision(False, "已经为这份导入的答复另拟了新稿，请在新稿上修改。", decision.post)
    return decision


@transaction.atomic
def revise_reply(actor: User, *, reply: Reply) -> Reply:
    """Open a draft with the text of a confirmed import. It has no assignment (the case was never assigned here), so
    there is nobody to countersign; 核稿 and 签发 are as for every reply."""
    proposal = lock_proposal(reply.proposal_id)
    old = Reply.objects.select_related("bureau").get(pk=reply.pk)
    post = insist(may_revise(fresh(actor), old))
    if Reply.objects.filter(proposal=proposal, bureau=old.bureau, state=ReplyState.DRAFTING).exists():
        raise StateChanged("本单位在这件提案下已有一份在拟的答复。")
    draft = Reply.objects.create(
        proposal=proposal,
        bureau=old.bureau,
        assignment=None,
        replaces=old,
        state=ReplyState.DRAFTING,
        scheme=old.scheme,
        title=old.title,
        addressee=old.addressee,
        opening=old.opening,
        closing=old.closing,
        result_class=old.result_class,
        contact_person=old.contact_person,
        contact_phone=old.contact_phone,
        copies=old.copies,
        signer_names=old.signer_names,
        drafted_by=actor,
        created_at=now(),
    )
    rows = store_outline(draft, from_dict(old.signed_letter).body if old.signed_letter else outline_of(old))
    record_revision(actor, post=post, reply=draft, rows=list(rows.values()), reason="以导入的答复为底稿")
    record_event(
        actor,
        proposal=proposal,
        kind="revise",
        post=post,
        text="以导入的答复为底稿另拟新稿",
        data={"reply": draft.pk, "replaces": old.pk},
    )
    return draft
