"""Annexes of the DOCX: their names under the text (clause 7.3.4), and their pages (clause 7.3.7) with tables."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from replies.documents.docx import measures as m
from replies.documents.docx.tables import Margins, border, cell, row, shared_out, table
from replies.documents.docx.xml import Element, lines, p, run, val, w
from replies.documents.shared import BREAK

_SIDES = ("top", "left", "bottom", "right", "insideH", "insideV")
_RULE = 4  # eighths of a point; annexes.typ has 0.5 pt
# A line of exact height has something free above and below already.
_FREE = (m.TABLE_LINE - round(20 * m.SIZE_TABLE)) // 2
_MARGINS = Margins(beside=m.twips(1.2), above=m.twips(1.4) - _FREE)
_GAP = m.PITCH - 20 * int(m.SIZE_3)


def annex_name(block: Mapping[str, Any], *, keep: Sequence[Element]) -> Element:
    """The name of one annex, two characters in, one line under the text; a name that wraps stands under its first
    character, and so do the names after the first one's."""
    is_first = block["lead"].startswith("附件")
    start, lead = (2 if is_first else 5) * m.CELL, m.cells(block["lead"])
    gap = w("spacing", before=m.PITCH if is_first else 0, after=0, line=m.PITCH, lineRule="exact")
    indent = w("ind", left=start + lead, hanging=lead)
    return p("AnnexName", run(block["lead"]), run(block["text"]), properties=(*keep, gap, indent))


def annex_pages(annexes: Sequence[Mapping[str, Any]]) -> Iterator[Element]:
    """Every annex on pages of its own: the mark on the first line, the title on the third, then what it says."""
    for annex in annexes:
        yield p("AnnexMark", run(annex["label"]), properties=(w("pageBreakBefore"),))
        if annex["title"]:
            yield p("AnnexTitle", *lines(list(annex["title_lines"])))
        yield from (p("Text", run(line)) for line in annex["paragraphs"])
        for index, one in enumerate(annex["tables"]):
            if index or annex["paragraphs"]:
                gap = w("spacing", before=0, after=0, line=_GAP, lineRule="exact")
                yield p("Anchor", properties=(w("keepNext"), gap))
            yield _ruled(one)
            # Programs join two tables that touch, and want a paragraph at the end of the text.
            yield p("Anchor")


def _ruled(data: Mapping[str, Any]) -> Element:
    widths = shared_out(m.TEXT_WIDTH, data["shares"])
    heads = [
        cell(width, p("TableHead", run(head)), properties=(val("vAlign", "center"),))
        for width, head in zip(widths, data["heads"], strict=True)
    ]
    rows = [
        row(*(cell(width, p("TableCell", *_cell_runs(text))) for width, text in zip(widths, texts, strict=True)))
        for texts in data["rows"]
    ]
    borders = [border(side, _RULE) for side in _SIDES]
    head = row(*heads, properties=(w("cantSplit"), w("tblHeader")))
    return table(widths, [head, *rows], margins=_MARGINS, borders=borders)


def _cell_runs(texts: Sequence[str]) -> list[Element]:
    """The lines of a cell. Where typst is told that a long run may break, Word breaks it by itself."""
    return lines([text.replace(BREAK, "") for text in texts])
