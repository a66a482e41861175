"""Files whose text cannot be read: each is refused by name with what to do instead."""

from __future__ import annotations

import io
import zipfile

import openpyxl
import pytest

from panjin_portal.lib.uploads import UploadRefused
from replies.structure.sources.opening import MAX_BYTES, read_source


def package(*members: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as made:
        for member in members:
            made.writestr(member, "x")
    return stream.getvalue()


def table() -> bytes:
    stream = io.BytesIO()
    openpyxl.Workbook().save(stream)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("raw", "kind", "advice"),
    [
        (bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 600, "旧版 Word", "另存为 .docx"),
        (b"{\\rtf1\\ansi hello}", "RTF", "另存为 .docx"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 40, "图片", "docx"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + b"\0" * 40, "图片", "docx"),
        (package("答复.docx"), "压缩包", "解压"),
        (b"Rar!\x1a\x07\x01\x00" + b"\0" * 40, "压缩包", "解压"),
        (b"7z\xbc\xaf\x27\x1c" + b"\0" * 40, "压缩包", "解压"),
        (package("OFD.xml", "Doc_0/Document.xml"), "OFD", "PDF"),
        (table(), "Excel", "docx"),
        (b"\x7fELF\x02\x01\x01" + b"\0" * 60, "读不出|不是文本", "docx"),
        (b"MZ\x90\x00" + bytes(range(256)) * 4, "读不出|不是文本", "docx"),
        (bytes(range(1, 256)) * 8, "编码|不是文本", "另存为"),
    ],
)
def test_a_file_without_readable_text_is_refused_with_what_to_do(raw: bytes, kind: str, advice: str) -> None:
    with pytest.raises(UploadRefused, match=kind) as refused:
        read_source(raw, name="答复.docx")
    assert advice in refused.value.message
    assert refused.value.message.startswith("“答复.docx”")


def test_a_file_that_is_too_large_is_refused() -> None:
    with pytest.raises(UploadRefused, match="10 MB"):
        read_source(b"%PDF-1.7" + b"\0" * MAX_BYTES)
