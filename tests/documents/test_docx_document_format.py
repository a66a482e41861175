"""The DOCX in document format (文件格式) against the ruler, from its XML: GB/T 9704-2012 clauses 7.2 to 7.5.

Heights add up: the head is made of lines of the text, from the type area's upper edge on. In a line of exact height a
character's baseline is at 80 % of it, and its box begins 0.88 of its size above.
"""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from lxml import etree

from replies.documents.letter import Letter
from tests.documents.docx_parts import Docx, W, docx_of, text_of, twips_in_mm
from tests.documents.samples import PITCH, plain_body
from tests.documents.test_document_format import document
from tests.documents.test_docx_measures import INK, POINT, about, bars

INKS = (0.82, 0.77)  # em above the baseline: 方正小标宋, Fandol


@dataclass(frozen=True)
class Line:
    """A paragraph of one line: its upper edge and its height in mm, from the page's edge."""

    top: float
    height: float

    @property
    def baseline(self) -> float:
        """Where its characters stand."""
        return self.top + 0.8 * self.height

    def box(self, size: float) -> float:
        """The upper edge of a character of `size` points."""
        return self.baseline - 0.88 * size * POINT


@pytest.fixture(scope="module")
def docx() -> Docx:
    return docx_of(document(body=plain_body(3)))


def spacing(paragraph: etree._Element, name: str) -> float:
    """A measure of a paragraph's own spacing in mm."""
    (found,) = paragraph.findall(f"{W}pPr/{W}spacing")
    assert found.get(f"{W}lineRule") == "exact"
    return twips_in_mm(int(found.get(f"{W}{name}", "")))


def head(docx: Docx) -> dict[str, Line]:
    """The lines of the head by their styles, down to the title's first one."""
    found, below = {}, docx.in_mm("//w:pgMar/@w:top")
    for style in ("发文机关标志", "发文字号", "公文标题"):
        for paragraph in docx.paragraphs(style):
            found[style] = Line(below + spacing(paragraph, "before"), spacing(paragraph, "line"))
            below = found[style].top + found[style].height
    return found


def size_of_mark(docx: Docx) -> float:
    return docx.number("//w:p[1]//w:sz/@w:val") / 2


@pytest.mark.parametrize("masthead", ["盘锦市司法局文件", "盘锦市市场监督管理局暨盘锦市知识产权局文件"])
def test_the_mark_begins_35_mm_under_the_type_areas_edge_on_one_line(masthead: str) -> None:
    docx = docx_of(document(masthead=masthead))
    size = size_of_mark(docx)
    tops = [head(docx)["发文机关标志"].baseline - ink * size * POINT for ink in INKS]
    assert tops == [about(37 + 35, INK), about(37 + 35, 0.7)]
    assert len(masthead) * 1.08 * size * POINT <= 156.5
    assert size <= 48


def test_the_number_stands_centred_two_lines_under_the_mark(docx: Docx) -> None:
    ink_bottom = 37 + 35 + 0.93 * size_of_mark(docx) * POINT
    assert head(docx)["发文字号"].box(16) - ink_bottom == about(2 * PITCH)
    (number,) = docx.paragraphs("发文字号")
    assert [one.get(f"{W}val") for one in number.iter(f"{W}jc")] == ["center"]
    assert not number.findall(".//{*}ind")


def test_one_red_line_as_wide_as_the_type_area_stands_4_mm_under_the_number(docx: Docx) -> None:
    [(left, top, right, bottom)] = bars(docx)
    assert (left, right) == (about(28), about(184))
    assert top - (head(docx)["发文字号"].box(16) + 16 * POINT) == about(4)
    assert bottom - top == about(0.53, 0.01)
    assert [one.get("val") for one in docx.find("//a:srgbClr", "header1")] == ["E60012"]
    assert [node.attrib.values()[0] for node in docx.find("//w:headerReference")] == ["first"]


def test_the_title_stands_two_lines_under_the_red_line_and_one_over_the_addressee(docx: Docx) -> None:
    assert head(docx)["公文标题"].box(22) - bars(docx)[0][3] == about(2 * PITCH)
    assert spacing(docx.paragraphs("公文标题")[0], "after") == about(PITCH)


def test_the_class_mark_stands_in_the_upper_right_corner_of_the_type_area(docx: Docx) -> None:
    (mark,) = docx.paragraphs("办理类别")
    (frame,) = mark.iter(f"{W}framePr")
    placed = {name.partition("}")[2]: value for name, value in frame.attrib.items()}
    assert {placed["vAnchor"], placed["hAnchor"]} == {"margin"}
    assert (placed["xAlign"], placed["yAlign"]) == ("right", "top")


@pytest.mark.parametrize("missing", ["masthead", "number", "class_mark"])
def test_what_stands_under_a_missing_part_keeps_its_distances(missing: str) -> None:
    docx = docx_of(document(**{missing: ""}))
    lines = head(docx)
    assert lines["公文标题"].box(22) - bars(docx)[0][3] == about(2 * PITCH)
    if missing == "number":
        assert bars(docx)[0][1] - (72 + 0.93 * size_of_mark(docx) * POINT) == about(2 * PITCH)
    else:
        assert bars(docx)[0][1] - lines["发文字号"].box(16) - 16 * POINT == about(4)


