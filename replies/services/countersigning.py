"""会签: each co-handler agrees for its bureau, agrees with changes, or refuses; the last one passes the draft on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction

from proposals.errors import InvalidInput, StateChanged, WrongStage
from proposals.models import Post, Proposal, Role, User
from proposals.permissions import BUREAU_ROLES, Decision, find_post
from proposals.services.locking import fresh, insist, lock_proposal
from proposals.services.notice_wording import say
from proposals.workflow import AssignmentState
from replies.models import ClearanceStep, Countersignature, CountersignChange, Reply
from replies.permissions import can
from replies.queries import load_sections, place
from replies.rules import marked_case
from replies.services.clearance import (
    Decided,
    Step,
    insist_on_new_person,
    insist_on_round,
    record_clearance_event,
    record_step,
    reply_with_bureau,
    settle,
    tell_next,
)
from replies.workflow import ReplyState


@dataclass(frozen=True)
class Wording:
    """Heading and text of one section as a co-handler wants them."""

    heading: str
    body: str


@dataclass(frozen=True)
class Turn:
    """A co-handler's turn, with the case locked: who acts in which post, and the slot of his bureau."""

    proposal: Proposal
    reply: Reply
    post: Post
    slot: Countersignature


def may_countersign(user: User, reply: Reply, action: str = "countersign") -> Decision:
    """Whether ``user`` may decide for a bureau now. A bureau that has decided is told so, rather than that it has no
    post for the step."""
    decision = can(user, action, reply)
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
def countersign(
    actor: User,
    *,
    reply: Reply,
    comment: str = "",
    seen_round: int | None = None,
    seen_edition: int | None = None,
) -> Reply:
    """Agree for the actor's bureau. WrongStage when the bureau has agreed already, has not signed for receipt, or has
    read another text than the present one (``seen_edition``)."""
    turn = _take_turn(actor, "countersign", reply, seen_round, seen_edition)
    _decide(actor, turn, Decided.PASSED, comment)
    bureau = turn.slot.assignment.bureau.short_name
    record_clearance_event(actor, turn.proposal, turn.reply, turn.post, "countersign", f"{bureau}会签同意", comment)
    settle(actor, turn.proposal, turn.reply)
    return turn.reply


@transaction.atomic
def countersign_with_changes(
    actor: User,
    *,
    reply: Reply,
    wordings: Mapping[int, Wording],
    comment: str = "",
    seen_round: int | None = None,
    seen_edition: int | None = None,
) -> Reply:
    """Agree for the actor's bureau if the lead takes its wording. ``wordings``: by key of the section; those that
    equal the present text count for nothing. InvalidInput when no section differs, or one would be left empty.

    The text stays as it is until the lead's clerk or reviewer has decided on each (``services.changes``).
    """
    turn = _take_turn(actor, "countersign_with_changes", reply, seen_round, seen_edition)
    changed = [
        (placed, wanted)
        for placed in place(load_sections(turn.reply), turn.reply.scheme)
        if (wanted := wordings.get(placed.row.pk)) is not None
        and (wanted.heading, wanted.body) != (placed.row.heading, placed.row.body)
    ]
    if not changed:
        raise InvalidInput({"": "没有改动任何一段。没有修改意见的，请直接“会签同意”。"})
    if empty := next((one for one, wanted in changed if not (wanted.heading or wanted.body).strip()), None):
        raise InvalidInput({"": f"“{empty.name}”不能改成空白；建议删去这一段的，请写在意见里并退回修改。"})
    step = _decide(actor, turn, Decided.CHANGED, comment)
    CountersignChange.objects.bulk_create(
        CountersignChange(
            reply=turn.reply,
            step=step,
            section=placed.row,
            place=placed.name,
            old_heading=placed.row.heading,
            old_body=placed.row.body,
            heading=wanted.heading,
            body=wanted.body,
        )
        for placed, wanted in changed
    )
    bureau = turn.slot.assignment.bureau.short_name
    text = f"{bureau}会签，附{len(changed)}处修改"
    record_clearance_event(actor, turn.proposal, turn.reply, turn.post, "countersign_with_changes", text, comment)
    roles = [Role.CLERK, Role.REVIEWER]
    told = say("change_proposed", turn.proposal, bureau=bureau)
    tell_next(actor, turn.proposal, turn.reply, roles, [turn.reply.bureau], "reply-detail", told)
    return turn.reply


@transaction.atomic
def refuse_countersign(
    actor: User,
    *,
    reply: Reply,
    comment: str,
    seen_round: int | None = None,
    seen_edition: int | None = None,
) -> Reply:
    """不同意, with the reason: the chain stops until the office has coordinated (DOMAIN 1.7)."""
    if not comment.strip():
        raise InvalidInput({"comment": "不同意必须写明理由，督查室据此协调。"})
    turn = _take_turn(actor, "refuse_countersign", reply, seen_round, seen_edition)
    turn.reply.state = ReplyState.COORDINATING
    turn.reply.save(update_fields=["state"])
    _decide(actor, turn, Decided.REFUSED, comment)
    bureau = turn.slot.assignment.bureau.short_name
    record_clearance_event(
        actor, turn.proposal, turn.reply, turn.post, "refuse_countersign", f"{bureau}会签不同意，请督查室协调", comment
    )
    told = say("to_coordinate", turn.proposal, bureau=bureau)
    tell_next(actor, turn.proposal, turn.reply, [Role.OFFICE_STAFF], (), "reply-coordinate", told)
    told = say("countersign_refused", turn.proposal, bureau=bureau)
    tell_next(actor, turn.proposal, turn.reply, [Role.CLERK], [turn.reply.bureau], "reply-detail", told)
    return turn.reply


def _take_turn(actor: User, action: str, reply: Reply, seen_round: int | None, seen_edition: int | None) -> Turn:
    proposal = lock_proposal(reply.proposal_id, rows=marked_case)
    reply = reply_with_bureau.get(reply.pk)
    reply.proposal = proposal
    post = insist(may_countersign(fresh(actor), reply, action))
    insist_on_round(reply, seen_round)
    if seen_edition is not None and seen_edition != reply.edition:
        raise StateChanged("答复稿在您打开页面之后改过文字，请重新打开，看过新的文字再会签。")
    insist_on_new_person(actor, reply)
    slots: Sequence[Countersignature] = list(
        reply.countersignatures.filter(round=reply.clearance_round, step=None)
        .select_related("assignment__bureau")
        .order_by("id")
    )
    slot = next(one for one in slots if one.assignment.bureau_id == post.bureau_id)
    if slot.assignment.state in {AssignmentState.PENDING, AssignmentState.CONTESTED}:
        raise WrongStage(f"{slot.assignment.bureau.short_name}还没有签收这件提案，请先签收再会签。")
    return Turn(proposal, reply, post, slot)


def _decide(actor: User, turn: Turn, decision: ClearanceStep.Decision, comment: str) -> ClearanceStep:
    """Fill the slot of the bureau."""
    step = record_step(actor, turn.post, turn.reply, Step.COUNTERSIGN, decision, comment)
    turn.slot.step = step
    turn.slot.save(update_fields=["step"])
    return step
