"""A saved page as the lines a reader sees. Works on the tree lxml makes of any markup; nothing is loaded."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from lxml import etree
from lxml import html as lxml_html

from panjin_portal.lib.uploads import UploadRefused
from replies.structure.sources.rows import row_lines

TOO_NESTED = "网页的结构过于复杂，读不出来。请在浏览器中复制正文，存为文本后再导入。"
BROKEN_CHARACTERS = "网页里有认不出的字符，请用浏览器重新打开并另存网页后再导入。"

_COMMENT = re.compile(r"\A\s*(?:<!--.*?-->\s*)+", re.DOTALL)
_ANYWHERE = re.compile(r"<(?:!doctype\s+html|html|head|body)[\s>]", re.IGNORECASE)
_AT_START = re.compile(
    r"\s*<(?:\?xml|!doctype|meta|title|div|p|table|tbody|tr|section|article|span|font|center|h[1-6]|ul|ol|main)[\s>]",
    re.IGNORECASE,
)
_HEAD_CHARACTERS = 4096

_DROPPED = frozenset(
    ("head", "script", "style", "noscript", "template", "select", "textarea", "object", "iframe", "svg", "canvas")
)
_BLOCKS = re.compile(
    r"address|article|aside|blockquote|body|br|caption|center|d[dlt]|details|dialog|dir|div|fieldset|figcaption|figure|footer"
    r"|form|h[1-6r]|header|hgroup|html|legend|li|main|menu|nav|ol|p|pre|section|summary|table|tbody|tfoot|thead|tr|ul"
)
_CELLS = frozenset(("td", "th"))
_HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
# What markup may be broken by; no-break and full-width blanks are characters of the text and stay.
_SOURCE_BLANKS = re.compile(r"[ \t\n\r\f]+")


def looks_like_html(text: str) -> bool:
    """Whether a text is markup of a page rather than a plain text that happens to hold a tag."""
    head = _COMMENT.sub("", text[: 4 * _HEAD_CHARACTERS])[:_HEAD_CHARACTERS]
    return bool(_ANYWHERE.search(head) or _AT_START.match(head))


def lines_of_page(markup: str) -> str:
    """The visible text, one line per block, line break or table row.

    Raises UploadRefused when the markup is nested beyond reason or when visible characters could not be decoded.
    """
    parser = lxml_html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        root = lxml_html.document_fromstring(markup.encode("utf-8", errors="replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError):
        return ""  # comments only
    # libxml2 stops reading there, and what follows would be lost in silence.
    if any("Excessive depth" in entry.message for entry in parser.error_log):
        raise UploadRefused(TOO_NESTED)
    text = "\n".join(_lines(root))
    if "\ufffd" in text:
        raise UploadRefused(BROKEN_CHARACTERS)
    return text


@dataclass
class _Box:
    """Lines under construction: of the page, or of one cell. `cells` are those of the row that is open."""

    lines: list[str] = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)
    cells: list[list[str]] = field(default_factory=list)

    def end_line(self) -> None:
        line = _SOURCE_BLANKS.sub(" ", "".join(self.pieces)).strip(" ")
        self.pieces.clear()
        if line.strip():
            self.lines.append(line)

    def end_row(self) -> None:
        self.end_line()
        self.lines += row_lines(self.cells)
        self.cells = []


def _lines(root: Any) -> list[str]:
    """Walk the tree; one box is open for the page and one for each cell around the place."""
    boxes = [_Box()]
    skipped: Any = None
    preformatted = 0
    for event, element in etree.iterwalk(root, events=("start", "end")):
        if skipped is not None:
            if event == "end" and element is skipped:
                skipped = None
                _add(boxes[-1], element.tail, preformatted)
            continue
        tag = element.tag if isinstance(element.tag, str) else ""
        if event == "start":
            if tag in _DROPPED or _is_hidden(element):
                skipped = element
                continue
            preformatted += tag == "pre"
            if tag in _CELLS:
                boxes.append(_Box())
            elif tag == "tr" or tag == "table":
                boxes[-1].end_row()
            elif _BLOCKS.fullmatch(tag):
                boxes[-1].end_line()
            _add(boxes[-1], element.text, preformatted)
        else:
            preformatted -= tag == "pre"
            if tag in _CELLS:
                cell = boxes.pop()
                cell.end_row()
                boxes[-1].cells.append(cell.lines)
            elif tag == "tr" or tag == "table":
                boxes[-1].end_row()
            elif _BLOCKS.fullmatch(tag):
                boxes[-1].end_line()
            if element is not root:
                _add(boxes[-1], element.tail, preformatted)
    boxes[0].end_row()
    return boxes[0].lines


def _add(box: _Box, text: str | None, preformatted: int) -> None:
    if not text:
        return
    if not preformatted:
        box.pieces.append(text)
        return
    first, *others = text.splitlines() or [""]
    box.pieces.append(first)
    for line in others:
        box.end_line()
        box.pieces.append(line)


def _is_hidden(element: Any) -> bool:
    if "hidden" in element.attrib:
        return True
    return bool(_HIDDEN_STYLE.search(element.get("style", "")))
