"""What a file really is, told from its bytes; its name and the browser's word count for nothing.

Each check takes an open file and raises `Mismatch` with a Chinese reason when the content is not of that kind.
"""

import codecs
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import IO

import filetype

from panjin_portal.lib.packages import Mismatch, check_package

HEAD_BYTES = 8192
CHUNK_BYTES = 64 * 1024

_COMPOUND_SIGNATURE = bytes.fromhex("d0cf11e0a1b11ae1")
# Formats that look like text from end to end.
_NOT_PLAIN_SIGNATURES = (b"%PDF-", b"%!PS", b"{\\rtf")
_TEXT_CONTROLS = frozenset("\t\n\r\f\v")


@dataclass(frozen=True)
class FileKind:
    """A kind of file that can be told from its bytes: its media type, Chinese name and check."""

    content_type: str
    label: str
    check: Callable[[IO[bytes]], None]


def _read_head(file: IO[bytes]) -> bytes:
    file.seek(0)
    return file.read(HEAD_BYTES)


def _check_signature(content_type: str, label: str) -> Callable[[IO[bytes]], None]:
    def check(file: IO[bytes]) -> None:
        guessed = filetype.guess(_read_head(file))
        if guessed is None or guessed.mime != content_type:
            raise Mismatch(f"的内容不是 {label}")

    return check


def _check_package(label: str, *members: str) -> Callable[[IO[bytes]], None]:
    def check(file: IO[bytes]) -> None:
        if _read_head(file).startswith(_COMPOUND_SIGNATURE):
            raise Mismatch(f"的内容不是 {label}，可能设有打开密码，或者是旧版格式")
        check_package(file, label, members)

    return check


def _check_compound(label: str, *streams: str) -> Callable[[IO[bytes]], None]:
    def check(file: IO[bytes]) -> None:
        if not _read_head(file).startswith(_COMPOUND_SIGNATURE):
            raise Mismatch(f"的内容不是 {label}")
        if not any(_has_stream(file, stream) for stream in streams):
            raise Mismatch(f"的内容不是 {label}")
        if any(_has_stream(file, stream) for stream in ("_VBA_PROJECT", "_VBA_PROJECT_CUR")):
            raise Mismatch("含有宏")

    return check


def _has_stream(file: IO[bytes], name: str) -> bool:
    # A directory entry of a compound file: 64 bytes of UTF-16 name, then its length with the end mark ([MS-CFB] 2.6.1).
    encoded = name.encode("utf-16-le")
    entry = encoded.ljust(64, b"\0") + (len(encoded) + 2).to_bytes(2, "little")
    tail = b""
    for chunk in _chunks(file):
        if entry in tail + chunk:
            return True
        tail = chunk[-len(entry) :]
    return False


def _check_text(file: IO[bytes]) -> None:
    if _read_head(file).startswith(_NOT_PLAIN_SIGNATURES):
        raise Mismatch("的内容不是纯文本")
    if not any(_is_text(file, encoding) for encoding in ("utf-8-sig", "gb18030")):
        raise Mismatch("的内容不是 UTF-8 或 GB18030 编码的纯文本")


def _is_text(file: IO[bytes], encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        texts = (decoder.decode(chunk, final=not chunk) for chunk in _chunks(file))
        return all(character >= " " or character in _TEXT_CONTROLS for text in texts for character in text)
    except UnicodeDecodeError:
        return False


def _chunks(file: IO[bytes]) -> Iterator[bytes]:
    """The file from its start, and an empty chunk that says it is over."""
    file.seek(0)
    while chunk := file.read(CHUNK_BYTES):
        yield chunk
    yield b""


_OFFICE = "application/vnd.openxmlformats-officedocument"
_JPEG = FileKind("image/jpeg", "JPEG 图片", _check_signature("image/jpeg", "JPEG 图片"))

KINDS: dict[str, FileKind] = {
    "pdf": FileKind("application/pdf", "PDF 文件", _check_signature("application/pdf", "PDF 文件")),
    "docx": FileKind(
        f"{_OFFICE}.wordprocessingml.document",
        "Word 文档",
        _check_package("Word 文档（docx）", "[Content_Types].xml", "word/document.xml"),
    ),
    "xlsx": FileKind(
        f"{_OFFICE}.spreadsheetml.sheet",
        "Excel 表格",
        _check_package("Excel 表格（xlsx）", "[Content_Types].xml", "xl/workbook.xml"),
    ),
    "ofd": FileKind("application/ofd", "OFD 版式文件", _check_package("OFD 版式文件", "OFD.xml")),
    "doc": FileKind("application/msword", "Word 文档", _check_compound("Word 文档（doc）", "WordDocument")),
    "xls": FileKind("application/vnd.ms-excel", "Excel 表格", _check_compound("Excel 表格（xls）", "Workbook", "Book")),
    "jpg": _JPEG,
    "jpeg": _JPEG,
    "png": FileKind("image/png", "PNG 图片", _check_signature("image/png", "PNG 图片")),
    "txt": FileKind("text/plain", "文本文件", _check_text),
}
