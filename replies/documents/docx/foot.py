"""What stands at the foot of the last page: copies in letter format, the imprint (版记) in document format."""

from collections.abc import Iterator, Mapping
from typing import Any

from replies.documents.docx import measures as m
from replies.documents.docx.tables import Margins, border, cell, row, table
from replies.documents.docx.xml import Element, p, run, val, w
from replies.documents.shared import DOCUMENT_FORM

# Clause 7.4: 0.35 mm and 0.25 mm. Borders are counted in eighths of a point: 0.353 mm and 0.265 mm.
_EDGE, _INNER = 8, 6
# Copies of more characters than this may not fit on one page. What is out of the text cannot go on to the next page, so
# they stand in the text.
_MOST = 400
_SIDE = int(20 * m.SIZE_4)  # one character in from both sides


def has_foot(data: Mapping[str, Any]) -> bool:
    """Whether anything is printed there."""
    return bool(data["copies"] or data["printed_by"])


def foot(data: Mapping[str, Any]) -> Iterator[Element]:
    """It and the paragraph it hangs on."""
    if not has_foot(data):
        return
    yield _imprint(data) if data["form"] == DOCUMENT_FORM else _copies(data["copies"])
    yield p("Anchor")


def _copies(text: str) -> Element:
    """抄送 at the foot of the last page's type area, one character in from both sides (clause 7.4.2)."""
    if len(text) > _MOST:
        gap = w("spacing", before=m.PITCH, after=0, line=m.PITCH, lineRule="exact")
        return p("Copies", run(text), properties=(gap, w("ind", left=4 * _SIDE, right=_SIDE, hanging=3 * _SIDE)))
    frame = w(
        "framePr", w=m.TEXT_WIDTH - 2 * _SIDE, hRule="auto", wrap="notBeside", vAnchor="margin", hAnchor="margin",
        x=_SIDE, yAlign="bottom",
    )  # fmt: skip
    return p("Copies", run(text), properties=(w("keepNext"), frame, w("ind", left=3 * _SIDE, hanging=3 * _SIDE)))


def _imprint(data: Mapping[str, Any]) -> Element:
    """A table without sides: its rules are as wide as the type area, its text one character in; out of the text, its
    lower edge is the type area's (clauses 7.4.1 to 7.4.3). The text's place comes from indents, for programs do not
    agree whether a table that is out of the text begins at its edge or at its text."""
    rows = []
    if data["copies"]:
        indent = w("ind", left=4 * _SIDE, right=_SIDE, hanging=3 * _SIDE)
        rows.append(p("Copies", run(data["copies"]), properties=(indent,)))
    if data["printed_by"]:
        day = w("r", w("tab"))
        stops = w("tabs", w("tab", val="right", pos=m.TEXT_WIDTH - _SIDE))
        runs = [run(data["printed_by"]), *([day, run(data["printed_on"])] if data["printed_on"] else [])]
        rows.append(p("Imprint", *runs, properties=(stops, w("ind", left=_SIDE, right=_SIDE))))
    place = w(
        "tblpPr", leftFromText=0, rightFromText=0, vertAnchor="margin", horzAnchor="page", tblpX=m.LEFT,
        tblpYSpec="bottom",
    )  # fmt: skip
    floats = len(data["copies"]) <= _MOST
    whole = (w("cantSplit"),) if floats else ()
    return table(
        [m.TEXT_WIDTH],
        [row(cell(m.TEXT_WIDTH, one, properties=(val("vAlign", "center"),)), properties=whole) for one in rows],
        margins=Margins(beside=0),
        borders=[border("top", _EDGE), border("bottom", _EDGE), border("insideH", _INNER)],
        place=[place] if floats else [],
    )
