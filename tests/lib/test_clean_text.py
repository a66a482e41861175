"""Cleaning of typed and pasted text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panjin_portal.lib.text import clean_text, has_control_characters


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("甲\r\n乙\r丙", "甲\n乙\n丙"),
        ("甲\v乙\u2028丙\x85丁", "甲\n乙\n丙\n丁"),
        ("甲\t乙", "甲 乙"),
        ("甲\x00\x07乙\x7f", "甲乙"),
        ("\ufeff甲\u200b乙\u00ad", "甲乙"),
        ("甲\u202e乙", "甲乙"),
        ("甲\ud800乙\uffff", "甲乙"),
        ("甲  \u3000\n乙 ", "甲\n乙"),
        ("甲\n\n\n \n乙", "甲\n\n乙"),
        ("\n\n\u3000\u3000甲\n\n", "\u3000\u3000甲"),
        ("喆堃𠮷\U000e0100\ue863", "喆堃𠮷\U000e0100\ue863"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("", ""),
    ],
)
def test_text_is_stored_clean_and_whole(raw: str, clean: str) -> None:
    assert clean_text(raw) == clean


@given(st.text(alphabet=st.characters() | st.sampled_from("\r\n\t\v \u3000\u200b\u202e\ud800")))
def test_cleaning_twice_changes_nothing_more(raw: str) -> None:
    clean = clean_text(raw)
    assert clean_text(clean) == clean
    assert not has_control_characters(clean)
    assert clean.encode().decode() == clean


def test_a_hundred_thousand_blanks_are_no_burden() -> None:
    assert clean_text(" " * 100_000 + "甲") == " " * 100_000 + "甲"
    assert clean_text("\n" * 100_000 + "甲" + " \n" * 100_000 + "乙") == "甲\n\n乙"


@pytest.mark.parametrize("raw", ["\x00", "甲\x1b[31m", "甲\u202e乙", "甲\u2066乙", "\ud800", "\ufffe", "\x9f"])
def test_control_characters_are_noticed(raw: str) -> None:
    assert has_control_characters(raw)


@pytest.mark.parametrize("raw", ["", "甲\r\n乙\t丙", "甲\v乙\u2028", "\ufeff甲\u200b乙", "𠮷\ue863"])
def test_what_comes_with_pasting_is_no_control_character(raw: str) -> None:
    assert not has_control_characters(raw)
