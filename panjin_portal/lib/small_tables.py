"""Reading a small table somebody has typed: CSV or XLSX, as rows of cells. Size and nature are checked first."""

from __future__ import annotations

import csv
import io
import zipfile
from dataclasses import dataclass
from datetime import date, datetime
from typing import IO, TypeVar

from openpyxl import load_workbook

from panjin_portal.lib.uploads import UploadRefused, check_upload

MOST_BYTES, MOST_ROWS, MOST_CELLS = 512 * 1024, 500, 20
Cell = str | date
Line = TypeVar("Line")


@dataclass(frozen=True)
class Row:
    """One line that is not empty: its number in the file from 1, and its cells; a date of a sheet stays a date."""

    number: int
    cells: tuple[Cell, ...]


def read_table(file: IO[bytes], name: str) -> list[Row]:
    """The lines of a CSV or XLSX file (its first sheet). Raises UploadRefused with a Chinese sentence."""
    if name.lower().endswith(".csv"):
        content = file.read(MOST_BYTES + 1)
        if not content:
            raise UploadRefused("文件是空的，请重新选择。")
        rows = _csv_rows(content)
    else:
        try:
            check_upload(file, name, allowed=frozenset({"xlsx"}), max_bytes=MOST_BYTES)
        except UploadRefused as refusal:
            if name.lower().endswith(".xlsx"):
                raise
            raise UploadRefused("请上传 CSV 或 XLSX 文件。") from refusal
        rows = _sheet_rows(file)
    found = [Row(number, cells) for number, cells in enumerate(rows, start=1) if any(cells)]
    if not found:
        raise UploadRefused("表里没有内容，请按模板填写。")
    return found


def _csv_rows(content: bytes) -> list[tuple[Cell, ...]]:
    if len(content) > MOST_BYTES:
        raise UploadRefused("文件太大：一年的安排只有几十行，请核对是否选错了文件。")
    for encoding in ("utf-8-sig", "gb18030"):  # what spreadsheets write here
        try:
            text = content.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise UploadRefused("读不出文件里的文字，请另存为“CSV UTF-8”或 XLSX 后再上传。")
    if "\x00" in text:
        raise UploadRefused("这不是文字表格，请另存为“CSV UTF-8”或 XLSX 后再上传。")
    try:
        rows = list(csv.reader(io.StringIO(text, newline="")))
    except csv.Error as error:
        raise UploadRefused("表格的引号或分隔符有误，请另存为 XLSX 后再上传。") from error
    return [tuple(cell.strip() for cell in row[:MOST_CELLS]) for row in _few(rows)]


def _sheet_rows(file: IO[bytes]) -> list[tuple[Cell, ...]]:
    file.seek(0)
    try:
        book = load_workbook(file, read_only=True, data_only=True)
        rows = list(book.worksheets[0].iter_rows(max_row=MOST_ROWS + 1, max_col=MOST_CELLS, values_only=True))
        book.close()
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, OSError, zipfile.BadZipFile) as error:
        raise UploadRefused("表格读不出来，请用原来的程序打开，另存后再上传。") from error
    return [_trimmed([_plain(value) for value in row]) for row in _few(rows)]


def _trimmed(cells: list[Cell]) -> tuple[Cell, ...]:
    while cells and not cells[-1]:
        cells.pop()
    return tuple(cells)


def _few(rows: list[Line]) -> list[Line]:
    if len(rows) > MOST_ROWS:
        raise UploadRefused(f"表格超过 {MOST_ROWS} 行：一年的安排只有几十行，请核对是否选错了文件。")
    return rows


def _plain(value: object) -> Cell:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    return "" if value is None else str(value).strip()
