"""The first page against the ruler: GB/T 9704-2012 clauses 5.2, 7.5 and 10.1 (DOMAIN.md 2.3)."""

from collections.abc import Iterator
from itertools import pairwise

import pytest
from pdfplumber.page import Page
from PIL import ImageChops, ImageOps

from replies.documents.pdf import render_pdf
from replies.structure.outline import Section
from tests.documents.samples import (
    MM,
    PITCH,
    TYPE_AREA_BOTTOM,
    left_of,
    letter,
    pages_of,
    plain_body,
    right_of,
    rows,
)

PRECISION = 0.15  # mm; what a ruler and the eye can tell on paper
DPI = 300


@pytest.fixture(scope="module")
def pages() -> Iterator[list[Page]]:
    with pages_of(render_pdf(letter())) as open_pages:
        yield open_pages


def about(millimetres: float) -> object:
    return pytest.approx(millimetres, abs=PRECISION)


def rules(page: Page) -> list[tuple[float, float, float, float]]:
    """The filled bars of a page: left, top, right, bottom in mm."""
    return [(r["x0"] / MM, r["top"] / MM, r["x1"] / MM, r["bottom"] / MM) for r in page.rects]


def red_rows(page: Page) -> list[float]:
    """The heights in mm at which the page shows red ink, from the picture of the page."""
    picture = page.to_image(resolution=DPI).original.convert("RGB")
    red = picture.split()[0].point(lambda v: 255 if v > 180 else 0)
    blue = picture.split()[2].point(lambda v: 255 if v < 120 else 0)
    both = ImageChops.multiply(red, blue)
    width = picture.width
    inked = (y for y in range(picture.height) if both.crop((0, y, width, y + 1)).getbbox())
    return [y / DPI * 25.4 for y in inked]


def test_the_paper_is_a4(pages: list[Page]) -> None:
    assert all((page.width / MM, page.height / MM) == (about(210), about(297)) for page in pages)


def test_the_masthead_starts_30_mm_from_the_page_edge_and_4_mm_above_the_rules(pages: list[Page]) -> None:
    inked = red_rows(pages[0])
    ends = [low for low, high in pairwise(inked) if high - low > 2]
    assert inked[0] == about(30)
    assert rules(pages[0])[0][1] - ends[0] == about(4)


def test_both_double_rules_are_170_mm_long_and_centred_on_the_type_area(pages: list[Page]) -> None:
    bars = rules(pages[0])
    assert len(bars) == 4
    assert all((left, right) == (about(28 + 78 - 85), about(28 + 78 + 85)) for left, _, right, _ in bars)


def test_the_upper_pair_is_thick_above_thin_and_the_lower_pair_the_other_way(pages: list[Page]) -> None:
    heights = [bottom - top for _, top, _, bottom in rules(pages[0])]
    assert heights[0] > 1.5 * heights[1]
    assert heights[3] > 1.5 * heights[2]


def test_the_lower_pair_ends_20_mm_from_the_page_bottom(pages: list[Page]) -> None:
    assert 297 - rules(pages[0])[-1][3] == about(20)


def test_only_the_first_page_has_rules(pages: list[Page]) -> None:
    assert all(rules(page) == [] for page in pages[1:])


def test_the_number_stands_flush_right_seven_eighths_of_a_character_under_the_rules(pages: list[Page]) -> None:
    tops = {text: top for top, text in rows(pages[0]).items()}
    assert tops["盘司函〔2022〕18号"] - rules(pages[0])[1][3] == about(16 * 7 / 8 / MM)
    assert right_of(pages[0], "18号") == about(184)


def test_the_class_mark_stands_flush_right_above_the_title(pages: list[Page]) -> None:
    tops = {text: top for top, text in rows(pages[0]).items()}
    assert right_of(pages[0], "A") == about(184)
    assert tops["盘司函〔2022〕18号"] < tops["A"] < tops["对市政协九届一次会议关于推动盘锦市"]


def test_the_title_stands_two_lines_under_the_last_part_above_it_and_the_addressee_one_line_under_it(
    pages: list[Page],
) -> None:
    tops = {text: top for top, text in rows(pages[0]).items()}
    first, last = "对市政协九届一次会议关于推动盘锦市", "营商环境法治化建设（第005号）提案的答复"
    assert tops[first] - tops["A"] == about(3 * PITCH)
    # One blank line; the title's characters are 6 pt taller than a line's.
    assert tops["民建盘锦市委员会："] - tops[last] == about(2 * PITCH + 6 / MM)


