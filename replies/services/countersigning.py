"""会签: each co-handler agrees for its bureau; the last one passes the draft on to the leader."""

from __future__ import annotations

from django.db import transaction

from proposals.errors import WrongStage
from proposals.models import Role, User
from proposals.permissions import BUREAU_ROLES, Decision, find_post
from proposals.services.locking import fresh, insist, lock_proposal
from proposals.workflow import AssignmentState
from replies.models import Reply
from replies.permissions import can
from replies.services.clearance import (
    Decided,
    Step,
    insist_on_new_person,
    insist_on_round,
    record_clearance_event,
    record_step,
    tell_next,
)
from replies.workflow import ReplyState


def may_countersign(user: User, reply: Reply) -> Decision:
    """Whether ``user`` may agree for a bureau now. A bureau that has decided is told so, rather than that it has no
    post for the step."""
    decision = can(user, "countersign", reply)
    if decision or reply.state != ReplyState.COUNTERSIGNING:
        return decision
    done = reply.countersignatures.filter(round=reply.clearance_round, step__isnull=False).select_related(
        "assignment__bureau"
    )
    for slot in done:
        post = find_post(user, BUREAU_ROLES, bureau_ids=[slot.assignment.bureau_id])
        if post is not None:
            return Decision(False, f"{slot.assignment.bureau.short_name}本轮已经会签过，不用再会签。", post)
    return decision


@transaction.atomic
def countersign(actor: User, *, reply: Reply, comment: str = "", seen_round: int | None = None) -> Reply:
    """Agree for the actor's bureau. WrongStage when the bureau has agreed already or has not signed for receipt."""
    proposal = lock_proposal(reply.proposal_id)
    reply = Reply.objects.select_related("bureau").get(pk=reply.pk)
    post = insist(may_countersign(fresh(actor), reply))
    insist_on_round(reply, seen_round)
    insist_on_new_person(actor, reply)
    slots = list(
        reply.countersignatures.filter(round=reply.clearance_round).select_related("assignment__bureau").order_by("id")
    )
    slot = next(one for one in slots if one.step_id is None and one.assignment.bureau_id == post.bureau_id)
    bureau = slot.assignment.bureau
    if slot.assignment.state in {AssignmentState.PENDING, AssignmentState.CONTESTED}:
        raise WrongStage(f"{bureau.short_name}还没有签收这件提案，请先签收再会签。")
    slot.step = record_step(actor, post, reply, Step.COUNTERSIGN, Decided.PASSED, comment)
    slot.save(update_fields=["step"])
    record_clearance_event(actor, proposal, reply, post, "countersign", f"{bureau.short_name}会签同意", comment)
    if all(one.step_id is not None for one in slots):
        reply.state = ReplyState.SIGNING
        reply.save(update_fields=["state"])
        tell_next(actor, proposal, reply, [Role.LEADER], [reply.bureau], "reply-sign", "请签发")
    return reply
