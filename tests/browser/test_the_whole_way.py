"""A proposal goes from the first word to the public page, carried by everybody it takes, at 1280 and at 360 px."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from proposals.models import Proposal
from replies.models import Publication
from tests.browser.visitor import Visitor
from tests.world import World

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TITLE = "关于在社区推广共享工具间的建议"
ASKS = "1.每个社区设一间共享工具间。\n2.居民扫码借用，三天内归还。"
ANSWERS = (
    ("关于设立共享工具间", "今年先在十二个社区设立，地点由居民议事会选定。"),
    ("关于扫码借用", "借用小程序已经上线，逾期会收到提醒。"),
)


def test_a_proposal_is_filed_answered_signed_rated_and_published(
    city: World, page: Page, live_server: LiveServer, screenshots: Path
) -> None:
    visitor = Visitor(page, live_server.url, screenshots)
    file_and_submit(visitor, city)
    register_and_assign(visitor, city)
    for clerk in (city.sfj_clerk, city.gaj_clerk, city.scj_clerk, city.ysj_clerk):
        sign_for_receipt(visitor, clerk)
    draft(visitor, city)
    for clerk, leader, words in (
        (city.gaj_clerk, city.gaj_leader, "社区民警负责治安。"),
        (city.scj_clerk, city.scj_leader, "工具检定免费。"),
        (city.ysj_clerk, city.ysj_leader, "入口放进办事大厅。"),
    ):
        hand_in_opinion(visitor, clerk, words)
        sign_opinion(visitor, leader, words)
    take_over_and_send(visitor, city)
    clear(visitor, city)
    issue(visitor, city)
    rate(visitor, city)
    publish(visitor, city)
    read_in_public(visitor)


def file_and_submit(visitor: Visitor, city: World) -> None:
    page = visitor.page
    visitor.become(city.minjian_contact)
    visitor.press("提交提案")
    visitor.look("提交提案")
    page.get_by_label("案由").fill(TITLE)
    visitor.press("建立草稿，继续填写")
    page.get_by_label("背景情况").fill("居民家里的电钻一年用不到两次。")
    page.get_by_label("问题分析").fill("家家都买一套，既费钱又占地方。")
    page.get_by_label("具体建议").fill(ASKS)
    visitor.press("从“具体建议”自动分条")
    visitor.look("填写提案")
    visitor.keep_for_manual("fill-in", page.locator("#id_background"))
    visitor.press("保存并提交…")
    visitor.look("确认提交")
    visitor.press("提交提案")
    visitor.sees("政协提案委正在审查")
    visitor.look("已提交")


def register_and_assign(visitor: Visitor, city: World) -> None:
    page = visitor.page
    visitor.become(city.committee_staff)
    visitor.take_up("审查", TITLE)
    page.get_by_role("radio", name=re.compile("^立案")).check()
    visitor.look("审查")
    visitor.keep_for_manual("review", page.get_by_role("radio", name=re.compile("^立案")))
    visitor.press("作出结论")
    visitor.sees("等市政府督查室交办")
    visitor.become(city.office_staff)
    visitor.take_up("交办", TITLE)
    page.get_by_label("主办单位").select_option(label="市司法局")
    for name in ("市公安局", "市市场局", "市营商局"):
        page.get_by_role("group", name=re.compile("^会办单位")).get_by_role("checkbox", name=name).check()
    visitor.look("交办")
    visitor.keep_for_manual("assign", page.get_by_label("主办单位"))
    visitor.press("交办")
    visitor.sees("签收")
    visitor.look("已交办")


def sign_for_receipt(visitor: Visitor, clerk: object) -> None:
    visitor.become(clerk)  # type: ignore[arg-type]
    visitor.take_up("签收", TITLE)
    visitor.look("签收")
    visitor.press("签收")
    visitor.sees("已签收")


def draft(visitor: Visitor, city: World) -> None:
    page = visitor.page
    visitor.become(city.sfj_clerk)
    visitor.take_up("拟写答复", TITLE)
    visitor.look("开始拟写")
    visitor.press("开始拟写")
    page.get_by_label("办理结果类别").select_option(index=1)
    for place, (heading, text) in enumerate(ANSWERS):
        visitor.press("增加一段")
        section = page.locator(".draft-section").nth(place)
        section.get_by_role("textbox").first.fill(heading)
        section.get_by_role("textbox").last.fill(text)
        section.locator("summary").click()
        section.get_by_role("checkbox").nth(place).check()
    visitor.press("保存")
    visitor.sees("已逐条回应")
    visitor.look("拟写答复")
    visitor.keep_for_manual("draft", page.locator(".draft-section"))


def hand_in_opinion(visitor: Visitor, clerk: object, words: str) -> None:
    visitor.become(clerk)  # type: ignore[arg-type]
    visitor.take_up("写会办意见", TITLE)
    visitor.page.get_by_role("textbox", name="会办意见").fill(words)
    visitor.look("会办意见")
    visitor.press("保存并送出")
    visitor.look("送出会办意见")
    visitor.press("送领导签发")


def sign_opinion(visitor: Visitor, leader: object, words: str) -> None:
    visitor.become(leader)  # type: ignore[arg-type]
    visitor.take_up("签发会办意见", TITLE)
    visitor.sees(words)
    visitor.look("签发会办意见")
    visitor.keep_for_manual("sign-opinion", visitor.page.locator("h1"))
    visitor.press("签发并送主办单位")


def take_over_and_send(visitor: Visitor, city: World) -> None:
    page = visitor.page
    visitor.become(city.sfj_clerk)
    visitor.take_up("继续拟稿", TITLE)
    for _ in range(3):
        visitor.click(page.get_by_role("button", name="采用到答复稿").first)
        visitor.look("采用会办意见")
        visitor.keep_for_manual("take-over", page.locator("h1"))
        visitor.press("采用到答复稿")
    expect(page.locator(".beside").get_by_text("已采用", exact=True)).to_have_count(3)
    visitor.press("保存并送核稿")
    visitor.look("送核稿")
    visitor.press("送核稿")
    visitor.sees("已送核稿")


def clear(visitor: Visitor, city: World) -> None:
    visitor.become(city.sfj_reviewer)
    visitor.take_up("核稿", TITLE)
    for box in visitor.page.get_by_role("checkbox").all():  # the checklist
        box.check()
    visitor.look("核稿")
    visitor.keep_for_manual("check", visitor.page.get_by_role("checkbox"))
    visitor.press("核稿通过")
    for clerk in (city.gaj_clerk, city.scj_clerk, city.ysj_clerk):
        visitor.become(clerk)
        visitor.take_up("会签", TITLE)
        visitor.look("会签")
        visitor.press("会签同意")
    visitor.become(city.sfj_leader)
    visitor.take_up("签发", TITLE)
    visitor.look("签发")
    visitor.keep_for_manual("sign", visitor.page.locator("aside h2"))
    visitor.press("签发")
    visitor.sees("的答复已签发，等经办人印发")
    visitor.look("已签发")


def issue(visitor: Visitor, city: World) -> None:
    visitor.become(city.sfj_clerk)
    visitor.take_up("印发", TITLE)
    visitor.look("印发")
    visitor.press("印发答复")
    visitor.open(case_path())
    for tab in ("概况", "承办", "答复", "评价", "公开", "办理记录"):
        visitor.click(visitor.page.locator(".tabs").get_by_role("link", name=tab))
        visitor.look(f"提案页{tab}")


def rate(visitor: Visitor, city: World) -> None:
    page = visitor.page
    visitor.become(city.minjian_contact)
    visitor.take_up("评价答复", TITLE)
    for group in ("办理态度", "办理结果"):
        page.get_by_role("group", name=group).get_by_label("满意", exact=True).check()
    visitor.look("评价答复")
    visitor.keep_for_manual("rate", page.get_by_role("group", name="办理态度"))
    visitor.click(page.locator("main form button[type=submit]").last)
    visitor.open(f"{case_path()}?tab=rating")
    visitor.sees("评价人")
    visitor.look("已评价")


def publish(visitor: Visitor, city: World) -> None:
    page = visitor.page
    visitor.become(city.sfj_clerk)
    visitor.take_up("准备公开", TITLE)
    visitor.look("准备公开")
    visitor.press("准备公开")
    page.locator("#id_topic_class").fill("社会建设")
    page.locator("#id_keywords").fill("社区 共享")
    visitor.press("保存元数据")
    visitor.look("公开元数据")
    visitor.press("送公开审查")
    visitor.look("送公开审查")
    visitor.press("送公开审查")
    visitor.sees("公开文本已固定")
    for person, step in ((city.sfj_clerk, "初审"), (city.sfj_reviewer, "复审"), (city.sfj_leader, "批准")):
        visitor.become(person)
        visitor.take_up(f"公开{step}", TITLE)
        visitor.look(f"公开{step}")
        visitor.press("审查")
        page.get_by_role("radio", name="通过", exact=True).check()
        visitor.look(f"确认{step}")
        visitor.press("提交审查意见")
        visitor.sees("已向社会公开" if step == "批准" else "审查通过")


def read_in_public(visitor: Visitor) -> None:
    visitor.leave()
    visitor.open("/public/")
    visitor.look("公开列表")
    visitor.open(f"/public/{Publication.objects.get().index_number}/")
    for _, words in ANSWERS:
        visitor.sees(words)
    for words in ("社区民警负责治安。", "工具检定免费。", "入口放进办事大厅。"):
        visitor.sees(words)
    visitor.look("公开页面")


def case_path() -> str:
    return f"/proposals/{Proposal.objects.get().pk}/"
