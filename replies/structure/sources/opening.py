"""A file of a published page as the text that ``replies.structure.reading`` takes apart. Pure: bytes in, text out."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import filetype

from panjin_portal.lib.uploads import UploadRefused, clean_name
from replies.structure.sources.archive import is_archive, markup_of
from replies.structure.sources.html import lines_of_page, looks_like_html
from replies.structure.sources.pdf import lines_of_pdf
from replies.structure.sources.text import decode, decode_loosely
from replies.structure.sources.word import lines_of_document

MEGABYTE = 1024 * 1024
MAX_BYTES = 10 * MEGABYTE  # Word, PDF, a page saved with its pictures
MAX_TEXT_BYTES = 2 * MEGABYTE  # text and markup
MAX_CHARACTERS = 500_000

_COMPOUND = bytes.fromhex("d0cf11e0a1b11ae1")
_PACKAGE = b"PK\x03\x04"
_HEAD_BYTES = 8192
_ADVICE = "请把答复另存为 Word 文档（.docx）、文字版 PDF、网页或纯文本后再导入"
_MHTML_MARKUP = "保存的网页里没有正文，请在浏览器中重新打开并另存网页后再导入。"


class SourceFormat(StrEnum):
    """What the bytes are, told from the bytes."""

    TEXT = "text"
    HTML = "html"
    DOCX = "docx"
    PDF = "pdf"


@dataclass(frozen=True)
class PageText:
    """The text of one file, one printed line or paragraph a line; ``encoding`` is None where the format has none."""

    text: str
    format: SourceFormat
    encoding: str | None = None


def read_source(raw: bytes, *, name: str = "") -> PageText:
    """The text of a file. ``name`` only serves to word a refusal.

    Raises UploadRefused, with a Chinese message, for an empty or oversized file and for one whose text cannot be read.
    """
    try:
        page = _read(raw)
        if not page.text.strip():
            raise UploadRefused(_empty(page.format))
        if len(page.text) > MAX_CHARACTERS:
            raise UploadRefused(f"文件有{len(page.text)}个字，不像一份答复。请只保留答复的正文后再导入。")
    except UploadRefused as refused:
        if not name.strip():
            raise
        raise UploadRefused(f"“{clean_name(name)}”没有读入：{refused.message}") from refused
    return page


def _read(raw: bytes) -> PageText:
    if not raw.strip(b"\0 \t\r\n"):
        raise UploadRefused("文件是空的，请重新选择。")
    _check_size(raw, MAX_BYTES)
    if raw.startswith(b"%PDF-") or (b"%PDF-" in raw[:1024] and b"\0" in raw[:_HEAD_BYTES]):
        return PageText(lines_of_pdf(raw), SourceFormat.PDF)
    if raw.startswith(_PACKAGE) and b"word/document.xml" in raw:
        return PageText(lines_of_document(raw), SourceFormat.DOCX)
    _refuse_known(raw)
    if is_archive(raw):
        return _archived(raw)
    _check_size(raw, MAX_TEXT_BYTES)
    text, encoding = _text_or_markup(raw)
    if looks_like_html(text):
        return PageText(lines_of_page(text), SourceFormat.HTML, encoding)
    return PageText(text, SourceFormat.TEXT, encoding)


def _text_or_markup(raw: bytes) -> tuple[str, str]:
    """Markup may be broken where it shows nothing, a text may not."""
    try:
        return decode(raw)
    except UploadRefused:
        text, encoding = decode_loosely(raw)
        if looks_like_html(text):
            return text, encoding
        raise


def _archived(raw: bytes) -> PageText:
    markup = markup_of(raw)
    if markup is None:
        raise UploadRefused(_MHTML_MARKUP)
    _check_size(markup, MAX_TEXT_BYTES)
    text, encoding = decode_loosely(markup)
    return PageText(lines_of_page(text), SourceFormat.HTML, encoding)


def _check_size(raw: bytes, most: int) -> None:
    if len(raw) > most:
        raise UploadRefused(f"文件超过{most // MEGABYTE} MB，不像一份答复。请只保留答复的正文后再导入。")


def _refuse_known(raw: bytes) -> None:
    """Say what a file is when that is known and no text can be read from it."""
    if raw.startswith(_COMPOUND):
        raise UploadRefused(
            "这是旧版 Word 文档（.doc）或其他旧版 Office 文件。请用 Word 或 WPS 打开，另存为 .docx 后再导入。"
        )
    if raw.startswith(b"{\\rtf"):
        raise UploadRefused("这是 RTF 文档。请用 Word 或 WPS 打开，另存为 .docx 后再导入。")
    if raw.startswith(_PACKAGE) and b"OFD.xml" in raw:
        raise UploadRefused("这是 OFD 版式文件。请用阅读器打开，另存为文字版 PDF 或 Word 文档（.docx）后再导入。")
    if raw.startswith(_PACKAGE) and b"xl/workbook.xml" in raw:
        raise UploadRefused(f"这是 Excel 表格，不是答复的正文。{_ADVICE}。")
    if raw.startswith((_PACKAGE, b"PK\x05\x06", b"Rar!", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b")):
        raise UploadRefused("这是压缩包。请解压后，把其中的答复逐份导入。")
    guessed = filetype.guess(raw[:_HEAD_BYTES])
    if guessed is None:
        return
    if guessed.mime.startswith("image/"):
        raise UploadRefused(f"这是图片，没有文字，读不出内容。{_ADVICE}。")
    if guessed.mime.startswith(("video/", "audio/", "application/")):
        raise UploadRefused(f"这种文件（{guessed.extension}）读不出文字。{_ADVICE}。")


def _empty(kind: SourceFormat) -> str:
    if kind is SourceFormat.HTML:
        return "网页里没有文字，可能正文要联网才会显示。请在浏览器中打开网页，复制正文，存为文本后再导入。"
    if kind is SourceFormat.DOCX:
        return "Word 文档里没有文字，可能只有图片。请使用可以编辑的文档。"
    return "文件是空的，请重新选择。"
