"""Numbering marks at the start of a line: 一、 （一） 1. （1） and their everyday variants."""

from __future__ import annotations

import re
from enum import IntEnum
from functools import lru_cache
from typing import NamedTuple

from panjin_portal.lib.chinese import from_chinese


class MarkerStyle(IntEnum):
    """The heading levels of GB/T 9704-2012 clause 7.3.3 by rank; CIRCLED occurs in old pages, SPOKEN is 一是."""

    CHINESE = 1
    PAREN_CHINESE = 2
    ARABIC = 3
    PAREN_ARABIC = 4
    CIRCLED = 5
    SPOKEN = 6


class Marker(NamedTuple):
    """A numbering mark as printed, with what it means."""

    text: str
    style: MarkerStyle
    number: int


_NUMERAL = "[一二三四五六七八九十百零〇○]{1,6}"
_BEFORE_TEXT = r"(?:\s+|(?!\d)|(?=(?:19|20)\d\d年))"
_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"

# A mark glued to a further numeral is a number (1.5万) or a list in the sentence (一、二、三产业), not
# numbering; with a blank between them it is numbering, and `glue` writes that blank where it is needed.
_PATTERNS: tuple[tuple[MarkerStyle, re.Pattern[str]], ...] = (
    (MarkerStyle.CHINESE, re.compile(rf"({_NUMERAL})\s?[、.．](?:\s+|(?!{_NUMERAL}、))")),
    (MarkerStyle.PAREN_CHINESE, re.compile(rf"[（(]\s*({_NUMERAL})\s*[）)][、.．]?")),
    (MarkerStyle.ARABIC, re.compile(rf"(\d{{1,3}})[.．、]{_BEFORE_TEXT}")),
    (MarkerStyle.PAREN_ARABIC, re.compile(r"[（(]\s*(\d{1,2})\s*[）)][、.．]?")),
    (MarkerStyle.PAREN_ARABIC, re.compile(rf"(\d{{1,2}})[）)]{_BEFORE_TEXT}")),
    (MarkerStyle.CIRCLED, re.compile(rf"([{_CIRCLED}])[、.．]?")),
)


_FIRST_SIGNS = frozenset(f"一二三四五六七八九十百零〇○0123456789（({_CIRCLED}")


_SPOKEN = re.compile(r"([一二三四五六七八九十]{1,2})是(?=[^，,、。]{2})")


def split_spoken(line: str) -> tuple[Marker, str] | None:
    """Split 一是 off the start of a paragraph; only published pages are read this way, never a draft."""
    text = line.strip()
    match = _SPOKEN.match(text)
    number = _value(match.group(1)) if match else None
    if match is None or not number:
        return None
    return Marker(match.group(0), MarkerStyle.SPOKEN, number), text[match.end() :].strip()


def split_marker(line: str) -> tuple[Marker, str] | None:
    """Split one line into its numbering mark and the rest, or None when it does not start with a mark.

    The rest has no blanks at its ends; the mark is as printed without blanks at its ends.
    """
    text = line.strip()
    if text[:1] not in _FIRST_SIGNS and not text[:1].isdecimal():
        return None
    for style, pattern in _PATTERNS:
        match = pattern.match(text)
        if match is None:
            continue
        number = _value(match.group(1))
        if number:
            return Marker(match.group(0).strip(), style, number), text[match.end() :].strip()
    return None


def glue(marker: str, text: str) -> str:
    """Put a mark before a text so that `split_marker` finds the same mark again."""
    if not marker or not text:
        return marker + text
    found = split_marker(marker + text) or split_spoken(marker + text)
    if found is not None and found[0].text == marker and found[1] == text:
        return marker + text
    return f"{marker} {text}"


@lru_cache(maxsize=512)
def _value(numeral: str) -> int | None:
    """What a numeral counts; looked up often, for every line is asked several times."""
    if numeral in _CIRCLED:
        return _CIRCLED.index(numeral) + 1
    if numeral.isdecimal():
        return int(numeral)
    return from_chinese(numeral)
