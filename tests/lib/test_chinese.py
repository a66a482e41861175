"""Chinese numerals and dates."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panjin_portal.lib.chinese import LARGEST, from_chinese, long_date, to_chinese

COUNTED = [
    (0, "零"), (1, "一"), (10, "十"), (12, "十二"), (20, "二十"), (99, "九十九"), (100, "一百"), (101, "一百零一"),
    (110, "一百一十"), (111, "一百一十一"), (1000, "一千"), (1001, "一千零一"), (1010, "一千零一十"),
    (1100, "一千一百"), (10_000, "一万"), (10_001, "一万零一"), (10_100, "一万零一百"), (12_000, "一万二千"),
    (100_000, "十万"), (100_010, "十万零一十"), (120_034, "十二万零三十四"),
    (99_999_999, "九千九百九十九万九千九百九十九"),
]  # fmt: skip


@pytest.mark.parametrize(("number", "numeral"), COUNTED)
def test_a_number_is_written_as_it_is_counted(number: int, numeral: str) -> None:
    assert to_chinese(number) == numeral
    assert from_chinese(numeral) == number


@given(st.integers(0, LARGEST))
def test_what_is_written_can_be_read(number: int) -> None:
    assert from_chinese(to_chinese(number)) == number


@pytest.mark.parametrize("number", [-1, LARGEST + 1])
def test_numbers_out_of_range_are_refused(number: int) -> None:
    with pytest.raises(ValueError, match="no Chinese numeral"):
        to_chinese(number)


@pytest.mark.parametrize(
    ("numeral", "number"),
    [
        ("二〇二二", 2022),
        ("二○二二", 2022),
        ("二OO八", 2008),
        ("〇〇五", 5),
        ("两百", 200),
        ("一十二", 12),
        ("三十一", 31),
    ],
)
def test_years_digit_by_digit_and_everyday_forms_are_read(numeral: str, number: int) -> None:
    assert from_chinese(numeral) == number


@pytest.mark.parametrize(
    "text", ["", "O", "5", "十十", "三百五", "一万万", "百", "第三", "三 ", "二三十", "零十", "一" * 21]
)
def test_what_is_no_numeral_gives_none(text: str) -> None:
    assert from_chinese(text) is None


@given(st.text(alphabet="零〇一二两三九十百千万O", max_size=24))
def test_any_string_of_numeral_characters_is_read_or_refused(text: str) -> None:
    number = from_chinese(text)
    assert number is None or number >= 0


def test_a_date_in_a_letter_has_no_leading_zeros() -> None:
    assert long_date(date(2022, 8, 8)) == "2022年8月8日"
