"""Which rooms of the landing page have anything in them, told by one statement before any of them is read.

Most days most rooms of a bureau are empty, and to ask an empty room costs what a full one costs: the making of its
query. The statement is kept as text. Each part says no more than the room's own query, so a room is read in vain at
times and never passed by; ``test_rooms.py`` holds both against each other in every stage.
"""

from __future__ import annotations

from datetime import date
from enum import Enum, StrEnum

from django.db import connection
from django.db.models import Model

from panjin_portal.lib.clock import today
from proposals.models import Assignment, SupervisionSlip, User
from proposals.permissions import BUREAU_ROLES, bureaus_of, posts_of
from proposals.workflow_supervision import OWED_SLIPS
from replies.handling_workflow import ChangeState
from replies.models import Award, AwardJudge, Countersignature, CountersignChange, FollowUp, Promise, Redo, Reply
from replies.workflow import FollowUpState, RedoState, ReplyState
from replies.workflow_awards import AwardState
from replies.workflow_followup import RUNNING_PROMISES
from replies.worklist.items import NEAR


class Room(Enum):
    """A kind of work that a bureau seldom has."""

    COUNTERSIGNING, CHANGES, REDO, PROMISES, FOLLOW_UPS, SLIPS, JUDGING = range(7)


EVERY = frozenset(Room)


def _words(*states: StrEnum) -> str:
    return ", ".join(f"'{state.value}'" for state in states)


def _table(model: type[Model]) -> str:
    return f'"{model._meta.db_table}"'


# CROSS JOIN keeps SQLite to the order of the tables: the few open replies of the city first, and not all that the
# bureau ever held.
_ANYTHING = {
    Room.COUNTERSIGNING: f"""
        SELECT 1 FROM {_table(Reply)} reply CROSS JOIN {_table(Countersignature)} slot
        CROSS JOIN {_table(Assignment)} share WHERE reply.state = {_words(ReplyState.COUNTERSIGNING)}
        AND slot.reply_id = reply.id AND slot.step_id IS NULL AND share.id = slot.assignment_id
        AND share.bureau_id IN (AT)""",
    Room.CHANGES: f"""
        SELECT 1 FROM {_table(Reply)} reply CROSS JOIN {_table(CountersignChange)} edit
        WHERE reply.state = {_words(ReplyState.COUNTERSIGNING)} AND reply.bureau_id IN (AT)
        AND edit.reply_id = reply.id AND edit.state = {_words(ChangeState.WAITING)}""",
    Room.REDO: f"""
        SELECT 1 FROM {_table(Redo)} redo CROSS JOIN {_table(Reply)} reply
        WHERE redo.state = {_words(RedoState.OPEN)} AND reply.id = redo.reply_id AND reply.bureau_id IN (AT)""",
    Room.PROMISES: f"""
        SELECT 1 FROM {_table(Promise)} promise WHERE promise.bureau_id IN (AT)
        AND promise.state IN ({_words(*RUNNING_PROMISES)}) AND promise.due_on <= %s""",
    Room.FOLLOW_UPS: f"""
        SELECT 1 FROM {_table(FollowUp)} answer WHERE answer.bureau_id IN (AT)
        AND answer.state IN ({_words(FollowUpState.SIGNING, FollowUpState.DRAFTING)})""",
    Room.SLIPS: f"""
        SELECT 1 FROM {_table(SupervisionSlip)} slip WHERE slip.bureau_id IN (AT)
        AND slip.state IN ({_words(*OWED_SLIPS)})""",
    Room.JUDGING: f"""
        SELECT 1 FROM {_table(AwardJudge)} judge CROSS JOIN {_table(Award)} award
        WHERE judge.user_id = %s AND award.id = judge.award_id AND award.state = {_words(AwardState.JUDGING)}""",
}


def rooms_of(user: User) -> frozenset[Room]:
    """The rooms in which something may wait for ``user`` (one query); every one, unasked, for whoever holds a post
    outside the bureaus."""
    at = sorted(bureaus_of(user))
    if not at or any(post.role not in BUREAU_ROLES for post in posts_of(user)):
        return EVERY
    holes = ", ".join(["%s"] * len(at))
    also: dict[Room, int | date] = {Room.PROMISES: today() + NEAR, Room.JUDGING: user.pk}
    parts: list[str] = []
    values: list[int | date] = []
    for room, anything in _ANYTHING.items():
        parts.append(f"EXISTS({anything.replace('(AT)', f'({holes})')})")
        values += at if "(AT)" in anything else []
        values += [also[room]] if room in also else []
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(parts)}", values)
        found = cursor.fetchone()
    return frozenset(room for room, anything in zip(_ANYTHING, found, strict=True) if anything)
