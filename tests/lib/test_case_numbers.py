"""Spellings of one official number."""

from __future__ import annotations

import pytest

from panjin_portal.lib.case_numbers import bare_number, spellings_of, tidy_number


@pytest.mark.parametrize(
    ("typed", "tidy", "bare"),
    [
        ("００５", "005", "5"),
        ("第 005 号", "005", "5"),
        ("第5号", "5", "5"),
        ("平007", "平007", "平7"),
        ("000", "000", "0"),
        ("005-1", "005-1", "5-1"),
        ("无号", "无", "无"),
        ("", "", ""),
    ],
)
def test_a_number_is_the_same_however_it_is_written(typed: str, tidy: str, bare: str) -> None:
    assert (tidy_number(typed), bare_number(typed)) == (tidy, bare)
    assert {typed, tidy, bare} - {typed} <= set(spellings_of(typed))


def test_other_numbers_are_no_spelling() -> None:
    assert not {"50", "15", "平5", "5-1"} & set(spellings_of("005"))
