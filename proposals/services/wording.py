"""Cleaning of what people type into the forms of the ground floor, with the refusals every service words alike."""

from __future__ import annotations

from datetime import date, timedelta

from panjin_portal.lib.clock import today
from panjin_portal.lib.text import clean_text, has_control_characters
from proposals.errors import InvalidInput
from proposals.models import Session

FARTHEST = timedelta(days=731)
CONTROL_CHARACTERS = "含有看不见的控制字符（多由别的软件粘贴而来），请删去后重新输入。"


def check_text(raw: str, *, most: int) -> tuple[str, str]:
    """``raw`` cleaned, and what is wrong with it ("" for nothing): control characters, over ``most`` characters."""
    if has_control_characters(raw):
        return raw, CONTROL_CHARACTERS
    text = clean_text(raw).strip()
    if len(text) > most:
        return text, f"最多 {most} 字，现有 {len(text)} 字，请删减。"
    return text, ""


def too_far(day: date | None) -> bool:
    """Whether ``day`` is more than two years away: nobody is asked for an answer by such a day, its
    year is mistyped."""
    return day is not None and day > today() + FARTHEST


def too_early(day: date | None, session: Session) -> bool:
    """Whether ``day`` lies before the year that precedes ``session``: nothing was done for its cases by then (talks
    before filing may be some months older than the session), the year is mistyped."""
    return day is not None and day < date(session.opens_on.year - 1, 1, 1)


def day_fault(day: date | None, session: Session, *, what: str = "日期") -> str:
    """What is wrong with the ``day`` on which something was done for a case of ``session``, "" for nothing."""
    if day is not None and day > today():
        return f"{what}不能晚于今天。"
    if too_early(day, session):
        return f"{what}太早：{session}的提案不会早于{session.opens_on.year - 1}年，请核对年份。"
    return ""


def one_line(text: str) -> str:
    """``text`` without line breaks, for titles and short reasons."""
    return " ".join(text.split())


def demand_text(raw: str, *, field: str, most: int, missing: str = "") -> str:
    """``raw`` cleaned. Raises InvalidInput at ``field`` for a bad text, and for an empty one when ``missing`` says what
    is to be written."""
    text, fault = check_text(raw, most=most)
    if fault or (missing and not text):
        raise InvalidInput({field: fault or missing})
    return text
