"""A Word document (.docx) as lines: paragraphs, tables and text boxes in the order of the document."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from typing import Any

import docx
from docx.opc.exceptions import OpcError
from docx.oxml.ns import qn
from lxml import etree

from panjin_portal.lib.packages import Mismatch
from panjin_portal.lib.sniffing import KINDS
from panjin_portal.lib.uploads import UploadRefused
from replies.structure.sources.rows import row_lines
from replies.structure.sources.word_numbering import Numbering

MOST_MARKUP_BYTES = 24 * 1024 * 1024
MOST_UNPACKED_BYTES = 96 * 1024 * 1024
DEEPEST = 60
DAMAGED = "Word 文档已损坏，打不开。请用 Word 或 WPS 打开检查，另存为 .docx 后再导入。"
TOO_LARGE = "Word 文档解压后过大，不像一份答复。请只保留正文，另存为 .docx 后再导入。"
TOO_NESTED = "Word 文档里的表格或文本框嵌套太深，读不出来。请把正文复制到新文档，另存为 .docx 后再导入。"

# A tracked deletion, the place text was moved from, and the copy of a drawing for old programs.
_LEFT_OUT = frozenset(qn(name) for name in ("w:del", "w:moveFrom", "w:rPr", "w:pPr", "w:instrText", "w:delText"))
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_PARAGRAPH, _TABLE, _ROW, _CELL = qn("w:p"), qn("w:tbl"), qn("w:tr"), qn("w:tc")
_TEXT, _BOX, _RUN, _HIDDEN = qn("w:t"), qn("w:txbxContent"), qn("w:r"), qn("w:vanish")
_CHARACTERS = {
    qn("w:br"): "\n",
    qn("w:cr"): "\n",
    qn("w:tab"): " ",
    qn("w:noBreakHyphen"): "-",
}


def lines_of_document(raw: bytes) -> str:
    """The text of the body; a number that Word generates is text. Headers, footers, notes and comments are not read.

    Raises UploadRefused for a damaged or locked document and for one built to swell when unpacked.
    """
    _check_package(raw)
    try:
        document = docx.Document(io.BytesIO(raw))
        numbering = Numbering(document.part)
        return "\n".join(_Body(numbering).lines(document.element.body, 0))
    # What a damaged package trips over depends on where it is damaged.
    except (OpcError, zipfile.BadZipFile, etree.LxmlError, KeyError, ValueError, AttributeError, TypeError) as error:
        raise UploadRefused(DAMAGED) from error
    except (NotImplementedError, OSError, EOFError, IndexError, RecursionError, zipfile.zlib.error) as error:  # type: ignore[attr-defined]
        raise UploadRefused(DAMAGED) from error


def _check_package(raw: bytes) -> None:
    """The sizes a package declares bind Python's reader, so they are known before anything is unpacked."""
    try:
        KINDS["docx"].check(io.BytesIO(raw))
    except Mismatch as mismatch:
        raise UploadRefused(f"文件{mismatch.reason}。请用 Word 或 WPS 打开检查，另存为 .docx 后再导入。") from mismatch
    with zipfile.ZipFile(io.BytesIO(raw)) as package:
        entries = package.infolist()
    markup = sum(entry.file_size for entry in entries if entry.filename.lower().endswith((".xml", ".rels")))
    if markup > MOST_MARKUP_BYTES or sum(entry.file_size for entry in entries) > MOST_UNPACKED_BYTES:
        raise UploadRefused(TOO_LARGE)


class _Body:
    """Walks the body; keeps the counters of the automatic numbers."""

    def __init__(self, numbering: Numbering) -> None:
        self.numbering = numbering

    def lines(self, parent: Any, depth: int) -> Iterator[str]:
        if depth > DEEPEST:
            raise UploadRefused(TOO_NESTED)
        for child in parent:
            if child.tag == _PARAGRAPH:
                yield from self._paragraph(child, depth)
            elif child.tag == _TABLE:
                yield from self._table(child, depth)
            elif child.tag not in _LEFT_OUT:  # content controls, custom markup, tracked insertions
                yield from self.lines(child, depth + 1)

    def _table(self, table: Any, depth: int) -> Iterator[str]:
        for row in table.iter(_ROW):
            if next(row.iterancestors(_TABLE)) is table:
                cells = [cell for cell in row.iter(_CELL) if next(cell.iterancestors(_ROW)) is row]
                yield from row_lines([list(self.lines(cell, depth + 2)) for cell in cells])

    def _paragraph(self, paragraph: Any, depth: int) -> Iterator[str]:
        pieces: list[str] = []
        boxes: list[Any] = []
        _collect(paragraph, pieces, boxes, depth)
        text = "".join(pieces)
        # An empty paragraph of a list shows no number and is not counted.
        label = self.numbering.label(paragraph) if text.strip() else ""
        for box in boxes:  # a box hangs on the paragraph below it: mastheads, class marks
            yield from self.lines(box, depth + 2)
        yield from (line for line in f"{label}{text}".split("\n") if line.strip())


def _collect(element: Any, pieces: list[str], boxes: list[Any], depth: int) -> None:
    if depth > DEEPEST:
        raise UploadRefused(TOO_NESTED)
    for child in element:
        tag = child.tag
        if tag == _TEXT:
            pieces.append(child.text or "")
        elif tag in _CHARACTERS:
            pieces.append(_CHARACTERS[tag])
        elif tag == _BOX:
            boxes.append(child)
        elif tag in _LEFT_OUT or tag == _FALLBACK or (tag == _RUN and _is_hidden(child)):
            continue
        else:
            _collect(child, pieces, boxes, depth + 1)


def _is_hidden(run: Any) -> bool:
    mark = run.find(f"{qn('w:rPr')}/{_HIDDEN}")
    return mark is not None and mark.get(qn("w:val")) not in ("0", "false", "off")
