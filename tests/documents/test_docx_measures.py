"""The DOCX against the ruler, from its XML: GB/T 9704-2012 clauses 5.2, 7 and 10.1 (DOMAIN.md 2.2 and 2.3)."""

from datetime import date
from itertools import pairwise

import pytest

from replies.documents.docx import write_docx
from replies.documents.layout import template_data
from tests.documents.docx_parts import Docx, W, docx_of, text_of, twips_in_mm
from tests.documents.samples import letter, plain_body

PRECISION = 0.15  # mm
INK = 0.5  # mm; how far the ink of a mark may lie from its measure, by the font a reader has
POINT = 25.4 / 72
CELL = 156 / 28


@pytest.fixture(scope="module")
def docx() -> Docx:
    return docx_of(letter())


def about(millimetres: float, precision: float = PRECISION) -> object:
    return pytest.approx(millimetres, abs=precision)


def bars(docx: Docx) -> list[tuple[float, float, float, float]]:
    """The red bars of the first page: left, top, right, bottom in mm from the page's edges."""
    found = []
    for anchor in docx.find("//wp:anchor", "header1"):
        left, top = (int(node.text or "") / 36000 for node in anchor.iter("{*}posOffset"))
        extent = next(anchor.iter("{*}extent"))
        found.append((left, top, left + int(extent.get("cx", "")) / 36000, top + int(extent.get("cy", "")) / 36000))
    return found


def test_the_paper_is_a4_with_the_margins_of_the_standard(docx: Docx) -> None:
    assert (docx.in_mm("//w:pgSz/@w:w"), docx.in_mm("//w:pgSz/@w:h")) == (about(210), about(297))
    margins = {side: docx.in_mm(f"//w:pgMar/@w:{side}") for side in ("top", "left", "right", "bottom")}
    assert margins == {"top": about(37), "left": about(28), "right": about(26), "bottom": about(35)}


def test_22_lines_fill_the_type_area_and_a_23rd_finds_no_room(docx: Docx) -> None:
    area = 297 - docx.in_mm("//w:pgMar/@w:top") - docx.in_mm("//w:pgMar/@w:bottom")
    line = twips_in_mm(int(docx.style("公文正文", "w:pPr/w:spacing/@w:line")))
    assert docx.style("公文正文", "w:pPr/w:spacing/@w:lineRule") == "exact"
    assert area == about(225)
    assert 22 * line <= area + 0.01 < 23 * line


def test_28_characters_fill_a_line_and_a_29th_finds_no_room(docx: Docx) -> None:
    cell = (int(docx.style("公文正文", "w:rPr/w:sz/@w:val")) / 2) * POINT
    cell += twips_in_mm(int(docx.style("公文正文", "w:rPr/w:spacing/@w:val")))
    assert 28 * cell <= 156 < 28.5 * cell
    assert docx.style("公文正文", "w:pPr/w:jc/@w:val") == "both"


def test_the_grid_is_of_lines_alone_for_libreoffice_would_double_the_characters(docx: Docx) -> None:
    assert docx.find("//w:docGrid")[0].attrib.values() == ["lines", "580"]


@pytest.mark.parametrize("masthead", ["盘锦市司法局", "盘锦市市场监督管理局暨盘锦市知识产权局"])
def test_the_masthead_starts_30_mm_from_the_page_edge_on_one_line(masthead: str) -> None:
    docx = docx_of(letter(masthead=masthead))
    size = docx.number("//w:p[1]//w:sz/@w:val") / 2
    line = docx.in_mm("//w:p[1]//w:spacing/@w:line")
    baseline = docx.in_mm("//w:framePr[@w:vAnchor='page']/@w:y") + 0.8 * line
    tops = [baseline - ink * size * POINT for ink in (0.82, 0.77)]  # 方正小标宋, Fandol
    assert tops == [about(30, INK), about(30, INK)]
    assert len(masthead) * 1.08 * size * POINT <= 156.5
    assert docx.in_mm("//w:framePr[@w:vAnchor='page']/@w:w") == about(170)


def test_both_double_rules_are_170_mm_long_and_centred_on_the_type_area(docx: Docx) -> None:
    assert len(bars(docx)) == 4
    assert all((left, right) == (about(21), about(191)) for left, _, right, _ in bars(docx))


def test_the_pairs_stand_4_mm_under_the_mark_and_20_mm_from_the_page_bottom(docx: Docx) -> None:
    size = docx.number("//w:p[1]//w:sz/@w:val") / 2
    assert bars(docx)[0][1] - (30 + 0.93 * size * POINT) == about(4)
    assert bars(docx)[3][3] == about(277)


