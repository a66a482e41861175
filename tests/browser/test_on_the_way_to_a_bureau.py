"""Branches before a reply is written, clicked through by everybody they take: 并案, 申请改办, 延期."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from proposals.models import Assignment, Deadline, User
from tests.browser.visitor import Visitor
from tests.factories import SCRIPT, Case, Stage, Step, case_in, cast_of
from tests.proposals.stages import submitted
from tests.world import World

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("quick_typesetter"),
    pytest.mark.parametrize("page", ["desktop"], indirect=True),
]
SECOND_TITLE = "关于园区法律服务站的建议"
TO_THE_ISSUE = (Step.REGISTER, Step.ASSIGN, Step.ACCEPT, Step.DRAFT, Step.SEND, Step.REVIEW, Step.SIGN)


@pytest.fixture
def visitor(page: Page, live_server: LiveServer, screenshots: Path) -> Visitor:
    """Somebody at a wide window who looks at every page in a narrow one too."""
    return Visitor(page, live_server.url, screenshots, looks_narrow=True)


def test_two_proposers_merged_into_one_case_are_both_addressed_and_both_rate(city: World, visitor: Visitor) -> None:
    walk = Case(city.session, SCRIPT, cast_of(city, helpers=False)).to(Stage.SUBMITTED)
    second = submitted(city, by=city.member_user, proposer_ids=(city.member.pk,), title=SECOND_TITLE)
    merge(visitor, city.committee_staff, second.pk)
    for step in TO_THE_ISSUE:
        walk.do(step)
    visitor.become(city.sfj_clerk)
    visitor.take_up("印发", SCRIPT.title)
    for name in ("提案者：民建盘锦市委员会", "提案者：赵青禾"):
        visitor.sees(name)
    visitor.look("印发给两位提案者")
    visitor.press("印发答复")
    visitor.sees("已印发，提案者会收到通知")
    visitor.become(city.member_user)
    visitor.open(f"/replies/{walk.reply.pk}/")
    visitor.sees("民建盘锦市委员会、赵青禾委员")
    visitor.look("写给两位提案者的答复")
    visitor.open("/work/")
    visitor.take_up("评价答复", SECOND_TITLE)
    rate(visitor, "满意")
    visitor.open(f"/proposals/{second.pk}/?tab=rating")
    visitor.sees("赵青禾")
    visitor.look("并入提案的评价")
    visitor.become(city.minjian_contact)
    visitor.take_up("评价答复", SCRIPT.title)
    rate(visitor, "基本满意")
    visitor.become(city.committee_staff)
    visitor.open(f"/proposals/{walk.proposal.pk}/?tab=rating")
    for name in ("民建盘锦市委员会", "赵青禾"):
        visitor.sees(name)
    visitor.look("两位提案者的评价")


def merge(visitor: Visitor, committee: User, pk: int) -> None:
    visitor.become(committee)
    visitor.open(f"/proposals/{pk}/")
    visitor.press("并案")
    visitor.page.get_by_role("searchbox", name="查找主提案").fill("营商环境")
    visitor.press("查找")
    visitor.page.get_by_role("radio", name=re.compile(SCRIPT.title)).check()
    visitor.look("并案")
    visitor.keep_for_manual("merge", visitor.page.get_by_role("search"))
    visitor.press("并案")
    visitor.sees("已并入")
    visitor.look("已并案")


def rate(visitor: Visitor, grade: str) -> None:
    for group in ("办理态度", "办理结果"):
        visitor.page.get_by_role("group", name=group).get_by_label(grade, exact=True).check()
    visitor.look("评价")
    visitor.click(visitor.page.locator("main form button[type=submit]").last)


def test_a_return_is_refused_once_and_granted_to_the_leader_the_second_time(city: World, visitor: Visitor) -> None:
    case = case_in(city, Stage.ASSIGNED, helpers=False)
    ask_for_return(visitor, city.sfj_clerk, case.proposal.pk, "这件事的主要职责在公安部门。")
    decide(visitor, city.office_staff, "不同意，仍由申请单位办理", "牵头职责在贵局。")
    visitor.become(city.sfj_clerk)
    visitor.open(f"/proposals/{case.proposal.pk}/?tab=handling")
    visitor.sees("牵头职责在贵局。")
    visitor.sees("未同意")
    visitor.look("申请未获同意")
    ask_for_return(visitor, city.sfj_leader, case.proposal.pk, "机构改革后职责已经划转，附文件。")
    decide(visitor, city.office_staff, "改由另一单位承办", "")
    visitor.sees("市公安局")
    visitor.become(city.sfj_clerk)
    expect(visitor.page.get_by_role("listitem").filter(has_text=SCRIPT.title)).to_have_count(0)
    visitor.become(city.gaj_clerk)
    visitor.take_up("签收", SCRIPT.title)
    visitor.press("签收")
    visitor.sees("已签收")
    assert Assignment.objects.exclude(state="withdrawn").get().bureau == city.gaj


def ask_for_return(visitor: Visitor, actor: User, pk: int, why: str) -> None:
    visitor.become(actor)
    visitor.open(f"/proposals/{pk}/")
    visitor.press("申请改办")
    visitor.page.get_by_label("理由").select_option(index=1)
    visitor.page.get_by_label("依据").fill(why)
    visitor.page.get_by_label("建议承办单位").select_option(label="市公安局")
    visitor.look("申请改办")
    visitor.keep_for_manual("ask-return", visitor.page.locator("h1"))
    visitor.press("申请改办")
    visitor.sees("等市政府督查室决定")
    visitor.look("已申请改办")


def decide(visitor: Visitor, office: User, choice: str, words: str) -> None:
    visitor.become(office)
    visitor.take_up("决定", SCRIPT.title)
    visitor.page.get_by_role("radio", name=choice).check()
    visitor.page.get_by_label("说明").fill(words)
    visitor.look("决定申请")
    if choice.startswith("不同意"):
        visitor.keep_for_manual("decide-return", visitor.page.locator("h1"))
    visitor.press("作出决定")
    visitor.sees("决定已记入办理记录")
    visitor.look("已决定")


def test_an_extension_is_asked_for_granted_and_told_to_the_proposer(city: World, visitor: Visitor) -> None:
    case = case_in(city, Stage.ACCEPTED, helpers=False)
    clock = Deadline.objects.get(kind="reply")
    until = f"{clock.due_on + timedelta(days=9)}"
    visitor.become(city.sfj_clerk)
    visitor.open(f"/proposals/{case.proposal.pk}/")
    visitor.press("申请延期")
    visitor.page.get_by_label("申请延至").fill(until)
    visitor.page.get_by_label("理由").fill("还要现场核实两处园区。")
    visitor.look("申请延期")
    visitor.press("申请延期")
    visitor.sees("延期申请已送市政府督查室")
    decide(visitor, city.office_staff, "同意延期", "")
    visitor.become(city.minjian_contact)
    visitor.open("/notices/")
    visitor.sees("还要现场核实两处园区。")
    visitor.look("延期通知")
    visitor.open(f"/proposals/{case.proposal.pk}/")
    visitor.sees(until)
    visitor.look("延期后的提案页")
    assert str(Deadline.objects.get(pk=clock.pk).due_on) == until
