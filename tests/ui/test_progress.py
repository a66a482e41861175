"""progress.js in a browser: when the work is done, what would cancel it goes."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("page", ["desktop"], indirect=True)]

JS = Path(__file__).parents[2] / "static" / "js"
ORIGIN = "http://portal.test"
PAGE = """<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>进度</title><main>
<div data-poll="/poll"{done}><p>{label}</p></div><a href="/delete" data-until-done>取消并删除</a></main>
<script type="module" src="/js/progress.js"></script></html>"""


def test_what_cancels_the_work_goes_when_the_work_is_done(page: Page) -> None:
    answers = [("", "制作中：1 / 2 份文件"), (" data-done", "已完成")]

    def answer(route: Route) -> None:
        path = route.request.url.removeprefix(ORIGIN)
        if path.startswith("/js/"):
            route.fulfill(body=(JS / path[4:]).read_text(encoding="utf-8"), content_type="text/javascript")
            return
        done, label = answers.pop(0) if path == "/poll" else ("", "排队等待制作")
        route.fulfill(body=PAGE.format(done=done, label=label), content_type="text/html; charset=utf-8")

    page.clock.install()
    page.route(f"{ORIGIN}/**", answer)
    page.goto(ORIGIN)
    cancel = page.get_by_role("link", name="取消并删除")
    page.clock.fast_forward(2100)
    expect(page.locator("main")).to_contain_text("1 / 2 份文件")
    expect(cancel).to_be_visible()
    page.clock.fast_forward(2100)
    expect(page.locator("main")).to_contain_text("已完成")
    expect(cancel).to_have_count(0)
