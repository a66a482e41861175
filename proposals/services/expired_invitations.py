"""Telling an initiator of invitations to co-sign that ran out unanswered. Nobody's deed, so a sweep comes by."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.db.models import F, Q, QuerySet

from panjin_portal.lib.clock import today
from proposals.models import Invitation
from proposals.services.cosigning import names_of, tell_initiator
from proposals.services.events import record_event
from proposals.services.locking import lock_proposal
from proposals.services.notice_wording import say
from proposals.workflow_cosigning import COSIGNABLE, OPEN


def tell_expired_invitations() -> int:
    """Tell of every invitation that ran out and nobody was told of (one query to find them); gives how many. Asks what
    is over and has no mark, never what ended in the last hour: a missed night is made up for, a second run tells
    nothing. A day that the calendar moves later can run out anew, and is told anew."""
    cases = _untold().order_by("proposal").values_list("proposal_id", flat=True).distinct()
    return sum(_tell(pk) for pk in list(cases))


@transaction.atomic
def _tell(proposal_id: int) -> int:
    """One notice and one event for all of one case."""
    locked = lock_proposal(proposal_id)
    rows = list(_untold().filter(proposal=locked).select_related("proposer", "deadline").order_by("pk"))
    if not rows or locked.state not in COSIGNABLE:
        return 0
    _mark(rows)
    text = f"{names_of([row.proposer for row in rows])}没有在期限内答复联名邀请"
    data = {"invitations": [row.pk for row in rows]}
    record_event(None, proposal=locked, kind="invitation_expired", text=text, data=data, clocks_moved=False)
    tell_initiator(None, locked, say("cosign_expired", locked, words=text))
    return len(rows)


def _untold() -> QuerySet[Invitation]:
    is_told = Q(expiry_told_for=F("deadline__due_on"))
    over = Invitation.objects.filter(state__in=OPEN, deadline__due_on__lt=today(), proposal__state__in=COSIGNABLE)
    return over.filter(Q(expiry_told_for=None) | ~is_told)


def _mark(rows: Sequence[Invitation]) -> None:
    for row in rows:
        row.expiry_told_for = row.due_on
    Invitation.objects.bulk_update(rows, ["expiry_told_for"])
