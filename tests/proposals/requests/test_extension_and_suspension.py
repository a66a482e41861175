"""延期, 中止 and 恢复办理, and who is reminded meanwhile."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from panjin_portal.lib import clock
from proposals.errors import InvalidInput, WrongStage
from proposals.models import Assignment, AssignmentPolicy, Deadline, DeadlineRule, Notice, Proposal, User
from proposals.services import deciding, extensions, suspending
from proposals.services.clerks import arrange_cover, end_cover, hand_over
from proposals.services.handling import accept_assignment
from tests.proposals.reminders.clocks import due_on_day
from tests.proposals.stages import assigned
from tests.world import World

START = date(2022, 3, 7)
DUE = date(2022, 8, 22)  # 20 August is a Saturday


def at_work(world: World) -> Assignment:
    with clock.at(START):
        lead, _ = assigned(world)
        return accept_assignment(world.sfj_clerk, assignment=lead)


def reply_clock(share: Assignment) -> Deadline:
    return Deadline.objects.get(assignment=share, kind="reply")


def test_an_extension_moves_the_day_and_the_proposer_is_told(world: World) -> None:
    share = at_work(world)
    with clock.at(date(2022, 8, 1)):
        request = extensions.ask_extension(
            world.sfj_clerk, assignment=share, wanted_on=date(2022, 9, 15), text="还要调研"
        )
        with pytest.raises(WrongStage, match="已有"):
            extensions.ask_extension(world.sfj_clerk, assignment=share, wanted_on=date(2022, 9, 1), text="再催")
        extensions.grant_extension(world.office_staff, request=request, due_on=date(2022, 9, 10))
    moved = reply_clock(share)
    assert (moved.due_on, moved.version) == (date(2022, 9, 10), 2)
    assert "还要调研" in moved.explanation
    assert Proposal.objects.get().next_due_on is not None
    assert Notice.objects.filter(recipient=world.minjian_contact, text__contains="2022-09-10").count() == 1


def test_extensions_together_stay_within_the_bound(world: World) -> None:
    share = at_work(world)
    with clock.at(date(2022, 8, 1)):
        with pytest.raises(InvalidInput, match="2022-09-22"):
            extensions.ask_extension(world.sfj_clerk, assignment=share, wanted_on=date(2022, 9, 23), text="久")
        first = extensions.ask_extension(world.sfj_clerk, assignment=share, wanted_on=date(2022, 9, 20), text="一")
        extensions.grant_extension(world.office_staff, request=first, due_on=date(2022, 9, 20))
        with pytest.raises(InvalidInput, match="2022-09-22"):
            extensions.ask_extension(world.sfj_clerk, assignment=share, wanted_on=date(2022, 10, 1), text="二")
        AssignmentPolicy.objects.update(extension_basis="start")
        DeadlineRule.objects.filter(kind="extension").update(amount=7)
        assert extensions.bounds_of(share).latest == date(2022, 10, 7)


def test_it_is_asked_for_before_the_day_and_refused_with_a_reason(world: World) -> None:
    share = at_work(world)
    with clock.at(DUE):
        request = extensions.ask_extension(world.sfj_clerk, assignment=share, wanted_on=date(2022, 9, 1), text="末日")
        deciding.refuse_request(world.office_staff, request=request, decision="时间够用")
    assert reply_clock(share).due_on == DUE
    with clock.at(date(2022, 8, 23)), pytest.raises(WrongStage, match="已过"):
        extensions.ask_extension(world.sfj_clerk, assignment=share, wanted_on=date(2022, 9, 1), text="迟了")


def test_the_page_that_decides_names_whom_it_tells_and_when_the_day_is_needed(client: Client, world: World) -> None:
    share = at_work(world)
    with clock.at(date(2022, 8, 1)):
        request = extensions.ask_extension(
            world.sfj_clerk, assignment=share, wanted_on=date(2022, 9, 15), text="还要调研"
        )
        client.force_login(world.office_staff)
        page = client.get(reverse("request-decide", args=[request.pk])).content.decode()
    assert "同意延期答复的，还有提案者" in page
    assert "新单位经办人" not in page
    assert "同意延期时必填。" in page
    assert re.search(r"延至<span[^>]*>（视情况必填）", page)


def test_a_suspended_case_reminds_nobody_and_goes_on_by_the_suspended_days(client: Client, world: World) -> None:
    share = at_work(world)
    helper = Assignment.objects.get(role="co_handler")
    with clock.at(date(2022, 3, 9)):
        suspending.suspend(world.office_staff, proposal=share.proposal, reason="等上级文件")
    case = Proposal.objects.get()
    assert (case.state, case.next_due_on) == ("suspended", None)
    assert due_on_day(date(2022, 9, 1)) == []
    with clock.at(date(2022, 3, 15)):
        with pytest.raises(WrongStage, match="中止"):
            accept_assignment(world.gaj_clerk, assignment=helper)
        client.force_login(world.sfj_clerk)
        page = client.get(reverse("proposal-detail", args=[case.pk]) + "?tab=handling").content.decode()
        assert "中止" in page
    with clock.at(date(2022, 3, 16)):  # five working days, seven days
        suspending.resume(world.office_staff, proposal=share.proposal)
    reply, receipt = reply_clock(share), Deadline.objects.get(assignment=helper, kind="receipt")
    assert (reply.due_on, reply.version, receipt.due_on) == (date(2022, 8, 29), 2, date(2022, 3, 21))
    assert "中止7日" in reply.explanation
    assert "中止5个工作日" in receipt.explanation
    assert Proposal.objects.get().state == "assigned"


def test_reminders_go_to_the_named_clerk_first_and_to_his_cover(world: World) -> None:
    share = at_work(world)
    names = dict(User.objects.values_list("pk", "username"))

    def told(day: date) -> set[str]:
        return {names[row.user_id] for row in due_on_day(day) if row.deadline_kind == "reply" and not row.is_escalated}

    assert told(date(2022, 8, 20)) == {"sfj_clerk"}
    assert told(date(2022, 8, 24)) == {"sfj_clerk", "sfj_clerk2"}  # overdue is everybody's
    with clock.at(date(2022, 8, 1)):
        hand_over(world.sfj_clerk, assignment=share, clerk=world.sfj_clerk_colleague)
        assert told(date(2022, 8, 20)) == {"sfj_clerk2"}
        cover = arrange_cover(
            world.sfj_leader,
            bureau=world.sfj,
            absent=world.sfj_clerk_colleague,
            substitute=world.sfj_clerk,
            starts_on=date(2022, 8, 15),
            ends_on=date(2022, 8, 21),
        )
        assert told(date(2022, 8, 20)) == {"sfj_clerk"}
        end_cover(world.sfj_clerk, cover=cover)
        assert told(date(2022, 8, 20)) == {"sfj_clerk2"}
        with pytest.raises(InvalidInput):
            hand_over(world.sfj_leader, assignment=share, clerk=world.gaj_clerk)
