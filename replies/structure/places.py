"""Where the title, the lines around it and the letter stand on a page."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from replies.structure import letter_head
from replies.structure.dates import is_date_line
from replies.structure.lines import Line, key_of
from replies.structure.page import is_footer_line, is_furniture, is_metadata_line
from replies.structure.title import is_plain_title, is_proposal_title, is_reply_title

_TITLE_LINES = 3
_OWN_TITLE_WITHIN = 3
_PLAIN_TITLE_WITHIN = 6  # lines above the addressee in which a title without 提案 or 建议 is looked for
_SESSION_NAMED = re.compile(r"届.{0,20}次")
_BREAKS_OFF = re.compile(r"(?:关于|对).{0,40}(?:届|政协|人大|人民代表大会)")
_NAMES_PAPER = re.compile(r"届.{0,20}次(?:会议)?.{0,12}(?:号(?:委员|代表)?(?:提案|建议|议案)?|会议)$")
_PUBLICITY = re.compile(r"\(?(?:主动公开|依申请公开|不予公开|同意公开)\)?")
_LAST_WORD = re.compile(r"(?:的)?(?:会办意见|答复意见|办理意见|答复函|答复|复函|回复)(?:的函)?")


@dataclass(frozen=True)
class Places:
    """Line numbers: lines[title:title_end] is the title, maybe empty; the letter starts at `letter`."""

    title: int
    title_end: int
    letter: int
    has_addressee: bool


def find_places(lines: Sequence[Line]) -> Places:
    """Find title and letter. The title is the lowest one above the letter; a page may print it twice."""
    titles = [index for index in range(len(lines)) if _is_title_line(lines, index)]
    letter = _find_addressee(lines, titles[0] if titles else 0)
    has_addressee = letter is not None
    if letter is None:
        letter = _after_furniture(lines, titles)
    above = [index for index in titles if index < letter]
    if not above and has_addressee:
        above = _plain_titles(lines, letter)
    if not above:
        return Places(letter, letter, letter, has_addressee)
    return Places(_title_start(lines, above[-1]), above[-1] + 1, letter, has_addressee)


def _find_addressee(lines: Sequence[Line], start: int) -> int | None:
    for index in range(start, len(lines)):
        following = lines[index + 1] if index + 1 < len(lines) else None
        if not letter_head.is_addressee(lines[index], following):
            continue
        if not is_furniture(lines[index]) and not is_footer_line(lines[index]):
            return index
    return None


def _after_furniture(lines: Sequence[Line], titles: Sequence[int]) -> int:
    """Where the text starts on a page without addressee: below title and byline, or below the last metadata line."""
    if titles:
        # The title of the page may be printed again over the letter, with nothing but furniture between.
        letter, printed = titles[0] + 1, set(titles)
        while (
            letter < len(lines)
            and not lines[letter].is_sentence
            and (letter in printed or is_furniture(lines[letter]) or _stands_under_title(lines[letter]))
        ):
            letter += 1
        return letter
    opening = next((i for i, line in enumerate(lines) if letter_head.answers(line.key)), len(lines))
    return max((i + 1 for i, line in enumerate(lines[:opening]) if is_metadata_line(line)), default=0)


def _stands_under_title(line: Line) -> bool:
    """A number, a class mark, a note on publicity or a day, as they stand between title and text."""
    return letter_head.is_head_line(line) or is_date_line(line.key) or _PUBLICITY.fullmatch(line.key) is not None


def _is_title_line(lines: Sequence[Line], index: int) -> bool:
    line = lines[index]
    if _LAST_WORD.fullmatch(line.key) and index:
        above = lines[index - 1]
        if is_metadata_line(above) or not is_reply_title(above.key.rstrip(":") + line.key):
            return False
    elif not is_reply_title(line.key):
        return False
    return not (is_metadata_line(line) or is_footer_line(line) or line.marked is not None)


def _plain_titles(lines: Sequence[Line], letter: int) -> list[int]:
    for index in range(letter - 1, max(letter - 1 - _PLAIN_TITLE_WITHIN, -1), -1):
        line = lines[index]
        if is_plain_title(line.key) and not is_furniture(line) and line.marked is None:
            return [index]
    # Last, the proposal's own title as the headline of the page.
    own = range(letter - 1, max(letter - 1 - _OWN_TITLE_WITHIN, -1), -1)
    return [index for index in own if is_proposal_title(lines[index].key)][:1]


def _title_start(lines: Sequence[Line], last: int) -> int:
    """A title may be broken over lines; it starts at the topmost 对… or 关于… at most three lines up."""
    start = last
    for first in range(last, max(last - _TITLE_LINES, -1), -1):
        line = lines[first]
        if is_furniture(line) or line.is_sentence or (first < last and is_reply_title(line.key)):
            break
        names_paper = first == last - 1 and _NAMES_PAPER.search(line.key) and not _NAMES_PAPER.search(lines[last].key)
        if line.key.startswith(("对", "关于")) or names_paper or (first < last and _BREAKS_OFF.search(line.key)):
            start = first
            if _SESSION_NAMED.search(line.key):
                break
    return start


def joined_title(lines: Sequence[Line]) -> str:
    """The printed lines of a title as one, a last word that was spaced out (答 复) without its blanks."""
    parts = [key_of(line.text) if _LAST_WORD.fullmatch(line.key) else line.text for line in lines]
    return "".join(parts)
