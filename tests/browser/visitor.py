"""Somebody at a browser: logs in as one person after the other, and looks at every page he comes to."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Page, expect

from proposals.models import User
from tests.world import PASSWORD

PATIENCE_MS = 15_000
TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


class Visitor:
    """Drives one page. Every page is checked for sideways scrolling and kept as a picture."""

    def __init__(self, page: Page, address: str, pictures: Path) -> None:
        self.page, self.address, self.pictures = page, address, pictures
        self.width = page.viewport_size["width"] if page.viewport_size else 0
        self.seen = 0
        page.set_default_timeout(PATIENCE_MS)

    def become(self, user: User, password: str = PASSWORD) -> None:
        """Log out whoever is in, log in as ``user`` by the form; ends on the landing page."""
        self.page.context.clear_cookies()
        self.page.goto(f"{self.address}/login/")
        self.page.locator("#id_username").fill(user.username)
        self.page.locator("#id_password").fill(password)
        self.page.get_by_role("button", name="登录").click()
        expect(self.page.get_by_role("heading", level=1, name="我的待办")).to_be_visible()

    def widen(self, width: int) -> None:
        """Make the window ``width`` pixels wide."""
        self.width = width
        self.page.set_viewport_size({"width": width, "height": 900})

    def leave(self) -> None:
        """Go on as an anonymous visitor."""
        self.page.context.clear_cookies()

    def open(self, path: str) -> None:
        """Go to an address of the portal."""
        answer = self.page.goto(f"{self.address}{path}")
        assert answer is not None
        assert answer.ok, f"{path}: {answer.status}"

    def take_up(self, step: str, title: str) -> None:
        """On the landing page, press the button ``step`` of the case ``title``."""
        self.look("我的待办")
        item = self.page.get_by_role("listitem").filter(has_text=title)
        item.get_by_role("link", name=re.compile(f"^{step}")).first.click()

    def press(self, name: str) -> None:
        """Press the button or follow the link called ``name``."""
        seen = self.page.locator(":not(.visually-hidden)")  # some forms begin with a hidden button for the Enter key
        button = self.page.get_by_role("button", name=name, exact=True).and_(seen)
        (button if button.count() else self.page.get_by_role("link", name=name, exact=True)).first.click()

    def sees(self, text: str) -> None:
        """The words stand on the page."""
        expect(self.page.locator("main").get_by_text(text).first).to_be_visible()

    def look(self, name: str) -> None:
        """No page scrolls sideways; a picture is kept as ``WIDTH-NN-NAME.png``."""
        self.seen += 1
        self.page.wait_for_load_state()
        excess = self.page.evaluate(TOO_WIDE)
        self.page.screenshot(path=self.pictures / f"{self.width}-{self.seen:02d}-{name}.png", full_page=True)
        assert excess <= 0, f"{name} scrolls {excess} px sideways at {self.width} px ({self.page.url})"
