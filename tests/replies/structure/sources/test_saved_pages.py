"""Pages saved from a browser: what a reader sees, line by line."""

from __future__ import annotations

import codecs
from email.mime.image import MIMEImage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText

import pytest

from panjin_portal.lib.uploads import UploadRefused
from replies.structure.sources.opening import SourceFormat, read_source
from tests.replies.structure.sources.makers import LINES, TEXT

PARAGRAPHS = "".join(f"<p>{line}</p>" for line in LINES)


def page(body: str, *, head: str = "") -> str:
    return f"<!DOCTYPE html><html><head>{head}<title>DSC0012.docx</title></head><body>{body}</body></html>"


def lines(markup: str) -> list[str]:
    return read_source(markup.encode()).text.splitlines()


@pytest.mark.parametrize(
    ("claimed", "raw"),
    [
        ("utf-8", page(PARAGRAPHS).encode()),
        ("gb2312", page(PARAGRAPHS, head='<meta charset="gb2312">').encode("gb18030")),
        ("none", page(PARAGRAPHS).encode("gb18030")),
        ("utf-8, wrongly", page(PARAGRAPHS, head='<meta charset="utf-8">').encode("gb18030")),
        ("gbk, wrongly", page(PARAGRAPHS, head='<meta charset="gbk">').encode()),
        ("nonsense", page(PARAGRAPHS, head='<meta charset="x-unknown-9">').encode()),
        ("mark", codecs.BOM_UTF16_LE + page(PARAGRAPHS).encode("utf-16-le")),
    ],
)
def test_a_page_is_read_whatever_encoding_it_claims(claimed: str, raw: bytes) -> None:
    source = read_source(raw)
    assert source.format is SourceFormat.HTML, claimed
    assert source.text == TEXT


def test_a_comment_of_the_browser_or_an_xml_line_may_stand_before_the_page() -> None:
    assert lines("<!-- saved from url=(0030)https://www.example.gov.cn/a -->\n" + page(PARAGRAPHS)) == list(LINES)
    assert lines('<?xml version="1.0" encoding="gb2312"?>' + page(PARAGRAPHS)) == list(LINES)


def test_a_piece_of_a_page_is_a_page() -> None:
    assert lines(f'<div class="TRS_Editor">{PARAGRAPHS}</div>') == list(LINES)


def test_scripts_styles_comments_and_hidden_elements_are_not_read() -> None:
    hidden = (
        "<script>var a = '脚本';</script><style>p {color: red}</style><!-- 编者注 --><noscript>藏</noscript>"
        "<div style='DISPLAY : none'>藏<p>藏</p></div><p hidden>藏</p><span style='visibility:hidden'>藏</span>"
        "<select><option>藏</option></select><input type='hidden' value='藏'><textarea>藏</textarea>"
    )
    assert lines(page(f"<p>前</p>{hidden}中{hidden}<p>后</p>")) == ["前", "中", "后"]


def test_what_follows_a_hidden_element_is_read() -> None:
    assert lines(page("<p>前<span style='display:none'>藏</span>后</p>")) == ["前后"]


def test_blocks_and_breaks_end_a_line_and_inline_elements_do_not() -> None:
    body = (
        "<h1>题<br/>目</h1><div>甲<div>乙</div>丙</div><p>一<b>二</b><a href='#'>三</a>四</p>"
        "<ul><li>五<li>六</ul><dl><dt>七<dd>八</dl>"
    )
    assert lines(page(body)) == ["题", "目", "甲", "乙", "丙", "一二三四", "五", "六", "七", "八"]


def test_line_breaks_of_the_source_are_blanks_and_those_of_preformatted_text_are_lines() -> None:
    assert lines(page("<p>one\n   two</p><pre>甲\n  乙</pre>")) == ["one two", "甲", "乙"]


def test_entities_and_wide_blanks_are_characters_of_the_text() -> None:
    assert lines(page("<p>&#12288;&#12288;甲&nbsp;乙&mdash;&lt;丙&gt;&#x3000;丁</p>")) == [
        "\u3000\u3000甲\xa0乙—<丙>\u3000丁"
    ]


def test_cells_of_a_row_stand_on_one_line() -> None:
    table = (
        "<table><tr><td>索 引 号:</td><td>pj-1</td><td>主题分类:</td><td></td></tr>"
        "<tr><td>主 题 词:</td><td></td></tr><tr><th>标题</th><td><b>甲</b>乙</td></tr></table>"
    )
    assert lines(page(table)) == ["索 引 号: | pj-1 | 主题分类: |", "主 题 词: |", "标题 | 甲乙"]


@pytest.mark.parametrize("inner", [PARAGRAPHS, "<br>".join(LINES), f"<div>{'<br/>'.join(LINES)}</div>"])
def test_a_letter_in_a_cell_comes_in_its_lines(inner: str) -> None:
    table = f"<table><tr><td width=20></td><td><table><tr><td>{inner}</td></tr></table></td><td></td></tr></table>"
    assert lines(page(table)) == list(LINES)


def test_a_line_in_a_layout_row_with_empty_cells_stands_alone() -> None:
    table = f"<table><tr><td>&#32;</td><td>{LINES[0]}</td><td></td></tr><tr><td>{LINES[4]}</td><td></td></tr></table>"
    assert lines(page(table)) == [LINES[0], LINES[4]]


def test_a_page_saved_as_one_file_is_read_without_its_pictures() -> None:
    archive = MIMEMultipart("related")
    archive["Subject"] = "Page"
    archive.attach(MIMEText(page(PARAGRAPHS), "html", "utf-8"))
    archive.attach(MIMEImage(b"\x89PNG" * 100, "png"))
    source = read_source(archive.as_bytes(), name="答复.mhtml")
    assert (source.text, source.format) == (TEXT, SourceFormat.HTML)


def test_an_archive_without_a_page_or_nested_without_end_is_refused() -> None:
    empty = b"MIME-Version: 1.0\nContent-Type: multipart/related; boundary=x\n\n--x--\n"
    deep = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (at, at) for at in range(3000))
    many = b"Content-Type: multipart/related; boundary=x\n" + b"A: b\n" * 200_001
    for raw in (empty, deep, many):
        with pytest.raises(UploadRefused, match="没有正文"):
            read_source(raw)


def test_bytes_that_are_broken_in_a_script_do_not_matter_and_in_the_text_they_do() -> None:
    script = page(PARAGRAPHS, head="<script>/* 坏 */</script>").encode().replace("坏".encode(), b"\xe5\x9d")
    assert read_source(script).text == TEXT
    body = page(PARAGRAPHS).encode().replace("灯明年".encode(), b"\xe7\x81\xe6\x98\x8e\xe5\xb9\xb4")
    with pytest.raises(UploadRefused, match="认不出"):
        read_source(body)


def test_a_page_nested_without_end_is_refused() -> None:
    with pytest.raises(UploadRefused, match="复杂"):
        read_source(("<html><body>" + "<div>" * 5000 + "内" + "</div>" * 5000).encode())


def test_entities_that_grow_are_not_expanded() -> None:
    bomb = '<!DOCTYPE html [<!ENTITY a "哈哈哈哈"><!ENTITY b "&a;&a;&a;&a;">]><html><body><p>正文&b;</p></body></html>'
    assert read_source(bomb.encode()).text.count("哈") <= 4


def test_a_page_without_text_is_refused() -> None:
    with pytest.raises(UploadRefused, match="网页里没有文字"):
        read_source(b"<html><body><div id='app'></div><script>load()</script></body></html>")
