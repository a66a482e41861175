"""Dates as pages print them: 2022年8月18日, 2022-08-18, 二〇二二年八月十八日, and digits run together."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from panjin_portal.lib.chinese import from_chinese
from replies.structure.lines import key_of

_DIGIT_YEAR = r"(?:19|20)\d{2}"
# A round zero is whatever key or alphabet the typist had at hand: digit, Latin, Greek, Cyrillic, geometric.
_ZEROS = "0OoΟοОо◯０Ｏｏ"
_CHINESE = f"[〇○零{_ZEROS}一二三四五六七八九十]"
_ROUND_ZEROS = str.maketrans(_ZEROS, "〇" * len(_ZEROS))
_PART = rf"(?:\d{{1,2}}|{_CHINESE}{{1,3}})"
_WEEKDAY = r"(?:\(?(?:星期|周)[一二三四五六日天]\)?)?"
_SEPARATED = re.compile(rf"({_DIGIT_YEAR})[-/.年](\d{{1,2}})[-/.月](\d{{1,2}})[日号]?")
_IN_WORDS = re.compile(rf"({_DIGIT_YEAR})年(\d{{1,2}})月(\d{{1,2}})[日号]")
_WITH_CLOCK = re.compile(rf"({_DIGIT_YEAR})\s*([-/.])\s*(\d{{1,2}})\s*\2\s*(\d{{1,2}})(?=\s+\d{{1,2}}\s*[:：])")
_NUMERALS = re.compile(rf"({_CHINESE}{{4}}|{_DIGIT_YEAR})年({_PART})月({_PART})日?")
_RUN_TOGETHER = re.compile(rf"({_DIGIT_YEAR})(?:年(?=\d{{3}}))?(\d{{2,4}})日?")
_UNFINISHED = re.compile(rf"(?:{_DIGIT_YEAR}|{_CHINESE}{{4}})年(?:\d{{1,2}}|{_CHINESE}{{1,3}})?月日?")
_ANY_DATE = rf"(?:{_SEPARATED.pattern}|{_NUMERALS.pattern}|{_RUN_TOGETHER.pattern})"
_FOOTNOTE = r"(?:[\[〔【]\d{1,2}[\]〕】])?"  # an encyclopedia's, behind what it quotes
_DATE_LINE = re.compile(rf"\(?(?:{_ANY_DATE}|{_UNFINISHED.pattern})\)?{_WEEKDAY}[。.]?{_FOOTNOTE}")
_DATE_AT_END = re.compile(
    rf"(?<!\d)(?:{_DIGIT_YEAR}\s*年\s*\d{{1,2}}\s*月\s*\d{{1,2}}\s*日|{_CHINESE}{{4}}\s*年\s*{_CHINESE}{{1,3}}"
    rf"\s*月\s*{_CHINESE}{{1,3}}\s*日|{_DIGIT_YEAR}[-/.]\d{{1,2}}[-/.]\d{{1,2}}"
    rf"|(?<=\s){_DIGIT_YEAR}\d{{3,4}})\s*{_WEEKDAY}[\s|｜]*$"
)


@dataclass(frozen=True)
class PrintedDate:
    """A date found in print; `value` is None when the digits do not say which day it is."""

    value: date | None


def find_date(text: str) -> PrintedDate | None:
    """The first date in a text, or None when there is nothing that looks like one."""
    # 2022-8-1 10:20 must not lose the blank before its hour, 2022 年 8 月 1 8 日 must lose all of them.
    if match := _WITH_CLOCK.search(text):
        return PrintedDate(_date(*(int(match.group(part)) for part in (1, 3, 4))))
    key = key_of(text)
    if match := _IN_WORDS.search(key) or _SEPARATED.search(key):
        return PrintedDate(_date(*(int(group) for group in match.groups())))
    if match := _NUMERALS.search(key):
        return PrintedDate(_date(*(_number(group) for group in match.groups())))
    if match := _RUN_TOGETHER.search(key):
        return PrintedDate(_only_split(int(match.group(1)), match.group(2)))
    if _UNFINISHED.search(key):
        return PrintedDate(None)
    return None


def is_date_line(key: str) -> bool:
    """Whether a line (as its key) is a date and nothing else."""
    return _DATE_LINE.fullmatch(key.strip("|")) is not None


def split_before_date(text: str) -> tuple[str, str] | None:
    """A line that ends with a date as (what stands before it, the date), or None when nothing does."""
    match = _DATE_AT_END.search(text)
    if match is None or not text[: match.start()].strip():
        return None
    return text[: match.start()].strip(), match.group(0).strip()


def _number(numeral: str) -> int:
    """What a part of a date counts, in figures or Chinese numerals, with any round zero; 0 when it is no number."""
    return int(numeral) if numeral.isdecimal() else from_chinese(numeral.translate(_ROUND_ZEROS)) or 0


def _only_split(year: int, digits: str) -> date | None:
    """2023 + 912 can only be 12 September; 2022 + 111 could be two days, so it is none.

    A single month before a padded day (402) is odd print and counts only when no other split gives a day.
    """
    usual: set[date | None] = set()
    odd: set[date | None] = set()
    for cut in range(1, len(digits)):
        month, day = digits[:cut], digits[cut:]
        if len(month) > 2 or len(day) > 2 or (month[0] == "0" and len(digits) < 4):
            continue
        padded = day[0] == "0" and len(digits) < 4
        (odd if padded else usual).add(_date(year, int(month), int(day)))
    for days in (usual - {None}, odd - {None}):
        if days:
            return days.pop() if len(days) == 1 else None
    return None


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
