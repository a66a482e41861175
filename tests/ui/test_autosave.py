"""autosave.js, drafts.js and asks.js in a browser, against a small stand-in for the server.

Every answer the server may give is played here; what must hold in all of them: the words are either confirmed by the
server or still in the browser.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Page, Request, Route, expect

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("page", ["desktop"], indirect=True)]

JS = Path(__file__).parents[2] / "static" / "js"
ORIGIN = "http://portal.test"
KEY = "reply-7-user-2"
STATUS = "[data-autosave-status]"
PAGE = """<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>答复</title><main>{before}
<form method="post" action="/submit" data-autosave="/save" data-draft-key="reply-7-user-2"{unsaved}>
<input type="hidden" name="csrfmiddlewaretoken" value="{token}"><input type="hidden" name="version" value="{version}">
<textarea name="text" aria-label="正文">{text}</textarea>
<div data-rows="asks"><input type="hidden" name="asks-TOTAL_FORMS" value="1">
<ol class="rows"><li data-row><span data-row-number></span><textarea name="asks-0-text"></textarea>
<button type="button" data-row-remove hidden>删除</button></li></ol>
<template data-row-template><li data-row><span data-row-number></span><textarea name="asks-__prefix__-text"></textarea>
<button type="button" data-row-remove hidden>删除</button></li></template>
<button type="button" data-row-add hidden>再加一条</button></div>
<button>保存</button><span data-autosave-status></span></form></main>
<script type="module" src="/js/autosave.js"></script><script type="module" src="/js/asks.js"></script></html>"""


@dataclass
class Server:
    """What the stand-in holds and how it answers the next save."""

    text: str = "原文"
    version: int = 1
    token: str = "first"
    before: str = ""
    unsaved: str = ""
    answer: Callable[["Server", Route, Request], None] = field(default=lambda server, route, _: server.accept(route))
    saves: list[str] = field(default_factory=list)

    def handle(self, route: Route, request: Request) -> None:
        path = request.url.removeprefix(ORIGIN)
        if path.startswith("/js/"):
            route.fulfill(body=(JS / path[4:]).read_text(encoding="utf-8"), content_type="text/javascript")
        elif path == "/save":
            self.saves.append(request.post_data or "")
            self.answer(self, route, request)
        elif path == "/":
            page = PAGE.format(
                before=self.before, unsaved=self.unsaved, token=self.token, version=self.version, text=self.text
            )
            route.fulfill(body=page, content_type="text/html; charset=utf-8")
        else:
            route.fulfill(body="<!doctype html><title>已收到</title>", content_type="text/html; charset=utf-8")

    def accept(self, route: Route) -> None:
        self.version += 1
        self.reply(route, 200, {"version": self.version, "saved_at": "09:31"})

    @staticmethod
    def reply(route: Route, status: int, body: dict[str, object]) -> None:
        route.fulfill(status=status, body=json.dumps(body), content_type="application/json")


@pytest.fixture
def server(page: Page) -> Server:
    made = Server()
    page.clock.install()
    page.route(f"{ORIGIN}/**", made.handle)
    page.goto(ORIGIN)
    return made


def _copies(page: Page) -> str:
    return str(page.evaluate("JSON.stringify(Object.entries(localStorage))"))


def _write(page: Page, text: str) -> None:
    page.fill("[name=text]", text)


def _let_two_seconds_pass(page: Page) -> None:
    page.clock.fast_forward(2100)


def test_a_change_is_saved_after_two_seconds_and_the_copy_goes(page: Page, server: Server) -> None:
    _write(page, "改过的正文")
    assert "改过的正文" in _copies(page)
    _let_two_seconds_pass(page)
    expect(page.locator(STATUS)).to_have_text("已自动保存 09:31")
    assert page.input_value("[name=version]") == "2"
    assert _copies(page) == "[]"
    assert len(server.saves) == 1


def test_a_conflict_stops_saving_and_leads_to_both_texts(page: Page, server: Server) -> None:
    server.answer = lambda _, route, __: Server.reply(route, 409, {"conflict_url": "/both"})
    _write(page, "我的改法")
    _let_two_seconds_pass(page)
    expect(page.locator(f"{STATUS} a")).to_have_attribute("href", "/both")
    _write(page, "我的改法又一版")
    _let_two_seconds_pass(page)
    page.wait_for_timeout(200)
    assert len(server.saves) == 1
    assert "我的改法又一版" in _copies(page)


@pytest.mark.parametrize(
    ("play", "words"),
    [
        (lambda _, route, __: route.fulfill(status=302, headers={"Location": "/login/"}), "登录已过期"),
        (lambda _, route, __: route.fulfill(status=401), "登录已过期"),
        (lambda _, route, __: route.fulfill(status=500), "服务器没有收下"),
        (lambda _, route, __: route.abort(), "网络不通"),
    ],
    ids=["redirected to log-in", "401", "500", "no network"],
)
def test_without_confirmation_the_words_stay_and_are_offered_again(
    page: Page, server: Server, play: Callable[[Server, Route, Request], None], words: str
) -> None:
    server.answer = play
    _write(page, "没有存上的话")
    _let_two_seconds_pass(page)
    expect(page.locator(STATUS)).to_contain_text(words)
    expect(page.locator(STATUS)).to_contain_text("文字已留在本机浏览器中")
    server.answer = lambda made, route, _: made.accept(route)
    page.reload()
    page.get_by_role("button", name="恢复这份文字").click()
    assert page.input_value("[name=text]") == "没有存上的话"
    _let_two_seconds_pass(page)
    expect(page.locator(STATUS)).to_have_text("已自动保存 09:31")
    assert _copies(page) == "[]"


def test_typing_on_without_answering_the_offer_keeps_both_texts(page: Page, server: Server) -> None:
    server.answer = lambda _, route, __: route.abort()
    _write(page, "早先的话")
    _let_two_seconds_pass(page)
    expect(page.locator(STATUS)).to_contain_text("网络不通")
    page.reload()
    _write(page, "后来的话")
    page.reload()
    expect(page.get_by_role("button", name="恢复这份文字")).to_have_count(2)
    assert "早先的话" in _copies(page)
    assert "后来的话" in _copies(page)


def _stay_unsaved(page: Page, server: Server, *texts: str) -> None:
    """Write each text over the one before, which the server refuses, and open the page anew."""
    server.answer = lambda _, route, __: Server.reply(route, 400, {"message": "太长"})
    for text in texts:
        _write(page, text)
        _let_two_seconds_pass(page)
        expect(page.locator(STATUS)).to_contain_text("太长")
        page.clock.fast_forward(1000)
        page.goto(ORIGIN)


def test_after_several_refused_saves_there_is_one_notice_with_the_newest_text(page: Page, server: Server) -> None:
    _stay_unsaved(page, server, "一稿", "一稿和二稿", "一稿和二稿和三稿")
    notices = page.locator(".notice-warning")
    expect(notices).to_have_count(1)
    expect(notices.get_by_role("button", name="恢复这份文字")).to_have_count(1)
    page.get_by_role("button", name="恢复这份文字").click()
    assert page.input_value("[name=text]") == "一稿和二稿和三稿"
    expect(notices).to_have_count(0)


def test_older_copies_with_words_of_their_own_stand_below_the_newest(page: Page, server: Server) -> None:
    _stay_unsaved(page, server, "写好又删去的一段", "重写的一段")
    notices = page.locator(".notice-warning")
    expect(notices).to_have_count(1)
    restore = notices.get_by_role("button", name="恢复这份文字")
    expect(restore).to_have_count(2)
    restore.nth(1).click()
    assert page.input_value("[name=text]") == "写好又删去的一段"
    restore.click()
    assert page.input_value("[name=text]") == "重写的一段"
    expect(notices).to_have_count(0)


def test_a_refused_page_offers_no_copy_whose_words_it_holds(page: Page, server: Server) -> None:
    _stay_unsaved(page, server, "写到一半")
    server.unsaved, server.text = " data-unsaved", "写到一半又写完了"
    page.goto(ORIGIN)
    expect(page.locator(".notice-warning")).to_have_count(0)
    assert "写到一半又写完了" in _copies(page)


def test_the_offer_goes_once_just_these_words_are_stored(page: Page, server: Server) -> None:
    server.answer = lambda server, route, _: server.reply(route, 400, {"message": "不收"})
    _write(page, "改过的文字")
    _let_two_seconds_pass(page)
    expect(page.locator(STATUS)).to_contain_text("不收")
    server.answer = lambda server, route, _: server.accept(route)
    page.goto(ORIGIN)
    expect(page.locator(".notice-warning")).to_contain_text("还没有保存到服务器")
    _write(page, "另外的文字")
    _let_two_seconds_pass(page)
    expect(page.locator(STATUS)).to_contain_text("已自动保存")
    expect(page.locator(".notice-warning")).to_be_visible()  # the words it offers are still not stored
    _write(page, "改过的文字")
    _let_two_seconds_pass(page)
    expect(page.locator(".notice-warning")).to_have_count(0)


def test_a_restored_copy_keeps_its_old_version_so_that_the_server_sees_a_conflict(page: Page, server: Server) -> None:
    server.answer = lambda _, route, __: route.abort()
    _write(page, "我的话")
    _let_two_seconds_pass(page)
    expect(page.locator(STATUS)).to_contain_text("网络不通")
    server.version, server.text = 5, "同事的话"
    page.reload()
    page.get_by_role("button", name="恢复这份文字").click()
    assert page.input_value("[name=version]") == "1"


def test_a_new_log_in_elsewhere_does_not_stop_saving(page: Page, server: Server) -> None:
    def only_the_new_token(made: Server, route: Route, request: Request) -> None:
        if "second" in (request.post_data or ""):
            made.accept(route)
        else:
            route.fulfill(status=403, body="", content_type="text/html")

    server.answer = only_the_new_token
    server.token = "second"
    _write(page, "改过的正文")
    _let_two_seconds_pass(page)
    expect(page.locator(STATUS)).to_have_text("已自动保存 09:31")


def test_submitting_during_a_save_waits_for_its_version(page: Page, server: Server) -> None:
    held: list[Route] = []
    server.answer = lambda _, route, __: held.append(route)
    _write(page, "改过的正文")
    with page.expect_request(f"{ORIGIN}/save"):
        _let_two_seconds_pass(page)
    page.get_by_role("button", name="保存", exact=True).click()
    assert page.url == f"{ORIGIN}/"
    with page.expect_request(f"{ORIGIN}/submit") as submitted:
        server.accept(held[0])
    assert "version=2" in (submitted.value.post_data or "")


def test_the_next_page_that_confirms_a_draft_removes_its_copy(page: Page, server: Server) -> None:
    _write(page, "改过的正文")
    page.get_by_role("button", name="保存", exact=True).click()
    page.wait_for_url(f"{ORIGIN}/submit")
    assert "改过的正文" in _copies(page)
    server.before = f'<div data-draft-saved="{KEY}">已保存</div>'
    page.goto(ORIGIN)
    expect(page.get_by_role("button", name="恢复这份文字")).to_have_count(0)
    assert _copies(page) == "[]"


def test_words_given_back_after_log_in_wait_for_their_writer(page: Page, server: Server) -> None:
    server.text, server.unsaved = "登录过期前写的", ' data-unsaved="held"'
    page.goto(ORIGIN)
    _let_two_seconds_pass(page)
    expect(page.locator(STATUS)).to_contain_text("还没有保存")
    assert server.saves == []
    assert "登录过期前写的" in _copies(page)

    _write(page, "登录过期前写的，再补一句")
    _let_two_seconds_pass(page)
    expect(page.locator(STATUS)).to_contain_text("已自动保存")


def test_a_page_that_gives_unsaved_words_back_saves_them_and_asks_nothing(page: Page, server: Server) -> None:
    _write(page, "写到一半就分条")
    page.get_by_role("button", name="保存", exact=True).click()
    page.wait_for_url(f"{ORIGIN}/submit")
    server.text, server.unsaved = "写到一半就分条，已分好", " data-unsaved"
    page.goto(ORIGIN)
    expect(page.locator(STATUS)).to_have_text("有改动，稍后自动保存…")
    expect(page.get_by_role("button", name="恢复这份文字")).to_have_count(0)
    assert "已分好" in _copies(page)
    _let_two_seconds_pass(page)
    expect(page.locator(STATUS)).to_have_text("已自动保存 09:31")
    assert _copies(page) == "[]"


def test_a_reason_with_a_full_stop_runs_on_into_one_sentence(page: Page, server: Server) -> None:
    server.answer = lambda _, route, __: Server.reply(route, 409, {"message": "已被改过。", "conflict_url": "/both"})
    _write(page, "我的改法")
    _let_two_seconds_pass(page)
    expect(page.locator(STATUS)).to_contain_text("已被改过，文字已留在本机浏览器中。")


def test_rows_are_added_removed_and_restored(page: Page, server: Server) -> None:
    server.answer = lambda _, route, __: route.abort()
    page.get_by_role("button", name="再加一条").click()
    page.keyboard.type("第二条建议")
    assert page.input_value("[name=asks-TOTAL_FORMS]") == "2"
    _let_two_seconds_pass(page)
    expect(page.locator(STATUS)).to_contain_text("网络不通")
    page.reload()
    page.get_by_role("button", name="恢复这份文字").click()
    assert page.input_value("[name=asks-1-text]") == "第二条建议"
    page.get_by_role("button", name="删除").first.click()
    assert page.locator("[data-row]:visible [data-row-number]").all_text_contents() == ["1"]
