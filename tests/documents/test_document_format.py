"""Document format (文件格式) against the ruler: GB/T 9704-2012 clauses 7.2 to 7.5 (DOMAIN.md 2.2)."""

from collections.abc import Iterator
from typing import Any

import pytest
from pdfplumber.page import Page

from replies.documents.letter import Letter
from replies.documents.pdf import render_pdf
from replies.documents.shared import DOCUMENT_FORM
from tests.documents.samples import (
    MM,
    PITCH,
    SENTENCE,
    TYPE_AREA_BOTTOM,
    expected_text,
    left_of,
    letter,
    pages_of,
    plain_body,
    printed_text,
    right_of,
    rows,
)
from tests.documents.test_letter_page import about, dash_top, red_rows

CELL = 156 / 28
BARE: dict[str, Any] = {"note": "", "contact_person": "", "contact_phone": ""}


def document(**changes: Any) -> Letter:
    """The sample letter in document format."""
    given = {"form": DOCUMENT_FORM, "masthead": "盘锦市司法局文件", "printed_by": "盘锦市司法局办公室"}
    return letter(**(given | changes))


def bars(page: Page) -> list[tuple[float, float, float, float]]:
    """The filled bars of a page from the top: left, top, right, bottom in mm."""
    found = [(r["x0"] / MM, r["top"] / MM, r["x1"] / MM, r["bottom"] / MM) for r in page.rects]
    return sorted(found, key=lambda bar: bar[1])


@pytest.fixture(scope="module")
def pages() -> Iterator[list[Page]]:
    with pages_of(render_pdf(document(body=plain_body(3)))) as open_pages:
        yield open_pages


def tops(page: Page) -> dict[str, float]:
    return {text: top for top, text in rows(page).items()}


def test_the_mark_starts_35_mm_under_the_type_areas_top_edge(pages: list[Page]) -> None:
    assert red_rows(pages[0])[0] == about(37 + 35)


def test_the_number_stands_centred_two_lines_under_the_mark(pages: list[Page]) -> None:
    ink = [y for y in red_rows(pages[0]) if y < tops(pages[0])["盘司函〔2022〕18号"]]
    assert tops(pages[0])["盘司函〔2022〕18号"] - ink[-1] == about(2 * PITCH)
    middle = (left_of(pages[0], "盘司函") + right_of(pages[0], "18号")) / 2
    assert middle == pytest.approx(28 + 78, abs=0.3)


def test_the_red_line_stands_4_mm_under_the_number_and_is_as_wide_as_the_type_area(pages: list[Page]) -> None:
    [(left, top, right, bottom)] = bars(pages[0])
    assert (left, right) == (about(28), about(184))
    assert top - (tops(pages[0])["盘司函〔2022〕18号"] + 16 / MM) == about(4)
    assert bottom - top == pytest.approx(0.53, abs=0.02)
    assert any(abs(y - (top + 0.2)) < 0.1 for y in red_rows(pages[0]))


def test_the_title_stands_two_lines_under_the_red_line(pages: list[Page]) -> None:
    assert tops(pages[0])["对市政协九届一次会议关于推动盘锦市"] - bars(pages[0])[0][3] == about(2 * PITCH)


def test_the_class_mark_stands_in_the_upper_right_corner(pages: list[Page]) -> None:
    assert tops(pages[0])["A"] == about(37)
    assert right_of(pages[0], "A") == about(184)


def test_the_first_page_shows_body_text_and_its_number(pages: list[Page]) -> None:
    assert any("贵委提出的" in text for text in tops(pages[0]))
    numbers = ["".join(c["text"] for c in p.chars if c["top"] / MM > TYPE_AREA_BOTTOM) for p in pages]
    assert numbers == ["— 1 —", "— 2 —"]
    foot = [[c for c in p.chars if c["top"] / MM > TYPE_AREA_BOTTOM] for p in pages]
    assert max(c["x1"] for c in foot[0]) / MM == about(184 - 14 / MM)
    assert min(c["x0"] for c in foot[1]) / MM == about(28 + 14 / MM)
    assert dash_top(pages[0]) == about(TYPE_AREA_BOTTOM + 7)


def test_inner_pages_hold_22_lines_of_28_characters() -> None:
    with pages_of(render_pdf(document(body=plain_body(1, "字" * 28 * 60)))) as open_pages:
        page = open_pages[1]
        assert [top for top in rows(page, size=16) if top < TYPE_AREA_BOTTOM] == [
            about(37 + line * PITCH) for line in range(22)
        ]
        line = [c for c in page.chars if abs(c["top"] / MM - (37 + 5 * PITCH)) < 1]
    assert len(line) == 28
    assert (line[0]["x0"] / MM, line[-1]["x1"] / MM) == (about(28), about(184))


