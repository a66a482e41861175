"""Annexes in the DOCX: named under the text, each on pages of its own, its tables ruled over the whole type area."""

from __future__ import annotations

import pytest
from lxml import etree

from replies.documents.annexes import Annex, Column, Table
from replies.documents.shared import BREAK
from tests.documents.docx_parts import Docx, W, docx_of, text_of, twips_in_mm
from tests.documents.forms import MATRIX
from tests.documents.samples import letter
from tests.documents.test_docx_measures import CELL, about

ADDRESS = "https://www.example.org/a/long/address/that/no/cell/can/hold?number=0123456789"
LONG = "营商环境法治化建设重点任务清单和责任分工以及完成时限一览表（第二批修订稿）"
TWO = (Annex("建议办理情况对照表", ("说明。",), (MATRIX,)), Annex(LONG, (), (MATRIX, MATRIX)))


@pytest.fixture(scope="module")
def docx() -> Docx:
    return docx_of(letter(annexes=TWO))


def attribute(element: etree._Element, tag: str, name: str) -> str | None:
    """An attribute of the one descendant of this tag."""
    (found,) = element.iter(f"{W}{tag}")
    value: str | None = found.get(W + name)
    return value


def following(element: etree._Element) -> str:
    """The tag of what comes next."""
    after = element.getnext()
    assert after is not None
    return str(etree.QName(after).localname)


def test_each_annex_begins_on_a_page_of_its_own_with_its_mark_and_its_title_on_the_third_line(docx: Docx) -> None:
    marks = docx.paragraphs("附件标识")
    assert [text_of(one) for one in marks] == ["附件1", "附件2"]
    assert all(one.findall(".//{*}pageBreakBefore") for one in marks)
    assert docx.style("附件标识", "w:rPr/w:rFonts/@w:eastAsia") == "黑体"
    assert docx.style("附件标识", "w:pPr/w:spacing/@w:after") == "580"
    titles = docx.paragraphs("附件标题")
    assert [text_of(one) for one in titles] == [annex.title for annex in TWO]
    assert [len(one.findall(".//{*}br")) for one in titles] == [0, 2]
    assert docx.style("附件标题", "w:rPr/w:sz/@w:val") == "44"


def test_a_single_annex_has_no_number() -> None:
    docx = docx_of(letter(annexes=(Annex("建议办理情况对照表", ("第一段。",)),)))
    assert [text_of(one) for one in docx.paragraphs("附件标识")] == ["附件"]
    assert [text_of(one) for one in docx.paragraphs("附件说明")] == ["附件：建议办理情况对照表"]


def test_names_stand_one_line_under_the_text_two_in_and_wrap_under_their_first_character(docx: Docx) -> None:
    first, second = docx.paragraphs("附件说明")
    assert [text_of(first), text_of(second)] == ["附件：1．建议办理情况对照表", f"2．{LONG}"]
    assert [attribute(one, "spacing", "before") for one in (first, second)] == ["580", "0"]
    left, hanging = (
        [twips_in_mm(int(attribute(one, "ind", name) or 0)) for one in (first, second)] for name in ("left", "hanging")
    )
    assert left[0] - hanging[0] == about(2 * CELL)
    assert left[0] == about(left[1], 0.01)


def test_names_of_annexes_are_bound_to_the_signature_with_the_last_paragraph(docx: Docx) -> None:
    last = docx.paragraphs("公文正文")[-2]  # the last one is of the annex
    assert text_of(last) == "特此答复。"
    assert all(one.findall(".//{*}keepNext") for one in (last, *docx.paragraphs("附件说明")))


def test_a_table_is_as_wide_as_the_type_area_and_its_columns_have_their_shares(docx: Docx) -> None:
    for table in docx.find("//w:tbl"):
        assert twips_in_mm(int(attribute(table, "tblW", "w") or 0)) == about(156)
        assert attribute(table, "tblInd", "w") == "0"
        assert attribute(table, "tblLayout", "type") == "fixed"
        widths = [int(column.get(f"{W}w", "")) for column in table.iter(f"{W}gridCol")]
        assert sum(widths) == 8844
        total = sum(column.share for column in MATRIX.columns)
        assert [twips_in_mm(one) for one in widths] == [
            about(156 * column.share / total, 0.02) for column in MATRIX.columns
        ]
        for row in table.iter(f"{W}tr"):
            assert [int(one.get(f"{W}w", "")) for one in row.iter(f"{W}tcW")] == widths


def test_its_rules_are_half_a_point_on_all_sides(docx: Docx) -> None:
    (borders, *_) = docx.find("//w:tblBorders")
    assert [etree.QName(side).localname for side in borders] == ["top", "left", "bottom", "right", "insideH", "insideV"]
    assert {(side.get(f"{W}val"), side.get(f"{W}sz")) for side in borders} == {("single", "4")}


def test_every_page_repeats_the_head_and_only_the_head(docx: Docx) -> None:
    for table in docx.find("//w:tbl"):
        head, *rest = table.iter(f"{W}tr")
        assert head.findall(f"{W}trPr/{W}tblHeader")
        assert [text_of(cell) for cell in head.iter(f"{W}tc")] == [column.title for column in MATRIX.columns]
        assert not any(row.findall(f"{W}trPr/{W}tblHeader") for row in rest)
        assert len(rest) == len(MATRIX.rows)
    assert docx.style("表头", "w:rPr/w:rFonts/@w:eastAsia") == "黑体"
    assert docx.style("表格文字", "w:rPr/w:sz/@w:val") == "21"


def test_a_cell_keeps_its_lines_and_a_long_address_is_copied_as_it_was_typed() -> None:
    table = Table((Column("甲", 1), Column("乙", 5)), ((ADDRESS, "一\n二"),))
    cells = docx_of(letter(annexes=(Annex("表", (), (table,)),))).find("//w:tr[2]/w:tc")
    assert text_of(cells[0]) == ADDRESS
    assert BREAK not in text_of(cells[0])
    assert (text_of(cells[1]), len(cells[1].findall(".//{*}br"))) == ("一二", 1)


def test_two_tables_never_touch_and_none_ends_the_text(docx: Docx) -> None:
    tables = docx.find("//w:tbl")
    assert len(tables) == 3
    assert {following(one) for one in tables} == {"p"}
    bare = docx_of(letter(copies=(), annexes=(Annex("表", (), (MATRIX,)),)))
    assert [following(one) for one in bare.find("//w:tbl")] == ["p"]


def test_copies_stand_after_the_last_annex(docx: Docx) -> None:
    (copies,) = docx.paragraphs("抄送机关")
    assert not list(copies.itersiblings(f"{W}tbl"))
    assert not docx.paragraphs("附注")[-1].findall(".//{*}keepNext")
