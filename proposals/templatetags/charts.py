"""Figures drawn by the server: ``{% bar_chart title bars %}`` as SVG, ``{% number_cells cells %}`` as the cells of the
table beside it. A page of figures has hundreds of both, so neither goes through a template of its own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django import template
from django.utils.html import escape, format_html_join
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

# Shares of the width, so that words keep their size on every screen: label, then bar, then number.
LABEL_PERCENT, BAR_PERCENT = 40, 46
ROW, BAR = 28, 16  # pixels
LONGEST_LABEL = 7
_BAR = (
    '<text x="0" y="{0}">{1}</text>\n'
    f'    <rect x="{LABEL_PERCENT}%" y="{{2}}" width="{{3}}%" height="{BAR}"/>\n'
    '    <text x="{4}%" dx="6" y="{0}">{5}</text>\n  '
)


@dataclass(frozen=True)
class Bar:
    """One bar: what it stands for and how many."""

    label: str
    count: int


@dataclass(frozen=True)
class Drawn:
    """A bar at its place: ``width`` and ``end`` in percent of the drawing, the rest in pixels."""

    label: str
    count: int
    top: int
    base: int
    width: float
    end: float


@register.inclusion_tag("components/bar_chart.html")
def bar_chart(key: str, title: str, bars: Sequence[Bar]) -> dict[str, object]:
    """``key`` makes the ids unique on the page; ``title`` says what is drawn."""
    most = max((bar.count for bar in bars), default=0) or 1
    drawn = (_drawn(place, bar, most) for place, bar in enumerate(bars))
    return {
        "key": key,
        "title": title,
        "bars": format_html_join("\n  ", _BAR, ((d.base, d.label, d.top, d.width, d.end, d.count) for d in drawn)),
        "height": len(bars) * ROW,
        "words": "；".join(f"{bar.label} {bar.count}" for bar in bars),
    }


class Cell(NamedTuple):
    """A number of a table and the address of what it counts; "" for a number without a link."""

    number: int
    address: str


@register.simple_tag
def number_cells(cells: Iterable[Cell]) -> SafeString:
    """The cells of a row that hold numbers."""
    return mark_safe("".join(map(_number, cells)))


def _number(cell: Cell) -> str:
    said = f'<a href="{escape(cell.address)}">{cell.number}</a>' if cell.address else f"{cell.number}"
    return f'<td class="num">{said}</td>'


def _drawn(place: int, bar: Bar, most: int) -> Drawn:
    width = round(BAR_PERCENT * bar.count / most, 2)
    label = bar.label if len(bar.label) <= LONGEST_LABEL else f"{bar.label[: LONGEST_LABEL - 1]}…"
    return Drawn(
        label=label,
        count=bar.count,
        top=place * ROW + (ROW - BAR) // 2,
        base=place * ROW + ROW // 2 + 5,
        width=width,
        end=LABEL_PERCENT + width,
    )
