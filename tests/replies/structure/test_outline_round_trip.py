"""Outline and plain text are two forms of the same thing."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from replies.structure.markers import split_marker
from replies.structure.outline import (
    OutlineTooDeep,
    Scheme,
    Section,
    deepest_level,
    from_text,
    number,
    to_text,
    walk,
)

_STOPS = "。！？!?"
_LETTERS = st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5)
_SIGNS = st.sampled_from("，、（）“”《》；：0123456789.%ABCabc() ")
_PLAIN = st.text(_LETTERS | _SIGNS, min_size=1, max_size=30).map(str.strip).filter(bool)
_SENTENCES = st.text(_LETTERS | _SIGNS | st.sampled_from(_STOPS), min_size=1, max_size=60).map(str.strip)
_PARAGRAPHS = _SENTENCES.filter(lambda text: bool(text) and split_marker(text) is None)


@st.composite
def _sections(draw: st.DrawFn, depth: int) -> tuple[Section, ...]:
    found = []
    for _ in range(draw(st.integers(1, 3))):
        run_in = draw(st.booleans())
        heading = draw(_PLAIN) + ("。" if run_in else "")
        # What follows a run-in heading must not read as the end of its sentence: ）or ” would belong to it.
        first = [draw(_LETTERS) + draw(_SENTENCES)] if run_in else []
        paragraphs = (*first, *draw(st.lists(_PARAGRAPHS, max_size=2)))
        children = draw(_sections(depth - 1)) if depth > 1 and draw(st.booleans()) else ()
        found.append(Section(1, "", heading, run_in, paragraphs, children))
    return tuple(found)


@st.composite
def _canonical_outlines(draw: st.DrawFn) -> tuple[Section, ...]:
    scheme = draw(st.sampled_from(Scheme))
    leading = draw(st.lists(_PARAGRAPHS, max_size=2))
    before = (Section(0, "", "", False, tuple(leading)),) if leading else ()
    return number((*before, *draw(_sections(deepest_level(scheme)))), scheme)


@settings(max_examples=300, deadline=None)
@given(_canonical_outlines())
def test_a_canonical_outline_survives_the_way_through_plain_text(outline: tuple[Section, ...]) -> None:
    assert from_text(to_text(outline)) == outline


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=300) | st.text(st.sampled_from("一二十、（）()1234.。\n 文字"), max_size=120))
def test_any_text_keeps_its_characters_in_order(text: str) -> None:
    assert "".join(to_text(from_text(text)).split()) == "".join(text.split())


def _tree(*headings: str) -> tuple[Section, ...]:
    children: tuple[Section, ...] = ()
    for heading in reversed(headings):
        children = (Section(1, "", heading, False, (), children),)
    return children


def test_the_full_scheme_numbers_four_levels() -> None:
    marks = [section.marker for section in walk(number(_tree("甲", "乙", "丙", "丁"), Scheme.FULL))]
    assert marks == ["一、", "（一）", "1.", "（1）"]


def test_the_short_scheme_leaves_out_the_bracketed_numerals() -> None:
    marks = [section.marker for section in walk(number(_tree("甲", "乙", "丙"), Scheme.SHORT))]
    assert marks == ["一、", "1.", "（1）"]


def test_text_without_a_heading_is_not_counted() -> None:
    plain = Section(1, "", "", False, ("开头的话。",))
    numbered = number((plain, *_tree("甲"), *_tree("乙")), Scheme.FULL)
    assert [(section.level, section.marker) for section in numbered] == [(0, ""), (1, "一、"), (1, "二、")]


def test_the_twelfth_heading_is_numbered_in_words() -> None:
    assert number(_tree("甲") * 12, Scheme.FULL)[-1].marker == "十二、"


def test_a_level_without_a_mark_is_refused_in_chinese() -> None:
    with pytest.raises(OutlineTooDeep) as refused:
        number(_tree("甲", "乙", "丙", "丁"), Scheme.SHORT)
    assert "三级" in refused.value.message


def test_a_run_in_heading_stands_on_the_line_of_its_text() -> None:
    section = Section(1, "1.", "规范执法。", True, ("今年开展培训。", "覆盖全市。"))
    assert to_text([section]) == "1.规范执法。今年开展培训。\n覆盖全市。"


def test_a_heading_that_starts_with_a_figure_is_kept_apart_from_its_mark() -> None:
    outline = number(_tree("5万亩湿地的保护"), Scheme.FULL)
    assert to_text(outline) == "一、5万亩湿地的保护"
    below = number((Section(1, "", "总述", False, (), _tree("5万亩湿地的保护")),), Scheme.SHORT)
    assert from_text(to_text(below)) == below


@pytest.mark.parametrize(
    "line",
    [
        "1.5万人参加了活动。",
        "2022.8.1起施行。",
        "一、二、三产业融合发展。",
        "（2022）修订。",
        "0.3公里。",
        "第一，加强领导。",
    ],
)
def test_a_figure_at_the_start_of_a_sentence_is_no_numbering(line: str) -> None:
    assert split_marker(line) is None


@pytest.mark.parametrize(
    ("line", "mark", "rest"),
    [
        ("一、总体情况", "一、", "总体情况"),
        ("十二、 结语", "十二、", "结语"),
        ("（三）抓落实", "（三）", "抓落实"),
        ("(三)抓落实", "(三)", "抓落实"),
        ("1．培训", "1．", "培训"),
        ("10、培训", "10、", "培训"),
        ("3.2022年的任务", "3.", "2022年的任务"),
        ("（4）检查", "（4）", "检查"),
        ("4)检查", "4)", "检查"),
        ("②检查", "②", "检查"),
    ],
)
def test_the_everyday_shapes_of_numbering_are_recognised(line: str, mark: str, rest: str) -> None:
    found = split_marker(line)
    assert found is not None
    assert (found[0].text, found[1]) == (mark, rest)


def test_styles_nest_by_the_order_in_which_they_open() -> None:
    outline = from_text("一、甲\n1.乙\n（1）丙\n（2）丁\n2.戊\n二、己\n（一）庚\n1、辛")
    assert [(section.level, section.heading) for section in walk(outline)] == [
        (1, "甲"),
        (2, "乙"),
        (3, "丙"),
        (3, "丁"),
        (2, "戊"),
        (1, "己"),
        (2, "庚"),
        (3, "辛"),
    ]
