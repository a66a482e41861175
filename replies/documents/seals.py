"""The seal version of a signature (pure): where the names stand so that a seal finds its place over each.

GB/T 9704-2012 clauses 7.3.5.1 and 7.3.5.3, DOMAIN.md 2.2. The seal itself is put on the printed letter by hand; nothing
here draws one. Lengths are in characters of size 3, of which a line holds 28.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

LINE: Final = 28.0
CHARACTER: Final = 156 / 28  # mm
# The seal of a department of a city; a convention here, for GB/T 9704 names no size.
DIAMETER: Final = 42.0  # mm
DATE_IN: Final = 4.0  # clause 7.3.5.1: the date four characters in from the right
_NO_DATE: Final = 6.5  # the width of a date, where a draft has none
# A seal and what parts it from the next must fit above a name, and the name with half a character free at each side.
_MOST_IN_A_ROW: Final = 3
_BESIDE: Final = 1.0


@dataclass(frozen=True)
class SealPlaces:
    """Rows of names, as many to a row as fit over the type area with their seals; "" where a row has no name. The last
    name has the date under it. `clear`: a line stays free under the date, for the seal comes down to it."""

    rows: tuple[tuple[str, ...], ...]
    clear: bool

    def as_data(self) -> dict[str, Any]:
        """As JSON types, for the templates."""
        return {"rows": [list(row) for row in self.rows], "columns": len(self.rows[0]), "clear": self.clear}


def characters(text: str) -> float:
    """The width of a line: one for a Chinese character, half for a Western one."""
    return sum(1.0 if sign > "\u2000" else 0.5 for sign in text)


def seal_places(signers: Sequence[str], signed_on: str, remarks: Sequence[str]) -> SealPlaces:
    """Where the names of `signers` stand. `remarks` are the lines under the date."""
    names = tuple(signers) or ("",)
    columns = _columns(names)
    gap = -len(names) % columns  # the last row ends at the right, where the date belongs
    first = len(names) + gap - columns
    filled = [names[start : start + columns] for start in range(0, first, columns)]
    middle = (gap + 0.5) * LINE / columns if columns > 1 else LINE - _from_right(signed_on, names[-1])
    free = middle - DIAMETER / 2 / CHARACTER  # what the leftmost seal of the last row leaves of the line under the date
    clear = not remarks or 2 + characters(remarks[0]) > free
    return SealPlaces((*filled, ("",) * gap + names[first:]), clear)


def _columns(names: Sequence[str]) -> int:
    widest = max(map(characters, names))
    for columns in range(min(_MOST_IN_A_ROW, len(names)), 1, -1):
        if widest + _BESIDE <= LINE / columns:
            return columns
    return 1


def _from_right(signed_on: str, name: str) -> float:
    """The middle of name and date of one body, counted from the right edge of the type area."""
    return max(DATE_IN + (characters(signed_on) or _NO_DATE) / 2, min(characters(name), 26.0) / 2)
