"""Cutting Chinese text into pairs: what is stored and what is asked are cut alike."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from panjin_portal.lib.bigrams import fold, pattern_of, tokens_of, words_of
from panjin_portal.lib.snippets import marked, passages

LETTERS = st.sampled_from("营商环境法治，。 \n5０gＧa（〔")


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("营商环境", "| 营商 商环 环境 境 |"),
        ("推动5G建设。", "| 推动 动 5g 建设 设 |"),
        ("盘司函〔2022〕15号", "| 盘司 司函 函 | 2022 | 15 号 |"),
        ("ＧＤＰ增长", "| gdp 增长 长 |"),
        ("县\u200b区", "| 县区 区 |"),
        ("第005号", "| 第 005 号 | 第 5 号 |"),
        ("𠀀𠀁〇", "| 𠀀𠀁 𠀁〇 〇 |"),
        ("！？ ", "| |"),
    ],
)
def test_text_is_cut_into_pairs_and_whole_words(text: str, tokens: str) -> None:
    assert tokens_of(text, most=100) == tokens


def test_a_text_is_cut_no_further_than_told() -> None:
    assert tokens_of("营商环境法治", most=2) == "| 营商 商环 |"


@pytest.mark.parametrize(
    ("query", "tokens", "is_open"),
    [
        ("营商", [("营商",)], False),
        ("营", [("营",)], True),
        ("营商环境", [("营商", "商环", "环境")], False),
        ("第5号", [("第", "5", "号")], True),
        ("5g网络", [("5g", "网络")], False),
        ("  法治　环境 法治 ", [("法治",), ("环境",)], False),
        ("，。！", [], False),
    ],
)
def test_a_query_is_cut_into_words(query: str, tokens: list[tuple[str, ...]], is_open: bool) -> None:
    words = words_of(query)
    assert [word.tokens for word in words] == tokens
    assert any(word.is_open for word in words) is is_open


def test_no_more_than_five_words_are_looked_for() -> None:
    assert len(words_of("一 二 三 四 五 六 七")) == 5
    assert words_of("建设 建设 建设 建设 建设 建设 、 。 ！ 答复") == words_of("建设 答复")


@given(st.text(LETTERS, max_size=40), st.data())
@settings(max_examples=100, deadline=None)
def test_every_piece_of_chinese_in_a_text_stands_in_its_tokens(text: str, data: st.DataObject) -> None:
    runs = [run for run in re.findall("[营商环境法治]+", fold(text)) if len(run) > 1]
    if not runs:
        return
    run = data.draw(st.sampled_from(runs))
    start = data.draw(st.integers(0, len(run) - 2))
    piece = run[start : data.draw(st.integers(start + 2, len(run)))]
    (word,) = words_of(piece)
    assert f" {word.phrase} " in tokens_of(text, most=100)


@given(st.text(st.sampled_from("营商，5a"), max_size=12), st.text(st.sampled_from("营商，5a"), min_size=2, max_size=4))
@settings(max_examples=150, deadline=None)
def test_a_word_in_the_tokens_stands_in_the_text(text: str, query: str) -> None:
    for word in words_of(query):
        if f" {word.phrase} " in tokens_of(text, most=100):
            assert pattern_of((word,)).search(text)  # type: ignore[union-attr]


def words_in(query: str, text: str) -> list[str]:
    return [piece.text for piece in marked(text, pattern_of(words_of(query))) if piece.is_hit]


@pytest.mark.parametrize(
    ("query", "text", "hits"),
    [
        ("营商", "优化营商环境", ["营商"]),
        ("gdp", "全市ＧＤＰ与GDP", ["ＧＤＰ", "GDP"]),
        ("5", "第005号、15号", ["005"]),
        ("盘司函[2022]5号", "盘司函〔2022〕5号", ["盘司函〔2022〕5号"]),
        ("法治 环境", "法治环境建设", ["法治", "环境"]),
        ("没有", "优化营商环境", []),
    ],
)
def test_hits_are_marked_in_the_text_as_it_was_written(query: str, text: str, hits: list[str]) -> None:
    assert words_in(query, text) == hits


def test_a_line_said_twice_is_shown_once() -> None:
    text = "盘锦市交通运输局\n已经建设。\n盘锦市交通运输局"
    found = passages(text, pattern_of(words_of("盘锦 建设")), most=3)
    assert ["".join(piece.text for piece in passage) for passage in found] == ["盘锦市交通运输局", "已经建设。"]


def test_passages_show_each_word_once_before_any_word_twice() -> None:
    text = "\n".join(["前文" * 30 + "营商" + "后文" * 30, "又提营商。", "再提营商。", "末尾说到法治。"])
    found = passages(text, pattern_of(words_of("营商 法治")), most=2)
    assert ["".join(piece.text for piece in passage if piece.is_hit) for passage in found] == ["营商", "法治"]
    assert found[0][0].text == "…"
    assert found[0][-1].text == "…"
    assert len("".join(piece.text for piece in found[0])) < 60
    assert "".join(piece.text for piece in found[1]) == "末尾说到法治。"
