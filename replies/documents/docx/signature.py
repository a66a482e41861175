"""Signature, date and remarks of the DOCX, without and with the place for a seal (clauses 7.3.5 and 7.3.6)."""

from collections.abc import Iterator, Mapping
from typing import Any

from replies.documents.docx import measures as m
from replies.documents.docx.foot import has_foot
from replies.documents.docx.tables import Margins, cell, row, table
from replies.documents.docx.xml import Element, p, run, val, w

_KEEP = "keepNext"


def signature(data: Mapping[str, Any]) -> Iterator[Element]:
    """The block under the text, kept on one page with what belongs to it."""
    if data["seal"]:
        yield from _with_seal(data)
        return
    yield from _lines(data, _without_seal(data), above=m.PITCH)


def _without_seal(data: Mapping[str, Any]) -> list[tuple[str, str, Element | None]]:
    """Clause 7.3.5.2: the name two characters in from the right, the date's first character two to the right of the
    name's first; a date longer than the name takes the two itself and pushes the name in."""
    names, day, remarks = data["signers"], data["signed_on"], data["remarks"]
    name_width = min(m.cells(names[0]), 26 * m.CELL) if names else 0
    date_width = m.cells(day)
    name_right = date_right = 2 * m.CELL
    if names and date_width > name_width:
        name_right = 4 * m.CELL + date_width - name_width
    elif names:
        date_right = name_width - date_width
    found: list[tuple[str, str, Element | None]] = [("Signer", name, w("ind", right=name_right)) for name in names]
    found += [("Date", day, w("ind", right=max(date_right, 0)))] if day else []
    return found + [("Remark", line, None) for line in remarks]


def _with_seal(data: Mapping[str, Any]) -> Iterator[Element]:
    """Clauses 7.3.5.1 and 7.3.5.3: see `seals.py`. A free line under the date where the seal comes down to it."""
    seal, day = data["seal"], data["signed_on"]
    under: list[tuple[str, str, Element | None]] = [("Remark", "", None)] if seal["clear"] else []
    under += [("Remark", line, None) for line in data["remarks"]]
    if seal["columns"] > 1 or len(seal["rows"]) > 1:
        yield _rows(seal, day)
        yield from _lines(data, under, above=0)
        return
    (name,) = seal["rows"][0]
    name_width, date_width = min(m.cells(name), 26 * m.CELL), m.cells(day) or round(6.5 * m.CELL)
    middle = max(4 * m.CELL + date_width // 2, name_width // 2)
    found: list[tuple[str, str, Element | None]] = []
    found += [("Signer", name, w("ind", right=middle - name_width // 2))] if name else []
    found += [("Date", day, w("ind", right=middle - date_width // 2))] if day else []
    yield from _lines(data, found + under, above=2 * m.PITCH)


def _rows(seal: Mapping[str, Any], day: str) -> Element:
    """Names that are sealed together: a table without rules, five lines to a row, the date under the last name."""
    width = m.TEXT_WIDTH // seal["columns"]
    rows = []
    for names in seal["rows"]:
        is_last = names is seal["rows"][-1]
        cells = []
        for place, name in enumerate(names):
            # Lines, not spacing: LibreOffice drops the space above the first paragraph of a cell.
            texts = ["", "", name, *([] if is_last else ["", ""])]
            lines = [_centred("Signer", text) for text in texts]
            if is_last and place == len(names) - 1 and day:
                lines.append(_centred("Date", day))
            cells.append(cell(width, *lines))
        rows.append(row(*cells, properties=(w("cantSplit"),)))
    return table([width] * seal["columns"], rows, margins=Margins(beside=0))


def _centred(style: str, text: str) -> Element:
    return p(style, *([run(text)] if text else []), properties=(w(_KEEP), val("jc", "center")))


def _lines(data: Mapping[str, Any], found: list[tuple[str, str, Element | None]], *, above: int) -> Iterator[Element]:
    """Paragraphs by style, text and indent, bound to each other; `above` is left free over the first, in twips."""
    foot_follows = has_foot(data) and not data["annexes"]
    for index, (style, text, indent) in enumerate(found):
        properties = [
            *([w(_KEEP)] if index < len(found) - 1 or foot_follows else []),
            *([w("spacing", before=above, after=0, line=m.PITCH, lineRule="exact")] if index == 0 and above else []),
            *([indent] if indent is not None else []),
        ]
        yield p(style, *([run(text)] if text else []), properties=tuple(properties))
