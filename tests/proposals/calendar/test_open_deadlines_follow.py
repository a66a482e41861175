"""What a change of calendar, rule, extension or suspension does to open deadlines, and to nothing else."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from panjin_portal.lib import clock
from proposals.models import Assignment, Deadline, DeadlineRule, Event, Proposal, Session, SupervisionSlip, Workday
from proposals.services import extensions, suspending
from proposals.services.assignment import assign
from proposals.services.calendar import load_calendar
from proposals.services.calendar_changes import (
    PreviewNeeded,
    check_open_deadlines,
    recompute_open_deadlines,
    settle_deadlines,
)
from proposals.services.deadlines import move_deadline
from proposals.services.reckoning import plan
from proposals.services.slips import issue_slip
from proposals.services.verification import verify_events
from tests.proposals.reminders.clocks import case
from tests.proposals.stages import assigned, registered
from tests.world import World

START = date(2022, 3, 7)  # a Monday
BECAUSE = "工作日历调整（2022-08-29）"


@pytest.fixture
def reply(world: World) -> Deadline:
    with clock.at(START):
        assigned(world)
    return Deadline.objects.get(kind="reply")


def again(row: Deadline) -> Deadline:
    return Deadline.objects.select_related("proposal").get(pk=row.pk)


def day_off(day: date) -> None:
    Workday.objects.create(date=day, is_working=False, name="全市放假")


def suspend(world: World, proposal: Proposal, begin: date, end: date) -> None:
    with clock.at(begin):
        suspending.suspend(world.office_staff, proposal=proposal, reason="等上级文件")
    with clock.at(end):
        suspending.resume(world.office_staff, proposal=proposal)


def extend(world: World, share: Assignment, to: date) -> None:
    with clock.at(date(2022, 8, 1)):
        request = extensions.ask_extension(world.sfj_clerk, assignment=share, wanted_on=to, text="还要调研")
        extensions.grant_extension(world.office_staff, request=request, due_on=to)


def test_a_day_a_suspension_moved_is_counted_anew_from_the_rule_on(world: World, reply: Deadline) -> None:
    suspend(world, reply.proposal, date(2022, 3, 9), date(2022, 3, 16))
    assert again(reply).due_on == date(2022, 8, 29)
    day_off(date(2022, 8, 29))

    recompute_open_deadlines(world.admin, because=BECAUSE)

    moved = again(reply)
    assert moved.due_on == date(2022, 8, 30)
    assert "中止7日，由2022年8月22日顺延至2022年8月30日。" in moved.explanation
    assert moved.explanation.startswith("答复期限：自2022年3月7日起")


def test_an_extended_day_stays_and_tells_rule_and_extension(world: World, reply: Deadline) -> None:
    share = Assignment.objects.get(role="lead")
    with clock.at(START):
        share.state = "accepted"
        share.save()
    extend(world, share, date(2022, 9, 10))
    day_off(date(2022, 9, 9))
    DeadlineRule.objects.filter(kind="reply").update(month=7, day=1)

    recompute_open_deadlines(world.admin, because=BECAUSE)
    recompute_open_deadlines(world.admin, because=BECAUSE, scope=[(world.session.pk, "reply")])

    stays = again(reply)
    assert stays.due_on == date(2022, 9, 10)
    assert stays.explanation == (
        "答复期限：自2022年3月7日起，至其后首个8月20日，即2022年8月20日，因该日放假，顺延至2022年8月22日；"
        "同意延期至2022年9月10日，理由：还要调研。"
    )
    suspend(world, reply.proposal, date(2022, 8, 10), date(2022, 8, 15))
    assert again(reply).due_on == date(2022, 9, 15)
    day_off(date(2022, 9, 15))
    recompute_open_deadlines(world.admin, because=BECAUSE)
    assert again(reply).due_on == date(2022, 9, 16)
    assert "同意延期至2022年9月10日，理由：还要调研；自2022年8月10日至2022年8月15日中止5日" in again(reply).explanation


def test_what_changes_while_a_case_is_suspended_counts_when_it_goes_on(world: World, reply: Deadline) -> None:
    with clock.at(date(2022, 3, 9)):
        suspending.suspend(world.office_staff, proposal=reply.proposal, reason="等上级文件")
    DeadlineRule.objects.filter(kind="reply", proposal_kind="").update(month=9, day=1)
    assert recompute_open_deadlines(world.admin, because=BECAUSE, scope=[(world.session.pk, "reply")]).moved == []

    with clock.at(date(2022, 3, 16)):
        suspending.resume(world.office_staff, proposal=reply.proposal)

    assert again(reply).due_on == date(2022, 9, 8)


def test_a_new_rule_for_one_kind_of_proposal_takes_over_and_gives_back(world: World, reply: Deadline) -> None:
    own = DeadlineRule.objects.create(
        session=world.session, kind="reply", proposal_kind="session", unit="months", amount=3
    )
    scope = [(world.session.pk, "reply")]

    recompute_open_deadlines(world.admin, because="期限规则调整（答复）", scope=scope)
    assert (again(reply).due_on, again(reply).rule_id) == (date(2022, 6, 7), own.pk)
    own.delete()
    recompute_open_deadlines(world.admin, because="期限规则调整（答复）", scope=scope)

    assert again(reply).due_on == date(2022, 8, 22)


def test_the_rules_of_another_session_move_nothing_here(world: World, reply: Deadline) -> None:
    other = Session.objects.create(
        term=9,
        number=9,
        opens_on=date(2030, 1, 1),
        closes_on=date(2030, 1, 5),
        filing_cutoff=date(2030, 1, 4),
        numbering=world.session.numbering,
        interim_numbering=world.session.interim_numbering,
        result_scheme=world.session.result_scheme,
    )
    DeadlineRule.objects.filter(kind="reply").update(month=9, day=1)

    assert recompute_open_deadlines(world.admin, because=BECAUSE, scope=[(other.pk, "reply")]).changes == []


def test_a_slip_prints_the_day_its_clock_has(world: World, reply: Deadline) -> None:
    with clock.at(START):
        slip = issue_slip(world.office_staff, proposal=reply.proposal, bureau=world.sfj, text="请报送进展", key="k1")
    assert slip.due_on == date(2022, 3, 21)
    day_off(date(2022, 3, 10))

    recompute_open_deadlines(world.admin, because=BECAUSE)

    assert SupervisionSlip.objects.get().due_on == date(2022, 3, 22)


def test_without_a_look_nothing_is_changed_and_a_stale_look_is_told_apart(world: World, reply: Deadline) -> None:
    day_off(date(2022, 8, 22))
    with pytest.raises(PreviewNeeded) as first:
        settle_deadlines(world.admin, because=BECAUSE, scope=None, seen="")
    with pytest.raises(PreviewNeeded) as wrong:
        settle_deadlines(world.admin, because=BECAUSE, scope=None, seen="0" * 64)

    assert (first.value.is_stale, wrong.value.is_stale) == (False, True)
    assert again(reply).due_on == date(2022, 8, 22)
    settle_deadlines(world.admin, because=BECAUSE, scope=None, seen=first.value.plan.digest)
    assert again(reply).due_on == date(2022, 8, 23)


def test_what_was_opened_by_the_old_calendar_is_caught_at_night(world: World, reply: Deadline) -> None:
    day_off(date(2022, 8, 22))  # as if the case had been assigned while the notice was being loaded

    found = check_open_deadlines()
    second = check_open_deadlines()

    assert (len(found.moved), second.changes) == (1, ())
    assert again(reply).due_on == date(2022, 8, 23)
    event = Event.objects.get(kind="recompute_deadline")
    assert (event.actor, event.text[:10]) == (None, "按现行规则和日历核对")


def test_a_day_set_by_hand_is_certain_beyond_the_known_calendar(world: World, reply: Deadline) -> None:
    with clock.at(START):
        move_deadline(reply, to=date(2031, 1, 1), reason="专项", calendar=load_calendar())

    assert (again(reply).is_provisional, again(reply).due_on) == (False, date(2031, 1, 1))


def many(world: World, numbers: range) -> None:
    rule = DeadlineRule.objects.get(session=world.session, kind="receipt")
    for number in numbers:
        Deadline.objects.create(
            proposal=case(world, f"{number:04}"),
            kind="receipt",
            bureau=world.sfj,
            recipient_role="clerk",
            starts_on=START,
            due_on=date(2022, 3, 14),
            rule=rule,
            explanation="签收",
            link="/",
        )


def test_a_change_costs_as_many_queries_for_many_deadlines_as_for_few(world: World) -> None:
    def cost() -> tuple[int, int]:
        with CaptureQueriesContext(connection) as looking:
            found = plan(load_calendar())
        with CaptureQueriesContext(connection) as doing:
            recompute_open_deadlines(world.admin, because=BECAUSE)
        return len(looking), len(doing) * bool(found.moved)

    many(world, range(1, 4))
    day_off(START + timedelta(days=1))
    few = cost()
    many(world, range(4, 24))
    day_off(START + timedelta(days=2))

    assert cost() == few
    assert few[0] <= 5
    assert few[1] <= 16
    assert Deadline.objects.filter(version__gte=2).count() == 23
    assert Event.objects.filter(kind="recompute_deadline").count() == 26
    assert verify_events().faults == []


def test_cases_of_every_stage_keep_their_nearest_day(world: World) -> None:
    with clock.at(START):
        assign(world.office_staff, proposal=registered(world), lead=world.sfj, co_handlers=[world.gaj])
    day_off(START + timedelta(days=1))

    recompute_open_deadlines(world.admin, because=BECAUSE)

    assert Proposal.objects.get().next_due_on == date(2022, 3, 15)
