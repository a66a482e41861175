"""Branches around an answer, clicked through: changes at 会签, a second reply after 不满意, a promise kept."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from replies.models import FollowUp, Reply
from replies.services.countersigning import countersign
from tests.browser.visitor import Visitor
from tests.factories import SCRIPT, Stage, Step, case_in
from tests.replies.following.stages import PROMISING
from tests.world import World

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("quick_typesetter"),
    pytest.mark.parametrize("page", ["desktop"], indirect=True),
]
WANTED = "全市年度检查计划已在政府网站公布，共八十七项，涉企报警不在其内。"
MENDED = "联合检查由司法局牵头，检查前三天告知企业。"


@pytest.fixture
def visitor(page: Page, live_server: LiveServer, screenshots: Path) -> Visitor:
    """Somebody at a wide window who looks at every page in a narrow one too."""
    return Visitor(page, live_server.url, screenshots, looks_narrow=True)


def test_a_wording_wanted_at_countersigning_is_shown_as_a_difference_and_taken(city: World, visitor: Visitor) -> None:
    case = case_in(city, Stage.COUNTERSIGNING)
    countersign(city.scj_clerk, reply=case.reply)
    visitor.become(city.gaj_clerk)
    visitor.take_up("会签", SCRIPT.title)
    visitor.press("附修改同意")
    visitor.page.get_by_label("一、关于公布检查计划：正文").fill(WANTED)
    visitor.page.get_by_label("意见").fill("数字已经更新。")
    visitor.look("附修改同意")
    visitor.keep_for_manual("wanted-change", visitor.page.locator("h1"))
    visitor.press("附修改同意")
    visitor.sees("修改已送主办单位处理")
    visitor.become(city.sfj_clerk)
    visitor.take_up("处理会签修改", SCRIPT.title)
    visitor.sees("共八十六项")
    visitor.sees(WANTED)
    visitor.look("会签修改对照")
    visitor.keep_for_manual("difference", visitor.page.locator("h1"))
    visitor.press("采用")
    visitor.sees("正文已改")
    for clerk in (city.scj_clerk, city.ysj_clerk):  # 市市场局 had agreed to the earlier words
        visitor.become(clerk)
        visitor.take_up("会签", SCRIPT.title)
        visitor.sees(WANTED)
        visitor.press("会签同意")
    visitor.become(city.sfj_leader)
    visitor.take_up("签发", SCRIPT.title)
    visitor.sees(WANTED)
    visitor.sees("文字改动后须重新会签")
    visitor.look("签发改过的答复")


def test_a_dissatisfied_proposer_gets_a_second_reply_and_both_stay(city: World, visitor: Visitor) -> None:
    case = case_in(city, Stage.ISSUED, helpers=False)
    rate(visitor, city, "不满意", "第二条没有说清检查前要不要告知。")
    visitor.become(city.sfj_clerk)
    visitor.take_up("重新办理", SCRIPT.title)
    visitor.look("重新办理")
    visitor.keep_for_manual("again", visitor.page.locator("h1"))
    visitor.press("重新办理")
    section = visitor.page.locator(".draft-section").nth(1)
    section.get_by_role("textbox").last.fill(MENDED)
    visitor.press("保存")
    visitor.look("第二次答复稿")
    visitor.press("保存并送核稿")
    visitor.press("送核稿")
    visitor.sees("已送核稿")
    case._reply = Reply.objects.get(answer_round=2)  # the walk goes on with the new answer
    for step in (Step.REVIEW, Step.SIGN):
        case.do(step)
    visitor.become(city.sfj_clerk)
    visitor.take_up("印发", SCRIPT.title)
    visitor.press("印发答复")
    visitor.sees("已印发，提案者会收到通知")
    rate(visitor, city, "满意", "")
    visitor.open(f"/proposals/{case.proposal.pk}/?tab=rating")
    for words in ("不满意", "第二条没有说清检查前要不要告知。", "第 2 次答复"):
        visitor.sees(words)
    visitor.look("两次评价")
    visitor.open(f"/proposals/{case.proposal.pk}/?tab=reply")
    visitor.sees("第二次答复")
    visitor.look("两次答复")


def rate(visitor: Visitor, city: World, grade: str, words: str) -> None:
    visitor.become(city.minjian_contact)
    visitor.take_up("评价答复", SCRIPT.title)
    for group in ("办理态度", "办理结果"):
        visitor.page.get_by_role("group", name=group).get_by_label(grade, exact=True).check()
    visitor.page.get_by_label("意见建议").fill(words)
    visitor.look(f"评价{grade}")
    visitor.click(visitor.page.locator("main form button[type=submit]").last)
    expect(visitor.page.get_by_role("heading", level=1)).not_to_have_text("评价答复")


def test_a_promise_kept_is_told_to_the_proposer_in_a_second_answer(city: World, visitor: Visitor) -> None:
    case = case_in(city, Stage.ISSUED, script=PROMISING)
    visitor.become(city.sfj_clerk)
    visitor.open(f"/proposals/{case.proposal.pk}/?tab=promises")
    visitor.look("承诺")
    visitor.keep_for_manual("ledger", visitor.page.locator(".tabs"))
    visitor.press("年内把联合检查扩大到全部园区")
    visitor.press("登记兑现")
    visitor.page.get_by_label("落实情况").fill("九个园区全部纳入，见园区联合检查台账。")
    visitor.page.get_by_label("跟踪答复正文").fill("联合检查已经覆盖全部九个园区。")
    visitor.look("登记兑现")
    visitor.keep_for_manual("keep", visitor.page.locator("h1"))
    visitor.press("登记兑现")
    visitor.sees("已兑现")
    visitor.become(city.sfj_leader)
    visitor.take_up("签发跟踪答复", PROMISING.title)
    visitor.look("跟踪答复待签发")
    visitor.press("签发跟踪答复")
    visitor.look("签发跟踪答复")
    visitor.press("签发跟踪答复")
    visitor.sees("梁定坤 签发")
    visitor.become(city.minjian_contact)
    visitor.open("/notices/")
    visitor.press_link_with("就第001号的承诺再次答复您")
    visitor.sees("联合检查已经覆盖全部九个园区。")
    visitor.sees(FollowUp.objects.get().document_number)
    visitor.look("跟踪答复")
