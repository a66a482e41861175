"""Tables of the DOCX: of fixed widths, ruled by their cells' borders (ISO/IEC 29500-1, 17.4)."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from replies.documents.docx.xml import Element, w


@dataclass(frozen=True)
class Margins:
    """What stays free inside every cell, in twips."""

    beside: int
    above: int = 0


def table(
    widths: Sequence[int],
    rows: Sequence[Element],
    *,
    margins: Margins,
    borders: Sequence[Element] = (),
    place: Sequence[Element] = (),
) -> Element:
    """A table whose edge is the type area's edge, whatever its cells hold. `borders` and `place` (a `tblpPr` that takes
    it out of the text) stand in the order of the schema."""
    cell_margins = w(
        "tblCellMar",
        w("top", w=margins.above, type="dxa"),
        w("left", w=margins.beside, type="dxa"),
        w("bottom", w=margins.above, type="dxa"),
        w("right", w=margins.beside, type="dxa"),
    )
    properties = w(
        "tblPr",
        *place,
        w("tblW", w=sum(widths), type="dxa"),
        w("tblInd", w=0, type="dxa"),
        *([w("tblBorders", *borders)] if borders else []),
        w("tblLayout", type="fixed"),
        cell_margins,
    )
    return w("tbl", properties, w("tblGrid", *(w("gridCol", w=width) for width in widths)), *rows)


def row(*cells: Element, properties: Sequence[Element] = ()) -> Element:
    """One row. `properties`: `tblHeader` for a head that every page repeats, `cantSplit` for a row kept whole."""
    return w("tr", *([w("trPr", *properties)] if properties else []), *cells)


def cell(width: int, *paragraphs: Element, properties: Sequence[Element] = ()) -> Element:
    """One cell; at least one paragraph is in it."""
    return w("tc", w("tcPr", w("tcW", w=width, type="dxa"), *properties), *paragraphs)


def border(side: str, eighths: int) -> Element:
    """A black line along a side, in eighths of a point, the unit of this format."""
    return w(side, val="single", sz=eighths, space=0, color="000000")


def shared_out(total: int, shares: Sequence[int]) -> list[int]:
    """`total` in whole parts by `shares`: rounded places, not rounded widths, so nothing is left over."""
    places, passed = [0], 0
    for share in shares:
        passed += share
        places.append(round(total * passed / sum(shares)))
    return [after - before for before, after in pairwise(places)]
