"""What stands where on the pages of a PDF: lines of text with the place of every character, and drawn shapes.

OFD counts millimetres from the top left corner with y downwards, PDF points from the bottom left; here all is OFD's.
"""

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from pdfminer.converter import PDFPageAggregator
from pdfminer.layout import LTChar, LTCurve, LTFigure, LTImage, LTItem, LTPage
from pdfminer.pdfinterp import PDFPageInterpreter, PDFResourceManager
from pdfminer.pdfpage import PDFPage

MM = 25.4 / 72
Color = tuple[int, int, int]
BLACK: Color = (0, 0, 0)
# A character this far (mm) from the baseline of the one before it begins a new line.
_SAME_LINE = 0.01


class Unportable(Exception):
    """The page holds something that this writer cannot put into an OFD."""


@dataclass(frozen=True)
class Line:
    """Characters of one font, size and colour on one baseline: each with its left edge, mm from the page's left."""

    font: str  # PostScript name
    size: float
    color: Color
    baseline: float
    characters: tuple[tuple[str, float], ...]
    right: float

    @property
    def text(self) -> str:
        """The characters, as read."""
        return "".join(character for character, _ in self.characters)

    @property
    def left(self) -> float:
        """The left edge of the first character."""
        return self.characters[0][1]


@dataclass(frozen=True)
class Shape:
    """A path: its steps (letter, then x and y in mm for every point), how it is filled and stroked (None: not)."""

    steps: tuple[tuple[str, tuple[float, ...]], ...]
    fill: Color | None
    stroke: Color | None
    width: float


@dataclass(frozen=True)
class Page:
    """One page in mm, its items in the order they were drawn, which is the order of reading."""

    width: float
    height: float
    items: tuple[Line | Shape, ...]


def read_pages(pdf: bytes) -> list[Page]:
    """Read a PDF. Raises Unportable for pictures, drawn or painted, and for characters without a meaning."""
    resources = PDFResourceManager()
    device = PDFPageAggregator(resources, laparams=None)
    interpreter = PDFPageInterpreter(resources, device)
    pages = []
    for page in PDFPage.get_pages(io.BytesIO(pdf)):
        interpreter.process_page(page)
        found: LTPage = device.get_result()
        items = _items(list(_flat(found)), found.height)
        pages.append(Page(found.width * MM, found.height * MM, tuple(items)))
    return pages


def _flat(container: LTPage | LTFigure) -> Iterator[LTItem]:
    for item in container:
        if isinstance(item, LTFigure):
            yield from _flat(item)
        else:
            yield item


def _items(found: Sequence[LTItem], height: float) -> Iterator[Line | Shape]:
    waiting: list[LTChar] = []
    for item in found:
        if isinstance(item, LTChar):
            if waiting and not _continues(waiting[-1], item):
                yield _line(waiting, height)
                waiting = []
            waiting.append(item)
            continue
        if waiting:
            yield _line(waiting, height)
            waiting = []
        if isinstance(item, LTCurve):
            yield _shape(item, height)
        elif isinstance(item, LTImage):
            raise Unportable("a picture")
    if waiting:
        yield _line(waiting, height)


def _continues(before: LTChar, after: LTChar) -> bool:
    same_look = before.fontname == after.fontname and _size(before) == _size(after) and _ink(before) == _ink(after)
    same_line = abs(before.matrix[5] - after.matrix[5]) * MM < _SAME_LINE
    return same_look and same_line and after.matrix[4] > before.matrix[4]


def _line(found: Sequence[LTChar], height: float) -> Line:
    first, last = found[0], found[-1]
    if first.matrix[1] or first.matrix[2]:
        raise Unportable("turned text")
    characters = [place for item in found for place in _characters(item)]
    return Line(
        font=first.fontname.partition("+")[2] or first.fontname,
        size=_size(first) * MM,
        color=_ink(first),
        baseline=(height - first.matrix[5]) * MM,
        characters=tuple(characters),
        right=(last.matrix[4] + last.adv) * MM,
    )


def _characters(item: LTChar) -> Iterator[tuple[str, float]]:
    """The characters of one glyph; a ligature shares its width among them."""
    text = item.get_text()
    if text.startswith("(cid:"):
        raise Unportable("a glyph without its character")
    for index, character in enumerate(text):
        yield character, (item.matrix[4] + item.adv * index / len(text)) * MM


def _shape(item: LTCurve, height: float) -> Shape:
    if item.stroke and not item.linewidth:
        # So a picture's lines are read, in units of its own: a QR code would be drawn with hairs.
        raise Unportable("a line without a width")
    return Shape(
        steps=tuple(_step(step, height) for step in item.original_path or ()),
        fill=_color(item.non_stroking_color) if item.fill else None,
        stroke=_color(item.stroking_color) if item.stroke else None,
        width=float(item.linewidth or 0) * MM,
    )


def _step(step: Sequence[Any], height: float) -> tuple[str, tuple[float, ...]]:
    """One step of a path: its letter and its points, which pdfminer gives as pairs after it."""
    points: Sequence[tuple[float, float]] = step[1:]
    return str(step[0]), tuple(value for x, y in points for value in (x * MM, (height - y) * MM))


def _size(item: LTChar) -> float:
    return round(float(item.size), 3)


def _ink(item: LTChar) -> Color:
    return _color(item.graphicstate.ncolor)


def _color(value: object) -> Color:
    """A PDF colour of one (grey) or three (red, green, blue) parts from 0 to 1 in 256 steps."""
    parts = value if isinstance(value, (tuple, list)) else (value,)
    numbers = [round(255 * float(part)) for part in parts if isinstance(part, (int, float))]
    if len(numbers) == 1:
        return (numbers[0],) * 3
    if len(numbers) == 3:
        return (numbers[0], numbers[1], numbers[2])
    if not numbers:
        return BLACK
    raise Unportable("a colour that is not grey or red, green and blue")
