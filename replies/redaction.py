"""Personal data in a text that is about to be published (DOMAIN.md 5.2 and 1.14): found, never changed.

The publication gate shows every hit to the reviewer. Only forms that can be checked count: an identity number
with its check digit, a bank card with its Luhn digit; so article numbers and amounts are left alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class HitKind(StrEnum):
    """What kind of personal data was found."""

    ID_NUMBER = "id_number"
    BANK_CARD = "bank_card"
    MOBILE = "mobile"
    LANDLINE = "landline"
    EMAIL = "email"
    PLATE = "plate"
    HOME_ADDRESS = "home_address"


LABELS: dict[HitKind, str] = {
    HitKind.ID_NUMBER: "身份证号",
    HitKind.BANK_CARD: "银行卡号",
    HitKind.MOBILE: "手机号码",
    HitKind.LANDLINE: "固定电话",
    HitKind.EMAIL: "电子邮箱",
    HitKind.PLATE: "车牌号",
    HitKind.HOME_ADDRESS: "住址",
}


@dataclass(frozen=True)
class Hit:
    """One find: text[start:end] of the searched string, as printed there."""

    kind: HitKind
    start: int
    end: int
    text: str


_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)  # GB 11643-1999
_ID_CHECK = "10X98765432"
_PROVINCES = "京津冀晋蒙辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川贵云藏陕甘青宁新"
_BEFORE, _AFTER = r"(?<![0-9A-Za-z])", r"(?![0-9A-Za-z])"
# Full-width signs become half-width one for one, so that positions stay those of the printed text.
_HALF_WIDTH = str.maketrans({chr(code + 0xFEE0): chr(code) for code in range(0x21, 0x7F)} | {"—": "-", "–": "-"})


def _is_id_number(found: str) -> bool:
    digits = re.sub(r"[\s-]", "", found).upper()
    if len(digits) == 15:
        return _is_day(f"19{digits[6:12]}")
    if not _is_day(digits[6:14]):
        return False
    total = sum(weight * int(digit) for weight, digit in zip(_ID_WEIGHTS, digits, strict=False))
    return _ID_CHECK[total % 11] == digits[17]


def _is_day(digits: str) -> bool:
    try:
        date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError:
        return False
    return int(digits[:4]) >= 1900


def _passes_luhn(found: str) -> bool:
    digits = [int(digit) for digit in found if digit.isdigit()]
    if not 16 <= len(digits) <= 19 or digits[0] not in (3, 4, 5, 6):
        return False
    doubled = [digit * 2 - 9 if digit > 4 else digit * 2 for digit in digits[-2::-2]]
    return (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0


def _always(found: str) -> bool:
    return bool(found)


# In order of certainty: where two finds overlap, the earlier kind is kept.
_FINDERS: tuple[tuple[HitKind, re.Pattern[str], Callable[[str], bool]], ...] = (
    (
        HitKind.ID_NUMBER,
        re.compile(rf"{_BEFORE}([1-8]\d{{5}}[ -]?\d{{8}}[ -]?\d{{3}}[0-9Xx]|[1-8]\d{{14}}){_AFTER}"),
        _is_id_number,
    ),
    (HitKind.BANK_CARD, re.compile(rf"{_BEFORE}(\d(?:[ -]?\d){{15,18}}){_AFTER}"), _passes_luhn),
    (
        HitKind.EMAIL,
        re.compile(r"([A-Za-z0-9][\w.+-]{0,63}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)", re.ASCII),
        _always,
    ),
    (
        HitKind.MOBILE,
        re.compile(rf"{_BEFORE}((?:\+?86[ -]?)?1[3-9]\d(?:[ -]?\d{{4}}){{2}}){_AFTER}"),
        _always,
    ),
    (
        HitKind.LANDLINE,
        re.compile(rf"{_BEFORE}(\(?0\d{{2,3}}[)\- ]{{0,2}}\d{{7,8}}(?:[ -]?(?:转|-)\d{{1,5}})?){_AFTER}"),
        _always,
    ),
    (
        HitKind.LANDLINE,
        re.compile(rf"(?:电话|座机|传真)[号码]{{0,2}}[:为是]?\s*([2-8]\d{{6,7}}){_AFTER}"),
        _always,
    ),
    (
        HitKind.PLATE,
        re.compile(rf"([{_PROVINCES}][A-HJ-NP-Z][·. ]?(?=[A-Z0-9]*\d)[A-HJ-NP-Z0-9]{{5,6}}){_AFTER}"),
        _always,
    ),
    (
        HitKind.HOME_ADDRESS,
        re.compile(
            r"(?:家庭住址|家庭地址|现住址|户籍地址?|住址|居住地址|通讯地址|家住)[:为是]?\s*([^\s,。;、()]{4,40})"
        ),
        _always,
    ),
    (
        HitKind.HOME_ADDRESS,
        re.compile(
            r"(?:住在|居住在|住于)?([\u4e00-\u9fff]{2,20}(?:路|街|巷|胡同|小区|花园|家园|苑|社区|村|屯)[\u4e00-\u9fffA-Za-z0-9]{0,8}?"
            r"\d{1,4}[-#]?(?:号楼|号|栋|幢|座|楼)?[\u4e00-\u9fffA-Za-z0-9-]{0,6}?\d{1,4}(?:单元|室|户)(?:\d{1,4}室?)?)"
        ),
        _always,
    ),
)


def find_personal_data(text: str) -> list[Hit]:
    """All personal data in a text in printed order, without overlaps; full-width digits count as digits."""
    searched = text.translate(_HALF_WIDTH)
    hits: list[Hit] = []
    for kind, pattern, accept in _FINDERS:
        for match in pattern.finditer(searched):
            start, end = match.span(1)
            overlaps = any(start < hit.end and hit.start < end for hit in hits)
            if not overlaps and accept(match.group(1)):
                hits.append(Hit(kind, start, end, text[start:end]))
    return sorted(hits, key=lambda hit: hit.start)
