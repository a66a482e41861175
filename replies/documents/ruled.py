"""Forms with ruled cells (发文稿纸, 征询意见表) as a frozen structure, and the data their template reads (pure).

No standard gives their figures: paper, margins and fonts are those of GB/T 9704-2012, the cells are a convention.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from typing import Any

import segno

from replies.documents.layout import TITLE_CELLS, cell_lines, clean
from replies.documents.punctuation import full_width
from replies.documents.title_lines import split_title

PARTS = 12  # the shares of the cells of one row add up to this
BLACK, RED = "black", "red"


@dataclass(frozen=True)
class Cell:
    """One cell: its printed label, what is filled in (one line per paragraph), and its width in twelfths."""

    label: str
    text: str = ""
    share: int = PARTS


@dataclass(frozen=True)
class Row:
    """Cells side by side, at least ``height`` mm high; more text makes the row higher."""

    cells: tuple[Cell, ...]
    height: int = 10


@dataclass(frozen=True, kw_only=True)
class RuledForm:
    """One form. ``mark`` stands in the upper left corner (附件). ``link`` is printed as text and as a QR code beside
    ``link_note``. ``day`` is the date in the file's metadata; what a reader shall see of it stands in a cell."""

    title: str
    rows: tuple[Row, ...]
    day: date
    author: str
    mark: str = ""
    remarks: tuple[str, ...] = ()
    ink: str = BLACK
    link: str = ""
    link_note: str = ""


def form_places(form: RuledForm) -> Iterator[tuple[str, str]]:
    """Every text a person may have typed, with the Chinese name of its place."""
    yield "标题", form.title
    for row in form.rows:
        for cell in row.cells:
            yield cell.label or "表格", f"{cell.label}\n{cell.text}"
    for line in form.remarks:
        yield "说明", line
    yield "链接", f"{form.link_note}\n{form.link}"


def form_data(form: RuledForm) -> dict[str, Any]:
    """Return everything the template prints, as JSON types, with punctuation normalised and lines cleaned."""
    title = clean(full_width(form.title))
    return {
        "template": "ruled",
        "title": title,
        "title_lines": split_title(title, TITLE_CELLS),
        "author": [clean(form.author)],
        "date": {"year": form.day.year, "month": form.day.month, "day": form.day.day},
        "mark": clean(form.mark),
        "ink": form.ink,
        "rows": [
            {
                "height": row.height,
                "cells": [
                    {"label": clean(cell.label), "lines": _lines(cell.text), "share": cell.share} for cell in row.cells
                ],
            }
            for row in form.rows
        ],
        "remarks": [clean(full_width(line)) for line in form.remarks],
        "link": cell_lines(form.link),
        "link_note": clean(full_width(form.link_note)),
        "qr": qr_svg(form.link) if form.link else "",
    }


def qr_svg(text: str) -> str:
    """The QR code of ``text`` as an SVG picture in one path, with the quiet zone the code needs."""
    picture = BytesIO()
    segno.make(text, error="m", micro=False).save(picture, kind="svg", xmldecl=False, svgns=True, border=4)
    return picture.getvalue().decode()


def _lines(text: str) -> list[str]:
    return [line for one in text.splitlines() for line in cell_lines(full_width(one))]
