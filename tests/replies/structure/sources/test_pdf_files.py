"""Text PDFs: whole paragraphs again, page numbers gone; scans and other PDFs are refused."""

from __future__ import annotations

import io
import zlib

import pikepdf
import pytest

from panjin_portal.lib.uploads import UploadRefused
from replies.documents.letter import Letter, normalise, printed_lines
from replies.documents.pdf import render_pdf
from replies.structure.sources import pdf
from replies.structure.sources.characters import usual
from replies.structure.sources.opening import SourceFormat, read_source
from tests.documents.samples import letter
from tests.replies.structure.sources.makers import LINES, pdf_file, typeset


def bare(line: str) -> str:
    return "".join(line.split())


def saved(made: pikepdf.Pdf, encryption: pikepdf.Encryption | None = None) -> bytes:
    stream = io.BytesIO()
    made.save(stream, encryption=encryption)
    return stream.getvalue()


def test_every_line_and_paragraph_of_a_page_comes_back_whole() -> None:
    source = read_source(pdf_file())
    assert (source.format, source.encoding) == (SourceFormat.PDF, None)
    assert source.text.splitlines() == list(LINES)


def test_paragraphs_that_cross_pages_come_back_whole_and_without_page_numbers() -> None:
    long = [LINES[4] * times for times in range(2, 9)]
    assert read_source(pdf_file([*LINES[:3], *long, *LINES[-2:]])).text.splitlines() == [*LINES[:3], *long, *LINES[-2:]]


def test_short_lines_are_not_taken_for_one_paragraph_where_no_line_is_full() -> None:
    short = ["首页 > 政务公开", LINES[0], *LINES[1:4], "东段的灯明年开春动工。", "西段的灯已经亮了。", *LINES[-2:]]
    made = typeset([("plain", line) for line in short])
    assert read_source(made).text.splitlines() == short


def test_our_own_letter_comes_back_line_by_line() -> None:
    sample: Letter = letter()
    found = {bare(line) for line in read_source(render_pdf(sample).content).text.splitlines()}
    missing = [line for line in printed_lines(normalise(sample)) if bare(line) not in found]
    assert [line for line in missing if not line.startswith(sample.title[:6])] == []


def test_radicals_are_read_as_the_characters_they_look_like() -> None:
    assert usual("首⻚、开⻔、⼈⺠、⻓、⾦、\uf9dc、“㎡”") == "首页、开门、人民、长、金、隆、“㎡”"


@pytest.mark.parametrize("width", [1, 3])
def test_a_scan_is_refused_with_what_to_do(width: int) -> None:
    with pikepdf.new() as made:
        for _ in range(width):
            made.add_blank_page()
        raw = saved(made)
    with pytest.raises(UploadRefused, match="这是扫描件，没有文字"):
        read_source(raw)


def test_a_locked_pdf_is_refused() -> None:
    with pikepdf.open(io.BytesIO(pdf_file())) as made:
        raw = saved(made, encryption=pikepdf.Encryption(user="a", owner="b"))
    with pytest.raises(UploadRefused, match="密码"):
        read_source(raw)


def test_a_pdf_of_too_many_pages_is_refused() -> None:
    with pikepdf.new() as made:
        for _ in range(101):
            made.add_blank_page()
        raw = saved(made)
    with pytest.raises(UploadRefused, match="100页"):
        read_source(raw)


def test_a_damaged_pdf_is_refused() -> None:
    raw = pdf_file()
    for broken in (b"%PDF-1.7\n%%EOF", raw[:2000], b"%PDF-1.7\ntrailer<</Root 1 0 R>>\nstartxref\n0\n%%EOF"):
        with pytest.raises(UploadRefused, match="PDF"):
            read_source(broken)


def test_a_pdf_with_a_damaged_stream_is_refused_rather_than_read_in_part() -> None:
    raw = pdf_file()
    at = raw.index(b"stream") + 200
    with pytest.raises(UploadRefused, match="损坏"):
        read_source(raw[:at] + bytes(20) + raw[at + 20 :])


def test_a_stream_that_swells_is_refused_before_it_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "MOST_STREAM_BYTES", 1024 * 1024)
    packed = zlib.compress(bytes(1024 * 1024 + 1))
    raw = b"%PDF-1.7\n1 0 obj\n<</Filter/FlateDecode/Length " + str(len(packed)).encode() + b">>\nstream\n" + packed
    with pytest.raises(UploadRefused, match="过大"):
        read_source(raw + b"\nendstream\nendobj\n")


@pytest.mark.parametrize("filters", [b"/LZWDecode", b"[/FlateDecode /FlateDecode]", b"[/Fl#61teDecode/FlateDecode]"])
def test_packings_that_cannot_be_measured_are_refused(filters: bytes) -> None:
    with pytest.raises(UploadRefused, match="过大"):
        read_source(b"%PDF-1.7\n1 0 obj\n<</Filter " + filters + b"/Length 3>>\nstream\nabc\nendstream\nendobj\n")


def test_forms_that_draw_forms_without_end_are_refused() -> None:
    with pikepdf.new() as made:
        page = made.add_blank_page()
        inner = made.make_stream(b"q Q")
        for _ in range(9):
            form = pikepdf.Dictionary(
                Type=pikepdf.Name.XObject,
                Subtype=pikepdf.Name.Form,
                BBox=[0, 0, 9, 9],
                Resources=pikepdf.Dictionary(XObject=pikepdf.Dictionary(F=inner)),
            )
            inner = made.make_stream(b"/F Do " * 10, form)
        page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(F=inner))
        page.Contents = made.make_stream(b"/F Do " * 10)
        raw = saved(made)
    with pytest.raises(UploadRefused, match="复杂"):
        read_source(raw)


@pytest.mark.parametrize(
    "junk", [b"1 0 obj\n<<>>\nendobj\n" * 50_000, b"stream\n\x78\x9c" * 50_000, b"(" * 50_000, b"<<" * 500]
)
def test_a_pdf_made_to_keep_the_parser_busy_is_refused_at_once(junk: bytes) -> None:
    with pytest.raises(UploadRefused, match="复杂"):
        read_source(b"%PDF-1.7\n1 0 obj\n" + junk)
