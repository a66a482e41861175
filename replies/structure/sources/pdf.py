"""A PDF that carries its text: its characters in their places, put together to lines and paragraphs."""

from __future__ import annotations

import io
import logging
import re
import zlib
from collections.abc import Iterator
from typing import Any

from pdfminer.converter import PDFLayoutAnalyzer
from pdfminer.layout import LTChar, LTContainer, LTPage
from pdfminer.pdfdocument import PDFDocument, PDFEncryptionError, PDFPasswordIncorrect, PDFTextExtractionNotAllowed
from pdfminer.pdfinterp import PDFPageInterpreter, PDFResourceManager
from pdfminer.pdfpage import PDFPage
from pdfminer.pdfparser import PDFParser
from pdfminer.pdftypes import stream_value

from panjin_portal.lib.sniffing import CHUNK_BYTES
from panjin_portal.lib.uploads import UploadRefused
from replies.structure.sources.characters import usual
from replies.structure.sources.paragraphs import Glyph, PageSize, join_lines, lines_of_page

MOST_PAGES = 100
MOST_GLYPHS = 400_000
MOST_STREAM_BYTES = 64 * 1024 * 1024
MOST_UNPACKED_BYTES = 192 * 1024 * 1024
MOST_DRAWING_BYTES = 12 * 1024 * 1024
MOST_OBJECTS = 20_000
# What starting to draw a form costs, in bytes of instructions.
CALL_BYTES = 8192
# A scan may carry a stamp or a page number of text; a letter has more on each page.
FEWEST_GLYPHS_A_PAGE = 10

SCAN = "这是扫描件，没有文字，读不出内容。请改用原来的 Word 文档（.docx）或文字版 PDF，或者先做文字识别。"
DAMAGED = "PDF 文件已损坏，打不开。请重新导出 PDF，或改用 Word 文档（.docx）。"
LOCKED = "PDF 文件设有密码，读不出文字。请去掉密码后再导入，或改用 Word 文档（.docx）。"
TOO_LONG = f"PDF 文件超过{MOST_PAGES}页，不像一份答复。请只保留答复的几页后再导入。"
TOO_LARGE = "PDF 文件的内容过大或过于复杂，读不出来。请只保留答复的几页，或改用 Word 文档（.docx）。"
UNMAPPED = "PDF 里的字体没有文字编码，读出来是乱码。请改用原来的 Word 文档（.docx），或用其他程序重新导出 PDF。"

_STREAM = re.compile(rb"stream\r?\n")
_HASH_NAME = re.compile(rb"#([0-9A-Fa-f]{2})")
# Filters whose output cannot be measured beforehand; no program writes text so today.
_UNMEASURED = re.compile(rb"/(?:LZWDecode|LZW)\b|/(?:FlateDecode|Fl)\s*/(?:FlateDecode|Fl)\b")
# Brackets that open one in another by the hundred: the parser takes minutes over them.
_NESTED = re.compile(rb"(?:[(\[<]\s*){400}")
_MOST_UNMAPPED = 0.05

# It warns of every oddity of a font and quotes the bytes; the text of a letter does not belong into a log.
logging.getLogger("pdfminer").setLevel(logging.ERROR)


def lines_of_pdf(raw: bytes) -> str:
    """The text, one paragraph, heading or short line a line, without page numbers and running heads.

    Raises UploadRefused for a scan, a locked or damaged file and for one that is too long or built to swell.
    """
    _refuse_bomb(raw)
    try:
        pages = list(_pages(raw))
    except (PDFPasswordIncorrect, PDFEncryptionError, PDFTextExtractionNotAllowed) as error:
        raise UploadRefused(LOCKED) from error
    except (UploadRefused, MemoryError):
        raise
    # pdfminer lets through whatever a damaged object trips over.
    except Exception as error:
        raise UploadRefused(DAMAGED) from error
    glyphs = sum(len(glyphs) for glyphs, _ in pages)
    if not pages or glyphs < FEWEST_GLYPHS_A_PAGE * len(pages):
        raise UploadRefused(SCAN if pages else DAMAGED)
    unmapped = sum(glyph.text.startswith("(cid:") for glyphs, _ in pages for glyph in glyphs)
    if unmapped > glyphs * _MOST_UNMAPPED:
        raise UploadRefused(UNMAPPED)
    return "\n".join(join_lines([lines_of_page(glyphs, size) for glyphs, size in pages]))


