"""办复审查: where the session wants it, the office looks at a draft before the leader signs it (DOMAIN 1.12)."""

from __future__ import annotations

from django.db import transaction

from proposals.errors import InvalidInput
from proposals.models import ResultClass, Role, User
from proposals.services.notice_wording import say
from replies.answer_matrix import draft_matrix, gaps
from replies.models import Reply
from replies.queries import all_sections
from replies.services.clearance import (
    Decided,
    Step,
    hand_to_leader,
    record_clearance_event,
    record_step,
    take_up,
    tell_next,
)
from replies.workflow import ReplyState


@transaction.atomic
def pass_audit(
    actor: User, *, reply: Reply, result_class: ResultClass, comment: str = "", seen_round: int | None = None
) -> Reply:
    """审查通过: the leader is next, with the result class as it is or as the office changes it.

    A changed class needs a reason (InvalidInput ``comment``); who changed it from what to what stays with the step,
    and the bureau is told. InvalidInput for a class of another scheme, or one whose promise the matrix lacks: the
    leader could not sign it.
    """
    proposal, reply, post = take_up(actor, "pass_audit", reply, seen_round)
    if result_class.scheme_id != reply.proposal.session.result_scheme_id:
        raise InvalidInput({"result_class": "办理结果类别不在本届的分类方案里。"})
    if lacking := gaps(draft_matrix(reply, all_sections(reply)), result_class):
        sentences = "".join(gap.sentence for gap in lacking)
        raise InvalidInput({"result_class": f"{sentences}请退回承办单位在逐条对照里补上，或改定其他类别。"})
    before = reply.result_class
    is_changed = before is None or before.pk != result_class.pk
    if is_changed and not comment.strip():
        raise InvalidInput({"comment": "改动办理结果类别必须写明理由，承办单位会看到。"})
    reply.result_class = result_class
    reply.save(update_fields=["result_class"])
    step = record_step(actor, post, reply, Step.AUDIT, Decided.PASSED, comment)
    text = "办复审查通过"
    if is_changed:
        step.class_before, step.class_after = before, result_class
        step.save(update_fields=["class_before", "class_after"])
        text += f"，办理结果由{before.code if before else '未定'}类改为{result_class.code}类"
        told = say("class_changed", proposal, letter=result_class.code)
        tell_next(actor, proposal, reply, [Role.CLERK, Role.REVIEWER], [reply.bureau], "reply-detail", told)
    record_clearance_event(actor, proposal, reply, post, "pass_audit", text, comment)
    hand_to_leader(actor, proposal, reply)
    return reply


@transaction.atomic
def return_audit(actor: User, *, reply: Reply, comment: str, seen_round: int | None = None) -> Reply:
    """审查退回, with an opinion: the clerk revises, and the chain starts over."""
    proposal, reply, post = take_up(actor, "return_audit", reply, seen_round)
    if not comment.strip():
        raise InvalidInput({"comment": "退回必须写明审查意见，承办单位据此修改。"})
    reply.state = ReplyState.DRAFTING
    reply.save(update_fields=["state"])
    record_step(actor, post, reply, Step.AUDIT, Decided.RETURNED, comment)
    record_clearance_event(actor, proposal, reply, post, "return_audit", "办复审查退回修改", comment)
    tell_next(
        actor,
        proposal,
        reply,
        [Role.CLERK],
        [reply.bureau],
        "reply-edit",
        say("sent_back", proposal, what="办复审查退回"),
    )
    return reply
