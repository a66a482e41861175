"""Whatever ends, stops or moves a deadline ends, stops or moves its reminders at once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from panjin_portal.lib import clock
from proposals.models import Assignment, Deadline, ReturnReason
from proposals.services.assignment import withdraw_assignment
from proposals.services.deadlines import meet_deadline
from proposals.services.deciding import reassign
from proposals.services.extensions import ask_extension, grant_extension
from proposals.services.handling import accept_assignment
from proposals.services.requests import ask_return
from proposals.services.suspending import resume, suspend
from tests.proposals.reminders.clocks import due_on_day
from tests.proposals.stages import assigned
from tests.world import World

pytestmark = pytest.mark.django_db
START, DUE = date(2022, 3, 7), date(2022, 8, 22)  # 20 August is a Saturday


def case(world: World) -> tuple[Assignment, Assignment]:
    """The shares of the lead, who has accepted, and of the helper, who has not."""
    with clock.at(START):
        lead, helper = assigned(world)
        accept_assignment(world.sfj_clerk, assignment=lead)
    return lead, helper


def told(day: date, kind: str) -> set[int]:
    return {row.user_id for row in due_on_day(day) if row.deadline_kind == kind}


def met(world: World, lead: Assignment, helper: Assignment) -> None:
    meet_deadline(proposal=lead.proposal, kind="reply", whose=world.sfj)


def suspended(world: World, lead: Assignment, helper: Assignment) -> None:
    suspend(world.office_staff, proposal=lead.proposal, reason="等待上级文件")


def extended(world: World, lead: Assignment, helper: Assignment) -> None:
    asked = ask_extension(world.sfj_clerk, assignment=lead, wanted_on=DUE + timedelta(days=14), text="材料未齐")
    grant_extension(world.office_staff, request=asked, due_on=DUE + timedelta(days=14))


@pytest.mark.parametrize("end", [met, suspended, extended])
def test_of_what_is_done_suspended_or_extended_nothing_is_said_any_more(
    world: World, end: Callable[[World, Assignment, Assignment], None]
) -> None:
    lead, helper = case(world)
    assert told(DUE, "reply") == {world.sfj_clerk.pk}

    with clock.at(date(2022, 8, 1)):
        end(world, lead, helper)

    assert told(DUE, "reply") - ({world.sfj_clerk.pk} if end is extended else set()) == set()
    assert "due" not in {row.occasion for row in due_on_day(DUE) if row.deadline_kind == "reply"}


def test_what_was_stopped_is_spoken_of_again_by_its_new_day(world: World) -> None:
    lead, helper = case(world)
    with clock.at(date(2022, 8, 1)):
        suspended(world, lead, helper)
    with clock.at(date(2022, 8, 11)):
        resume(world.office_staff, proposal=lead.proposal)

    moved = Deadline.objects.get(assignment=lead, kind="reply").due_on
    assert moved > DUE
    assert {row.occasion for row in due_on_day(moved) if row.deadline_kind == "reply"} == {"due"}


def test_a_helper_taken_off_the_case_hears_nothing_more(world: World) -> None:
    _, helper = case(world)
    day = date(2022, 6, 27)  # three days before the opinion is due
    assert told(day, "opinion") == {world.gaj_clerk.pk}

    with clock.at(date(2022, 3, 8)):
        withdraw_assignment(world.office_staff, assignment=helper, reason="不涉及该单位")

    assert world.gaj_clerk.pk not in {row.user_id for row in due_on_day(day)}


def test_a_bureau_whose_share_was_given_to_another_hears_nothing_more(world: World) -> None:
    with clock.at(START):
        lead, _ = assigned(world)
        reason = ReturnReason.objects.order_by("pk")[0]
        asked = ask_return(world.sfj_clerk, assignment=lead, reason=reason, text="职责在其他单位")
        reassign(world.office_staff, request=asked, bureau=world.scj, decision="改由市场局办理")

    assert told(DUE, "reply") == {world.scj_clerk.pk}
