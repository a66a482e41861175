"""Lines for judges: an award whose candidates somebody has not judged yet. An award is no case; its page is its own."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date

from django.db.models import Exists, OuterRef, QuerySet

from panjin_portal.lib.clock import today
from panjin_portal.lib.kept import Kept
from proposals.models import User
from proposals.permissions import posts_of
from replies.models import Award, AwardJudge, Ballot
from replies.workflow_awards import AwardState
from replies.worklist.items import MOST, Badge, DueDay, WorkItem
from replies.worklist.rooms import EVERY, Room


def judging_work(user: User, rooms: Collection[Room] = EVERY) -> Iterator[WorkItem]:
    """Awards ``user`` judges, until he has voted or the last day is over (one query); who holds no post
    judges no more."""
    if Room.JUDGING not in rooms or not posts_of(user):
        return
    for award in _to_judge(user.pk, today()):
        yield WorkItem(
            proposal_id=award.pk,
            title=str(award),
            note="您是评委",
            next_label="评议",
            page="award-ballot",
            of=award.pk,
            state=Badge(award.get_state_display(), "info"),
            deadline=DueDay(award.judge_until),
            home="award-detail",
        )


@Kept
def _to_judge(user: int, day: date) -> QuerySet[Award]:
    mine = AwardJudge.objects.filter(award=OuterRef("pk"), user=user)
    voted = Ballot.objects.filter(judge__award=OuterRef("pk"), judge__user=user)
    rows = Award.objects.filter(Exists(mine), ~Exists(voted), state=AwardState.JUDGING, judge_until__gte=day)
    return rows.select_related("rule", "session").order_by("judge_until", "pk")[:MOST]
