"""Placeholders in the text of an urging."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from proposals.models import UrgingTemplate
from proposals.urging_text import OwedLine, faults_of, filled, owed_in_words


def test_known_placeholders_are_filled_and_their_values_not_read_again() -> None:
    assert filled("{单位}：{案由}", {"单位": "市司法局", "案由": "{单位}"}) == "市司法局：{单位}"


@pytest.mark.parametrize(("text", "word"), [("{单为}请办理", "单为"), ("请{办理", "成对"), ("办}理", "成对")])
def test_a_placeholder_nobody_can_fill_is_named(text: str, word: str) -> None:
    (fault,) = faults_of(text)
    assert word in fault


def test_what_is_owed_is_told_with_its_day_the_longest_first() -> None:
    lines = [OwedLine("市公安局", "会办意见", date(2022, 8, 21)), OwedLine("市司法局", "答复", date(2022, 8, 18))]
    words = owed_in_words(lines, date(2022, 8, 21))
    assert words == ("市司法局答复（截止2022年8月18日，已超期3天）；市公安局会办意见（截止2022年8月21日，今天到期）")


def test_a_template_with_a_wrong_placeholder_is_refused_in_system_management() -> None:
    with pytest.raises(ValidationError) as refused:
        UrgingTemplate(name="新模板", text="{单为}请抓紧").clean()
    assert "text" in refused.value.message_dict
