"""The lamp board, its month and the calendar link, clicked through at both widths."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.urls import reverse
from icalendar import Calendar
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from proposals.models import Deadline
from proposals.services.handling import accept_assignment
from tests.browser.visitor import PATIENCE_MS, Visitor
from tests.factories import SCRIPT, Stage, case_in
from tests.world import World

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("quick_typesetter"),
    pytest.mark.parametrize("page", ["desktop"], indirect=True),
]
LOOK_NOW = "document.dispatchEvent(new Event('visibilitychange'))"  # what coming back to the page does


@pytest.fixture
def visitor(page: Page, live_server: LiveServer, screenshots: Path) -> Visitor:
    """Somebody at a wide window who looks at every page in a narrow one too."""
    return Visitor(page, live_server.url, screenshots, looks_narrow=True)


def test_the_office_filters_the_board_sees_it_change_and_urges(city: World, visitor: Visitor) -> None:
    case = case_in(city, Stage.ASSIGNED)
    visitor.become(city.office_staff)
    visitor.press("看板")
    rows = visitor.page.locator("[data-live] tbody tr:has(td)").filter(has_text=SCRIPT.title)
    before = rows.count()
    assert before == Deadline.objects.filter(met_at=None, cancelled_at=None).count()
    visitor.look("看板")
    visitor.page.get_by_label("催办").nth(1).check()

    accept_assignment(city.sfj_clerk, assignment=case.assignments[0])
    visitor.page.evaluate("document.activeElement.blur()")
    visitor.page.evaluate(LOOK_NOW)
    expect(visitor.page.locator("[data-live-status]")).to_contain_text("已更新", timeout=PATIENCE_MS)
    expect(rows).to_have_count(before - 1)
    expect(visitor.page.locator("[data-live] input:checked")).to_have_count(1)  # not every row of the case

    visitor.page.get_by_label("事项").select_option(label="答复")
    visitor.press("筛选")
    expect(rows).to_have_count(1)
    visitor.page.get_by_label("催办").first.check()
    visitor.press("催办所选")
    visitor.sees(SCRIPT.title)
    visitor.look("催办所选")


def test_a_board_that_cannot_ask_any_more_says_so(city: World, visitor: Visitor) -> None:
    case_in(city, Stage.ASSIGNED)
    visitor.become(city.office_staff)
    visitor.open(reverse("board"))
    visitor.page.context.clear_cookies()
    visitor.page.evaluate(LOOK_NOW)
    expect(visitor.page.locator("[data-live-status]")).to_contain_text("没能更新", timeout=PATIENCE_MS)


def test_the_month_is_walked_with_the_keyboard(city: World, visitor: Visitor) -> None:
    case_in(city, Stage.ASSIGNED)
    row = Deadline.objects.filter(kind="receipt").earliest("due_on")
    visitor.become(city.office_staff)
    visitor.open(f"{reverse('board-calendar')}?month={row.due_on:%Y-%m}")
    visitor.look("期限月历")
    link = visitor.page.locator(".month a").first
    visitor.page.get_by_role("link", name="看板", exact=True).last.focus()
    visitor.page.keyboard.press("Tab")
    expect(link).to_be_focused()
    visitor.page.keyboard.press("Enter")
    visitor.sees("怎么算的")
    visitor.sees(row.explanation)
    visitor.page.go_back()
    heading = visitor.page.get_by_role("heading", level=1).inner_text()
    visitor.press("下月")
    visitor.press("上月")
    expect(visitor.page.get_by_role("heading", level=1)).to_have_text(heading)


def test_a_clerk_makes_a_calendar_link_reads_it_and_takes_it_back(city: World, visitor: Visitor) -> None:
    case_in(city, Stage.ASSIGNED)
    visitor.become(city.sfj_clerk)
    visitor.open(reverse("calendar-link"))
    visitor.press("生成订阅链接")
    address = visitor.address + urlsplit(visitor.page.get_by_label("订阅链接").input_value()).path
    visitor.look("日历订阅")
    answer = visitor.page.request.get(address)
    assert answer.ok
    read: Any = Calendar.from_ical(answer.body())
    titles = [str(event["SUMMARY"]) for event in read.walk("VEVENT")]
    assert len(titles) == Deadline.objects.filter(bureau=city.sfj, met_at=None, cancelled_at=None).count() > 0
    assert all(SCRIPT.title in title for title in titles)
    visitor.press("作废订阅链接")
    visitor.sees("订阅链接已作废")
    assert visitor.page.request.get(address).status == 404
