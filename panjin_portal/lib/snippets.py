"""Short passages of a text round the words somebody looked for, cut into plain and marked pieces (no HTML here)."""

from __future__ import annotations

import re
from dataclasses import dataclass

AROUND = 22
MOST_HITS_LOOKED_AT = 200


@dataclass(frozen=True)
class Piece:
    """A piece of a passage; ``is_hit`` for the word that was looked for."""

    text: str
    is_hit: bool = False


Passage = tuple[Piece, ...]


def marked(text: str, pattern: re.Pattern[str] | None) -> Passage:
    """The whole of ``text``, cut at every hit of ``pattern``."""
    pieces: list[Piece] = []
    end = 0
    for hit in pattern.finditer(text) if pattern else ():
        pieces += [Piece(text[end : hit.start()]), Piece(hit[0], is_hit=True)]
        end = hit.end()
    pieces.append(Piece(text[end:]))
    return tuple(piece for piece in pieces if piece.text)


def passages(text: str, pattern: re.Pattern[str] | None, *, most: int) -> tuple[Passage, ...]:
    """At most ``most`` passages of ``text`` with a hit, in the order of the text; each stays within its line.

    Every word that occurs is shown once before another place of the same word is. ``…`` stands where a line goes on.
    """
    spans: dict[str, list[tuple[int, int]]] = {}
    end = -1
    for count, hit in enumerate(pattern.finditer(text) if pattern else ()):
        if count == MOST_HITS_LOOKED_AT:
            break
        if hit.start() < end and hit[0].lower() in spans:
            continue  # stands in a passage that is shown for the same word
        end = hit.end() + AROUND
        spans.setdefault(hit[0].lower(), []).append(hit.span())
    places = sorted((order, span) for found in spans.values() for order, span in enumerate(found))
    chosen: list[tuple[int, int]] = []
    shown: set[str] = set()
    for _, (start, stop) in places:
        window = _window(text, start, stop)
        words = text[slice(*window)].strip()
        is_apart = not any(left < window[1] and window[0] < right for left, right in chosen)
        if len(chosen) < most and is_apart and words not in shown:  # a letter says some lines twice
            chosen.append(window)
            shown.add(words)
    return tuple(_cut(text, left, right, pattern) for left, right in sorted(chosen))


def _window(text: str, start: int, stop: int) -> tuple[int, int]:
    line_start = text.rfind("\n", 0, start) + 1
    line_end = text.find("\n", stop)
    line_end = len(text) if line_end < 0 else line_end
    return max(line_start, start - AROUND), min(line_end, stop + AROUND)


def _cut(text: str, left: int, right: int, pattern: re.Pattern[str] | None) -> Passage:
    before = "" if left == 0 or text[left - 1] == "\n" else "…"
    after = "" if right == len(text) or text[right] == "\n" else "…"
    pieces = marked(text[left:right].strip(), pattern)
    return (*((Piece(before),) if before else ()), *pieces, *((Piece(after),) if after else ()))
