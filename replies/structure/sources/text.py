"""Which encoding the bytes of a text are in. The bytes tell, whatever a name or a meta element claims."""

from __future__ import annotations

import codecs

from panjin_portal.lib.uploads import UploadRefused

UNREADABLE = "文件的编码认不出来，请用编辑器打开，另存为 UTF-8 编码的文本后再导入。"
BINARY = "这不是文本文件。请把答复另存为 Word 文档（.docx）、文字版 PDF、网页或纯文本后再导入。"

# The longer mark first: that of UTF-32 begins with that of UTF-16.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_LAYOUT = frozenset("\t\n\r\f\v\x1a\x1c\x1d\x1e\x1f\x85")
# A text with a few stray control characters is a text; one with many is a program or a picture.
_MOST_CONTROLS = 0.02
# Broken UTF-8 decodes as GB18030 too, into nonsense: with so few broken places it is UTF-8.
_FEW_BROKEN = 0.02


def decode(raw: bytes) -> tuple[str, str]:
    """The text and the name of its encoding, every byte read. Raises UploadRefused when that is not possible."""
    for mark, encoding in _MARKS:
        if raw.startswith(mark):
            return _checked(_strict(raw[len(mark) :], encoding)), encoding
    for encoding in ("utf-8", "gb18030"):
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if encoding == "gb18030" and looks_like_utf8(raw):
            raise UploadRefused(UNREADABLE)
        return _checked(text), encoding
    raise UploadRefused(BINARY if b"\0" in raw else UNREADABLE)


def decode_loosely(raw: bytes) -> tuple[str, str]:
    """As `decode`, but bytes that cannot be read become U+FFFD: a page may be broken where it shows nothing."""
    try:
        return decode(raw)
    except UploadRefused:
        encoding = "utf-8" if looks_like_utf8(raw) else "gb18030"
        return _checked(raw.decode(encoding, errors="replace")), encoding


def looks_like_utf8(raw: bytes) -> bool:
    """Whether nearly all of what is not ASCII is well-formed UTF-8."""
    text = raw.decode("utf-8", errors="replace")
    broken = text.count("\ufffd")
    wide = sum(1 for character in text if character > "\x7f") - broken
    return wide > 0 and broken <= wide * _FEW_BROKEN


def _strict(raw: bytes, encoding: str) -> str:
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError as error:
        raise UploadRefused(UNREADABLE) from error


def _checked(text: str) -> str:
    controls = sum(1 for character in text if character < " " and character not in _LAYOUT)
    if "\0" in text or controls > len(text) * _MOST_CONTROLS:
        raise UploadRefused(BINARY)
    return text
