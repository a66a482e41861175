"""A table as an XLSX file: one sheet, written row by row to a file, so memory does not grow with the rows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import IO, Any, Generic, Protocol, TypeVar

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from panjin_portal.lib.clock import SHANGHAI

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LONGEST_TEXT = 32_767  # of one cell, by the format
CUT = "…（超出单元格的长度上限，后文未导出）"
# What XML cannot hold, lone surrogates included.
_UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# A text that begins so could be read as a formula or an error value, now or when the cell is next edited.
_RISKY = ("=", "+", "-", "@", "#", "\t", "\r")
_NAME_FORBIDS = re.compile(r"[\[\]:*?/\\]")

Cell = str | int | float | Decimal | date | datetime | None
Row_contra = TypeVar("Row_contra", contravariant=True)
Row = TypeVar("Row")


class Value(Protocol[Row_contra]):
    """How a column reads its cell from a row."""

    def __call__(self, row: Row_contra, /) -> Cell: ...


@dataclass(frozen=True)
class Column(Generic[Row]):
    """One column of a list: ``key`` in addresses, ``label`` in the header, ``value`` of a row; ``width`` in characters.

    ``needs`` names what must be fetched for it beyond the row itself; who makes the rows knows the names.
    """

    key: str
    label: str
    value: Value[Row]
    width: int = 12
    is_default: bool = True
    needs: frozenset[str] = field(default_factory=frozenset)


def chosen(columns: Sequence[Column[Row]], keys: Iterable[str]) -> tuple[Column[Row], ...]:
    """The columns named by ``keys``, in the order of the list; those on by default when none of them is named."""
    wanted = set(keys)
    found = tuple(column for column in columns if column.key in wanted)
    return found or tuple(column for column in columns if column.is_default)


def needs_of(columns: Iterable[Column[Row]]) -> frozenset[str]:
    """Everything these columns need fetched."""
    return frozenset().union(*(column.needs for column in columns))


def write_sheet(
    target: IO[bytes], *, title: str, columns: Sequence[Column[Row]], rows: Iterable[Row], most: int
) -> int:
    """Write at most ``most`` of ``rows`` to ``target`` and return how many there are in it.

    The header row is bold, stays in view and filters. Dates and numbers are dates and numbers; moments are Shanghai
    time; text is text whatever it begins with. Where rows were left out, the last line says so.
    """
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_NAME_FORBIDS.sub(" ", title)[:31])
    try:
        sheet.freeze_panes = "A2"
        for index, column in enumerate(columns, start=1):
            sheet.column_dimensions[get_column_letter(index)].width = column.width
        sheet.append([_head(sheet, column.label) for column in columns])
        written, is_cut = 0, False
        for row in rows:
            if written == most:
                is_cut = True
                break
            sheet.append([_cell(sheet, column.value(row)) for column in columns])
            written += 1
        sheet.auto_filter.ref = f"A1:{get_column_letter(len(columns))}{written + 1}"
        if is_cut:
            sheet.append([f"只导出了前 {most} 行，请缩小筛选范围后再导出其余的。"])
        book.save(target)
    except BaseException:
        _drop_half_written(sheet)
        raise
    return written


def _head(sheet: Any, label: str) -> Any:
    cell = WriteOnlyCell(sheet, value=label)
    cell.font = Font(bold=True)
    cell.alignment = Alignment(vertical="center")
    return cell


def _cell(sheet: Any, value: Cell) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(SHANGHAI).replace(tzinfo=None) if value.tzinfo else value
    if not isinstance(value, str):
        return value
    text = _UNWRITABLE.sub("", value)
    if len(text) > LONGEST_TEXT:
        text = text[: LONGEST_TEXT - len(CUT)] + CUT
    if not text.startswith(_RISKY):
        return text or None
    cell = WriteOnlyCell(sheet, value=text)
    cell.data_type = "s"
    cell.quotePrefix = True  # the program keeps it as text when somebody edits the cell
    return cell


def _drop_half_written(sheet: Any) -> None:
    """Remove the file openpyxl collects the rows in: it does so itself only after a save that went well."""
    if not sheet.closed:
        sheet.close()
    sheet._writer.cleanup()
