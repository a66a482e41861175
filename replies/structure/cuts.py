"""Sentences that a page cuts in two lines: which line is plainly the second half of the one above."""

from __future__ import annotations

import re
from collections.abc import Sequence

from replies.structure.lines import Line
from replies.structure.tail import stands_alone

_PROSE = 30  # characters; a shorter line without a stop may be a heading
_HALF, _REST = 12, 25  # unless what follows is so short that it is the rest of the sentence
_LONGEST = 2000  # characters; nothing is put behind a line longer than this
_MID_SENTENCE = ("，", ",", "、")
_SENTENCE_ENDS = re.compile(r"[。！？!?；;：:…—”’」』）)》.]$")
_STARTS_ANEW = re.compile(
    r"(?:下一步|下步|今后|接下来|首先|其次|再次|最后|此外|另外|同时|近年|目前|截至|截止|综上|总之|感谢|非常感谢|衷心|特此|此复|"
    r"[一二三四五六七八九十]{1,2}[是要]|第[一二三四五六七八九十]|附件|关于|针对)"
)


def join_cut_sentences(lines: Sequence[Line]) -> list[Line]:
    """Put the second half of a sentence back behind its first half; only white space changes.

    A line is cut when it ends in the middle: with a comma, or, as prose of 30 characters or more with a comma or
    stop in it, without any sign. What follows must not be numbered, start a new thought or belong to the frame.
    """
    joined: list[Line] = []
    may_go_on = False
    for line in lines:
        apart = stands_alone(line)
        if may_go_on and not apart and line.marked is None and _goes_on(joined[-1], line):
            above = joined[-1]
            blank = " " if above.text[-1:].isascii() and above.text[-1:].isalnum() and line.text[:1].isascii() else ""
            joined[-1] = Line(f"{above.text}{blank}{line.text}", above.key + line.key)
        else:
            joined.append(line)
            may_go_on = not apart
    return joined


def _goes_on(above: Line, line: Line) -> bool:
    text = above.text
    if len(text) > _LONGEST:
        return False
    if text.endswith(_MID_SENTENCE):
        return True
    if (
        len(above.key) < (_PROSE if len(line.key) > _REST else _HALF)
        or _SENTENCE_ENDS.search(text[-4:])
        or _STARTS_ANEW.match(line.key)
    ):
        return False
    heading = above.marked is not None and "。" not in text
    return not heading and any(sign in text for sign in "，,。") and line.is_sentence
