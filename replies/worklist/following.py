"""Lines for what follows an answer: redo, meetings, promises about to fall due, second answers."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from django.db.models import Q

from panjin_portal.lib.clock import today
from proposals.models import Role, User
from proposals.models.deadlines import DeadlineKind
from proposals.permissions import bureaus_of, has_role
from replies.models import FollowUp, Promise, Redo
from replies.workflow import FollowUpState, RedoState
from replies.workflow_followup import RUNNING_PROMISES
from replies.worklist.items import MOST, NEAR, Badge, ClockKey, WorkItem, item
from replies.worklist.rooms import EVERY, Room

CASE = ("number", "title")


def following_work(user: User, rooms: Collection[Room] = EVERY) -> Iterator[WorkItem]:
    """重新办理 and 会商 (one query), promises due within a month and second answers (one query each)."""
    clerk_at, at = bureaus_of(user, [Role.CLERK]), bureaus_of(user)
    if Room.REDO in rooms and (clerk_at or has_role(user, Role.OFFICE_STAFF)):
        yield from _redos(user, clerk_at)
    if clerk_at and Room.PROMISES in rooms:
        yield from _promises(clerk_at)
    if at and Room.FOLLOW_UPS in rooms:
        yield from _follow_ups(user, at, clerk_at)


def _redos(user: User, clerk_at: set[int]) -> Iterator[WorkItem]:
    wanted = Q(state=RedoState.OPEN, reply__bureau__in=clerk_at)
    if has_role(user, Role.OFFICE_STAFF):
        wanted |= Q(state=RedoState.MEETING)
    rows = Redo.objects.filter(wanted).select_related("reply__proposal", "reply__bureau")
    shown = ("state", "reply__bureau__short_name", *(f"reply__proposal__{name}" for name in CASE))
    for row in rows.only("reply__bureau", "reply__proposal", *shown).order_by("id")[:MOST]:
        is_meeting = row.state == RedoState.MEETING
        yield item(
            row.reply.proposal,
            row.reply.bureau.short_name,
            step="记录会商" if is_meeting else "重新办理",
            page="redo-meeting" if is_meeting else "redo-start",
            of=row.pk,
            state=Badge("多次不满意" if is_meeting else "不满意", "bad"),
            clock=None if is_meeting else ClockKey(DeadlineKind.REDO, row.reply.bureau_id),
        )


def _promises(clerk_at: set[int]) -> Iterator[WorkItem]:
    rows = Promise.objects.filter(bureau__in=clerk_at, state__in=RUNNING_PROMISES, due_on__lte=today() + NEAR)
    shown = ("text", "bureau__short_name", *(f"proposal__{name}" for name in CASE))
    rows = rows.select_related("proposal", "bureau").only("bureau", "proposal", *shown)
    for row in rows.order_by("due_on", "id")[:MOST]:
        clock = ClockKey(DeadlineKind.PROMISE, row.bureau_id, reference=row.reference)
        yield item(
            row.proposal,
            row.bureau.short_name,
            f"承诺：{row.text}",
            step="办理承诺",
            page="promise-detail",
            of=row.pk,
            state=Badge("承诺", "info"),
            clock=clock,
        )


def _follow_ups(user: User, at: set[int], clerk_at: set[int]) -> Iterator[WorkItem]:
    to_sign = Q(state=FollowUpState.SIGNING, bureau__in=bureaus_of(user, [Role.LEADER])) & ~Q(written_by=user)
    to_mend = Q(state=FollowUpState.DRAFTING, bureau__in=clerk_at)
    rows = FollowUp.objects.filter(to_sign | to_mend).select_related("promise__proposal", "bureau")
    shown = ("state", "bureau__short_name", *(f"promise__proposal__{name}" for name in CASE))
    for row in rows.only("bureau", "promise__proposal", *shown).order_by("id")[:MOST]:
        is_mine_to_sign = row.state == FollowUpState.SIGNING
        yield item(
            row.promise.proposal,
            row.bureau.short_name,
            step="签发跟踪答复" if is_mine_to_sign else "修改跟踪答复",
            page="follow-up-detail",
            of=row.pk,
            state=Badge("待签发", "info") if is_mine_to_sign else Badge("被退回", "warn"),
        )
