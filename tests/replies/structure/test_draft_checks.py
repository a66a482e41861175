"""What proof-reading finds in a draft, and what it leaves alone."""

from __future__ import annotations

import pytest

from replies.structure.checks import Draft, FindingCode, check_draft
from replies.structure.outline import Section

_OPENING = "你们提出的提案已收悉，现答复如下："
_CLOSING = ("特此答复。",)


def _section(heading: str, *paragraphs: str, run_in: bool = False, children: tuple[Section, ...] = ()) -> Section:
    return Section(1, "", heading, run_in, paragraphs, children)


def _codes(*sections: Section) -> list[FindingCode]:
    return [finding.code for finding in check_draft(Draft(sections, _OPENING, _CLOSING))]


def test_a_clean_draft_has_no_findings() -> None:
    child = _section("规范执法。", "今年开展培训（两期），覆盖全市。", run_in=True)
    draft = Draft(
        (_section("总体情况", "工作已经展开。", children=(child,)),), _OPENING, _CLOSING, ("加强培训",), frozenset({0})
    )
    assert check_draft(draft) == []


@pytest.mark.parametrize(
    ("section", "code"),
    [
        (_section("总体情况"), FindingCode.EMPTY_SECTION),
        (_section("总体情况", "  "), FindingCode.EMPTY_SECTION),
        (_section("", "文字。", children=(_section("甲", "文字。"),)), FindingCode.MISSING_HEADING),
        (_section("总体情况。", "文字。"), FindingCode.HEADING_WITH_STOP),
        (_section("总体情况", "文字。", run_in=True), FindingCode.RUN_IN_WITHOUT_STOP),
        (_section("一、总体情况", "文字。"), FindingCode.TYPED_NUMBERING),
        (_section("总体情况", "（二）文字。"), FindingCode.TYPED_NUMBERING),
        (_section("总体情况", "文字,还有文字。"), FindingCode.HALF_WIDTH_PUNCTUATION),
        (_section("总体情况", "文字(括号)还有文字。"), FindingCode.HALF_WIDTH_PUNCTUATION),
        (_section("总体情况", "文字，，还有文字。"), FindingCode.DOUBLED_PUNCTUATION),
        (_section("总体情况", "印发《办法，执行。"), FindingCode.UNBALANCED_PAIR),
        (_section("总体情况", "长" * 801), FindingCode.LONG_PARAGRAPH),
    ],
)
def test_each_slip_is_found_once_at_its_section(section: Section, code: FindingCode) -> None:
    findings = check_draft(Draft((_section("甲", "文字。"), section), _OPENING, _CLOSING))
    assert [(finding.code, finding.path) for finding in findings] == [(code, (1,))]


def test_a_slip_in_a_subsection_carries_the_path_to_it() -> None:
    draft = Draft((_section("甲", children=(_section("乙", "文字。"), _section("丙"))),), _OPENING, _CLOSING)
    (finding,) = check_draft(draft)
    assert finding.path == (0, 1)
    assert "丙" in finding.message


def test_an_ask_without_an_answer_is_named_by_its_number() -> None:
    draft = Draft((_section("甲", "文字。"),), _OPENING, _CLOSING, ("加强培训", "公开清单"), frozenset({0}))
    (finding,) = check_draft(draft)
    assert finding.code is FindingCode.UNANSWERED_ASK
    assert "第2条" in finding.message
    assert "公开清单" in finding.message


def test_the_set_phrases_of_a_letter_are_asked_for() -> None:
    codes = [finding.code for finding in check_draft(Draft((_section("甲", "文字。"),)))]
    assert codes == [FindingCode.MISSING_OPENING, FindingCode.MISSING_CLOSING]


def test_a_reply_without_text_is_pointed_out() -> None:
    assert _codes() == [FindingCode.EMPTY_REPLY]


def test_a_paragraph_pasted_twice_is_found_at_its_second_place() -> None:
    paragraph = "全市开展执法培训五十余次，覆盖各县区和经济区的执法人员。"
    findings = check_draft(Draft((_section("甲", paragraph), _section("乙", paragraph)), _OPENING, _CLOSING))
    assert [(finding.code, finding.path) for finding in findings] == [(FindingCode.REPEATED_PARAGRAPH, (1,))]


@pytest.mark.parametrize(
    "text", ["上午9:30开会。", "增长3.5%，共1,200件。", "执行ISO(2015)标准。", "一是培训，二是检查。"]
)
def test_figures_and_latin_text_keep_their_half_width_signs(text: str) -> None:
    assert _codes(_section("甲", text)) == []
