"""How the cells of one table row become lines, the same for saved pages and Word documents."""

from __future__ import annotations

from collections.abc import Sequence

BETWEEN_CELLS = " | "
LONGEST_LABEL = 8


def row_lines(cells: Sequence[Sequence[str]]) -> list[str]:
    """The lines of one row; each cell comes as its own lines.

    Cells of at most one line stand side by side on one line. A row with a cell of several lines lays out the page
    rather than a table (a whole letter in one cell): the lines of its cells follow one another.
    """
    filled = [cell for cell in cells if cell]
    if any(len(cell) > 1 for cell in filled):
        return [line for cell in filled for line in cell]
    if len(filled) == 1 and not (len(cells) > 1 and cells[0] and _is_label(cells[0][0])):
        return [filled[0][0]]
    return [BETWEEN_CELLS.join(cell[0] if cell else "" for cell in cells).strip()] if filled else []


def _is_label(text: str) -> bool:
    """A short first cell beside empty ones is a label without its value; longer text is set with empty cells."""
    return len("".join(text.split())) <= LONGEST_LABEL