@pytest.mark.parametrize(("changes", "above"), [({"class_mark": ""}, "盘司函〔2022〕18号"), ({"number": ""}, "A")])
def test_without_number_or_mark_the_title_moves_up(changes: dict[str, str], above: str) -> None:
    with pages_of(render_pdf(letter(**changes))) as open_pages:
        tops = {text: top for top, text in rows(open_pages[0]).items()}
    assert tops["对市政协九届一次会议关于推动盘锦市"] - tops[above] == about(3 * PITCH)


def test_without_both_the_title_stands_two_lines_under_the_rules() -> None:
    with pages_of(render_pdf(letter(number="", class_mark=""))) as open_pages:
        tops = {text: top for top, text in rows(open_pages[0]).items()}
        rules_bottom = sorted(rules(open_pages[0]), key=lambda bar: bar[1])[1][3]
    assert tops["对市政协九届一次会议关于推动盘锦市"] - rules_bottom == about(2 * PITCH)


def test_the_title_is_centred_on_the_type_area(pages: list[Page]) -> None:
    for line in ("对市政协九届一次会议关于推动盘锦市", "营商环境法治化建设（第005号）提案的答复"):
        assert (left_of(pages[0], line) + right_of(pages[0], line)) / 2 == pytest.approx(106, abs=0.5)


def test_the_first_page_shows_body_text_and_no_page_number(pages: list[Page]) -> None:
    lines = rows(pages[0])
    assert sum(top < TYPE_AREA_BOTTOM and "收到提案" in text for top, text in lines.items()) >= 1
    assert max(lines) < TYPE_AREA_BOTTOM


def test_page_numbers_stand_outside_seven_mm_under_the_type_area(pages: list[Page]) -> None:
    with pages_of(render_pdf(letter(body=plain_body(20)))) as open_pages:
        for page_number, page in enumerate(open_pages[1:], start=2):
            characters = [c for c in page.chars if c["top"] / MM > TYPE_AREA_BOTTOM]
            assert "".join(c["text"] for c in characters) == f"— {page_number} —"
            assert all(abs(c["size"] - 14) < 0.1 for c in characters)
            if page_number % 2:
                assert max(c["x1"] for c in characters) / MM == about(184 - 14 / MM)
            else:
                assert min(c["x0"] for c in characters) / MM == about(28 + 14 / MM)
        assert dash_top(open_pages[1]) == about(TYPE_AREA_BOTTOM + 7)


def dash_top(page: Page) -> float:
    """Upper edge of the dash before the page number, in mm, from the picture of the page."""
    dash = next(c for c in page.chars if c["text"] == "—" and c["top"] / MM > TYPE_AREA_BOTTOM)
    picture = ImageOps.invert(page.to_image(resolution=DPI).original.convert("L"))
    x, start = round((dash["x0"] + dash["x1"]) / 2 / 72 * DPI), round(TYPE_AREA_BOTTOM / 25.4 * DPI)
    box = picture.crop((x, start, x + 1, picture.height)).point(lambda v: 255 if v > 128 else 0).getbbox()
    assert box is not None
    return (start + box[1]) / DPI * 25.4


def test_full_pages_have_22_lines_on_the_grid_of_the_standard() -> None:
    with pages_of(render_pdf(letter(body=plain_body(40)))) as open_pages:
        for page in open_pages[1:-1]:
            tops = [top for top in rows(page, size=16) if top < TYPE_AREA_BOTTOM]
            assert tops == [about(37 + line * PITCH) for line in range(22)]


def test_lines_hold_28_characters_and_reach_both_edges_of_the_type_area() -> None:
    with pages_of(render_pdf(letter(body=plain_body(1, "字" * 28 * 30)))) as open_pages:
        inner = [c for c in open_pages[1].chars if abs(c["top"] / MM - (37 + 3 * PITCH)) < 1]
    assert len(inner) == 28
    assert (inner[0]["x0"] / MM, inner[-1]["x1"] / MM) == (about(28), about(184))


def test_a_line_with_a_run_in_heading_holds_as_many_characters_as_any() -> None:
    one = Section(2, "（一）", "字" * 6 + "。", True, ("字" * 100,), ())
    with pages_of(render_pdf(letter(body=(one,), opening=""))) as open_pages:
        lines = [text for text in rows(open_pages[0], size=16).values() if text.startswith(("（一）", "字字"))]
    assert [len(line) for line in lines[:3]] == [26, 28, 28]


def test_a_long_masthead_shrinks_to_one_line_in_the_type_area() -> None:
    with pages_of(render_pdf(letter(masthead="盘锦市市场监督管理局暨盘锦市知识产权局"))) as open_pages:
        red = [c for c in open_pages[0].chars if c["top"] / MM < 44]
        inked = red_rows(open_pages[0])
    assert len(red) == 19
    assert min(c["x0"] for c in red) / MM >= 28 - PRECISION
    assert max(c["x1"] for c in red) / MM <= 184 + PRECISION
    assert inked[0] == about(30)