def test_the_imprint_has_three_lines_of_035_025_and_035_mm_and_ends_at_the_type_areas_edge(pages: list[Page]) -> None:
    lines = bars(pages[-1])
    assert [bottom - top for _, top, _, bottom in lines] == [
        pytest.approx(thickness, abs=0.01) for thickness in (0.35, 0.25, 0.35)
    ]
    assert all((left, right) == (about(28), about(184)) for left, _, right, _ in lines)
    assert lines[-1][3] == about(TYPE_AREA_BOTTOM)


def test_copies_and_printing_office_stand_in_size_4_one_character_in_from_both_sides(pages: list[Page]) -> None:
    page = pages[-1]
    first, middle, last = (bar[1] for bar in bars(page))
    small = [c for c in page.chars if first < c["top"] / MM < last]
    assert all(abs(c["size"] - 14) < 0.1 for c in small)
    assert left_of(page, "抄送") == about(28 + 14 / MM)
    assert left_of(page, "盘锦市司法局办公室") == about(28 + 14 / MM)
    assert right_of(page, "18日印发") == about(184 - 14 / MM)
    at = {text: top for top, text in rows(page, size=14).items() if top < TYPE_AREA_BOTTOM}
    assert first < next(top for text, top in at.items() if text.startswith("抄送")) < middle
    assert middle < at["盘锦市司法局办公室2022年8月18日印发"] < last
    copies = "".join(c["text"] for c in small if c["top"] / MM < middle)
    assert copies.endswith("市营商环境建设局。")


def test_without_copies_the_imprint_has_its_two_outer_lines() -> None:
    with pages_of(render_pdf(document(body=plain_body(3), copies=()))) as open_pages:
        assert [bottom - top for _, top, _, bottom in bars(open_pages[-1])] == [pytest.approx(0.35, abs=0.01)] * 2


def last_sides(source: Letter) -> tuple[int, list[int]]:
    """How many sides there are, and which of them bear a number."""
    with pages_of(render_pdf(source)) as pages:
        numbered = [n for n, p in enumerate(pages, 1) if any(c["top"] / MM > TYPE_AREA_BOTTOM for c in p.chars)]
        assert bars(pages[-1])[-1][3] == about(TYPE_AREA_BOTTOM)
        return len(pages), numbered


def test_the_imprint_stands_on_an_even_side_whatever_the_length_and_only_sides_with_text_are_numbered() -> None:
    seen = set()
    for paragraphs in range(1, 24):
        sides, numbered = last_sides(document(body=plain_body(paragraphs, SENTENCE[:50]), **BARE))
        assert sides % 2 == 0
        assert numbered == list(range(1, len(numbered) + 1))
        seen.add(sides - len(numbered))
    assert {0, 1} <= seen


def test_a_blank_side_and_the_imprint_after_it_bear_no_number() -> None:
    copies = tuple(f"第{n}号提案承办单位" for n in range(1, 40))
    source = document(body=plain_body(3), copies=copies, **BARE)
    assert last_sides(source) == (4, [1, 2])
    with pages_of(render_pdf(source)) as pages:
        assert pages[2].chars == []


def test_more_copies_than_a_side_holds_are_all_printed() -> None:
    source = document(copies=tuple(f"第{n}号提案承办单位" for n in range(1, 150)))
    assert printed_text(render_pdf(source)) == expected_text(source)


def test_everything_is_printed_and_nothing_twice() -> None:
    for source in (document(), document(body=plain_body(40)), document(number="", class_mark="")):
        assert printed_text(render_pdf(source)) == expected_text(source)


def test_a_long_mark_shrinks_to_the_type_area() -> None:
    with pages_of(render_pdf(document(masthead="盘锦市市场监督管理局暨盘锦市知识产权局文件"))) as pages:
        mark = [c for c in pages[0].chars if 70 < c["top"] / MM < 82 and c["size"] < 38]
        assert min(c["x0"] for c in mark) / MM >= 28 - 0.15
        assert max(c["x1"] for c in mark) / MM <= 184 + 0.15


def test_the_signature_never_stands_without_text() -> None:
    for paragraphs in range(1, 36):
        with pages_of(render_pdf(document(body=plain_body(paragraphs, "短段落也占一行。"), **BARE))) as pages:
            signed = next(p for p in pages if "盘锦市司法局2022年8月18日" in "".join(c["text"] for c in p.chars))
            assert not "".join(c["text"] for c in signed.chars).startswith("盘锦市司法局2022")
