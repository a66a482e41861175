"""Word documents: paragraphs, tables, text boxes, and the numbers Word writes itself."""

from __future__ import annotations

from typing import Any

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn

from panjin_portal.lib.uploads import UploadRefused
from replies.structure.sources.opening import PageText, SourceFormat, read_source
from tests.replies.structure.sources.makers import (
    TEXT,
    add_list,
    changed_package,
    in_list,
    word_bytes,
    word_file,
)

_W = nsdecls("w")
_OTHERS = (
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" xmlns:v="urn:schemas-microsoft-com:vml"'
)


def lines(document: Any) -> list[str]:
    return read_source(word_bytes(document)).text.splitlines()


def test_paragraphs_come_one_a_line() -> None:
    assert read_source(word_file(), name="答复.doc") == PageText(TEXT, SourceFormat.DOCX, None)


def test_paragraphs_and_tables_come_in_the_order_of_the_document() -> None:
    document = docx.Document()
    document.add_paragraph("表前")
    table = document.add_table(rows=2, cols=2)
    for cell, text in zip([*table.rows[0].cells, *table.rows[1].cells], ["甲", "乙", "丙", ""], strict=True):
        cell.text = text
    document.add_paragraph("表后")
    assert lines(document) == ["表前", "甲 | 乙", "丙 |", "表后"]


def test_a_letter_in_one_cell_comes_in_its_lines_and_so_do_tables_in_it() -> None:
    document = docx.Document()
    cell = document.add_table(rows=1, cols=1).rows[0].cells[0]
    cell.text = "王小禾委员：\n现答复如下："
    cell.add_paragraph("第二段。")
    inner = cell.add_table(rows=1, cols=2)
    inner.rows[0].cells[0].text, inner.rows[0].cells[1].text = "左", "右"
    assert lines(document) == ["王小禾委员：", "现答复如下：", "第二段。", "左 | 右"]


def test_soft_breaks_are_lines_and_tabs_are_blanks() -> None:
    document = docx.Document()
    run = document.add_paragraph("甲").add_run()
    run.add_break()
    run.add_text("乙")
    run.add_tab()
    run.add_text("丙")
    assert lines(document) == ["甲", "乙 丙"]


def test_numbers_that_word_generates_are_text() -> None:
    document = docx.Document()
    outline = add_list(
        document, ("chineseCountingThousand", "%1、"), ("chineseCountingThousand", "（%2）"), ("decimal", "%3.")
    )
    for depth, text in [(0, "现状"), (1, "数量"), (2, "桥"), (2, "路"), (1, "质量"), (2, "灯"), (0, "打算")]:
        in_list(document.add_paragraph(text), outline, depth)
        document.add_paragraph("正文。")
    assert [line for line in lines(document) if line != "正文。"] == [
        "一、现状",
        "（一）数量",
        "1.桥",
        "2.路",
        "（二）质量",
        "1.灯",
        "二、打算",
    ]


def test_a_number_that_comes_from_a_style_is_text_too() -> None:
    document = docx.Document()
    outline = add_list(document, ("chineseCounting", "%1、"))
    style = document.styles["Heading 1"]
    properties = style.element.get_or_add_pPr().get_or_add_numPr()
    properties.get_or_add_numId().val = int(outline)
    document.add_paragraph("现状", style="Heading 1")
    document.add_paragraph("打算", style="Heading 1")
    plain = document.add_paragraph("不编号", style="Heading 1")
    in_list(plain, "0")
    assert lines(document) == ["一、现状", "二、打算", "不编号"]


@pytest.mark.parametrize(
    ("style", "pattern", "labels"),
    [
        ("decimal", "(%1)", ["(1)", "(2)", "(3)"]),
        ("decimalEnclosedCircleChinese", "%1", ["①", "②", "③"]),
        ("japaneseCounting", "第%1、", ["第一、", "第二、", "第三、"]),
        ("upperRoman", "%1.", ["I.", "II.", "III."]),
        ("lowerLetter", "%1)", ["a)", "b)", "c)"]),
        ("ideographTraditional", "%1.", ["甲.", "乙.", "丙."]),
        ("decimalFullWidth", "%1．", ["１．", "２．", "３．"]),
        ("bullet", "\uf0b7", ["", "", ""]),
        ("none", "", ["", "", ""]),
    ],
)
def test_every_way_of_counting_is_written_out(style: str, pattern: str, labels: list[str]) -> None:
    document = docx.Document()
    list_id = add_list(document, (style, pattern))
    for _ in labels:
        in_list(document.add_paragraph("事"), list_id)
    assert lines(document) == [f"{label}事" for label in labels]


