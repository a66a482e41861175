"""The demo as a newcomer sees it, at both widths; ``SAVE_README_SHOTS=1`` renews the two pictures of the README."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from django.core.management import call_command
from django.urls import reverse
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from proposals.models import Proposal, User
from replies.demo.people import PASSWORD
from replies.models import Publication
from tests.browser.fixtures import WIDTHS
from tests.browser.visitor import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

README_PICTURES = Path(__file__).parents[2] / "docs" / "img"
PEOPLE = ("tian", "ducha", "sfj", "sfj_shen", "sfj_ling", "gaj", "minjian", "admin")


@pytest.mark.parametrize("page", ["desktop"], indirect=True)
def test_everybody_finds_his_work_and_the_public_its_page(
    transactional_db: None, page: Page, live_server: LiveServer, screenshots: Path
) -> None:
    call_command("load_demo", verbosity=0)
    visitor = Visitor(page, live_server.url, screenshots)
    case = Proposal.objects.get(number="005", session__number=1, session__term=9)
    public = reverse("public-page", args=[Publication.objects.get(proposal=case).index_number])
    addresses = [reverse("proposal-list"), reverse("proposal-detail", args=[case.pk]), reverse("manual")]
    for name in PEOPLE:
        visitor.become(User.objects.get(username=name), PASSWORD)
        at_both_widths(visitor, f"演示待办{name}")
        if name == "sfj":
            keep_for_readme(visitor, reverse("work"), "work.png")
            visitor.keep_for_manual("work", page.locator(".work-list"))
    visitor.become(User.objects.get(username="sfj"), PASSWORD)
    for address in [*addresses, reverse("notice-list"), reverse("public-list"), public]:
        visitor.open(address)
        at_both_widths(visitor, "演示页面")
    visitor.leave()
    keep_for_readme(visitor, public, "public.png")


def at_both_widths(visitor: Visitor, name: str) -> None:
    for width in WIDTHS.values():
        visitor.widen(width)
        visitor.look(name)


def keep_for_readme(visitor: Visitor, address: str, name: str) -> None:
    """The upper part of the page at 1280 px, as the README shows it."""
    visitor.widen(WIDTHS["desktop"])
    visitor.open(address)
    if os.environ.get("SAVE_README_SHOTS") == "1":
        README_PICTURES.mkdir(exist_ok=True)
        visitor.page.screenshot(path=README_PICTURES / name)
