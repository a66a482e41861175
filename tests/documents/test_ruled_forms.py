"""Ruled forms (发文稿纸, 征询意见表): cells stay in the type area, the code says the link, nothing is lost."""

from datetime import date
from typing import Any

import pytest
import segno
from PIL import ImageOps

from replies.documents.pdf import MissingGlyph, render_pdf
from replies.documents.process import render_in_process
from replies.documents.ruled import PARTS, RED, Cell, Row, RuledForm
from tests.documents.samples import MM, SENTENCE, TYPE_AREA_BOTTOM, pages_of, squeezed
from tests.documents.test_letter_page import about, red_rows

LINK = "https://tian.example.org/rate/5xq_Zk0-d8Yb1v7TqLs9cNwEJm3oPfHuGrBtKiVaX2y"


def sheet(**changes: Any) -> RuledForm:
    """A filled-in approval sheet."""
    given: dict[str, Any] = {
        "title": "盘锦市司法局发文稿纸",
        "day": date(2022, 8, 18),
        "author": "盘锦市司法局",
        "ink": RED,
        "rows": (
            Row(
                (Cell("签发", "同意：请按时印发。\n李明（市司法局签发领导）2022年8月18日", 6), Cell("会签", "", 6)), 46
            ),
            Row((Cell("标题", "对市政协九届一次会议关于推动盘锦市营商环境法治化建设（第005号）提案的答复"),), 20),
            Row((Cell("拟稿单位", "盘锦市司法局", 4), Cell("拟稿", "孙立", 4), Cell("日期", "2022年8月1日", 4))),
        ),
        "remarks": ("仅供内部办理。",),
    }
    return RuledForm(**(given | changes))


def feedback(**changes: Any) -> RuledForm:
    """An empty feedback form with a link."""
    return sheet(
        mark="附件",
        title="提案办理情况征询意见表",
        ink="black",
        rows=(Row((Cell("办理态度", "□满意　□基本满意　□不满意"),)), Row((Cell("意见"),), 44)),
        link=LINK,
        link_note="也可以扫码评价：",
        **changes,
    )


def edges(page: Any) -> tuple[float, float, float]:
    """Left, right and lowest edge of the rules, in mm."""
    drawn = [*page.lines, *page.rects, *page.curves]
    return (
        min(one["x0"] for one in drawn) / MM,
        max(one["x1"] for one in drawn) / MM,
        max(one["bottom"] for one in drawn) / MM,
    )


def test_the_rules_span_the_type_area_and_the_first_row_is_as_high_as_it_shall_be() -> None:
    with pages_of(render_pdf(sheet())) as pages:
        assert len(pages) == 1
        left, right, bottom = edges(pages[0])
        assert [left, right] == pytest.approx([28, 184], abs=0.3)
        assert bottom <= TYPE_AREA_BOTTOM
        sign = next(c for c in pages[0].chars if c["text"] == "签")
        title = next(c for c in pages[0].chars if c["text"] == "标")
        assert (title["top"] - sign["top"]) / MM == pytest.approx(46, abs=0.3)
        assert red_rows(pages[0])


def test_a_form_says_all_its_cells() -> None:
    source = sheet()
    with pages_of(render_pdf(source)) as pages:
        text = squeezed("".join(c["text"] for page in pages for c in page.chars))
    for row in source.rows:
        for cell in row.cells:
            assert squeezed(cell.label + cell.text) in text
    assert "仅供内部办理。" in text


def test_the_code_beside_the_link_says_the_link() -> None:
    """Read module by module from the picture of the page."""
    with pages_of(render_pdf(feedback())) as pages:
        picture = ImageOps.invert(pages[0].to_image(resolution=300).original.convert("L"))
        text = squeezed("".join(c["text"] for c in pages[0].chars))
    assert LINK in text
    right = picture.crop((round(157 / 25.4 * 300), 0, picture.width, picture.height))
    # The code is the lowest thing in the right part of the page.
    inked = [y for y in range(right.height) if right.crop((0, y, right.width, y + 1)).getbbox()]
    bottom = inked[-1] + 1
    top = next(y for y in reversed(inked) if y - 1 not in set(inked))
    box = right.crop((0, top, right.width, bottom)).getbbox()
    assert box is not None
    code = right.crop((box[0], top, box[2], bottom)).point(lambda v: 255 if v > 128 else 0)
    wanted = segno.make(LINK, error="m", micro=False).matrix
    size = len(wanted)
    step = (code.width / size, code.height / size)
    read = [
        [int(code.getpixel((int((x + 0.5) * step[0]), int((y + 0.5) * step[1]))) == 255) for x in range(size)]
        for y in range(size)
    ]
    assert read == [list(row) for row in wanted]
    assert code.width / 300 * 25.4 / size == pytest.approx(0.6, abs=0.2)  # mm a module: a telephone reads it


def test_a_long_chain_runs_over_pages_without_leaving_the_type_area() -> None:
    long = "\n".join(f"第{n}轮：{SENTENCE}" for n in range(40))
    with pages_of(render_pdf(sheet(rows=(Row((Cell("核稿", long),)), Row((Cell("标题", "末行"),)))))) as pages:
        assert len(pages) > 1
        for page in pages:
            assert max(c["bottom"] for c in page.chars) / MM <= TYPE_AREA_BOTTOM + 0.1
            assert max(c["x1"] for c in page.chars) / MM <= 184
        text = squeezed("".join(c["text"] for page in pages for c in page.chars))
    assert all(f"第{n}轮" in text for n in range(40))
    assert text.index("末行") > text.index("第39轮")


def test_a_long_title_breaks_inside_the_type_area() -> None:
    with pages_of(render_pdf(sheet(title="盘锦市" + "营商环境建设和市场监督管理" * 4 + "局发文稿纸"))) as pages:
        assert max(c["x1"] for c in pages[0].chars if c["size"] > 20) / MM <= 184
        assert min(c["x0"] for c in pages[0].chars if c["size"] > 20) / MM >= 28


def test_rare_characters_of_names_are_set_and_one_no_font_has_is_named_with_its_cell() -> None:
    rare = sheet(rows=(Row((Cell("拟稿", "赟喆堃祎瑄翀琤䶮"),)),))
    with pages_of(render_pdf(rare)) as pages:
        assert "赟喆堃祎瑄翀琤䶮" in "".join(c["text"] for c in pages[0].chars)
    with pytest.raises(MissingGlyph, match=r"拟稿“.*吃.面"):
        render_pdf(sheet(rows=(Row((Cell("拟稿", "吃\U00030edd面"),)),)))


def test_equal_forms_give_equal_bytes_in_this_process_and_another() -> None:
    assert render_in_process(feedback()).content == render_pdf(feedback()).content


def test_the_shares_of_the_sample_rows_fill_a_row() -> None:
    assert all(sum(cell.share for cell in row.cells) == PARTS for row in sheet().rows)


def test_what_a_person_typed_is_no_markup() -> None:
    typed = '#panic("x") *粗* $x$ ]'
    with pages_of(render_pdf(sheet(rows=(Row((Cell("标题", typed),)),)))) as pages:
        assert squeezed(typed) in squeezed("".join(c["text"] for c in pages[0].chars))


def test_the_mark_and_the_title_stand_where_an_annex_has_them() -> None:
    with pages_of(render_pdf(feedback())) as pages:
        mark = next(c for c in pages[0].chars if c["text"] == "附")
        title = next(c for c in pages[0].chars if c["size"] > 21)
    assert mark["top"] / MM == about(37)
    assert (title["top"] - mark["top"]) / MM == about(2 * 225 / 22)