def test_two_lists_count_by_themselves_and_an_empty_item_is_not_counted() -> None:
    document = docx.Document()
    first, second = add_list(document, ("decimal", "%1.")), add_list(document, ("decimal", "%1."))
    for text, list_id in [("甲", first), ("", first), ("乙", first), ("丙", second)]:
        in_list(document.add_paragraph(text), list_id)
    assert lines(document) == ["1.甲", "2.乙", "1.丙"]


def test_a_text_box_is_read_once_and_before_its_paragraph() -> None:
    document = docx.Document()
    box = "<w:txbxContent><w:p><w:r><w:t>B类</w:t></w:r></w:p></w:txbxContent>"
    paragraph = parse_xml(
        f"<w:p {_W} {_OTHERS}>"
        f"<w:r><mc:AlternateContent><mc:Choice Requires='wps'><w:drawing>{box}</w:drawing></mc:Choice>"
        f"<mc:Fallback><w:pict><v:textbox>{box}</v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
        "<w:r><w:t>标题</w:t></w:r></w:p>"
    )
    document.element.body.insert(0, paragraph)
    assert lines(document) == ["B类", "标题"]


def test_deleted_and_hidden_text_is_left_out_and_inserted_text_is_read() -> None:
    document = docx.Document()
    document.element.body.insert(
        0,
        parse_xml(
            f"<w:p {_W}><w:r><w:t>留</w:t></w:r><w:del><w:r><w:delText>删</w:delText></w:r></w:del>"
            "<w:ins><w:r><w:t>增</w:t></w:r></w:ins><w:r><w:rPr><w:vanish/></w:rPr><w:t>藏</w:t></w:r>"
            "<w:r><w:rPr><w:vanish w:val='0'/></w:rPr><w:t>现</w:t></w:r>"
            "<w:r><w:instrText>PAGE</w:instrText></w:r><w:hyperlink><w:r><w:t>链</w:t></w:r></w:hyperlink></w:p>"
        ),
    )
    assert lines(document) == ["留增现链"]


def test_content_controls_are_read_in_their_place() -> None:
    document = docx.Document()
    document.add_paragraph("后")
    control = f"<w:sdt {_W}><w:sdtContent><w:p><w:r><w:t>前</w:t></w:r></w:p></w:sdtContent></w:sdt>"
    document.element.body.insert(0, parse_xml(control))
    assert lines(document) == ["前", "后"]


def test_a_document_without_text_is_refused() -> None:
    with pytest.raises(UploadRefused, match="没有文字"):
        read_source(word_bytes(docx.Document()))


def test_a_damaged_document_is_refused() -> None:
    raw = word_file()
    for broken in (
        raw[: len(raw) // 2] + b"word/document.xml",
        changed_package(raw, {"word/document.xml": b"<w:document"}),
        changed_package(raw, {"[Content_Types].xml": b"no"}),
        changed_package(raw, {"word/numbering.xml": b"<a"}),
    ):
        with pytest.raises(UploadRefused, match="Word"):
            read_source(broken)


def test_a_document_that_swells_is_refused_before_it_is_unpacked() -> None:
    dense = changed_package(word_file(), {"word/media/a.bin": b"\0" * (9 * 1024 * 1024)})
    with pytest.raises(UploadRefused, match="过大"):
        read_source(dense)
    many = changed_package(word_file(), {"word/a.xml": bytes(range(256)) * 100 * 1024})
    with pytest.raises(UploadRefused, match="过大"):
        read_source(many)


def test_entities_that_grow_are_not_expanded() -> None:
    bomb = (
        f'<!DOCTYPE w:document [<!ENTITY a "{"哈" * 1000}"><!ENTITY b "{"&a;" * 1000}">]>'
        f"<w:document {_W}><w:body><w:p><w:r><w:t>正文&b;</w:t></w:r></w:p></w:body></w:document>"
    )
    try:
        text = read_source(changed_package(word_file(), {"word/document.xml": bomb.encode()})).text
    except UploadRefused:
        return
    assert "哈" not in text


def test_tables_nested_without_end_are_refused() -> None:
    document = docx.Document()
    inner = f"<w:p {_W}><w:r><w:t>内</w:t></w:r></w:p>"
    for _ in range(50):
        inner = f"<w:tbl {_W}><w:tr><w:tc>{inner}</w:tc></w:tr></w:tbl>"
    document.element.body.insert(0, parse_xml(inner))
    assert document.element.body[0].tag == qn("w:tbl")
    with pytest.raises(UploadRefused, match="嵌套"):
        read_source(word_bytes(document))
