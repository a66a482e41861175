"""``{% bar_chart title bars %}``: bars drawn by the server as SVG. The numbers stand beside it in a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django import template
from django.utils.html import escape
from django.utils.safestring import mark_safe

register = template.Library()

# Shares of the width, so that words keep their size on every screen: label, then bar, then number.
LABEL_PERCENT, BAR_PERCENT = 40, 46
ROW, BAR = 28, 16  # pixels
LONGEST_LABEL = 7


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
    drawn = [_drawn(place, bar, most) for place, bar in enumerate(bars)]
    return {
        "key": key,
        "title": title,
        "bars": mark_safe("".join(map(_bar, drawn))),
        "height": len(bars) * ROW,
        "words": "；".join(f"{bar.label} {bar.count}" for bar in bars),
    }


def _bar(bar: Drawn) -> str:
    """Name, bar and number. Lengths are written without localisation."""
    return f"""
    <text x="0" y="{bar.base}">{escape(bar.label)}</text>
    <rect x="{LABEL_PERCENT}%" y="{bar.top}" width="{bar.width}%" height="{BAR}"/>
    <text x="{bar.end}%" dx="6" y="{bar.base}">{bar.count}</text>
  """


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
