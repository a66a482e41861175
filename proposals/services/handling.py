"""The bureau's own steps on the ground floor: signing for receipt, and the fact that the answer went out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from panjin_portal.lib.clock import now
from panjin_portal.lib.kept import Kept, KeptUpdate
from proposals.errors import WrongStage
from proposals.models import Assignment, Post, Proposal, User
from proposals.models.deadlines import DeadlineKind
from proposals.permissions import can
from proposals.services.deadlines import end_clocks, meet_deadline
from proposals.services.events import NewEvent, record_event
from proposals.services.locking import fresh, insist
from proposals.services.requests import Suggestion, lock_assignment, suggest_bureau
from proposals.workflow import ASSIGNMENT, PROPOSAL, AssignmentState


@transaction.atomic
def accept_assignment(actor: User, *, assignment: Assignment, suggestion: Suggestion | None = None) -> Assignment:
    """签收: the clerk takes the case on for his bureau; the receipt deadline is met. He becomes its 具体经办人.
    With a ``suggestion`` he asks the office to add a bureau; raises InvalidInput at bureau or text."""
    locked, current = lock_assignment(assignment.pk, assignment.proposal_id)
    post = insist(can(fresh(actor), "accept", current))
    current.state = ASSIGNMENT.get("accept").target or current.state
    current.accepted_by = current.clerk = actor
    current.accepted_at = now()
    current.save(update_fields=["state", "accepted_by", "accepted_at", "clerk"])
    meet_deadline(proposal=locked, kind=DeadlineKind.RECEIPT, whose=current.bureau)
    text = f"{current.bureau.short_name}签收（{current.get_role_display()}）"
    record_event(actor, proposal=locked, kind="accept", post=post, text=text, data={"assignment": current.pk})
    if suggestion is not None:
        suggest_bureau(actor, proposal=locked, assignment=current, suggestion=suggestion, post=post)
    return current


def record_answered(
    actor: User, *, proposal: Proposal, assignment: Assignment, post: Post, before: Sequence[NewEvent] = ()
) -> None:
    """The reply of ``assignment`` has gone out: called upstairs, inside the transaction that issues it, with
    ``proposal`` locked. ``before``: as in ``record_event``.

    The bureau's share is done and its reply deadline met. Once no other answering bureau is at work, the proposal is
    answered, the co-handlers are done too, and what they still owed is dropped. Raises WrongStage out of turn.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("record_answered needs the transaction that issues the reply")
    transition = PROPOSAL.get("answer")
    if proposal.state not in transition.sources:
        raise WrongStage(f"提案现在是“{PROPOSAL.label_of(proposal.state)}”，不能登记答复。")
    rows = _shares(proposal.pk)
    current = next((row for row in rows if row.pk == assignment.pk), None)
    if current is None or not current.is_answering or current.state != AssignmentState.ACCEPTED:
        raise WrongStage("这个单位不在办理中，不能登记答复。")
    waiting = [row for row in rows if row.is_answering and row.pk != current.pk and row.state != AssignmentState.DONE]
    finished = [current] if waiting else rows
    done = ASSIGNMENT.get("finish").target or AssignmentState.DONE
    _set_state(tuple(row.pk for row in finished), str(done))
    if waiting:
        meet_deadline(proposal=proposal, kind=DeadlineKind.REPLY, whose=current.bureau)
    else:
        end_clocks(proposal=proposal, answered_by=current.bureau, assignments=finished)
        proposal.state = transition.target or proposal.state
        proposal.answered_at = now()
    text = f"{current.bureau.short_name}印发答复" + ("，提案已答复" if not waiting else "")
    record_event(
        actor,
        proposal=proposal,
        kind="answer",
        post=post,
        text=text,
        data={"assignment": current.pk},
        also=() if waiting else ("state", "answered_at"),
        before=before,
    )


@Kept
def _shares(proposal: int) -> QuerySet[Assignment]:
    shares = Assignment.objects.filter(proposal=proposal).exclude(state=AssignmentState.WITHDRAWN)
    return shares.select_related("bureau").only("proposal", "role", "state", "bureau__short_name")


@KeptUpdate
def _set_state(assignments: tuple[int, ...], state: str) -> tuple[QuerySet[Assignment], dict[str, Any]]:
    return Assignment.objects.filter(pk__in=assignments), {"state": state}
