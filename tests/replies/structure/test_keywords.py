"""Subject words are proposed from topic, title and text."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from replies.structure.keywords import MOST, propose_keywords

_TITLE = "对市政协九届一次会议关于推动盘锦市营商环境法治化建设(第005号)提案的答复"
_TEXT = "优化营商环境，营商环境靠法治化。营商环境督查，法治化水平提升。"


def test_the_topic_comes_first_and_then_what_the_text_repeats_most() -> None:
    assert propose_keywords(_TITLE, "政治建设", _TEXT) == ["政治建设", "营商环境", "法治化"]


def test_words_of_form_are_no_subject_words() -> None:
    words = propose_keywords("关于进一步加强湿地保护工作的建议", "", "湿地保护工作，加强湿地保护。")
    assert words == ["湿地保护"]


def test_without_a_text_the_title_still_says_something() -> None:
    assert propose_keywords("关于增设公交站点的建议", "", "") == ["增设公交站点"]


def test_the_topic_is_not_repeated_by_a_part_of_the_title() -> None:
    assert propose_keywords("关于发展养老服务的建议", "养老服务", "养老服务很重要，养老服务要发展。") == ["养老服务"]


def test_half_a_word_is_no_subject_word() -> None:
    text = "公园已配备急救设备。体育场馆急需急救设备，今年为体育场馆配齐。场馆值守人员都学过急救设备的用法。"
    words = propose_keywords("关于在公园体育场馆急救设备配置的建议", "", text)
    assert words == ["急救设备", "体育场馆"]
    assert propose_keywords("关于河道违规捕捞整治的建议", "", "违规捕捞屡禁不止，整治违规捕捞要常态。") == ["违规捕捞"]


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=60), st.text(max_size=10), st.text(max_size=120))
def test_any_input_gives_a_short_list_without_doubles(title: str, topic: str, text: str) -> None:
    words = propose_keywords(title, topic, text)
    assert len(words) <= MOST
    assert len(set(words)) == len(words)
    assert all(words)
