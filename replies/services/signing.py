"""签发: the text freezes, the document number is given, the letter goes to the printer's queue."""

from __future__ import annotations

from django.db import transaction
from django.db.models import QuerySet

from panjin_portal.lib.clock import now, today
from panjin_portal.lib.kept import Kept, insert_next, write
from proposals.errors import InvalidInput, WrongStage
from proposals.models import Bureau, ResultClass, Role, User
from proposals.services.notice_wording import say
from replies.answer_matrix import draft_matrix, freeze, gaps
from replies.documents.letter import digest, to_dict
from replies.models import CoHandlerOpinion, DocumentNumber, FollowUp, Reply
from replies.queries import all_sections
from replies.services.clearance import (
    Decided,
    Step,
    insist_on_new_person,
    record_clearance_event,
    record_step,
    steps_of_round,
    take_up,
    tell_next,
)
from replies.services.glyphs import insist_on_glyphs
from replies.services.letters import letter_to_sign
from replies.services.rendering import queue_letter
from replies.workflow import ReplyState

SEND_BACK = "请写明意见退回经办人修改，再签发。"
# What signing writes on the reply.
SIGNED = (
    "state",
    "document_number",
    "result_class",
    "signed_on",
    "signed_by",
    "signer_names",
    "signed_letter",
    "signed_digest",
    "signed_matrix",
    "signed_matrix_digest",
)


@transaction.atomic
def sign_reply(
    actor: User, *, reply: Reply, result_class: ResultClass, comment: str = "", seen_round: int | None = None
) -> Reply:
    """Sign for the bureau: result class confirmed or changed, number given, text and its digest kept for ever.

    InvalidInput for a class of another scheme, another than the office has set in its audit, or one whose promise the
    matrix lacks, and (``comment``) for a character that no font could print; WrongStage when the bureau has no 机关代字
    or the page is stale.
    """
    proposal, reply, post = take_up(actor, "sign", reply, seen_round, with_session=True)
    steps = steps_of_round(reply)
    insist_on_new_person(actor, reply, steps)
    if result_class.scheme_id != proposal.session.result_scheme_id:
        raise InvalidInput({"result_class": "办理结果类别不在本届的分类方案里。"})
    audited = {step.class_after_id for step in steps if step.step == Step.AUDIT} - {None, result_class.pk}
    if audited:
        raise InvalidInput({"result_class": "督查室审查时改定了类别，不能另改；有不同意见请退回修改后再送审。"})
    changed = reply.result_class if reply.result_class_id != result_class.pk else None
    # One that was given before the signature was taken back stays this reply's.
    takes_number = not reply.document_number
    if takes_number:
        reply.document_number = str(next_document_number(reply.bureau, reply=reply))
    reply.result_class = result_class
    reply.signed_on = today()
    reply.signed_by = actor
    reply.signer_names = reply.signer_names or reply.bureau.name
    rows = all_sections(reply)
    matrix = draft_matrix(reply, rows)
    if lacking := gaps(matrix, result_class):
        told = "".join(gap.sentence for gap in lacking)
        raise InvalidInput({"result_class": f"{told}请退回经办人在逐条对照里补上，再签发。"})
    reply.signed_matrix, reply.signed_matrix_digest = freeze(matrix)
    letter = letter_to_sign(reply, rows, matrix)
    insist_on_glyphs(letter, field="comment", advice=SEND_BACK)
    reply.signed_letter, reply.signed_digest = to_dict(letter), digest(letter)
    reply.state = ReplyState.SIGNED
    write(reply, *SIGNED)
    step = record_step(actor, post, reply, Step.SIGN, Decided.PASSED, comment)
    text = f"签发答复，发文字号{reply.document_number}，办理结果{result_class.code}类"
    if changed is not None:
        text += f"（由{changed.code}类改定）"
        step.class_before, step.class_after = changed, result_class
        write(step, "class_before", "class_after")
    record_clearance_event(
        actor, proposal, reply, post, "sign", text, comment, {"matrix_digest": reply.signed_matrix_digest}
    )
    queue_letter(reply, is_new=takes_number)  # no letter with this number has ever been printed
    tell_next(actor, proposal, reply, [Role.CLERK], [reply.bureau], "reply-detail", say("signed", proposal))
    return reply


def next_document_number(
    bureau: Bureau,
    *,
    reply: Reply | None = None,
    follow_up: FollowUp | None = None,
    opinion: CoHandlerOpinion | None = None,
) -> DocumentNumber:
    """The next number of the bureau's word in this year, kept in the register (机关代字〔年〕序号号).

    The bureau's row is locked, so two leaders signing two cases get consecutive numbers; when signing fails the
    register row goes with the transaction and leaves no gap.
    """
    # NO KEY: rows that only refer to the bureau need not wait.
    bureau = _bureau.get(bureau.pk)
    word = bureau.document_word.strip()
    if not word:
        raise WrongStage(
            f"{bureau.short_name}还没有登记机关代字，不能编发文字号。请系统管理员在“系统管理—单位”里填写后再签发。"
        )
    number = DocumentNumber(
        bureau=bureau,
        word=word,
        year=today().year,
        reply=reply,
        follow_up=follow_up,
        opinion=opinion,
        issued_at=now(),
    )
    insert_next(number, "serial", within=("word", "year"))
    return number


@Kept
def _bureau(pk: int) -> QuerySet[Bureau]:
    return Bureau.objects.select_for_update(no_key=True).filter(pk=pk)