def _pages(raw: bytes) -> Iterator[tuple[list[Glyph], PageSize]]:
    document = PDFDocument(PDFParser(io.BytesIO(raw)))
    if not document.is_extractable:
        raise PDFTextExtractionNotAllowed
    resources = PDFResourceManager()
    device = _Counting(resources)
    interpreter = _Interpreter(resources, device)
    for number, page in enumerate(PDFPage.create_pages(document)):
        if number >= MOST_PAGES:
            raise UploadRefused(TOO_LONG)
        interpreter.process_page(page)
        layout = device.result
        if layout is not None:
            yield list(_glyphs(layout, layout.height)), PageSize(layout.width, layout.height)


class _Counting(PDFLayoutAnalyzer):
    """Keeps the layout of the last page; gives up when a file draws more than a document would."""

    def __init__(self, resources: PDFResourceManager) -> None:
        super().__init__(resources, laparams=None)
        self.result: LTPage | None = None
        self.glyphs = 0
        self.drawn = 0

    def receive_layout(self, ltpage: LTPage) -> None:
        self.result = ltpage

    def render_char(self, *args: Any, **kwargs: Any) -> float:
        self.glyphs += 1
        if self.glyphs > MOST_GLYPHS:
            raise UploadRefused(TOO_LARGE)
        return float(super().render_char(*args, **kwargs))

    def draw(self, instructions: int) -> None:
        """Count instructions about to be drawn, in bytes."""
        self.drawn += instructions
        if self.drawn > MOST_DRAWING_BYTES:
            raise UploadRefused(TOO_LARGE)

    def paint_path(self, *_args: Any, **_kwargs: Any) -> None:
        """Rules and frames are no text."""


class _Interpreter(PDFPageInterpreter):
    """Counts the drawing instructions: a form that draws forms that draw forms is small and never ends."""

    def execute(self, streams: Any) -> None:
        # Forms are drawn by interpreters of their own; the device is what all of them share.
        if isinstance(self.device, _Counting):
            self.device.draw(CALL_BYTES + sum(len(stream_value(stream).get_data()) for stream in streams))
        super().execute(streams)


def _glyphs(container: Any, height: float) -> Iterator[Glyph]:
    for item in container:
        if isinstance(item, LTChar):
            if item.upright and item.get_text():
                yield Glyph(usual(item.get_text()), item.x0, item.x1, height - item.y1, height - item.y0)
        elif isinstance(item, LTContainer):
            yield from _glyphs(item, height)


def _refuse_bomb(raw: bytes) -> None:
    """Unpack every stream as far as allowed and no further, before anything trusts the file."""
    if raw.count(b"obj") > 2 * MOST_OBJECTS or raw.count(b"stream") > 2 * MOST_OBJECTS:
        raise UploadRefused(TOO_LARGE)
    if _NESTED.search(raw):
        raise UploadRefused(TOO_LARGE)
    if _UNMEASURED.search(_HASH_NAME.sub(lambda found: bytes([int(found.group(1), 16)]), raw)):
        raise UploadRefused(TOO_LARGE)
    total = 0
    # Bytes of a locked stream are no packed bytes, whatever they look like.
    locked = b"/Encrypt" in raw
    for found in _STREAM.finditer(raw):
        unpacked, whole = _unpacked_size(raw, found.end())
        total += unpacked
        if unpacked > MOST_STREAM_BYTES or total > MOST_UNPACKED_BYTES:
            raise UploadRefused(TOO_LARGE)
        if not whole and not locked:  # pdfminer would go on without the rest
            raise UploadRefused(DAMAGED)


def _unpacked_size(raw: bytes, start: int) -> tuple[int, bool]:
    """Bytes that the stream at ``start`` unpacks to, counted up to the limit, and whether all of it can be unpacked.

    A stream that is packed in another way, or not at all, counts nothing.
    """
    head = raw[start : start + 2]
    if len(head) < 2 or head[0] & 0x0F != zlib.DEFLATED or int.from_bytes(head, "big") % 31:  # RFC 1950, 2.2
        return 0, True
    unpacker, size = zlib.decompressobj(), 0
    try:
        for at in range(start, len(raw), CHUNK_BYTES):
            size += len(unpacker.decompress(raw[at : at + CHUNK_BYTES], MOST_STREAM_BYTES + 1 - size))
            if unpacker.eof or size > MOST_STREAM_BYTES:
                break
    except zlib.error:
        return size, False
    return size, unpacker.eof
