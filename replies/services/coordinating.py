"""协调: the office decides what happens to a draft that a co-handler refuses to countersign (DOMAIN 1.7)."""

from __future__ import annotations

from django.db import transaction

from proposals.errors import InvalidInput
from proposals.models import Bureau, Role, User
from proposals.permissions import BUREAU_ROLES
from proposals.services.notice_wording import say
from replies.models import Countersignature, Reply
from replies.services.clearance import (
    Decided,
    Step,
    end_changes,
    record_clearance_event,
    record_step,
    settle,
    take_up,
    tell_next,
)
from replies.workflow import ReplyState

REASON_MISSING = "请写明协调情况和结论，主办单位和会办单位据此办理。"


@transaction.atomic
def coordinate_on(actor: User, *, reply: Reply, comment: str, seen_round: int | None = None) -> Reply:
    """协调后继续: the objection stays on record, the chain goes on with what is still missing.

    InvalidInput without the record of the coordination (``comment``).
    """
    proposal, reply, post = take_up(actor, "coordinate_on", reply, seen_round)
    if not comment.strip():
        raise InvalidInput({"comment": REASON_MISSING})
    reply.state = ReplyState.COUNTERSIGNING
    reply.save(update_fields=["state"])
    record_step(actor, post, reply, Step.COORDINATE, Decided.PASSED, comment)
    record_clearance_event(actor, proposal, reply, post, "coordinate_on", "协调后继续会签", comment)
    concerned = [reply.bureau, *_bureaus_of_round(reply)]
    tell_next(actor, proposal, reply, BUREAU_ROLES, concerned, "reply-detail", say("coordinated", proposal))
    settle(actor, proposal, reply)
    return reply


@transaction.atomic
def coordinate_back(actor: User, *, reply: Reply, comment: str, seen_round: int | None = None) -> Reply:
    """协调后退回修改: the clerk works the outcome in, and the chain starts over. InvalidInput as in
    ``coordinate_on``."""
    proposal, reply, post = take_up(actor, "coordinate_back", reply, seen_round)
    if not comment.strip():
        raise InvalidInput({"comment": REASON_MISSING})
    reply.state = ReplyState.DRAFTING
    reply.save(update_fields=["state"])
    end_changes(reply)
    record_step(actor, post, reply, Step.COORDINATE, Decided.RETURNED, comment)
    record_clearance_event(actor, proposal, reply, post, "coordinate_back", "协调后退回修改", comment)
    tell_next(
        actor,
        proposal,
        reply,
        [Role.CLERK],
        [reply.bureau],
        "reply-edit",
        say("sent_back", proposal, what="协调后退回"),
    )
    return reply


def _bureaus_of_round(reply: Reply) -> list[Bureau]:
    slots = Countersignature.objects.filter(reply=reply, round=reply.clearance_round)
    return [slot.assignment.bureau for slot in slots.select_related("assignment__bureau")]
