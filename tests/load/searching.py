"""The search texts of a cast case: the words of a mould were cut into pairs before the case's own stood there, so the
tokens are made anew. ``rebuild_search`` finds nothing to mend in them."""

from __future__ import annotations

import re
from functools import lru_cache

from panjin_portal.lib.bigrams import GAP, tokens_of

STOCK = 60_000
_STOP = "。"
_INDEX_NUMBER = re.compile(r"(.*\n)(gov[a-z0-9]+-\d{4}-\d{6})\n", re.DOTALL)
_PADDED = re.compile(r"(?<!\d)0[0-9]")


def tokens(text: str) -> str:
    """``tokens_of``, much faster for texts out of a stock of sentences: nothing reaches across a full stop. (One with
    leading zeros goes the long way: such numbers are added at the very end.)"""
    if _PADDED.search(text):
        return tokens_of(text, most=80_000)
    inner = f" {GAP} ".join(filter(None, map(_sentence, text.split(_STOP))))
    return f"{GAP} {inner} {GAP}" if inner else f"{GAP} {GAP}"


def own_title(title: str, number: str) -> str:
    """The title column of a case."""
    return tokens(f"{title}\n第{number}号" if number else f"{title}\n")


def answers(text: str) -> str:
    """The answers column of a case with at most one issued answer, and the 索引号 of its page once it is published."""
    found = _INDEX_NUMBER.fullmatch(text)
    answer, number = found.groups() if found else (text, "")
    parts = [tokens_of("", most=0)]
    if answer:
        parts.append(tokens(answer.removesuffix("\n")))
    if number:
        parts.append(tokens_of(number, most=80_000))
    return " ".join(parts)


@lru_cache(maxsize=STOCK)
def _sentence(text: str) -> str:
    return tokens_of(text, most=80_000).removeprefix(GAP).removesuffix(GAP).strip()
