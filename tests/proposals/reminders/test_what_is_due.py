"""The scan: which reminders a day asks for, to whom, and with how many queries."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta

import pytest
from django.db import transaction

from panjin_portal.lib import clock
from panjin_portal.lib.workdays import Calendar
from proposals.models import Deadline, Post, Reminder, Role
from proposals.reminders import due_reminders, plan_of
from proposals.services.calendar import load_calendar
from proposals.services.deadlines import meet_deadline, move_deadline
from proposals.services.events import record_site_event
from proposals.services.reminding import remind
from tests.proposals.reminders.clocks import DUE, case, due_on_day, morning, running, told_on_day
from tests.world import World, appoint, person


@pytest.mark.parametrize(
    ("days_before", "occasion"),
    [
        *((31, None), (30, "before_30"), (16, "before_30"), (15, "before_15"), (8, "before_15"), (7, "before_7")),
        *((4, "before_7"), (3, "before_3"), (2, "before_3"), (1, "before_1"), (0, "due"), (-1, "due"), (-3, "after_1")),
        *((-5, "after_3"), (-9, "after_5"), (-10, "week_20220829"), (-16, "week_20220829"), (-17, "week_20220905")),
    ],
)
def test_each_day_has_its_own_occasion(world: World, days_before: int, occasion: str | None) -> None:
    running(world)

    found = due_on_day(DUE - timedelta(days=days_before))

    assert {row.occasion for row in found} == ({occasion} if occasion else set())


def test_a_form_nobody_sent_back_is_spoken_of_for_ninety_days_a_reply_for_ever(world: World) -> None:
    proposal = case(world)
    running(world, of=world.minjian, kind="feedback", role=Role.PROPOSER, proposal=proposal)
    running(world, of=world.gaj, proposal=proposal)

    def told(after: int) -> set[int]:
        return {row.user_id for row in due_on_day(DUE + timedelta(days=after))}

    bureau = {world.gaj_clerk.pk, world.gaj_leader.pk, world.office_staff.pk, world.office_colleague.pk}
    assert told(90) == bureau | {world.minjian_contact.pk}
    assert told(91) == bureau


def test_a_reminder_says_case_person_and_both_channels(world: World) -> None:
    deadline = running(world)

    (row,) = due_on_day(DUE)

    assert (row.deadline_id, row.deadline_version, row.deadline_kind) == (deadline.pk, 1, "reply")
    assert row.case == "第005号 关于推动盘锦市营商环境法治化建设"
    assert (row.user_id, row.is_escalated, row.owner) == (world.gaj_clerk.pk, False, "市公安局")
    assert row.channels == ("portal", "mail")
    assert (row.due_on, row.link) == (DUE, "/proposals/1/")


def test_every_holder_of_the_wanted_post_is_reminded_and_nobody_else(world: World) -> None:
    running(world, of=world.sfj)

    assert {row.user_id for row in due_on_day(DUE)} == {world.sfj_clerk.pk, world.sfj_clerk_colleague.pk}


def test_the_contact_of_the_proposer_is_reminded(world: World) -> None:
    running(world, of=world.minjian, kind="feedback", role=Role.PROPOSER)

    assert [row.user_id for row in due_on_day(DUE)] == [world.minjian_contact.pk]


def test_bureaus_and_proposers_come_in_one_list_ordered_by_person(world: World) -> None:
    proposal = case(world)
    running(world, of=world.minjian, kind="feedback", role=Role.PROPOSER, proposal=proposal)
    running(world, of=world.sfj, proposal=proposal)
    running(world, of=world.gaj, kind="opinion", due_on=DUE - timedelta(days=1), proposal=proposal)

    found = due_on_day(DUE)

    expected = {world.sfj_clerk, world.sfj_clerk_colleague, world.gaj_clerk, world.minjian_contact}
    assert [row.user_id for row in found] == sorted(user.pk for user in expected)
    assert {row.user_id: row.occasion for row in found}[world.gaj_clerk.pk] == "after_1"


def test_a_removed_assignee_gets_nothing(world: World) -> None:
    running(world, of=world.sfj)
    Post.objects.filter(user=world.sfj_clerk).update(ends_on=DUE - timedelta(days=1))

    assert [row.user_id for row in due_on_day(DUE)] == [world.sfj_clerk_colleague.pk]


def test_a_post_that_ended_elsewhere_does_not_silence_the_one_held_here(world: World) -> None:
    running(world)
    gone = appoint(world.gaj_clerk, Role.CLERK, bureau=world.scj)
    Post.objects.filter(pk=gone.pk).update(ends_on=date(2021, 1, 1))

    assert [row.user_id for row in due_on_day(DUE)] == [world.gaj_clerk.pk]


def test_a_post_that_has_not_begun_and_a_closed_account_get_nothing(world: World) -> None:
    running(world, of=world.sfj)
    Post.objects.filter(user=world.sfj_clerk).update(starts_on=DUE + timedelta(days=1))
    world.sfj_clerk_colleague.is_active = False
    world.sfj_clerk_colleague.save()

    assert due_on_day(DUE) == []


def test_two_posts_of_one_person_make_one_reminder(world: World) -> None:
    running(world)
    appoint(world.gaj_clerk, Role.CLERK, bureau=world.gaj, title="兼职经办")

    assert len(due_on_day(DUE)) == 1


def test_a_person_without_address_is_told_in_the_portal_only(world: World) -> None:
    running(world)
    world.gaj_clerk.email = ""
    world.gaj_clerk.save()

    (row,) = due_on_day(DUE)

    assert row.channels == ("portal",)


def test_an_address_entered_later_gets_the_mail_alone(world: World) -> None:
    running(world)
    world.gaj_clerk.email = ""
    world.gaj_clerk.save()
    with clock.at(morning(DUE)):
        remind()
    with transaction.atomic():
        world.gaj_clerk.email = "later@panjin.example"
        world.gaj_clerk.save()
        record_site_event(world.admin, kind="admin_user", text="修改用户")  # as system management does

    (row,) = due_on_day(DUE)

    assert row.channels == ("mail",)


def test_what_is_done_or_dropped_is_not_due(world: World) -> None:
    first = running(world)
    second = running(world, proposal=case(world, "006"))
    meet_deadline(proposal=first.proposal, kind="reply", whose=world.gaj)
    Deadline.objects.filter(pk=second.pk).update(cancelled_at=morning(DUE))

    assert due_on_day(DUE) == []


def test_a_moved_deadline_counts_from_its_new_day(world: World) -> None:
    deadline = running(world)
    with clock.at(morning(DUE)):
        remind()
    calendar = Calendar({}, None)
    move_deadline(deadline, to=DUE + timedelta(days=30), reason="材料未齐", calendar=calendar)

    assert due_on_day(DUE - timedelta(days=1)) == []
    (row,) = due_on_day(DUE + timedelta(days=30))
    assert (row.occasion, row.deadline_version, row.channels) == ("due", 2, ("portal", "mail"))


def test_a_term_shorter_than_a_week_has_no_week_before(world: World) -> None:
    running(world, starts_on=DUE - timedelta(days=4))

    assert due_on_day(DUE - timedelta(days=4)) == []
    assert [row.occasion for row in due_on_day(DUE - timedelta(days=3))] == ["before_3"]


def test_a_case_without_number_is_named_by_its_serial(world: World) -> None:
    proposal = case(world, "")
    running(world, proposal=proposal)

    assert due_on_day(DUE)[0].case.startswith(f"流水号{proposal.pk} ")


@pytest.mark.parametrize("rows", [1, 30])
def test_a_scan_is_one_query_whatever_the_number_of_rows(
    world: World, rows: int, django_assert_num_queries: Callable[[int], AbstractContextManager[object]]
) -> None:
    for number in range(rows):
        running(world, of=world.sfj, proposal=case(world, f"{number:03}"))
    for number in range(rows):
        appoint(person(f"extra{number}", "新经办"), Role.CLERK, bureau=world.sfj)

    calendar = load_calendar()

    with django_assert_num_queries(1):  # the offsets, a few rows
        plan = plan_of(DUE, calendar)
    with django_assert_num_queries(1):
        found = due_reminders(plan)

    assert len(found) == rows * (rows + 2)


def test_what_is_in_the_ledger_is_counted_and_not_found_again(world: World) -> None:
    running(world)
    with clock.at(morning(DUE - timedelta(days=7))):
        remind()
    assert told_on_day(DUE - timedelta(days=7)) == 2
    assert told_on_day(DUE) == 0  # another occasion

    with clock.at(morning(DUE)):
        remind()

    assert due_on_day(DUE) == []
    assert told_on_day(DUE) == 2
    assert Reminder.objects.count() == 4
