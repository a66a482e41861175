"""The gate for uploads: true type, size, name."""

import hashlib
import io
import zipfile
import zlib
from contextlib import suppress

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given
from hypothesis import strategies as st

from panjin_portal.lib.uploads import LONGEST_NAME, RECOGNISED, CheckedUpload, UploadRefused, check_upload, clean_name

MEGABYTE = 1024 * 1024


def _package(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in members.items():
            package.writestr(name, content)
    return buffer.getvalue()


def _compound(*streams: str) -> bytes:
    entries = (name.encode("utf-16-le").ljust(64, b"\0") + bytes([len(name) * 2 + 2, 0]) for name in streams)
    return bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 70_000 + b"".join(entries) + b"\0" * 64


TYPES = b"<Types/>"
SAMPLES = {
    "pdf": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n",
    "docx": _package({"[Content_Types].xml": TYPES, "word/document.xml": b"<w:document/>"}),
    "xlsx": _package({"[Content_Types].xml": TYPES, "xl/workbook.xml": b"<workbook/>"}),
    "ofd": _package({"OFD.xml": b"<ofd:OFD/>"}),
    "doc": _compound("WordDocument"),
    "xls": _compound("Workbook"),
    "jpg": b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + b"\0" * 300,
    "jpeg": b"\xff\xd8\xff\xe1\x00\x10Exif\x00" + b"\0" * 300,
    "png": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + b"\0" * 300,
    "txt": "一份说明。\r\n\t第二行\n".encode(),
}


def _check(content: bytes, name: str, *, max_bytes: int = MEGABYTE) -> CheckedUpload:
    return check_upload(io.BytesIO(content), name, allowed=RECOGNISED, max_bytes=max_bytes)


def _refusal(content: bytes, name: str, *, max_bytes: int = MEGABYTE) -> str:
    with pytest.raises(UploadRefused) as refusal:
        _check(content, name, max_bytes=max_bytes)
    return refusal.value.message


@pytest.mark.parametrize("extension", sorted(SAMPLES))
def test_a_true_file_of_each_kind_passes(extension: str) -> None:
    content = SAMPLES[extension]
    checked = _check(content, f"附件.{extension.upper()}")
    assert checked.size == len(content)
    assert checked.sha256 == hashlib.sha256(content).hexdigest()
    assert checked.name == f"附件.{extension.upper()}"
    assert "/" in checked.content_type


@pytest.mark.parametrize("extension", sorted(SAMPLES))
def test_a_file_under_a_false_extension_is_refused(extension: str) -> None:
    same = {"jpg": {"jpg", "jpeg"}, "jpeg": {"jpg", "jpeg"}}.get(extension, {extension})
    for other in RECOGNISED - same:
        assert "另存后再上传" in _refusal(SAMPLES[extension], f"附件.{other}")


def test_samples_cover_every_recognised_kind() -> None:
    assert set(SAMPLES) == RECOGNISED


@pytest.mark.parametrize("name", ["病毒.exe", "脚本.html", "图.svg", "无扩展名", "a.pdf.exe", ".pdf/..", ""])
def test_an_extension_that_is_not_allowed_is_refused_with_the_allowed_ones(name: str) -> None:
    with pytest.raises(UploadRefused) as refusal:
        check_upload(io.BytesIO(b"MZ"), name, allowed=frozenset({"pdf", "docx"}), max_bytes=MEGABYTE)
    assert "docx、pdf" in refusal.value.message


def test_a_recognised_kind_is_refused_where_it_is_not_allowed() -> None:
    with pytest.raises(UploadRefused):
        check_upload(io.BytesIO(SAMPLES["png"]), "图.png", allowed=frozenset({"pdf"}), max_bytes=MEGABYTE)


def test_allowing_what_cannot_be_recognised_is_a_mistake_of_the_programmer() -> None:
    with pytest.raises(ValueError, match="exe"):
        check_upload(io.BytesIO(b"MZ"), "a.exe", allowed=frozenset({"exe"}), max_bytes=MEGABYTE)


def test_the_limit_itself_passes_and_one_byte_more_does_not() -> None:
    content = SAMPLES["pdf"].ljust(2048, b" ")
    assert _check(content, "a.pdf", max_bytes=2048).size == 2048
    assert "超过 2 KB" in _refusal(content + b" ", "a.pdf", max_bytes=2048)


def test_an_empty_file_is_refused() -> None:
    assert "空文件" in _refusal(b"", "a.pdf")


def test_an_upload_stands_at_its_start_after_the_check_passed_or_not() -> None:
    upload = SimpleUploadedFile("说明.txt", SAMPLES["txt"], content_type="application/x-msdownload")
    assert check_upload(upload, "说明.txt", allowed=RECOGNISED, max_bytes=MEGABYTE).content_type == "text/plain"
    assert upload.read() == SAMPLES["txt"]
    with pytest.raises(UploadRefused):
        check_upload(upload, "说明.pdf", allowed=RECOGNISED, max_bytes=MEGABYTE)
    assert upload.tell() == 0


def test_a_package_that_swells_when_unpacked_is_refused() -> None:
    members = {"[Content_Types].xml": TYPES, "word/document.xml": b"\0" * (8 * MEGABYTE)}
    assert "解压后的内容过大" in _refusal(_package(members), "a.docx")


def test_a_package_of_countless_members_is_refused() -> None:
    members = {"OFD.xml": TYPES} | {f"Doc_0/{number}": b"" for number in range(5001)}
    assert "解压后的内容过大" in _refusal(_package(members), "a.ofd")


def test_a_large_honest_document_passes() -> None:
    picture = b"".join(hashlib.sha256(bytes([n % 256, n // 256])).digest() for n in range(20_000))
    members = {"[Content_Types].xml": TYPES, "word/document.xml": b"<w:p/>" * 500_000, "word/media/1.png": picture}
    assert _check(_package(members), "a.docx").content_type.endswith("wordprocessingml.document")


def test_macros_are_refused_in_either_format() -> None:
    members = {"[Content_Types].xml": TYPES, "word/document.xml": TYPES, "word/vbaProject.bin": b"x"}
    assert "宏" in _refusal(_package(members), "a.docx")
    assert "宏" in _refusal(_compound("WordDocument", "_VBA_PROJECT"), "a.doc")


def test_a_document_locked_by_a_password_is_refused_with_that_hint() -> None:
    assert "密码" in _refusal(_compound("EncryptedPackage"), "a.docx")
    content = bytearray(SAMPLES["docx"])
    content[content.index(b"PK\x01\x02") + 8] |= 1  # the flag for encryption in the directory
    assert "密码" in _refusal(bytes(content), "a.docx")


def test_a_path_out_of_the_package_is_refused() -> None:
    assert "路径" in _refusal(_package({"OFD.xml": TYPES, "../../evil": TYPES}), "a.ofd")


RELATIONS = (
    '<Relationships><Relationship Id="r1" Type="http://x/{}" Target="{}" TargetMode="External"/></Relationships>'
)
WORD = {"[Content_Types].xml": TYPES, "word/document.xml": b"<w:document/>"}


@pytest.mark.parametrize("kind", ["attachedTemplate", "oleObject", "frame", "image", "externalLinkPath"])
def test_a_document_that_fetches_something_when_opened_is_refused(kind: str) -> None:
    relations = RELATIONS.format(kind, "file://192.0.2.1/share/x.dotm")
    for content in (relations.encode(), relations.encode("utf-16")):
        members = WORD | {"word/_rels/settings.xml.rels": content}
        assert "断开链接" in _refusal(_package(members), "a.docx")


def test_a_link_that_only_a_reader_follows_passes() -> None:
    members = WORD | {"word/_rels/document.xml.rels": RELATIONS.format("hyperlink", "https://x.example/").encode()}
    assert _check(_package(members), "a.docx").name == "a.docx"


@pytest.mark.parametrize("member", ["word/other.bin", "xl/macrosheets/sheet1.xml", "word/activeX/activeX1.xml"])
def test_a_macro_under_another_name_is_refused(member: str) -> None:
    types = b'<Types><Override PartName="/x" ContentType="application/vnd.ms-office.vbaProject"/></Types>'
    members = WORD | {member: b"x", "[Content_Types].xml": types if member.endswith("other.bin") else TYPES}
    assert "宏" in _refusal(_package(members), "a.docx")


def test_a_package_with_an_entity_in_its_lists_is_refused() -> None:
    members = WORD | {"_rels/.rels": b'<!DOCTYPE r [<!ENTITY a "aaaa">]><Relationships/>'}
    assert "不正常" in _refusal(_package(members), "a.docx")


def test_a_package_whose_members_share_their_bytes_is_refused() -> None:
    content = bytearray(_package({"OFD.xml": TYPES, "a": b"x" * 50}))
    second = content.rindex(b"PK\x01\x02")
    content[second + 42 : second + 46] = (0).to_bytes(4, "little")  # where its bytes stand, says the directory
    assert "过大" in _refusal(bytes(content), "a.ofd")


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_package_with_two_members_of_one_name_is_refused() -> None:
    buffer = io.BytesIO(SAMPLES["docx"])
    with zipfile.ZipFile(buffer, "a") as package:
        package.writestr("word/document.xml", b"another")
    assert "重名" in _refusal(buffer.getvalue(), "a.docx")


def test_a_bomb_inside_a_package_counts_by_its_packed_size_and_is_never_unpacked() -> None:
    inner = _package({"a": b"\0" * (3 * MEGABYTE)})
    assert _check(_package(WORD | {"word/embeddings/x.bin": inner}), "a.docx").size < 10_000


@pytest.mark.parametrize("content", [b"GIF89a/*\0*/=1;alert(1)", b"GIF87a" + b"\0" * 50])
@pytest.mark.parametrize("name", ["a.txt", "a.png", "a.jpg", "a.pdf"])
def test_a_picture_that_is_also_a_script_is_refused(content: bytes, name: str) -> None:
    assert "内容不是" in _refusal(content, name)


@pytest.mark.parametrize("before", [b"<html>", b"\n", b"MZ"])
def test_a_pdf_with_something_before_it_is_refused(before: bytes) -> None:
    assert "PDF" in _refusal(before + SAMPLES["pdf"], "a.pdf")


def test_a_package_hidden_behind_a_picture_is_refused() -> None:
    assert "内容不是" in _refusal(SAMPLES["png"] + SAMPLES["docx"], "a.docx")


@given(cut=st.integers(4, len(SAMPLES["docx"]) - 1), flipped=st.integers(4, len(SAMPLES["docx"]) - 1))
def test_a_damaged_package_is_refused_or_read_but_never_breaks(cut: int, flipped: int) -> None:
    content = bytearray(SAMPLES["docx"])
    content[flipped] ^= 0xFF
    for damaged in (bytes(content), SAMPLES["docx"][:cut]):
        with suppress(UploadRefused):
            assert _check(damaged, "a.docx").size == len(damaged)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk"])
def test_chinese_text_passes_in_either_encoding_across_chunks(encoding: str) -> None:
    assert _check(("龙喆堃" * 50_000).encode(encoding), "a.txt").content_type == "text/plain"


@pytest.mark.parametrize(
    "content",
    [
        b"a\0b",
        "说明".encode("utf-16"),
        b"\xff\xfe\xfd\xfc",
        b"a\x1bb",
        b"%PDF-1.7",
        b"{\\rtf1 }",
        zlib.compress(b"a" * 99),
    ],
)
def test_what_is_no_plain_text_is_refused_as_such(content: bytes) -> None:
    assert "纯文本" in _refusal(content, "a.txt")


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("C:\\桌面\\提案 附件.docx", "提案 附件.docx"),
        ("../../etc/passwd.txt", "passwd.txt"),
        ("报告\u202egpj.exe", "报告gpj.exe"),
        ("a\x00\r\n\tb.pdf", "a b.pdf"),
        ('<甲>:"乙"|?*.pdf', "_甲___乙____.pdf"),
        ("  报 告  .pdf  ", "报 告.pdf"),
        (".pdf", "附件.pdf"),
        ("..", "附件"),
        ("", "附件"),
        ("CON.txt", "_CON.txt"),
        ("lpt1.tar.pdf", "_lpt1.tar.pdf"),
        ("甲\u2028乙\u200b.pdf", "甲 乙.pdf"),
        ("a\r\nSet-Cookie: x=1.pdf", "a Set-Cookie_ x=1.pdf"),
        ("关于办理情况的说明。见3.5节和其他部分内容的补充说明", "关于办理情况的说明。见3.5节和其他部分内容的补充说明"),
    ],
)
def test_a_name_is_shown_without_path_or_tricks(name: str, clean: str) -> None:
    assert clean_name(name) == clean


@given(st.text(max_size=300))
def test_any_name_becomes_short_and_visible_and_cleaning_twice_changes_nothing(name: str) -> None:
    clean = clean_name(name)
    assert 1 <= len(clean) <= LONGEST_NAME
    assert clean.isprintable()
    assert not set(clean) & set('/\\<>:"|?*')
    assert clean_name(clean) == clean


def test_a_long_name_is_cut_before_its_extension() -> None:
    assert clean_name("长" * 200 + ".docx") == "长" * 115 + ".docx"
