"""Chinese numerals and dates as official letters print them."""

import re
from datetime import date

LARGEST = 99_999_999

_DIGITS = "零一二三四五六七八九"
_UNITS = {"十": 10, "百": 100, "千": 1000}
# What people type for zero and two; a round zero of any alphabet stands in year numbers.
_SAME_AS = str.maketrans({"〇": "零", "○": "零", "Ｏ": "零", "O": "零", "两": "二", "兩": "二", "萬": "万"})

_NUMERAL = re.compile(r"[零一二三四五六七八九十百千万]+")
_DIGIT_BY_DIGIT = re.compile(r"[零一二三四五六七八九]+")


def to_chinese(n: int) -> str:
    """A whole number as it is counted: 12 -> 十二, 105 -> 一百零五. ValueError outside 0 … 99,999,999."""
    if not 0 <= n <= LARGEST:
        raise ValueError(f"no Chinese numeral for {n}")
    if n == 0:
        return "零"
    myriads, rest = divmod(n, 10_000)
    text = _below_myriad(myriads) + "万" if myriads else ""
    if myriads and 0 < rest < 1000:
        text += "零"
    text += _below_myriad(rest)
    # 一十二 is said 十二, but only at the very front: 一百一十二.
    return text.removeprefix("一") if text.startswith("一十") else text


def from_chinese(text: str) -> int | None:
    """The number a numeral stands for, counted (一百零五) or digit by digit (二〇二二); None when it is none.

    Accepts 两 for 二, 一十 for 十 and the usual round zeros. Arabic digits are not Chinese numerals: None.
    """
    if not _NUMERAL.search(text):  # a lone Latin O is a letter
        return None
    numeral = text.translate(_SAME_AS)
    if not _NUMERAL.fullmatch(numeral) or len(numeral) > 20:
        return None
    if _DIGIT_BY_DIGIT.fullmatch(numeral):
        return int("".join(str(_DIGITS.index(digit)) for digit in numeral))
    value = _counted(numeral)
    # Reading is lenient, writing is strict: only what is written back the same was a well-formed numeral.
    said = numeral.removeprefix("一") if numeral.startswith("一十") else numeral
    return value if value <= LARGEST and to_chinese(value) == said else None


def long_date(d: date) -> str:
    """A date as letters print it: 2022年8月18日, without leading zeros (GB/T 9704-2012, 7.3.5.4)."""
    return f"{d.year}年{d.month}月{d.day}日"


def _below_myriad(n: int) -> str:
    text = ""
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, n = divmod(n, unit)
        if digit:
            text += _DIGITS[digit] + name
        elif text and n and not text.endswith("零"):
            text += "零"
    return text


def _counted(numeral: str) -> int:
    myriads = 0
    section = 0
    digit = 0
    for character in numeral:
        if character == "万":
            myriads, section, digit = (section + digit), 0, 0
        elif character in _UNITS:
            section += (digit or 1) * _UNITS[character]
            digit = 0
        else:
            digit = _DIGITS.index(character)
    return myriads * 10_000 + section + digit
