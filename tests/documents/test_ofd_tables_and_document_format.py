"""The OFD of letters with tables and of the document format: every line is drawn, where the PDF has it, and in ink."""

from __future__ import annotations

from dataclasses import replace

import pypdfium2
import pytest

from replies.documents.annexes import Annex
from replies.documents.ofd.geometry import Unportable, read_pages
from replies.documents.pdf import render_pdf
from replies.documents.shared import DOCUMENT_FORM
from tests.documents.forms import FORMS, MATRIX
from tests.documents.ofd_pages import RED, Ofd, pdf_and_ofd, read_text
from tests.documents.samples import PITCH, TYPE_AREA_BOTTOM, expected_text, letter, plain_body
from tests.documents.test_document_format import document
from tests.documents.test_ofd_pages import DPI, POINT, about, apart, line

BLACK = "0 0 0"
TABLE = Annex("建议办理情况对照表", ("说明如下。",), (MATRIX,))
LONG = Annex("建议办理情况对照表", (), (replace(MATRIX, rows=MATRIX.rows * 8),))


@pytest.fixture(scope="module")
def ofd() -> Ofd:
    return pdf_and_ofd(document(body=plain_body(3)))[1]


def exact(millimetres: float) -> object:
    return pytest.approx(millimetres, abs=0.01)


def test_the_head_of_the_document_format_stands_where_the_standard_wants_it(ofd: Ofd) -> None:
    mark, number = line(ofd, "盘锦市司法局文件"), line(ofd, "盘司函")
    [(left, top, right, bottom)] = ofd.bars(0)
    assert mark.baseline - 0.766 * mark.size == about(37 + 35)
    assert (left, right, bottom - top) == (about(28), about(184), exact(0.53))
    assert top - (number.top + 16 * POINT) == about(4)
    assert line(ofd, "对市政协").top - bottom == about(2 * PITCH)
    assert (line(ofd, "A").top, line(ofd, "A").right) == (about(37), about(184))
    assert (mark.color, ofd.inks(0)) == (RED, [RED])


def test_the_imprint_has_its_three_black_lines_at_the_foot_of_the_last_page(ofd: Ofd) -> None:
    last = len(ofd.pages) - 1
    bars = ofd.bars(last)
    assert [bottom - top for _, top, _, bottom in bars] == [exact(0.35), exact(0.25), exact(0.35)]
    assert {(round(left), round(right)) for left, _, right, _ in bars} == {(28, 184)}
    assert bars[-1][3] == about(TYPE_AREA_BOTTOM)
    assert ofd.inks(last) == [BLACK] * 3  # named, for a path without a colour is filled with nothing
    assert line(ofd, "盘锦市司法局办公室2022年8月18日印发", last).right == about(184 - 14 * POINT)


def test_every_page_of_the_document_format_is_numbered_outside(ofd: Ofd) -> None:
    feet = [[one for one in ofd.texts(page) if one.baseline > TYPE_AREA_BOTTOM + 3] for page in range(2)]
    assert [[one.text for one in foot] for foot in feet] == [["— 1 —"], ["— 2 —"]]
    assert (feet[0][0].right, feet[1][0].left) == (about(184 - 14 * POINT), about(28 + 14 * POINT))


def test_the_rules_of_a_table_are_drawn_half_a_point_thick_over_the_whole_type_area() -> None:
    _, ofd = pdf_and_ofd(letter(copies=(), annexes=(TABLE,)))
    last = len(ofd.pages) - 1
    bars = ofd.bars(last)
    upright = [bar for bar in bars if bar[2] - bar[0] < 1]
    level = [bar for bar in bars if bar[3] - bar[1] < 1]
    assert (len(upright), len(level)) == (len(MATRIX.columns) + 1, len(MATRIX.rows) + 2)
    assert {round((right - left) / POINT, 2) for left, _, right, _ in upright} == {0.5}
    assert {round((bottom - top) / POINT, 2) for _, top, _, bottom in level} == {0.5}
    assert (min(bar[0] for bar in level), max(bar[2] for bar in level)) == (about(28 - 0.18), about(184 + 0.18))
    assert set(ofd.inks(last)) == {BLACK}
    strokes = list(ofd.pages[last].iter("{*}PathObject"))
    assert {(one.get("Stroke"), one.get("Fill")) for one in strokes} == {("true", "false")}


@pytest.mark.parametrize("form", ["letter", DOCUMENT_FORM])
def test_its_pictures_are_those_of_the_pdf(form: str) -> None:
    pdf, ofd = pdf_and_ofd(document(form=form, annexes=(LONG, TABLE)))
    with pypdfium2.PdfDocument(pdf.content) as printed_pages:
        assert len(printed_pages) == len(ofd.pages)
        for index in range(len(printed_pages)):
            printed = printed_pages[index].render(scale=DPI / 72, grayscale=True).to_pil().convert("L")
            drawn = ofd.picture(index, 3 * DPI).resize(printed.size)
            assert apart(printed, drawn) < 0.01, f"page {index + 1}"


def test_the_comparison_of_pictures_sees_a_rule_that_is_missing() -> None:
    _, ofd = pdf_and_ofd(document(body=plain_body(3)))
    (name,) = [name for name in ofd.parts if name.endswith(f"Page_{len(ofd.pages) - 1}/Content.xml")]
    bare = replace(ofd)
    bare.parts[name] = ofd.parts[name].replace(b'<ofd:FillColor Value="0 0 0"/>', b"")
    last = len(ofd.pages) - 1
    assert apart(ofd.picture(last, 3 * DPI), bare.picture(last, 3 * DPI)) > 0.01


@pytest.mark.parametrize("form", ["letter", DOCUMENT_FORM])
def test_its_text_is_the_letters(form: str) -> None:
    source = document(form=form, annexes=(TABLE, replace(TABLE, title="第二份表")))
    assert read_text(pdf_and_ofd(source)[1]) == expected_text(source)


def test_every_letter_there_is_can_be_put_into_an_ofd_and_so_can_the_approval_sheets_page() -> None:
    for name, form in FORMS.items():
        if name != "feedback":
            assert read_pages(render_pdf(form).content), name


def test_a_qr_code_is_refused_and_never_drawn_with_hairs() -> None:
    with pytest.raises(Unportable, match="width"):
        read_pages(render_pdf(FORMS["feedback"]).content)
