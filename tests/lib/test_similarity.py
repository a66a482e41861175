"""How alike two texts are, and which sentences are."""

from __future__ import annotations

from panjin_portal.lib.similarity import grams_of, likeness, matching_passages, share_found


def test_the_same_words_are_the_same_text_whatever_the_punctuation() -> None:
    one, other = grams_of("推动营商环境建设。"), grams_of("推动 营商环境，建设")
    assert likeness(one, other) == 1


def test_half_the_runs_in_common_is_half_alike() -> None:
    assert likeness(grams_of("一二三四五六"), grams_of("一二三四七八")) == 2 / 6


def test_nothing_is_like_nothing() -> None:
    assert likeness(grams_of(""), grams_of("")) == 0
    assert share_found(grams_of("一二"), grams_of("一二三四")) == 0  # too short to say anything


def test_the_closest_sentences_come_first() -> None:
    mine = grams_of("同一家企业能合并的检查合并进行，一年不超过两次。")
    text = "海边的风很大，芦苇很高很密。同一家企业能合并的检查合并进行。企业能合并的检查尽量合并。短句。"
    assert matching_passages(text, mine, most=2) == ["同一家企业能合并的检查合并进行。", "企业能合并的检查尽量合并。"]
