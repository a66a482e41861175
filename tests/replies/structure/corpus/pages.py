"""The pages of the corpus with their gold, and the file each of them is read from."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import docx

from tests.replies.structure.sources.makers import add_list, in_list, typeset, word_bytes, word_file

FOLDER = Path(__file__).parent / "pages"

# What a browser would not print is no character of the letter.
_MARKUP = re.compile(r"<!--.*?-->|<br>|&nbsp;", re.DOTALL)
_NUMBERED = re.compile(r"(?P<top>[一二三四五六七八九十]+、)|(?P<below>（[一二三四五六七八九十]+）)")


@dataclass(frozen=True)
class Page:
    """One page: its name, what stands in its file, and the gold."""

    name: str
    text: str
    gold: dict[str, Any]

    def raw(self) -> bytes:
        """The file as it would be uploaded, in the format its gold names under ``file`` (UTF-8 when none)."""
        return FILES[self.gold.get("file", "utf-8")](self.text)


def load_pages() -> list[Page]:
    """All pages in the order of their numbers."""
    pages = []
    for gold in sorted(FOLDER.glob("*.json")):
        (source,) = (path for path in (gold.with_suffix(".txt"), gold.with_suffix(".html")) if path.exists())
        pages.append(Page(gold.stem, source.read_text(encoding="utf-8"), json.loads(gold.read_text(encoding="utf-8"))))
    return pages


def bare(text: str) -> str:
    """A text without its white space."""
    return "".join(text.split())


def letter_of(page: Page, text: str) -> str:
    """The letter cut from the page by its first and last words: from the addressee line to the date line."""
    first, last = (bare(words) for words in page.gold["letter"])
    whole = bare(_MARKUP.sub("", text))
    return whole[whole.index(first) : whole.rindex(last) + len(last)]


def _word(text: str) -> bytes:
    return word_file(text.splitlines())


def _word_lists(text: str) -> bytes:
    """A document in which 一、 and （一） are numbers that Word writes."""
    document = docx.Document()
    outline = add_list(document, ("chineseCountingThousand", "%1、"), ("chineseCountingThousand", "（%2）"))
    for line in text.splitlines():
        found = _NUMBERED.match(line.strip())
        paragraph = document.add_paragraph(line.strip()[found.end() :] if found else line)
        if found:
            in_list(paragraph, outline, 0 if found["top"] else 1)
    return word_bytes(document)


def _pdf(text: str) -> bytes:
    return typeset([("plain", line.strip()) for line in text.splitlines() if line.strip()])


FILES: dict[str, Callable[[str], bytes]] = {
    "utf-8": str.encode,
    "utf-8-sig": lambda text: text.encode("utf-8-sig"),
    "gb18030": lambda text: text.encode("gb18030"),
    "utf-16": lambda text: text.encode("utf-16"),
    "docx": _word,
    "docx lists": _word_lists,
    "pdf": _pdf,
}
