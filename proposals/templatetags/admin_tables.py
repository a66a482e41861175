"""Tables of system management for narrow screens: each cell bears the name of its column."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import template
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

register = template.Library()
STARTS = ("<td", "<th")


@register.simple_tag
def labelled_cells(cells: Iterable[str], headers: Iterable[Mapping[str, Any]]) -> SafeString:
    """The ``cells`` of one row as Django has made them, with ``data-label`` out of ``headers``. The column of tick
    boxes has markup instead of a name, and stays."""
    made = (_labelled(cell, header["text"]) for cell, header in zip(cells, headers, strict=True))
    return mark_safe("".join(made))


def _labelled(cell: str, name: object) -> str:
    shown = conditional_escape(cell)
    start = next((start for start in STARTS if shown.startswith(start)), "")
    if not start or "<" in str(name):
        return shown
    return format_html('{} data-label="{}"{}', mark_safe(start), str(name), mark_safe(shown[len(start) :]))
