"""One statement tells which rooms of the landing page are empty: none that is not is passed by."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from proposals.models import User
from replies.worklist import work_of
from replies.worklist.rooms import EVERY, Room, rooms_of
from tests.factories import Stage, case_in
from tests.world import World

BUREAU_PEOPLE = ("sfj_clerk", "sfj_reviewer", "sfj_leader", "gaj_clerk", "gaj_leader", "scj_clerk", "ysj_clerk")


def again(user: User) -> User:
    return User.objects.get(pk=user.pk)


@pytest.mark.parametrize("stage", list(Stage))
def test_nobody_misses_a_line_for_a_room_that_was_told_empty(
    world: World, monkeypatch: pytest.MonkeyPatch, stage: Stage
) -> None:
    case_in(world, stage)
    told = {name: work_of(again(getattr(world, name))) for name in BUREAU_PEOPLE}
    monkeypatch.setattr("replies.worklist.assembling.rooms_of", lambda user: EVERY)
    assert told == {name: work_of(again(getattr(world, name))) for name in BUREAU_PEOPLE}


def test_an_empty_bureau_is_asked_one_statement_for_all_its_rooms(world: World) -> None:
    clerk = again(world.sfj_clerk)
    with CaptureQueriesContext(connection) as asked:
        assert rooms_of(clerk) == frozenset()
    assert len(asked) == 2  # his posts, and the rooms


def test_a_room_with_work_is_told(world: World) -> None:
    case_in(world, Stage.COUNTERSIGNING)
    assert rooms_of(again(world.gaj_clerk)) == {Room.COUNTERSIGNING}
    assert rooms_of(again(world.sfj_clerk)) == frozenset()


def test_who_also_serves_an_office_is_shown_every_room(world: World) -> None:
    assert rooms_of(again(world.office_staff)) == EVERY
