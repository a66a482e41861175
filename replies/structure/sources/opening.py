"""A file of a published page as the text that ``replies.structure.reading`` takes apart. Pure: bytes in, text out."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from panjin_portal.lib.uploads import UploadRefused

MAX_BYTES = 2 * 1024 * 1024


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
    if len(raw) > MAX_BYTES:
        raise UploadRefused(f"文件超过{MAX_BYTES // 1024 // 1024} MB，不像一份答复。")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UploadRefused("文件不是 UTF-8 编码的文本，请用编辑器另存为 UTF-8 后再导入。") from error
    if not text.strip():
        raise UploadRefused("文件是空的，请重新选择。")
    return PageText(text, SourceFormat.TEXT, "utf-8")
