"""Characters in their places as lines, and lines as paragraphs: a paragraph begins where its first line is indented."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median


@dataclass(frozen=True)
class Glyph:
    """One character; distances in points from the left and the upper edge of the page."""

    text: str
    x0: float
    x1: float
    top: float
    bottom: float

    @property
    def height(self) -> float:
        return self.bottom - self.top


@dataclass(frozen=True)
class PageSize:
    """Width and height of a page in points."""

    width: float
    height: float


@dataclass(frozen=True)
class PrintedLine:
    """One line as it stands on a page of width `page`; `share` is its place, 0 at the top and 1 at the bottom."""

    text: str
    x0: float
    x1: float
    top: float
    size: float
    share: float
    page: float


@dataclass(frozen=True)
class _Column:
    """Where the text stands: its edges, the usual distance of lines, whether paragraphs begin with an indent."""

    left: float
    right: float
    pitch: float
    indented: bool


# A blank that is wider than this share of a character was meant as one.
_GAP = 0.6
_SAME_LINE = 0.5
# How far a line may end before the right edge and still be full: punctuation is not set at the start of a line.
_RAGGED = 1.7
_RAGGED_INSIDE = 3.0
_SAME_PLACE = 0.8
_INDENT = 2.0
# A full line covers at least this share of the width of the page.
_LONG = 0.5
_STOPS = tuple("。！？；：.!?;:”）)")
_SAME_SIZE = 0.12
_PARAGRAPH_GAP = 1.7
_MARGIN = 0.1
# GB/T 9704-2012, 7.4.2.
_HANGING = re.compile(r"抄\s*[送报][:：]")
_PAGE_NUMBER = re.compile(
    r"[—–―─\-－·~\s]*\d{1,3}[—–―─\-－·~\s]*|第\s*\d+\s*页(?:[,，/\s]*共\s*\d+\s*页)?|\d+\s*/\s*\d+"
)
_ADDRESS = re.compile(r"(?:https?://|file:///)\S+(?:\s+\d+\s*/\s*\d+)?|.*\s\d+/\d+")
_DIGITS = re.compile(r"\d+")


def lines_of_page(glyphs: Sequence[Glyph], size: PageSize) -> list[PrintedLine]:
    """The lines of one page from top to bottom."""
    rows: list[list[Glyph]] = []
    for glyph in sorted(glyphs, key=lambda one: (one.top + one.bottom, one.x0)):
        if glyph.height <= 0:
            continue
        middle = (glyph.top + glyph.bottom) / 2
        if rows and _is_on(rows[-1], middle, glyph.height):
            rows[-1].append(glyph)
        else:
            rows.append([glyph])
    lines = [_line(sorted(row, key=lambda one: one.x0), size) for row in rows]
    return [line for line in lines if line is not None]


def join_lines(pages: Sequence[Sequence[PrintedLine]]) -> list[str]:
    """The paragraphs of all pages, page numbers and running heads left out."""
    kept = [line for page in _without_furniture(pages) for line in page]
    if not kept:
        return []
    size = median(line.size for line in kept)
    column = _column(kept, size)
    paragraphs, start = [kept[0].text], kept[0]
    for before, line in pairwise(kept):
        if _hangs(before, line, start, column) or _continues(before, line, column):
            paragraphs[-1] += _between(before.text, line.text) + line.text
        else:
            paragraphs.append(line.text)
            start = line
    return paragraphs


def _is_on(row: Sequence[Glyph], middle: float, height: float) -> bool:
    centre = median((glyph.top + glyph.bottom) / 2 for glyph in row[-8:])
    return abs(middle - centre) < _SAME_LINE * max(height, row[-1].height)


def _line(row: Sequence[Glyph], page: PageSize) -> PrintedLine | None:
    size = median(glyph.height for glyph in row)
    pieces: list[str] = []
    end: float | None = None
    for glyph in row:
        if end is not None and glyph.x0 - end > _GAP * size and pieces[-1:] != [" "]:
            pieces.append(" ")
        pieces.append(glyph.text)
        end = max(glyph.x1, end or glyph.x1)
    text = "".join(pieces).strip()
    shown = [glyph for glyph in row if glyph.text.strip()]
    if not text or not shown:
        return None
    share = shown[0].top / page.height if page.height else 0.0
    return PrintedLine(text, shown[0].x0, max(glyph.x1 for glyph in shown), shown[0].top, size, share, page.width)


def _without_furniture(pages: Sequence[Sequence[PrintedLine]]) -> list[list[PrintedLine]]:
    """Page numbers, the address a browser prints, and what stands in the margin of every page."""
    in_margin = Counter(key for page in pages for key in {_shape(line) for line in page if _is_marginal(line)})
    repeated = {key for key, times in in_margin.items() if times > 1 and times >= len(pages) - 1}
    kept = []
    for page in pages:
        last = len(page) - 1
        kept.append(
            [
                line
                for at, line in enumerate(page)
                if not (
                    at in (0, last)
                    and (_PAGE_NUMBER.fullmatch(line.text) or (_is_marginal(line) and _ADDRESS.fullmatch(line.text)))
                )
                and not (_is_marginal(line) and _shape(line) in repeated)
            ]
        )
    return kept


def _is_marginal(line: PrintedLine) -> bool:
    return not _MARGIN / 2 < line.share < 1 - _MARGIN


def _shape(line: PrintedLine) -> tuple[str, int]:
    return _DIGITS.sub("#", line.text), round(line.share * 50)


def _column(lines: Sequence[PrintedLine], size: float) -> _Column:
    """The column of text. An indented line that wraps shows both edges.

    Where none wraps, the left edge is the outermost place where two lines begin, and the right one where two lines end
    or where the left margin is repeated on the right, whichever is further out.
    """
    wraps = [
        (before, line)
        for before, line in pairwise(lines)
        if _is_long(before) and before.x0 - line.x0 > (_INDENT - _SAME_PLACE) * size
    ]
    step = size / 2
    lefts = Counter(round(line.x0 / step) for line in lines)
    left = step * min((place for place, times in lefts.items() if times > 1), default=min(lefts))
    if wraps:
        left = min(left, *(line.x0 for _, line in wraps))
        right = max(before.x1 for before, _ in wraps)
    else:
        rights = Counter(round(line.x1 / step) for line in lines)
        right = step * max((place for place, times in rights.items() if times > 1), default=max(rights))
        right = max(right, median(line.page for line in lines) - left)
    indented = sum(1 for line in lines if abs(line.x0 - left - _INDENT * size) < _SAME_PLACE * size)
    return _Column(left, right, _pitch(lines, size), indented > 1)


def _is_long(line: PrintedLine) -> bool:
    return line.x1 - line.x0 > _LONG * line.page


def _pitch(lines: Sequence[PrintedLine], size: float) -> float:
    steps = [after.top - before.top for before, after in pairwise(lines) if after.top > before.top]
    return median(steps) if steps else size * 2


def _continues(before: PrintedLine, line: PrintedLine, column: _Column) -> bool:
    """Whether a line goes on with the sentence above: that one is full and this one begins at the left edge.

    Without indents a full line that ends a sentence ends its paragraph.
    """
    size = max(before.size, line.size)
    if abs(before.size - line.size) > _SAME_SIZE * size:
        return False
    if line.top > before.top and line.top - before.top > _PARAGRAPH_GAP * column.pitch:
        return False
    if not column.indented and before.text.endswith(_STOPS):
        return False
    return (
        _is_long(before) and before.x1 >= column.right - _RAGGED * size and line.x0 <= column.left + _SAME_PLACE * size
    )


def _hangs(before: PrintedLine, line: PrintedLine, start: PrintedLine, column: _Column) -> bool:
    """Whether a line goes on with the copies: they are set one character in, their lines below the first name."""
    size = start.size
    return (
        _HANGING.match(start.text) is not None
        and line.x0 > start.x0 + size
        and abs(start.size - line.size) < _SAME_SIZE * size
        and before.x1 >= column.right - _RAGGED_INSIDE * size
    )


def _between(before: str, after: str) -> str:
    """A word of Latin letters that ends a line keeps its blank; Chinese characters stand together."""
    return (
        " " if before[-1:].isascii() and before[-1:].isalpha() and after[:1].isascii() and after[:1].isalpha() else ""
    )
