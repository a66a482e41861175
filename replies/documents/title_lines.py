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


def width(text: str) -> float:
    """Width of a title in Chinese characters; Western capitals and other letters count as the font has them."""
    return sum(1.0 if character > "\u00ff" else 0.76 if character.isupper() else 0.55 for character in text)


def split_title(title: str, per_line: int) -> tuple[str, ...]:
    """Split a title into the lines to print, each at most `per_line` characters wide.

    The lines joined together are the title. A piece without any place to break is cut where it is full.
    """
    if width(title) <= per_line:
        return (title,)
    size = len(title)
    # Once for each place: a book has hundreds of long titles, each with thousands of ways to break.
    widths = [width(character) for character in title]
    cost_at = [_break_cost(title, at) for at in range(size)]

    @cache
    def from_here(start: int) -> list[float]:
        return list(accumulate(widths[start:], initial=0))

    @cache
    def best(start: int) -> tuple[float, tuple[int, ...]]:
        lines = from_here(start)
        if lines[-1] <= per_line:
            return _LINE + (12.0 if lines[-1] < 4 else 0.0), (size,)
        options = []
        for end in range(start + 1, size):
            line = lines[end - start]
            if end > start + 1 and line > per_line:
                break
            cost, ends = best(end)
            shape = _shape(line, from_here(end)[ends[0] - end], last=ends[0] == size)
            options.append((cost + _LINE + cost_at[end] + shape, (end, *ends)))
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


def _shape(line: float, following: float, *, last: bool) -> float:
    """Lines of equal length look like a block and very short ones like a slip; both cost a little."""
    cost = 1.0 if abs(line - following) < 0.5 and last else 0.0
    return cost + (12.0 if line < 4 else 0.0)