def test_the_upper_pair_is_thick_above_thin_and_the_lower_pair_the_other_way(docx: Docx) -> None:
    heights = [bottom - top for _, top, _, bottom in bars(docx)]
    assert heights == [about(0.53, 0.01), about(0.26, 0.01), about(0.26, 0.01), about(0.53, 0.01)]
    (_, first_end), (second_start, _) = ((top, bottom) for _, top, _, bottom in bars(docx)[:2])
    assert second_start - first_end == about(0.3, 0.01)
    assert all(low <= high for low, high in pairwise(top for _, top, _, _ in bars(docx)))


def test_the_bars_are_red_and_belong_to_the_first_page_alone(docx: Docx) -> None:
    assert docx.find("//w:titlePg")
    assert [one.get("val") for one in docx.find("//a:srgbClr", "header1")] == ["E60012"] * 4
    assert [node.attrib.values()[0] for node in docx.find("//w:headerReference")] == ["first"]


def test_the_number_stands_flush_right_seven_eighths_of_a_character_under_the_rules(docx: Docx) -> None:
    frame = "//w:framePr[@w:vAnchor='page']"
    line_top = docx.in_mm(f"{frame}/@w:y") + docx.in_mm(f"{frame}/@w:h")
    box_top = line_top + (0.8 * 29 - 0.88 * 16) * POINT
    assert box_top - bars(docx)[1][3] == about(7 / 8 * 16 * POINT)
    for name in ("发文字号", "办理类别"):
        assert docx.style(name, "w:pPr/w:jc/@w:val") == "right"
        assert not docx.paragraphs(name)[0].findall(".//{*}ind")


def test_without_number_and_mark_the_title_stands_two_lines_under_the_rules() -> None:
    docx = docx_of(letter(number="", class_mark=""))
    frame = "//w:framePr[@w:vAnchor='page']"
    line_top = docx.in_mm(f"{frame}/@w:y") + docx.in_mm(f"{frame}/@w:h")
    (title,) = docx.paragraphs("公文标题")
    assert title.findall(".//{*}spacing")[0].get(f"{W}before") == "0"
    assert line_top + (0.8 * 29 - 0.88 * 22) * POINT - bars(docx)[1][3] == about(2 * 29 * POINT)


def test_where_the_pdf_stands_wider_the_styles_of_the_grid_do_and_no_other() -> None:
    tight, wide = docx_of(letter()), Docx(write_docx(template_data(letter()), tracking=0.1))
    spacing = "w:rPr/w:spacing/@w:val"
    assert int(wide.style("公文正文", spacing)) - int(tight.style("公文正文", spacing)) == 2
    assert len(wide.find("//w:style//w:rPr/w:spacing", "styles")) == len(
        tight.find("//w:style//w:rPr/w:spacing", "styles")
    )


def test_the_title_stands_two_lines_under_what_is_above_it_centred_in_size_2(docx: Docx) -> None:
    line = int(docx.style("公文正文", "w:pPr/w:spacing/@w:line"))
    assert int(docx.style("公文标题", "w:pPr/w:spacing/@w:before")) == 2 * line
    assert int(docx.style("公文标题", "w:pPr/w:spacing/@w:after")) == line
    assert docx.style("公文标题", "w:rPr/w:sz/@w:val") == "44"
    assert docx.style("公文标题", "w:pPr/w:jc/@w:val") == "center"


def test_the_fonts_are_those_of_the_standard_by_level(docx: Docx) -> None:
    expected = {
        "发文机关标志": "方正小标宋简体",
        "公文标题": "方正小标宋简体",
        "主送机关": "仿宋_GB2312",
        "公文正文": "仿宋_GB2312",
        "一级标题": "黑体",
        "二级标题": "楷体_GB2312",
        "三级标题": "仿宋_GB2312",
        "四级标题": "仿宋_GB2312",
        "公文页码": "宋体",
    }
    fonts = {name: docx.style(name, "w:rPr/w:rFonts/@w:eastAsia") for name in expected}
    assert fonts == expected
    assert next(text_of(one) for one in docx.paragraphs("一级标题")) == "一、关于本条建议的办理情况"
    assert next(text_of(one) for one in docx.paragraphs("二级标题")) == "（二）正在推进的工作"
    assert next(text_of(one) for one in docx.paragraphs("四级标题")) == "（1）分级负责"


def test_a_run_in_heading_has_its_font_within_the_paragraph(docx: Docx) -> None:
    runs = docx.find("//w:r[w:rPr/w:rStyle/@w:val='Lead2']")
    assert text_of(runs[0]) == "（一）已经完成的工作。"
    assert docx.style("二级标题字", "w:rPr/w:rFonts/@w:eastAsia") == "楷体_GB2312"


