"""撤回签发: the way back for a signed letter whose file cannot be made, so that it can never be issued as it stands."""

from __future__ import annotations

from django.db import transaction

from proposals.errors import InvalidInput
from proposals.models import Role, User
from proposals.permissions import Decision
from proposals.services.locking import insist
from proposals.services.notice_wording import say
from replies.models import Reply
from replies.permissions import can
from replies.services.clearance import Decided, Step, record_clearance_event, record_step, take_up, tell_next
from replies.services.rendering import letters_of
from replies.workflow import REPLY, DocumentState

NOT_FAILED = "只有答复函没有生成成功，才能撤回签发；这份答复函没有生成失败。"
NO_COMMENT = "撤回签发必须写明原因，经办人据此修改。"
# What signing wrote and the way back takes away. The number stays with the reply and is used again.
UNSIGNED = (
    "state",
    "signed_on",
    "signed_by",
    "signed_letter",
    "signed_digest",
    "signed_matrix",
    "signed_matrix_digest",
)


def may_return_signed(user: User, reply: Reply) -> Decision:
    """Whether ``user`` may take the signature back: the bureau's clerk or leader, while the file of the signed text is
    a failed one (one query)."""
    decision = can(user, "return_signed", reply)
    if decision and not letters_of(reply).filter(state=DocumentState.FAILED).exists():
        return Decision(False, NOT_FAILED, decision.post)
    return decision


@transaction.atomic
def return_signed(actor: User, *, reply: Reply, comment: str) -> Reply:
    """Back to the clerk with ``comment``; the round's signature is void and 核稿, 会签 and 签发 start over. The number
    in the register stays this reply's; the failed job stays too, with the text that had been signed.

    InvalidInput without a comment, WrongStage unless the file has failed.
    """
    proposal, reply, post = take_up(actor, "return_signed", reply)
    insist(may_return_signed(actor, reply))
    if not comment.strip():
        raise InvalidInput({"comment": NO_COMMENT})
    old_digest = reply.signed_digest
    reply.state = REPLY.get("return_signed").target or reply.state
    reply.signed_on = reply.signed_by = reply.signed_letter = reply.signed_matrix = None
    reply.signed_digest = reply.signed_matrix_digest = ""
    reply.save(update_fields=UNSIGNED)
    reply.clearance_steps.filter(round=reply.clearance_round, step=Step.SIGN).update(is_void=True)
    # Void itself: who takes it back has mostly acted in this round before, and nobody counts twice in one.
    step = record_step(actor, post, reply, Step.SIGN, Decided.RETURNED, comment, is_void=True)
    text = f"答复函没有生成成功，撤回签发，退回修改，字号{reply.document_number}留用"
    record_clearance_event(
        actor, proposal, reply, post, "return_signed", text, step.comment, {"letter_digest": old_digest}
    )
    said = say("sent_back", proposal, what="签发已撤回")
    tell_next(actor, proposal, reply, [Role.CLERK], [reply.bureau], "reply-edit", said)
    return reply