def test_pages_are_numbered_from_the_first_on_outside_seven_mm_under_the_type_area(docx: Docx) -> None:
    relations = etree.fromstring(docx.parts["word/_rels/document.xml.rels"])
    targets = {one.get("Id"): str(one.get("Target")) for one in relations}
    feet = {node.get(f"{W}type"): targets[node.attrib.values()[1]] for node in docx.find("//w:footerReference")}
    assert feet == {"default": "footer1.xml", "even": "footer2.xml", "first": "footer3.xml"}
    for part, side in (("footer1", "right"), ("footer2", "left"), ("footer3", "right")):
        assert docx.find("//w:jc", part)[0].attrib.values() == [side]
        assert docx.in_mm(f"//w:ind/@w:{side}", part) == about(14 * POINT)
        assert docx.find("//w:fldSimple", part)[0].attrib.values() == [" PAGE "]
    assert 297 - docx.in_mm("//w:pgMar/@w:footer") - 7 * POINT == about(37 + 225 + 7)


def imprint(docx: Docx) -> etree._Element:
    """The last table of the text."""
    return docx.find("//w:body/w:tbl")[-1]


def thickness(docx: Docx) -> dict[str, float]:
    """The lines of the imprint by their sides in mm."""
    (borders,) = imprint(docx).iter(f"{W}tblBorders")
    return {etree.QName(one).localname: int(one.get(f"{W}sz", "")) / 8 * POINT for one in borders}


def test_the_imprint_has_lines_of_035_025_and_035_mm_as_wide_as_the_type_area(docx: Docx) -> None:
    # Borders are counted in eighths of a point: 0.353 mm and 0.265 mm are the next.
    assert thickness(docx) == {"top": about(0.35, 0.005), "bottom": about(0.35, 0.005), "insideH": about(0.25, 0.016)}
    assert len(imprint(docx).findall(f"{W}tr")) == 2
    assert docx.in_mm("//w:body/w:tbl[last()]//w:tblW/@w:w") == about(156)
    assert docx.in_mm("//w:body/w:tbl[last()]//w:tblCellMar/w:left/@w:w") == 0


def test_it_stands_at_the_foot_of_the_type_area_of_the_last_page(docx: Docx) -> None:
    (place,) = imprint(docx).iter(f"{W}tblpPr")
    placed = {name.partition("}")[2]: value for name, value in place.attrib.items()}
    assert (placed["vertAnchor"], placed["tblpYSpec"]) == ("margin", "bottom")
    assert placed["horzAnchor"] == "page"
    assert twips_in_mm(int(placed["tblpX"])) == about(28)
    after = [etree.QName(one).localname for one in imprint(docx).itersiblings()]
    assert after == ["p", "sectPr"]  # it hangs on the last paragraph, which is empty


def test_its_text_is_size_4_one_character_in_with_the_day_at_the_right(docx: Docx) -> None:
    copies, printed = imprint(docx).iter(f"{W}p")
    for one, left in ((copies, 4), (printed, 1)):
        (indent,) = one.iter(f"{W}ind")
        assert twips_in_mm(int(indent.get(f"{W}left", ""))) == about(left * 14 * POINT)
        assert twips_in_mm(int(indent.get(f"{W}right", ""))) == about(14 * POINT)
        if left == 4:
            assert twips_in_mm(int(indent.get(f"{W}hanging", ""))) == about(3 * 14 * POINT)
    (stop,) = printed.findall(f"{W}pPr/{W}tabs/{W}tab")
    assert stop.get(f"{W}val") == "right"
    assert twips_in_mm(int(stop.get(f"{W}pos", ""))) == about(156 - 14 * POINT)
    assert text_of(copies).startswith("抄送：")
    assert text_of(printed) == "盘锦市司法局办公室2022年8月18日印发"
    assert {docx.style(name, "w:rPr/w:sz/@w:val") for name in ("抄送机关", "印发机关")} == {"28"}


@pytest.mark.parametrize(
    ("source", "rows"),
    [(document(copies=()), 1), (document(printed_by=""), 1), (document(signed_on=None), 2)],
)
def test_without_copies_or_printer_it_has_its_two_outer_lines(source: Letter, rows: int) -> None:
    assert len(imprint(docx_of(source)).findall(f"{W}tr")) == rows


def test_with_nothing_to_say_there_is_no_imprint_and_the_last_page_ends_with_the_text() -> None:
    docx = docx_of(document(copies=(), printed_by=""))
    assert not docx.find("//w:tbl")
    assert not docx.paragraphs("版记锚点")


def test_a_letter_has_neither_imprint_nor_a_number_on_its_first_page() -> None:
    docx = docx_of(document(form="letter"))
    assert not docx.find("//w:tbl")
    assert "word/footer3.xml" not in docx.parts


@pytest.mark.parametrize("form", ["letter", "document"])
def test_copies_that_may_not_fit_on_a_page_stand_in_the_text_so_that_they_go_on_to_the_next(form: str) -> None:
    many = tuple(f"第{n}号提案承办单位" for n in range(1, 150))
    docx = docx_of(document(form=form, copies=many))
    assert not docx.find("//w:tblpPr | //w:cantSplit | //w:framePr[@w:vAnchor='margin'][@w:yAlign='bottom']")
    (copies,) = docx.paragraphs("抄送机关")
    assert text_of(copies).endswith("第149号提案承办单位。")
    few = docx_of(document(form=form, copies=many[:20]))
    assert few.find("//w:tblpPr | //w:framePr[@w:vAnchor='margin'][@w:yAlign='bottom']")