def test_first_lines_are_indented_by_two_characters_and_the_addressee_is_not(docx: Docx) -> None:
    assert twips_in_mm(int(docx.style("公文正文", "w:pPr/w:ind/@w:firstLine"))) == about(2 * CELL)
    assert docx.style("公文正文", "w:pPr/w:ind/@w:firstLineChars") == "200"
    assert not docx.find("//w:style[w:name/@w:val='主送机关']//w:ind", "styles")


def test_page_numbers_stand_outside_seven_mm_under_the_type_area_and_not_on_page_one(docx: Docx) -> None:
    kinds = [node.attrib.values()[0] for node in docx.find("//w:footerReference")]
    assert kinds == ["default", "even"]  # and none for the first page
    assert docx.find("//w:evenAndOddHeaders", "settings")
    for part, side in (("footer1", "right"), ("footer2", "left")):
        assert docx.find("//w:jc", part)[0].attrib.values() == [side]
        assert docx.in_mm(f"//w:ind/@w:{side}", part) == about(14 * POINT)
        assert docx.find("//w:fldSimple", part)[0].attrib.values() == [" PAGE "]
        assert text_of(docx.xml(part)) == "— 2 —"
    dash = 297 - docx.in_mm("//w:pgMar/@w:footer") - 7 * POINT  # in the middle of its 14 pt line
    assert dash == about(37 + 225 + 7)


def test_a_name_at_least_as_long_as_the_date_is_two_in_and_the_date_starts_two_after_it() -> None:
    docx = docx_of(letter(signers=("盘锦市市场监督管理局",)))
    name, day = (docx.paragraphs(style)[0] for style in ("发文机关署名", "成文日期"))
    assert right(name) == about(2 * CELL, 0.3)
    date_width = (3 * 15.75 + 7 * 7.75) * POINT
    assert right(name) + 10 * CELL - (right(day) + date_width) == about(2 * CELL, 0.5)


def test_a_date_longer_than_the_name_is_two_in_and_pushes_the_name() -> None:
    docx = docx_of(letter(signers=("司法厅",), signed_on=date(2022, 11, 18)))
    name, day = (docx.paragraphs(style)[0] for style in ("发文机关署名", "成文日期"))
    assert right(day) == about(2 * CELL, 0.3)
    date_width = (3 * 15.75 + 8 * 7.75) * POINT
    assert right(name) + 3 * CELL - (right(day) + date_width) == about(2 * CELL, 0.5)


def right(paragraph: object) -> float:
    """The right indent of a paragraph in mm."""
    (indent,) = paragraph.findall(".//{*}ind")  # type: ignore[attr-defined]  # an element
    return twips_in_mm(int(indent.attrib.values()[0]))


def test_the_signature_stands_one_line_under_the_text_and_is_bound_to_it(docx: Docx) -> None:
    (signer,) = docx.paragraphs("发文机关署名")
    assert signer.findall(".//{*}spacing")[0].attrib.values()[0] == "580"
    last = docx.paragraphs("公文正文")[-1]
    assert text_of(last) == "特此答复。"
    assert last.findall(".//{*}keepNext")
    assert signer.findall(".//{*}keepNext")


def test_copies_stand_at_the_foot_of_the_type_area_one_character_in_without_rules(docx: Docx) -> None:
    (copies,) = docx.paragraphs("抄送机关")
    (frame,) = copies.findall(".//{*}framePr")
    placed = {name.partition("}")[2]: value for name, value in frame.attrib.items()}
    assert (placed["vAnchor"], placed["yAlign"]) == ("margin", "bottom")
    assert twips_in_mm(int(placed["x"])) == about(14 * POINT)
    assert twips_in_mm(int(placed["w"])) == about(156 - 2 * 14 * POINT)
    assert docx.style("抄送机关", "w:rPr/w:sz/@w:val") == "28"
    assert not docx.find("//w:pBdr")


def test_free_fonts_stand_in_where_the_licensed_ones_are_missing(docx: Docx) -> None:
    stand_in = {
        font.attrib.values()[0]: font.findall("{*}altName")[0].attrib.values()[0]
        for font in docx.find("//w:font", "fontTable")
    }
    assert "FandolFang R" in stand_in["仿宋_GB2312"]
    assert "FandolKai" in stand_in["楷体_GB2312"]
    assert "Noto Sans SC" in stand_in["黑体"]
    assert "FandolSong" in stand_in["方正小标宋简体"]


def test_a_letter_without_mark_number_and_class_still_begins_under_the_rules() -> None:
    docx = docx_of(letter(masthead="", number="", class_mark="", body=plain_body(1)))
    assert not docx.paragraphs("发文机关标志")
    assert len(bars(docx)) == 4
