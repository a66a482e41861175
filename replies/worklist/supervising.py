"""Lines for supervision slips: the report the bureau owes, and the one the office looks at."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from proposals.models import Role, SupervisionSlip, User
from proposals.models.deadlines import DeadlineKind
from proposals.permissions import bureaus_of, has_role
from proposals.workflow_supervision import OWED_SLIPS, SlipState
from replies.worklist.items import JOINED, MOST, Badge, ClockKey, WorkItem, item
from replies.worklist.rooms import EVERY, Room


def supervision_work(user: User, rooms: Collection[Room] = EVERY) -> Iterator[WorkItem]:
    """报送 for the clerks of the bureau, 审核 for the office (one query each)."""
    rows = SupervisionSlip.objects.select_related("proposal", "bureau").order_by("state", "id")
    rows = rows.only("word", "year", "serial", "state", "proposal", "bureau", *JOINED)
    at = bureaus_of(user, [Role.CLERK])
    if at and Room.SLIPS in rooms:
        for slip in rows.filter(bureau__in=at, state__in=OWED_SLIPS)[:MOST]:
            is_back = slip.stage is SlipState.SENT_BACK
            yield item(
                slip.proposal,
                slip.bureau.short_name,
                f"督办单{slip}",
                step="报送办理情况",
                page="slip-answer",
                of=slip.pk,
                state=Badge(slip.stage.label, "warn" if is_back else "info"),
                clock=ClockKey(DeadlineKind.SLIP, slip.bureau_id, reference=slip.reference),
            )
    if has_role(user, Role.OFFICE_STAFF):
        for slip in rows.filter(state=SlipState.ANSWERED)[:MOST]:
            yield item(
                slip.proposal,
                slip.bureau.short_name,
                f"督办单{slip}",
                step="审核督办单",
                page="slip-decide",
                of=slip.pk,
                state=Badge(slip.stage.label, "info"),
            )
