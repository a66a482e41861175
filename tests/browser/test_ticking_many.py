"""全选 in the list of proposals: by keyboard, with the number of ticked cases; absent where no script can serve it."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.browser.visitor import Visitor
from tests.proposals.stages import registered
from tests.world import World

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("page", ["desktop"], indirect=True)
def test_one_key_ticks_the_whole_page_and_what_is_ticked_is_taken(
    city: World, page: Page, live_server: LiveServer, screenshots: Path
) -> None:
    for title in ("一", "二", "三"):
        registered(city, title=title)
    visitor = Visitor(page, live_server.url, screenshots, looks_narrow=True)
    visitor.become(city.committee_staff)
    visitor.open(reverse("proposal-list"))
    ticked, told = page.locator("tbody input:checked"), page.locator("[data-tick-count]")
    everyone = page.get_by_label("全选本页")
    everyone.focus()
    page.keyboard.press("Space")
    expect(ticked).to_have_count(3)
    expect(told).to_have_text("本页 3 件，已勾选 3 件")
    visitor.look("全选")

    page.locator("tbody input").first.uncheck()
    expect(told).to_have_text("本页 3 件，已勾选 2 件")
    expect(everyone).not_to_be_checked()
    everyone.check()
    everyone.uncheck()
    expect(ticked).to_have_count(0)

    everyone.check()
    visitor.press("批量导出所选")
    visitor.sees("共 3 件提案")
    page.go_back()
    expect(ticked).to_have_count(3)
    expect(told).to_have_text("本页 3 件，已勾选 3 件")


@pytest.mark.parametrize("page", ["desktop"], indirect=True)
def test_without_scripts_there_is_no_dead_control(
    city: World, page: Page, browser: Browser, live_server: LiveServer, screenshots: Path
) -> None:
    registered(city)
    visitor = Visitor(page, live_server.url, screenshots)
    visitor.become(city.committee_staff)
    plain = browser.new_context(java_script_enabled=False, storage_state=page.context.storage_state())
    try:
        bare = plain.new_page()
        bare.goto(f"{live_server.url}{reverse('proposal-list')}")
        expect(bare.get_by_label("全选本页")).to_be_hidden()
        expect(bare.locator("[data-tick-count]")).to_be_hidden()
        bare.locator("tbody input").first.check()
        bare.get_by_role("button", name="批量导出所选").click()
        expect(bare.get_by_text("共 1 件提案")).to_be_visible()
    finally:
        plain.close()
