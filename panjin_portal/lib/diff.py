"""Two texts side by side in one view, for the page that shows a conflict of two saves."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby
from typing import Literal

Kind = Literal["same", "mine", "theirs"]

# Matching takes time with the pieces and, far more, with equal pieces that could pair in many ways: beyond either
# limit a changed stretch is shown as one block on each side.
LARGEST_STRETCH = 2000
MOST_PAIRS = 50_000

_SENTENCE = re.compile(r"[^。！？；!?;]*[。！？；!?;]+[”’」』）)》]*|[^。！？；!?;]+")


@dataclass(frozen=True)
class DiffLine:
    """A stretch of text that both have, or only one; `ends_line` tells whether its line of text ends with it."""

    kind: Kind
    text: str
    ends_line: bool = True


@dataclass(frozen=True)
class _Piece:
    text: str
    ends_line: bool


def merge_view(mine: str, theirs: str) -> list[DiffLine]:
    """Both texts in one sequence, compared sentence by sentence; at a difference mine comes before theirs.

    Nothing is left out: `side(view, "mine")` gives back `mine`, and the same for theirs (new lines as \\n).
    """
    own, other = _pieces(mine), _pieces(theirs)
    compared = (
        line for kind, run in _compared(own, other) for line in (DiffLine(kind, p.text, p.ends_line) for p in run)
    )
    return [line for kind, lines in groupby(compared, key=lambda line: line.kind) for line in _by_lines(kind, lines)]


def side(view: list[DiffLine], kind: Literal["mine", "theirs"]) -> str:
    """The whole text of one side of a merge view."""
    kept = (line for line in view if line.kind in ("same", kind))
    return "".join(line.text + "\n" * line.ends_line for line in kept).removesuffix("\n")


def _pieces(text: str) -> list[_Piece]:
    if not text:
        return []
    pieces = []
    for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        *before, last = _SENTENCE.findall(line) or [""]
        pieces += [*(_Piece(sentence, False) for sentence in before), _Piece(last, True)]
    return pieces


def _compared(own: list[_Piece], other: list[_Piece]) -> Iterator[tuple[Kind, list[_Piece]]]:
    start = _common_start(own, other)
    end = _common_start(own[start:][::-1], other[start:][::-1])
    own_middle, other_middle = own[start : len(own) - end], other[start : len(other) - end]
    yield "same", own[:start]
    if _is_too_much(own_middle, other_middle):
        yield "mine", own_middle
        yield "theirs", other_middle
    else:
        matcher = SequenceMatcher(None, own_middle, other_middle, autojunk=False)
        for tag, own_from, own_to, other_from, other_to in matcher.get_opcodes():
            if tag == "equal":
                yield "same", own_middle[own_from:own_to]
            else:
                yield "mine", own_middle[own_from:own_to]
                yield "theirs", other_middle[other_from:other_to]
    yield "same", own[len(own) - end :]


def _is_too_much(own: list[_Piece], other: list[_Piece]) -> bool:
    if max(len(own), len(other)) > LARGEST_STRETCH:
        return True
    counts, other_counts = Counter(own), Counter(other)
    return sum(times * other_counts[piece] for piece, times in counts.items()) > MOST_PAIRS


def _common_start(own: list[_Piece], other: list[_Piece]) -> int:
    pairs = zip(own, other, strict=False)
    return next((at for at, (a, b) in enumerate(pairs) if a != b), min(len(own), len(other)))


def _by_lines(kind: Kind, lines: Iterator[DiffLine]) -> Iterator[DiffLine]:
    """Put the sentences of one line of text together again."""
    text = ""
    open_line = False
    for line in lines:
        text, open_line = text + line.text, not line.ends_line
        if line.ends_line:
            yield DiffLine(kind, text)
            text = ""
    if open_line:
        yield DiffLine(kind, text, ends_line=False)
