"""A page says the same whatever file it comes in."""

from __future__ import annotations

from html import escape

import pytest

from replies.structure.sources.opening import read_source
from tests.replies.structure.corpus.pages import FILES, Page, bare, load_pages

# Every seventh page whose text is no markup, without the lines that hold nothing.
PAGES = [page for page in load_pages() if "<" not in page.text][::7]


def plain_lines(text: str) -> list[str]:
    return [bare(line) for line in text.splitlines() if line.strip()]


def paragraphs(text: str) -> bytes:
    return f"<html><body>{''.join(f'<p>{escape(line)}</p>' for line in text.splitlines())}</body></html>".encode()


def one_cell(text: str) -> bytes:
    lines = "<br>".join(map(escape, text.splitlines()))
    return f"<html><body><table><tr><td>{lines}</td></tr></table></body></html>".encode()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_has_the_same_lines_in_every_file(page: Page) -> None:
    files = [paragraphs(page.text), one_cell(page.text)]
    files += [FILES[name](page.text) for name in ("utf-8", "gb18030", "utf-16", "docx", "docx lists")]
    for raw in files:
        assert plain_lines(read_source(raw).text) == plain_lines(page.text)


@pytest.mark.parametrize("page", PAGES[::3], ids=lambda page: page.name)
def test_a_printed_page_loses_no_character(page: Page) -> None:
    assert bare(read_source(FILES["pdf"](page.text)).text) == bare(page.text)
