"""A numbered list of whole sentences is text, not an outline: which lists are of that kind."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from replies.structure.markers import split_spoken

_LONGEST_HEADING = 40  # signs of a heading that runs into its text; a longer first sentence says something
_STOP_AT_END = re.compile(r"[。！？!?；;][”’」』）)]*$")
_SPEAKS = re.compile(
    r"您|你们|你(?=提)|我们|我(?:局|委|办|厅|院|站|所|中心|单位|公司|部|处)|该(?:提案|建议)|提案中|建议中"
)
_SECOND_INSIDE = re.compile(r"(?<=[。；;，,、:：])\s*二是")
_RUNS_IN = re.compile(r"[。！？!?][”’」』）)]*\s*\S")
_NAMES_THE_ASK = re.compile(r"^(?:关于|针对|对于?).{2,80}(?:建议|提案|问题|情况|意见|方面)[。]?$")


class Item(NamedTuple):
    """One numbered line: its heading, whether the heading runs in, the paragraphs and whether there are sub-items."""

    heading: str
    run_in: bool
    paragraphs: tuple[str, ...]
    has_children: bool


def is_enumeration(items: Sequence[Item]) -> bool:
    """Whether most items of a list are sentences that speak or tell, so that the list as a whole has no headings.

    An item with sub-items is a heading, and so is a line without a stop at its end.
    """
    if len(items) < 2 or any(item.has_children for item in items):
        return False
    told = sum(_tells(item, last=item is items[-1]) for item in items)
    return told * 2 > len(items)


def _tells(item: Item, *, last: bool) -> bool:
    if not _STOP_AT_END.search(item.heading) or _NAMES_THE_ASK.match(item.heading):
        return False
    long, speaks = len(item.heading) > _LONGEST_HEADING, _SPEAKS.search(item.heading) is not None
    if item.run_in:
        return long or speaks
    # A sentence that stands alone on its line; with text below it is a heading printed with a stop, but no
    # heading speaks to the proposer at length.
    return last or not item.paragraphs or (long and speaks)


def opens_spoken_list(paragraphs: Sequence[str], marks: Sequence[object | None]) -> frozenset[int]:
    """Which paragraphs that begin with 一是 open a list, by their numbers; `marks` tells which are numbered otherwise.

    One does when a paragraph with 二是 follows before the next numbered line, or when its first sentence is the
    heading of what follows on the line. 一是…，二是… within one paragraph is a sentence.
    """
    openers: set[int] = set()
    second_follows = False
    for index in range(len(paragraphs) - 1, -1, -1):
        text = paragraphs[index]
        if marks[index] is not None:
            second_follows = False
        elif spoken := split_spoken(text):
            number = spoken[0].number
            if number == 1 and (second_follows or (_RUNS_IN.search(text) and not _SECOND_INSIDE.search(text))):
                openers.add(index)
            second_follows = number == 2 or (second_follows and number > 2)
    return frozenset(openers)
