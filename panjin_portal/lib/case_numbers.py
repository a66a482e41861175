"""Official numbers of proposals as people write them: 第005号, 5, ００５ are one and the same number of a session."""

from __future__ import annotations

import re
import unicodedata

MOST_DIGITS = 6  # as many as anybody pads to
_WRAPPED = re.compile(r"第?([^号]*)号?")
_PARTS = re.compile(r"(\D*)0*(\d+)(.*)")


def tidy_number(typed: str) -> str:
    """``typed`` as numbers are stored: half width, no blanks, without 第 and 号; zeros in front are kept."""
    text = "".join(unicodedata.normalize("NFKC", typed).split())
    match = _WRAPPED.fullmatch(text)
    return match[1] if match else text


def bare_number(number: str) -> str:
    """What two spellings of one number have in common: no zeros in front. ``"平007"`` and ``"平7"`` give ``"平7"``."""
    match = _PARTS.fullmatch(tidy_number(number))
    return "".join(match.groups()) if match else tidy_number(number)


def spellings_of(number: str) -> list[str]:
    """Every way ``number`` may be stored, itself first: with any number of zeros in front of its digits."""
    tidy = tidy_number(number)
    match = _PARTS.fullmatch(tidy)
    if match is None:
        return [tidy]
    before, digits, after = match.groups()
    padded = (f"{before}{digits.zfill(width)}{after}" for width in range(len(digits), MOST_DIGITS + 1))
    return list(dict.fromkeys([number, tidy, *padded]))
