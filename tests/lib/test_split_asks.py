"""Asks out of the numbered lines of a proposal."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panjin_portal.lib.text import clean_text, split_asks

MARKER_PAIRS = [
    ("一、", "二、"), ("十一、", "十二、"), ("（一）", "（二）"), ("(一)", "(二)"), ("1.", "2."), ("1．", "2．"),
    ("1、", "2、"), ("１．", "２．"), ("（1）", "（2）"), ("(1)", "(2)"), ("1）", "2)"), ("一是", "二是"),
    ("第一，", "第二，"), ("其一，", "其二，"), ("建议一：", "建议二："), ("建议1：", "建议2："), ("①", "②"),
]  # fmt: skip


@pytest.mark.parametrize(("first", "second"), MARKER_PAIRS)
def test_every_usual_kind_of_number_starts_an_ask(first: str, second: str) -> None:
    text = f"为此提出以下建议：\n\u3000\u3000{first}设立咨询窗口。\n{second} 公开办事清单。"
    assert split_asks(text) == ["设立咨询窗口。", "公开办事清单。"]


def test_sub_items_and_further_paragraphs_stay_with_their_ask() -> None:
    text = "一、加强普法\n1.进社区。\n2.进学校。\n经费由市里列支。\n二、改进执法\n1.统一标准。"
    assert split_asks(text) == ["加强普法\n1.进社区。\n2.进学校。\n经费由市里列支。", "改进执法\n1.统一标准。"]


def test_a_text_without_numbers_is_one_ask() -> None:
    assert split_asks("建议设立咨询窗口。\n\n并公开办事清单。") == ["建议设立咨询窗口。\n并公开办事清单。"]


@pytest.mark.parametrize(
    "line",
    [
        "1.5亿元资金应尽早下达。",
        "5、6月份集中办理。",
        "2022年以前的欠账先还。",
        "一些窗口排队过长。",
        "第二产业需要扶持。",
    ],
)
def test_a_figure_or_word_at_the_start_of_a_line_is_no_number(line: str) -> None:
    assert split_asks(line) == [line]
    assert split_asks(f"一、甲事。\n{line}\n二、乙事。") == [f"甲事。\n{line}", "乙事。"]


def test_a_lone_heading_above_the_list_is_no_ask() -> None:
    assert split_asks("三、具体建议\n（一）设立窗口。\n（二）公开清单。") == ["设立窗口。", "公开清单。"]


def test_a_lone_ask_with_sub_items_stays_whole() -> None:
    assert split_asks("一、改进窗口服务。\n1.延长时间。\n2.增加人手。") == [
        "改进窗口服务。\n1.延长时间。\n2.增加人手。"
    ]


def test_numbers_typed_wrong_lose_nothing() -> None:
    assert split_asks("1.甲\n1.乙\n5.丙\n4.") == ["甲", "乙", "丙"]


def test_a_number_on_a_line_of_its_own_takes_the_next_line() -> None:
    assert split_asks("一、\n设立窗口。\n二、公开清单。") == ["设立窗口。", "公开清单。"]


@pytest.mark.parametrize("blank", ["", " \n\u3000\n", "\u200b"])
def test_nothing_asked_is_no_ask(blank: str) -> None:
    assert split_asks(blank) == []


@given(st.text(alphabet="一二1２、.（）()是第其建议甲。 \u3000\n①", max_size=80))
def test_no_text_raises_and_asks_keep_their_order(text: str) -> None:
    clean = clean_text(text)
    position = 0
    for ask in split_asks(text):
        assert ask.strip()
        for line in ask.split("\n"):
            position = clean.index(line, position) + len(line)
