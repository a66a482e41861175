"""The text of an urging with names in braces, and what stands for them. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from panjin_portal.lib.chinese import long_date

PLACEHOLDERS = ("届次", "提案号", "案由", "单位", "事项", "日期")
_NAMED = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True)
class OwedLine:
    """One thing one bureau owes, and the day it was or is due."""

    bureau: str
    what: str
    due_on: date
    is_provisional: bool = False


def faults_of(text: str) -> list[str]:
    """What is wrong with the braces of ``text``, in Chinese; nothing where all can be filled in."""
    known = "、".join(f"{{{name}}}" for name in PLACEHOLDERS)
    unknown = dict.fromkeys(name for name in _NAMED.findall(text) if name not in PLACEHOLDERS)
    faults = [f"没有“{{{name}}}”这个占位，可用的有{known}。" for name in unknown]
    if re.search(r"[{}]", _NAMED.sub("", text)):
        faults.append(f"花括号要成对，里面写占位的名称，可用的有{known}。")
    return faults


def filled(text: str, values: Mapping[str, str]) -> str:
    """``text`` with its placeholders filled in. What a value holds is not looked at again."""
    return _NAMED.sub(lambda found: values.get(found.group(1), found.group(0)), text)


def owed_in_words(lines: Iterable[OwedLine], day: date) -> str:
    """``市司法局答复（截止2022年8月20日，已超期3天）；…``, the longest owed first."""
    ordered = sorted(lines, key=lambda line: (line.due_on, line.bureau))
    return "；".join(f"{line.bureau}{line.what}（截止{_day(line)}，{_left(line, day)}）" for line in ordered)


def _day(line: OwedLine) -> str:
    return f"{long_date(line.due_on)}{'（暂定）' if line.is_provisional else ''}"


def _left(line: OwedLine, day: date) -> str:
    days = (line.due_on - day).days
    if days < 0:
        return f"已超期{-days}天"
    return "今天到期" if days == 0 else f"还有{days}天"
