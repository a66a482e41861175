"""The small marks of a row, a lamp and a word of state, as strings. A page shows fifty of them: a template for each
would take longer than all its queries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from proposals.deadlines import Lamp

# Shape, words and colour say the same thing.
SHAPES: Final[dict[Lamp, SafeString]] = {
    Lamp.GREEN: mark_safe('<circle cx="8" cy="8" r="6"/>'),
    Lamp.YELLOW: mark_safe('<path d="M8 1.5 15 14.5H1z"/>'),
    Lamp.RED: mark_safe('<path d="M8 .8 15.2 8 8 15.2.8 8z"/>'),
    Lamp.OVERDUE: mark_safe(
        '<path fill-rule="evenodd" d="M5 .8h6L15.2 5v6L11 15.2H5L.8 11V5zM7 3.5V9h2V3.5zM7 10.6v2h2v-2z"/>'
    ),
    Lamp.MET: mark_safe('<path d="M6.3 13.4 1.6 8.7l1.6-1.6 3.1 3.1 6.5-7.3 1.7 1.5z"/>'),
}
_LAMP = (
    '<span class="lamp lamp-{}"><svg viewBox="0 0 16 16" aria-hidden="true" focusable="false">{}</svg>'
    " <span>{}</span></span>"
)
_DUE = ' <span class="lamp-due">{}</span>'


@dataclass(frozen=True)
class LampInfo:
    """A lamp ready to show. ``days_left`` is whole days, negative when overdue; once met, counted on the day it was."""

    lamp: Lamp
    days_left: int
    due: date
    provisional: bool = False

    @property
    def words(self) -> str:
        """What it says."""
        late = f"超期 {-self.days_left} 天"
        if self.lamp is Lamp.MET:
            return f"已办结（{late}）" if self.days_left < 0 else "已办结"
        if self.lamp is Lamp.OVERDUE:
            return late
        return "今天到期" if self.days_left == 0 else f"剩 {self.days_left} 天"


@lru_cache(maxsize=4_096)
def lamp_mark(info: LampInfo, *, show_due: bool) -> SafeString:
    """Shape and words; ``show_due`` adds the day. A provisional day is marked even where it is not printed."""
    drawn = format_html(_LAMP, info.lamp.value, SHAPES[info.lamp], info.words)
    if show_due:
        return drawn + format_html(_DUE, f"{info.due.isoformat()}{'（暂定）' if info.provisional else ''}")
    return drawn + format_html(_DUE, "暂定") if info.provisional and info.lamp is not Lamp.MET else drawn


@lru_cache(maxsize=1_024, typed=True)  # a text that is safe already is not one that is not
def state_mark(label: object, tone: str) -> SafeString:
    """A word of state in its colour."""
    return format_html('<span class="state state-{}">{}</span>', tone or "neutral", label)
