"""Somebody at a browser: logs in as one person after the other, and looks at every page he comes to."""

from __future__ import annotations

import io
import os
import re
from contextlib import suppress
from pathlib import Path

from PIL import Image
from playwright.sync_api import Locator, Page, expect
from playwright.sync_api import TimeoutError as TookTooLong

from panjin_portal.manual import HEIGHT, WIDTH
from proposals.models import User
from tests.world import PASSWORD

PATIENCE_MS = 15_000
NARROW = 360
MANUAL = Path(__file__).parents[2] / "static" / "img" / "manual"
LEAVING_MS = 5_000
# Whether a click asks for another document: a link to an address, or the button of a form the browser finds complete.
LEADS_ON = """one => {
  const link = one.closest('a[href]'), button = one.closest('button, input');
  if (link) return !link.hasAttribute('download') && !link.target && !link.getAttribute('href').startsWith('#');
  return Boolean(button && button.form && button.type === 'submit' && button.form.checkValidity());
}"""
TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


class Visitor:
    """Drives one page. Every page is checked for sideways scrolling and errors in the console, and kept as a picture.
    ``looks_narrow``: he acts in a wide window and looks at each page in one of 360 px too."""

    def __init__(self, page: Page, address: str, pictures: Path, *, looks_narrow: bool = False) -> None:
        self.looks_narrow = looks_narrow
        self.page, self.address, self.pictures = page, address, pictures
        self.width = page.viewport_size["width"] if page.viewport_size else 0
        self.seen = 0
        page.set_default_timeout(PATIENCE_MS)
        self.complaints: list[str] = []
        page.on("console", lambda said: self.complaints.append(said.text) if said.type == "error" else None)

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
        self.click(item.get_by_role("link", name=re.compile(f"^{step}")).first)

    def press(self, name: str) -> None:
        """Press the button or follow the link called ``name``."""
        seen = self.page.locator(":not(.visually-hidden)")  # some forms begin with a hidden button for the Enter key
        button = self.page.get_by_role("button", name=name, exact=True).and_(seen)
        link = self.page.get_by_role("link", name=name, exact=True)
        button.or_(link).filter(visible=True).first.wait_for()
        self.click((button if button.count() else link).first)

    def press_link_with(self, words: str) -> None:
        """Follow the first link whose name holds the words."""
        self.click(self.page.locator("main").get_by_role("link", name=words).first)

    def click(self, at: Locator) -> None:
        """Click, and be on the next page when the click leads to one: what is asked next must not be read off, or
        pressed on, the page that is being left. A form that its browser or a script keeps is no next page."""
        leads_on = at.evaluate(LEADS_ON)
        self.page.evaluate("window.stillHere = true")
        at.click()
        if leads_on:
            with suppress(TookTooLong):
                self.page.wait_for_function("!window.stillHere", timeout=LEAVING_MS)

    def sees(self, text: str) -> None:
        """The words stand on the page."""
        expect(self.page.locator("main").get_by_text(text).first).to_be_visible()

    def look(self, name: str) -> None:
        """No page scrolls sideways; a picture is kept as ``WIDTH-NN-NAME.png``."""
        if self.looks_narrow and self.width != NARROW:
            wide = self.width
            self.widen(NARROW)
            self.look(name)
            self.widen(wide)
        self.seen += 1
        self.page.wait_for_load_state()
        excess = self.page.evaluate(TOO_WIDE)
        self.page.screenshot(path=self.pictures / f"{self.width}-{self.seen:02d}-{name}.png", full_page=True)
        assert not self.complaints, f"{name}: {self.complaints}"
        assert excess <= 0, f"{name} scrolls {excess} px sideways at {self.width} px ({self.page.url})"

    def keep_for_manual(self, name: str, at: Locator | None = None) -> None:
        """With ``SAVE_MANUAL_SHOTS=1``, take the picture the manual shows under ``name``: the page from ``at`` on, or
        from its top. It is taken once, by the visitor with the wide window."""
        if os.environ.get("SAVE_MANUAL_SHOTS") != "1" or self.width == NARROW:
            return
        self.page.set_viewport_size({"width": WIDTH, "height": HEIGHT})
        if at is not None:
            at.first.evaluate("one => { one.scrollIntoView({block: 'start', behavior: 'instant'}); scrollBy(0, -24) }")
        else:
            self.page.evaluate("scrollTo({top: 0, behavior: 'instant'})")
        picture = Image.open(io.BytesIO(self.page.screenshot(animations="disabled", caret="hide")))
        MANUAL.mkdir(parents=True, exist_ok=True)
        picture.convert("RGB").save(MANUAL / f"{name}.webp", quality=82, method=6)
        self.widen(self.width)
