"""Plugin: Chromium under Playwright, with Chinese fonts on a machine that has none."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from xml.sax.saxutils import escape

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

QUIET = [  # nothing but the page under test is to be asked for over the network
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WIDTHS = {"desktop": 1280, "phone": 360}


@pytest.fixture(scope="session")
def cjk_fonts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fontconfig file that adds the Noto fonts of the letter package; else every Chinese sign is an empty box."""
    from pylopdf_fonts_zh_cn import sans_path, serif_path

    folder = tmp_path_factory.mktemp("fonts")
    cache = tmp_path_factory.mktemp("font-cache")  # inside the font folder fc-cache would scan it, and exit with 1
    for source in (Path(sans_path()), Path(serif_path())):
        (folder / source.name).symlink_to(source)
    config = folder / "fonts.conf"
    config.write_text(
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>'
        f"<dir>{escape(str(folder))}</dir><dir>/usr/share/fonts</dir>"
        f"<cachedir>{escape(str(cache))}</cachedir>"
        "<alias><family>sans-serif</family><prefer><family>Noto Sans SC</family></prefer></alias>"
        "<alias><family>system-ui</family><prefer><family>Noto Sans SC</family></prefer></alias>"
        "<alias><family>serif</family><prefer><family>Noto Serif SC</family></prefer></alias></fontconfig>",
        encoding="utf-8",
    )
    if shutil.which("fc-cache"):
        subprocess.run(["fc-cache", str(folder)], check=True, env={**os.environ, "FONTCONFIG_FILE": str(config)})
    return config


@pytest.fixture(scope="session")
def browser(cjk_fonts: Path) -> Iterator[Browser]:
    """One headless Chromium for the session (Debian's; Playwright's own download is not needed)."""
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("需要 Chromium：apt-get install chromium")
    # Playwright keeps an event loop in this thread, and Django would refuse the ORM in it: here nothing is async.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(
            executable_path=chromium, args=QUIET, env={**os.environ, "FONTCONFIG_FILE": str(cjk_fonts)}
        )
        yield launched
        launched.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture(params=list(WIDTHS))
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A fresh page at 1280 and at 360 px; fails the test on a script error or a blocked (CSP) resource."""
    context = browser.new_context(viewport={"width": WIDTHS[request.param], "height": 900}, locale="zh-CN")
    opened = context.new_page()
    complaints: list[str] = []
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on(
        "console",
        lambda message: complaints.append(message.text) if "Content Security Policy" in message.text else None,
    )
    yield opened
    context.close()
    assert not complaints


@pytest.fixture(scope="session")
def screenshots() -> Path:
    """Folder for pictures, kept as output of CI: ``PORTAL_SCREENSHOTS`` or ``build/screenshots``."""
    folder = Path(os.environ.get("PORTAL_SCREENSHOTS") or Path(__file__).parents[2] / "build" / "screenshots")
    folder.mkdir(parents=True, exist_ok=True)
    return folder
