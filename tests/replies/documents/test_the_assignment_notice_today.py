"""交办通知 printed after the case has moved on: only who is at work on it, with the terms in force, and no remarks."""

from __future__ import annotations

from datetime import date

import pytest

from panjin_portal.lib import clock
from proposals.models import Assignment, Bureau, HandlingRequest, Proposal, ReturnReason
from proposals.services import deciding, suspending
from proposals.services.assignment import assign
from proposals.services.handling import accept_assignment
from proposals.services.requests import ask_return
from replies.services.notices_on_paper import assignment_notice
from tests.proposals.stages import registered
from tests.world import World

pytestmark = pytest.mark.django_db

ASKED_ON, DECIDED_ON, PRINTED_ON = date(2022, 3, 7), date(2022, 3, 9), date(2022, 4, 1)
DEMAND = "请按时报送进展。"
REMARK = "同意调整。"


def contested(world: World) -> HandlingRequest:
    """A case at 司法局 with 公安局 helping, which 司法局 does not want."""
    with clock.at(ASKED_ON):
        lead, _ = assign(
            world.office_staff, proposal=registered(world), lead=world.sfj, co_handlers=[world.gaj], note=DEMAND
        )
        reason = ReturnReason.objects.get(text="主要职责在其他单位")
        return ask_return(world.sfj_clerk, assignment=lead, reason=reason, text="由市场局牵头。", bureau=world.scj)


def printed(proposal: Proposal) -> dict[str, tuple[str, ...]]:
    """Heading and paragraphs of the notice."""
    with clock.at(PRINTED_ON):
        return {one.heading: one.paragraphs for one in assignment_notice(proposal).body}


def bureaus(lines: tuple[str, ...]) -> list[str]:
    return [line.partition("：")[0] for line in lines if "：" in line]


def test_a_bureau_that_gave_the_case_back_has_no_days_any_more(world: World) -> None:
    request = contested(world)
    with clock.at(DECIDED_ON):
        new = deciding.reassign(world.office_staff, request=request, bureau=world.scj, decision=REMARK)
    found = printed(new.proposal)
    assert found["承办单位"] == (f"主办：{world.scj.name}。", f"会办：{world.gaj.name}。")
    assert bureaus(found["办理期限"]) == [world.scj.name, world.gaj.name]


def test_after_an_adjustment_each_bureau_signs_once_and_both_lists_have_one_order(world: World) -> None:
    request = contested(world)
    Bureau.objects.filter(pk=world.gaj.pk).update(position=999)  # the lead stands last in lists of bureaus
    with clock.at(DECIDED_ON):
        lead, *_ = deciding.adjust_roles(world.office_staff, request=request, bureau=world.gaj, decision=REMARK)
    found = printed(lead.proposal)
    assert [line.partition("：")[2] for line in found["承办单位"]] == [f"{world.gaj.name}。", f"{world.sfj.name}。"]
    assert bureaus(found["办理期限"]) == [world.gaj.name, world.sfj.name]
    for line in found["办理期限"][:2]:
        assert line.count("前签收") == 1, line


def test_a_receipt_that_runs_again_after_a_refusal_is_one_day(world: World) -> None:
    request = contested(world)
    with clock.at(DECIDED_ON):
        deciding.refuse_request(world.office_staff, request=request, decision="仍由你单位办理。")
    proposal = request.assignment.proposal
    receipt = proposal.deadlines.get(kind="receipt", bureau=world.sfj, met_at=None)
    line = printed(proposal)["办理期限"][0]
    assert line.count("前签收") == 1
    assert f"{receipt.due_on.month}月{receipt.due_on.day}日前签收" in line


def test_only_what_was_demanded_at_the_assignment_is_printed_as_a_demand(world: World) -> None:
    request = contested(world)
    assert DEMAND in printed(request.assignment.proposal)["有关要求"]
    with clock.at(DECIDED_ON):
        new = deciding.reassign(world.office_staff, request=request, bureau=world.scj, decision=REMARK)
    assert Assignment.objects.get(pk=new.pk).note == REMARK
    duties = printed(new.proposal)["有关要求"]
    assert DEMAND in duties
    assert REMARK not in duties


def test_the_terms_say_of_which_day_they_are(world: World) -> None:
    request = contested(world)
    assert printed(request.assignment.proposal)["办理期限"][-1] == "（期限以平台当前登记为准，打印于2022年4月1日）"
    with clock.at(PRINTED_ON):
        assert assignment_notice(request.assignment.proposal).signed_on == ASKED_ON


def test_a_term_that_stands_still_with_its_case_is_said_to_be_suspended(world: World) -> None:
    with clock.at(ASKED_ON):
        [share] = assign(world.office_staff, proposal=registered(world), lead=world.sfj)
        accept_assignment(world.sfj_clerk, assignment=share)
    with clock.at(DECIDED_ON):
        suspending.suspend(world.office_staff, proposal=share.proposal, reason="等上级文件")
    line = printed(share.proposal)["办理期限"][0]
    assert "前签收" in line  # done before: it keeps its day
    assert "答复提案者的期限因中止办理停止计算" in line
    assert "前答复提案者" not in line
