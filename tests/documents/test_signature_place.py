"""The signature: where it stands on its line (clause 7.3.5.2) and that it never stands alone (7.3.5.5)."""

import json
from typing import Any

import pytest

from replies.documents import engine
from replies.documents.fontset import load_fonts
from replies.documents.layout import template_data
from replies.documents.letter import Letter
from replies.documents.pdf import render_pdf
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

CELL = 156 / 28
BARE: dict[str, Any] = {"note": "", "contact_person": "", "contact_phone": "", "copies": ()}


def untuned(source: Letter) -> engine.Facts:
    """How the letter falls without any means against a lonely signature."""
    fonts = load_fonts()
    data = json.dumps({**template_data(source), "fonts": fonts.families})
    return engine._lay_out(data, fonts, engine.Trial())[1]


def test_a_name_at_least_as_long_as_the_date_is_two_in_and_the_date_starts_two_after_it() -> None:
    with pages_of(render_pdf(letter(body=(), signers=("盘锦市市场监督管理局",)))) as pages:
        page = pages[0]
        assert right_of(page, "市场监督管理局") == pytest.approx(184 - 2 * CELL, abs=0.2)
        name, date = left_of(page, "盘锦市市场"), left_of(page, "2022年8月")
    assert date - name == pytest.approx(2 * CELL, abs=0.2)


def test_a_date_longer_than_the_name_is_two_in_and_pushes_the_name() -> None:
    with pages_of(render_pdf(letter(body=(), masthead="司法局", signers=("市司法厅",)))) as pages:
        page = pages[0]
        assert right_of(page, "8月18日") == pytest.approx(184 - 2 * CELL, abs=0.2)
        assert left_of(page, "2022年8月") - left_of(page, "市司法厅") == pytest.approx(2 * CELL, abs=0.2)


def test_the_name_stands_one_blank_line_under_the_text_and_the_date_on_the_next_line() -> None:
    with pages_of(render_pdf(letter(body=(), masthead="市政府"))) as pages:
        tops = {text: top for top, text in rows(pages[0]).items()}
    assert tops["盘锦市司法局"] - tops["特此答复。"] == pytest.approx(2 * PITCH, abs=0.2)
    assert tops["2022年8月18日"] - tops["盘锦市司法局"] == pytest.approx(PITCH, abs=0.2)


def test_bodies_that_sign_together_stand_below_each_other_with_one_date() -> None:
    signers = ("盘锦市司法局", "盘锦市公安局", "盘锦市营商环境建设局")
    pdf = render_pdf(letter(body=(), signers=signers))
    assert "盘锦市司法局盘锦市公安局盘锦市营商环境建设局2022年8月18日" in printed_text(pdf)


def test_a_very_long_name_wraps_and_the_date_stays_on_paper() -> None:
    source = letter(body=(), signers=("盘锦市营商环境建设局" * 4,))
    with pages_of(render_pdf(source)) as pages:
        assert all(c["x0"] >= 28 * MM - 1 and c["x1"] <= 185 * MM for c in pages[0].chars)
    assert printed_text(render_pdf(source)) == expected_text(source)


def test_a_reply_without_date_prints_none() -> None:
    assert "年8月" not in printed_text(render_pdf(letter(body=(), signed_on=None)))


def test_the_signature_never_stands_on_a_page_without_text() -> None:
    lonely = 0
    for paragraphs in range(1, 36):
        source = letter(body=plain_body(paragraphs, "短段落也占一行。"), **BARE)
        lonely += not untuned(source).signature_has_text
        check_signature(source)
    for length in range(300, 1000, 20):
        source = letter(body=plain_body(1, (SENTENCE * 20)[:length]), **BARE)
        lonely += not untuned(source).signature_has_text
        check_signature(source)
    assert lonely >= 3, "no sample met the case"


def test_where_spacing_cannot_help_the_last_paragraph_goes_over_with_the_signature() -> None:
    sources = [letter(body=plain_body(n, "一行。"), closing=("特此答复。",), **BARE) for n in range(10, 35)]
    lonely = [source for source in sources if not untuned(source).signature_has_text]
    assert lonely, "no sample met the case"
    for source in lonely:
        check_signature(source)
        with pages_of(render_pdf(source)) as pages:
            assert "特此答复。盘锦市司法局" in "".join(c["text"] for c in pages[-1].chars)


def check_signature(source: Letter) -> None:
    with pages_of(render_pdf(source)) as pages:
        last = "".join(c["text"] for c in pages[-1].chars if c["top"] / MM < TYPE_AREA_BOTTOM)
    assert last.endswith("盘锦市司法局2022年8月18日")
    assert not last.startswith("盘锦市司法局2022")


def test_copies_stand_at_the_foot_of_the_last_page_one_character_in_without_rules() -> None:
    with pages_of(render_pdf(letter(body=plain_body(10)))) as pages:
        lines = {top: text for top, text in rows(pages[-1], size=14).items() if top < TYPE_AREA_BOTTOM}
        assert left_of(pages[-1], "抄送") == pytest.approx(28 + 14 / MM, abs=0.15)
        assert max(lines) + 14 / MM == pytest.approx(TYPE_AREA_BOTTOM, abs=0.2)
        assert not pages[-1].rects
        assert not pages[-1].lines
    assert "".join(lines.values()).endswith("市营商环境建设局。")


def test_copies_that_find_no_room_turn_the_page_and_stay_at_the_foot() -> None:
    source = letter(body=plain_body(1), copies=tuple(f"第{n}号提案承办单位" for n in range(1, 45)))
    with pages_of(render_pdf(source)) as pages:
        lines = [top for top in rows(pages[-1], size=14) if top < TYPE_AREA_BOTTOM]
    assert max(lines) + 14 / MM == pytest.approx(TYPE_AREA_BOTTOM, abs=0.2)
    assert printed_text(render_pdf(source)) == expected_text(source)


def test_more_copies_than_a_page_holds_are_all_printed() -> None:
    source = letter(copies=tuple(f"第{n}号提案承办单位" for n in range(1, 150)))
    assert printed_text(render_pdf(source)) == expected_text(source)


def test_a_one_line_reply_fits_on_one_page() -> None:
    source = letter(body=(), opening="", closing=("您的建议已经采纳。",))
    assert render_pdf(source).pages == 1
    assert printed_text(render_pdf(source)) == expected_text(source)


def test_a_reply_of_sixty_pages_keeps_every_line_and_number() -> None:
    source = letter(body=plain_body(430))
    pdf = render_pdf(source)
    assert pdf.pages >= 60
    assert printed_text(pdf) == expected_text(source)
    with pages_of(pdf) as pages:
        assert len(pages) == pdf.pages
        assert all(sum(top < TYPE_AREA_BOTTOM for top in rows(page)) == 22 for page in pages[1:-1])
