"""Where a long title breaks (pure): by meaning, and in the shape of a trapezoid or a diamond.

GB/T 9704-2012 clause 7.3.1 (DOMAIN.md 2.2): centred, one or more lines, words kept whole.
"""

import re
from functools import cache
from itertools import accumulate

_EASY_AFTER = re.compile(r"会议$|[》”]$|[，、：；]$|的$|[市省县区局会]$|[和与及或]$")
_NEVER_BEFORE = re.compile(r"^[，。、；：？！”’）》〉〕】…—的]|^[市省县区局号条]")
_NEVER_AFTER = re.compile(r"[“‘（《〈〔【—第]$")
# 市政协 and 会议 are words of their own, though 市 and 会 end many.
_WORDS = re.compile(r"[市省县区]\n(?:政协|政府|人大|委|直)|会\n议")
_LINE, _ROUGH = 6.0, 14.0
_SHORT = 400  # hundredths of a character: a line of less than four looks like a slip


def width(text: str) -> float:
    """Width of a title in Chinese characters; Western capitals and other letters count as the font has them."""
    return sum(map(_hundredths, text)) / 100


def _hundredths(character: str) -> int:
    return 100 if character > "\u00ff" else 76 if character.isupper() else 55


def split_title(title: str, per_line: int) -> tuple[str, ...]:
    """Split a title into the lines to print, each at most `per_line` characters wide.

    The lines joined together are the title. A piece without any place to break is cut where it is full.
    """
    size, full = len(title), per_line * 100
    upto = list(accumulate(map(_hundredths, title), initial=0))  # added up once: people wait while a letter is signed
    if upto[size] <= full:
        return (title,)
    breaks = [_break_cost(title, at) for at in range(size)]

    @cache
    def best(start: int) -> tuple[float, tuple[int, ...]]:
        rest = upto[size] - upto[start]
        if rest <= full:
            return _LINE + (12.0 if rest < _SHORT else 0.0), (size,)
        options = []
        for end in range(start + 1, size):
            line = upto[end] - upto[start]
            if end > start + 1 and line > full:
                break
            cost, ends = best(end)
            shape = _shape(line, upto[ends[0]] - upto[end], last=ends[0] == size)
            options.append((cost + _LINE + breaks[end] + shape, (end, *ends)))
        return min(options)

    ends = best(0)[1]
    starts = (0, *ends[:-1])
    return tuple(title[start:end] for start, end in zip(starts, ends, strict=True))


def _break_cost(title: str, at: int) -> float:
    """How bad it is to break before position `at`."""
    before, after = title[:at], title[at:]
    if _inside_brackets(before) or _NEVER_AFTER.search(before) or _NEVER_BEFORE.match(after):
        return 60.0
    if _WORDS.search(f"{before[-1:]}\n{after[:2]}"):
        return 60.0
    if re.search(r"[0-9A-Za-z]$", before) and re.match(r"[0-9A-Za-z]", after):
        return 60.0
    if after.startswith(("关于", "（第", "《")) or (after.startswith("提案的") and before.endswith("）")):
        return 0.0
    if _EASY_AFTER.search(before):
        return 3.0
    return _ROUGH


def _inside_brackets(before: str) -> bool:
    return any(before.count(pair[0]) > before.count(pair[1]) for pair in ("（）", "《》", "“”"))


def _shape(line: int, following: int, *, last: bool) -> float:
    """Lines of equal length look like a block and very short ones like a slip; both cost a little."""
    cost = 1.0 if abs(line - following) < 50 and last else 0.0
    return cost + (12.0 if line < _SHORT else 0.0)
