"""Masthead, red rules and page numbers of the DOCX (GB/T 9704-2012 clauses 7.5 and 10.1)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lxml import etree

from replies.documents.docx import measures as m
from replies.documents.docx.styles import RED
from replies.documents.docx.xml import Element, p, run, val, w
from replies.documents.title_lines import width

_NAMESPACES = {
    "wp": "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
    "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
    "wps": "http://schemas.microsoft.com/office/word/2010/wordprocessingShape",
    "mc": "http://schemas.openxmlformats.org/markup-compatibility/2006",
}


@dataclass(frozen=True)
class Head:
    """Where the parts of the head stand: size of the mark in points, the rest in mm from the page's top edge."""

    size: float
    frame_top: float
    rules_top: float
    frame_bottom: float


def head_of(data: Mapping[str, Any]) -> Head:
    """The mark as large as fits on one line of the type area, 30 mm from the edge; the rules 4 mm under it."""
    size = mark_size(data["masthead"], m.MASTHEAD_SIZE)
    em = size / m.MM
    baseline = m.MASTHEAD_TOP + m.INK_TOP * em
    rules_top = m.MASTHEAD_TOP + m.INK_HEIGHT * em + m.MASTHEAD_GAP
    bottom = rules_top + m.RULES_HEIGHT
    if data["number"] or data["class_mark"]:
        # The number's box stands 7/8 of a size 3 character under the rules; its line begins higher.
        box = bottom + m.SIZE_3 * 7 / 8 / m.MM
        bottom = box + (m.ABOVE_BASELINE * m.SIZE_3 - m.BASELINE * m.PITCH / 20) / m.MM
    else:
        # Then the title is the first line. Its two blank lines are the frame's: LibreOffice counts a paragraph's own
        # space from the type area's edge, behind the frame, and 14 mm of it would be lost.
        bottom += (2 * m.PITCH / 20 + m.ABOVE_BASELINE * m.SIZE_2 - m.BASELINE * m.PITCH / 20) / m.MM
    return Head(size, baseline - m.BASELINE * m.MASTHEAD_LINE * em, rules_top, bottom)


def mark_size(text: str, largest: float) -> float:
    """The size of the issuing body's mark in points: as large as fits on one line of the type area."""
    natural = width(text) * (1 + m.MASTHEAD_TRACKING) * largest
    return int(2 * largest * min(1.0, 156 * m.MM / max(natural, 1.0))) / 2  # half points are the unit


def mark_run(data: Mapping[str, Any], size: float) -> Element:
    """The mark in this size."""
    mark = run(data["masthead"])
    tracking, half_points = round(20 * size * m.MASTHEAD_TRACKING), round(2 * size)
    mark.insert(0, w("rPr", val("spacing", tracking), val("sz", half_points), val("szCs", half_points)))
    return mark


def masthead(data: Mapping[str, Any]) -> Element:
    """The mark in a frame that nothing stands beside, so that the number's line begins where the frame ends."""
    head = head_of(data)
    frame = w(
        "framePr", w=m.twips(m.RULE_WIDTH), h=m.twips(head.frame_bottom - head.frame_top), hRule="exact",
        wrap="notBeside", vAnchor="page", hAnchor="page", x=m.twips(m.RULE_LEFT), y=m.twips(head.frame_top),
    )  # fmt: skip
    line = w("spacing", before=0, after=0, line=round(20 * head.size * m.MASTHEAD_LINE), lineRule="exact")
    return p("Masthead", mark_run(data, head.size), properties=(frame, line))


def first_header(data: Mapping[str, Any]) -> Element:
    """The header of the first page in letter format: no text, four red bars that stand at their places on the page."""
    top, bottom = head_of(data).rules_top, m.LOWER_RULES_BOTTOM
    bars = (
        (top, m.THICK),
        (top + m.RULES_HEIGHT - m.THIN, m.THIN),
        (bottom - m.RULES_HEIGHT, m.THIN),
        (bottom - m.THICK, m.THICK),
    )
    return w("hdr", p("Anchor", *(red_bar(number, *one) for number, one in enumerate(bars, start=1))))


def red_bar(number: int, top: float, height: float, left: float = m.RULE_LEFT, length: float = m.RULE_WIDTH) -> Element:
    """A filled rectangle behind the text, measured from the page's edges. Files know it by Word 2010's shapes."""
    extent = f'cx="{round(length * m.EMU)}" cy="{round(height * m.EMU)}"'
    names = " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in _NAMESPACES.items())
    anchor = (
        f'<wp:anchor {names} distT="0" distB="0" distL="0" distR="0" simplePos="0" relativeHeight="{number}" '
        'behindDoc="1" locked="1" layoutInCell="1" allowOverlap="1"><wp:simplePos x="0" y="0"/>'
        f'<wp:positionH relativeFrom="page"><wp:posOffset>{round(left * m.EMU)}</wp:posOffset></wp:positionH>'
        f'<wp:positionV relativeFrom="page"><wp:posOffset>{round(top * m.EMU)}</wp:posOffset></wp:positionV>'
        f'<wp:extent {extent}/><wp:effectExtent l="0" t="0" r="0" b="0"/><wp:wrapNone/>'
        f'<wp:docPr id="{number}" name="红线 {number}"/><wp:cNvGraphicFramePr/><a:graphic>'
        f'<a:graphicData uri="{_NAMESPACES["wps"]}"><wps:wsp><wps:cNvSpPr/><wps:spPr><a:xfrm><a:off x="0" y="0"/>'
        f'<a:ext {extent}/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom>'
        f'<a:solidFill><a:srgbClr val="{RED}"/></a:solidFill><a:ln><a:noFill/></a:ln></wps:spPr><wps:bodyPr/>'
        "</wps:wsp></a:graphicData></a:graphic></wp:anchor>"
    )
    choice = etree.Element(f"{{{_NAMESPACES['mc']}}}Choice", Requires="wps", nsmap=_NAMESPACES)
    choice.append(w("drawing", etree.fromstring(anchor)))
    alternate = etree.Element(f"{{{_NAMESPACES['mc']}}}AlternateContent", nsmap=_NAMESPACES)
    alternate.append(choice)
    return w("r", alternate)


def odd_footer() -> Element:
    """The number of an odd page: outside, one size 4 character in."""
    return w("ftr", p("PageNumber", *_page_number(), properties=(w("ind", right=280), val("jc", "right"))))


def even_footer() -> Element:
    """The number of an even page: outside is left."""
    return w("ftr", p("PageNumber", *_page_number(), properties=(w("ind", left=280), val("jc", "left"))))


def _page_number() -> Iterator[Element]:
    field = w("fldSimple", run("2"), instr=" PAGE ")
    yield from (run("— "), field, run(" —"))
