"""Ending the clocks of feedback forms nobody sent back (征询意见, DOMAIN 1.10). Nobody's deed, so a sweep comes by.

From the day after its term a form counts as 逾期未反馈 by the rule of its session (``Session.silence``), in no case as
content. It is spoken of for ``PROPOSERS_DAYS`` more; then nothing is waited for and the clock ends. A rating that comes
after all is still taken, and met.
"""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models import QuerySet

from panjin_portal.lib.clock import now, today
from proposals.models import Deadline
from proposals.models.deadlines import DeadlineKind
from proposals.reminders import PROPOSERS_DAYS
from proposals.services.events import record_event
from proposals.services.locking import case_with_session, lock_proposal

AT_ONCE = 1000  # cases of one night; the next night goes on


def end_unanswered_ratings() -> int:
    """End every clock whose form is awaited no more (one query to find them); gives how many. Asks what is over and
    still runs: a missed night is made up for, a second run ends nothing."""
    cases = _over().order_by("proposal").values_list("proposal_id", flat=True).distinct()
    return sum(_end(pk) for pk in list(cases[:AT_ONCE]))


@transaction.atomic
def _end(proposal_id: int) -> int:
    """One event for all of one case, with what the session makes of it."""
    locked = lock_proposal(proposal_id, rows=case_with_session)
    rows = list(_over().filter(proposal=locked).select_related("proposer").order_by("due_on", "id"))
    if not rows:
        return 0
    moment = now()
    Deadline.objects.filter(pk__in=[row.pk for row in rows]).update(cancelled_at=moment, lapsed_at=moment)
    whose = "、".join(f"{row.proposer}（截止{row.due_on}）" for row in rows)
    rule = locked.session.get_silence_display()
    words = f"{whose}期满{PROPOSERS_DAYS}天仍没有反馈意见，不再等待；按本届规则{rule}，不作满意"
    data = {"deadlines": [row.pk for row in rows], "silence": locked.session.silence}
    record_event(None, proposal=locked, kind="rating_lapsed", text=words, data=data)
    return len(rows)


def _over() -> QuerySet[Deadline]:
    last = today() - timedelta(days=PROPOSERS_DAYS)
    running = Deadline.objects.filter(kind=DeadlineKind.FEEDBACK, met_at=None, cancelled_at=None)
    return running.filter(due_on__lt=last, proposal__archived_at=None)
