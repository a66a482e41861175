"""Ending opinions that wait for a signature nobody may give any more: the bureau is off the case, or the case is
answered. The ground floor knows of no opinions, so a sweep comes by."""

from __future__ import annotations

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse

from proposals.models import Role
from proposals.services.events import NewEvent, record_events
from proposals.services.locking import lock_proposal
from proposals.services.notice_wording import say
from proposals.services.notices import Telling, holders_of, notify_each
from proposals.workflow import AssignmentState
from replies.models import CoHandlerOpinion
from replies.workflow import OPINION

WHY = {AssignmentState.WITHDRAWN: "不再会办", AssignmentState.DONE: "提案已经答复"}


def end_opinions() -> int:
    """End all of them (one query to find them); gives how many. A second run finds nothing."""
    cases = _left_over().order_by("assignment__proposal").values_list("assignment__proposal_id", flat=True).distinct()
    return sum(_end(pk) for pk in list(cases))


@transaction.atomic
def _end(proposal_id: int) -> int:
    """One event for each bureau of the case, and a word to its clerks and to its leaders, who were asked to sign: a
    last one where the case is closed to them."""
    proposal = lock_proposal(proposal_id)
    rows = list(_left_over().filter(assignment__proposal=proposal).select_related("assignment__bureau").order_by("pk"))
    tellings, told = [], []
    for opinion in rows:
        share = opinion.assignment
        why = WHY[AssignmentState(share.state)]
        opinion.state = OPINION.get("end_opinion").target or opinion.state
        opinion.save(update_fields=["state"])
        text = f"{share.bureau.short_name}{why}，会办意见没有签发，不再签发"
        told.append(NewEvent(proposal, "end_opinion", text, {"opinion": opinion.pk, "assignment": share.pk}))
        is_off = share.state == AssignmentState.WITHDRAWN
        link = reverse("notice-list") if is_off else reverse("opinion-edit", args=[share.pk])
        staff = holders_of(roles=[Role.CLERK, Role.LEADER], bureau_id=share.bureau_id)
        tellings.append(Telling(staff, say("opinion_ended", proposal, what=why), link))
    record_events(None, told)
    notify_each(*tellings)
    return len(rows)


def _left_over() -> QuerySet[CoHandlerOpinion]:
    waiting = CoHandlerOpinion.objects.filter(state__in=OPINION.get("end_opinion").sources)
    return waiting.filter(assignment__state__in=list(WHY), assignment__proposal__archived_at=None)
