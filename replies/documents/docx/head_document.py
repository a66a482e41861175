"""The head of the document format (文件格式, clauses 7.2.4 to 7.2.7): mark, number, class mark, one red line.

All of it stands inside the type area, so mark and number are lines of the text with what is free above them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from replies.documents.docx import measures as m
from replies.documents.docx.head import mark_run, mark_size, red_bar
from replies.documents.docx.xml import Element, lines, p, run, val, w

_PITCH = m.PITCH / 20 / m.MM  # mm
_TOP = m.TOP / 20 / m.MM


@dataclass(frozen=True)
class DocumentHead:
    """Where the parts stand: size of the mark in points; upper edges of lines of text, and of the red line, in mm from
    the page's top edge."""

    size: float
    mark: float
    number: float
    red_line: float
    title: float

    @property
    def mark_line(self) -> float:
        """Height of the mark's line, mm."""
        return m.MASTHEAD_LINE * self.size / m.MM


def document_head(data: Mapping[str, Any]) -> DocumentHead:
    """The mark's ink 35 mm under the type area's edge, the number's box two lines under it, the red line 4 mm under the
    number, the title's box two lines under the red line."""
    size = mark_size(data["masthead"], m.DOCUMENT_MARK_SIZE) if data["masthead"] else 0.0
    em = size / m.MM
    ink_top = _TOP + m.DOCUMENT_MARK_TOP
    number_box = ink_top + m.INK_HEIGHT * em + 2 * _PITCH
    red_line = number_box + (m.SIZE_3 / m.MM + m.DOCUMENT_GAP if data["number"] else 0.0)
    return DocumentHead(
        size=size,
        mark=ink_top + (m.INK_TOP - m.BASELINE * m.MASTHEAD_LINE) * em,
        number=_line_of(number_box, m.SIZE_3),
        red_line=red_line,
        title=_line_of(red_line + m.THICK + 2 * _PITCH, m.SIZE_2),
    )


def _line_of(box: float, size: float) -> float:
    """The upper edge of the 29 pt line in which a character's box of `size` points begins at `box`, mm."""
    return box + (m.ABOVE_BASELINE * size - m.BASELINE * m.PITCH / 20) / m.MM


def document_head_paragraphs(data: Mapping[str, Any]) -> Iterator[Element]:
    """Mark, number, class mark and title."""
    head = document_head(data)
    below = _TOP
    if data["masthead"]:
        yield p("Masthead", mark_run(data, head.size), properties=(_space(head.mark - below, head.mark_line),))
        below = head.mark + head.mark_line
    if data["number"]:
        space = _space(head.number - below, _PITCH)
        yield p("Number", run(data["number"]), properties=(space, val("jc", "center")))
        below = head.number + _PITCH
    if data["class_mark"]:
        # Upper right corner of the type area (DOMAIN.md 2.3).
        frame = w("framePr", wrap="around", vAnchor="margin", hAnchor="margin", xAlign="right", yAlign="top")
        yield p("ClassMark", run(data["class_mark"]), properties=(frame,))
    space = _space(head.title - below, _PITCH, after=m.PITCH)
    yield p("Title", *lines(list(data["title_lines"])), properties=(space,))


def _space(before: float, line: float, after: int = 0) -> Element:
    return w("spacing", before=m.twips(before), after=after, line=m.twips(line), lineRule="exact")


def document_first_header(data: Mapping[str, Any]) -> Element:
    """The header of the first page: no text, the red line, as wide as the type area."""
    left, width = m.LEFT / 20 / m.MM, m.TEXT_WIDTH / 20 / m.MM
    return w("hdr", p("Anchor", red_bar(1, document_head(data).red_line, m.THICK, left, width)))
