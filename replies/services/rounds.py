"""Keeping a running 会签 in step with the case: a bureau taken off the case owes no countersignature, one that has
joined it is asked for one. The ground floor knows of no replies, so a sweep comes by."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from proposals.models import Assignment
from proposals.permissions import BUREAU_ROLES
from proposals.services.events import record_event
from proposals.services.locking import lock_proposal
from proposals.services.notice_wording import say
from proposals.workflow import AssignmentState
from replies.models import Countersignature, Reply
from replies.queries import active_assignments
from replies.services.clearance import settle, tell_next
from replies.workflow import ReplyState


def renew_rounds() -> int:
    """Renew every round that no longer fits its case (one query to find them); gives how many were renewed."""
    slots = Countersignature.objects.filter(reply=OuterRef("pk"), round=OuterRef("clearance_round"))
    gone = slots.filter(step=None, assignment__state=AssignmentState.WITHDRAWN)
    of_share = Countersignature.objects.filter(
        reply=OuterRef(OuterRef("pk")), round=OuterRef(OuterRef("clearance_round")), assignment=OuterRef("pk")
    )
    helping = Assignment.objects.filter(proposal=OuterRef("proposal"), role=Assignment.Role.CO_HANDLER)
    new = helping.exclude(state=AssignmentState.WITHDRAWN).filter(~Exists(of_share))
    out = Reply.objects.filter(Q(Exists(gone)) | Q(Exists(new)), state=ReplyState.COUNTERSIGNING)
    return sum(renew_round(pk) for pk in list(out.order_by("pk").values_list("pk", flat=True)))


@transaction.atomic
def renew_round(pk: int) -> bool:
    """Drop the open slots of bureaus that are off the case, ask those that have joined it, and pass the draft on when
    nobody is missing any more. False when the round fits the case. Nobody's deed: the event names the system."""
    proposal = lock_proposal(Reply.objects.values_list("proposal_id", flat=True).get(pk=pk))
    reply = Reply.objects.select_related("bureau").get(pk=pk)
    reply.proposal = proposal
    if reply.state != ReplyState.COUNTERSIGNING:
        return False
    slots = list(reply.countersignatures.filter(round=reply.clearance_round).select_related("assignment__bureau"))
    gone = [one for one in slots if one.step_id is None and one.assignment.state == AssignmentState.WITHDRAWN]
    asked = {one.assignment_id for one in slots}
    helpers = [one for one in active_assignments(proposal.pk) if one.role == Assignment.Role.CO_HANDLER]
    joined = [one for one in helpers if one.pk not in asked]
    if not gone and not joined:
        return False
    Countersignature.objects.filter(pk__in=[one.pk for one in gone]).delete()
    Countersignature.objects.bulk_create(
        Countersignature(reply=reply, round=reply.clearance_round, assignment=one) for one in joined
    )
    words = [f"{one.assignment.bureau.short_name}不再会办，不用会签" for one in gone]
    words += [f"{one.bureau.short_name}参加会办，增加会签" for one in joined]
    data = {"reply": reply.pk, "round": reply.clearance_round}
    record_event(None, proposal=proposal, kind="countersign", text="；".join(words), data=data, clocks_moved=False)
    if joined:
        bureaus, said = [one.bureau for one in joined], say("to_countersign", proposal)
        tell_next(None, proposal, reply, BUREAU_ROLES, bureaus, "reply-countersign", said)
    settle(None, proposal, reply)
    return True
