"""Template tags and filters of the design system (docs/design-system.md): icons, lamps, dates, field helpers."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, Protocol

from django import template
from django.forms import BoundField
from django.template import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from panjin_portal.lib.chinese import long_date
from panjin_portal.lib.clock import SHANGHAI, today
from proposals.deadlines import days_left as count_days_left
from proposals.deadlines import lamp as lamp_of
from proposals.templatetags.icons import ICON_PATHS
from proposals.templatetags.marks import LampInfo, lamp_mark, state_mark

register = template.Library()

_NO_TERM = mark_safe('<span class="muted small">无期限</span>')
_STEP = '<a class="button" href="{}">{}<span class="visually-hidden">：{}</span></a>'
_WORK_ITEM = """<li class="work-item">
  <div>{}</div>
  <div>
    <h3><a href="{}">{}</a></h3>
    <p>{}{}</p>
  </div>
  {}
</li>
"""


class DeadlineLike(Protocol):
    """What a lamp needs to know of a row of the deadline table."""

    @property
    def due_on(self) -> date: ...

    @property
    def is_provisional(self) -> bool: ...

    @property
    def met_at(self) -> datetime | None: ...


def lamp_info(deadline: DeadlineLike, on: date) -> LampInfo:
    """The lamp of a deadline as it stands on the Shanghai day ``on``."""
    met_on = _shanghai_day(deadline.met_at) if deadline.met_at else None
    return LampInfo(
        lamp=lamp_of(deadline.due_on, on, met_on),
        days_left=count_days_left(deadline.due_on, met_on or on),
        due=deadline.due_on,
        provisional=deadline.is_provisional,
    )


@register.simple_tag
def lamp(item: DeadlineLike | LampInfo, show_due: bool = False) -> SafeString:
    """``{% lamp deadline %}`` or ``{% lamp info show_due=True %}``: shape, words and colour of a deadline.

    Takes a Deadline row (judged on today's Shanghai date) or a LampInfo.
    """
    return lamp_mark(item if isinstance(item, LampInfo) else lamp_info(item, today()), show_due=show_due)


@register.simple_tag
def work_item(item: Any) -> SafeString:
    """One line inside ``<ul class="work-list">``: lamp, case, facts, the next step as a button. Drawn without a
    template of its own: the page has dozens of lines, and they were a third of its time.

    ``item``: title, url, note (``第005号 · 主办 · 市司法局``), deadline (anything ``{% lamp %}`` takes, or None), state
    (label, tone; or None), next_label and next_url ("" while one waits for others).
    """
    clock = lamp(item.deadline, show_due=True) if item.deadline else _NO_TERM
    said = format_html("{} ", state_mark(item.state.label, item.state.tone)) if item.state else ""
    step = format_html(_STEP, item.next_url, item.next_label, item.title) if item.next_label else ""
    return format_html(_WORK_ITEM, clock, item.url, item.title, said, item.note, step)


@register.simple_tag
def state(label: object, tone: str = "") -> SafeString:
    """``{% state label tone %}``: a word of state; tone: neutral (default), info, good, warn, bad, done."""
    return state_mark(label, tone)


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """``{% icon "clock" %}``: an inline SVG, hidden from screen readers unless ``label`` says what it means.

    Raises TemplateSyntaxError for a name that is not drawn, so a slip shows in the first test of the page.
    """
    path = ICON_PATHS.get(name)
    if path is None:
        raise template.TemplateSyntaxError(f"no icon is drawn under the name {name!r}")
    meaning = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    # Width and height hold where our style sheets are not loaded (system management).
    drawing = '<svg class="icon" width="18" height="18" viewBox="0 0 20 20" focusable="false" {}><path d="{}"/></svg>'
    return format_html(drawing, meaning, path)


@register.simple_tag(takes_context=True)
def current(context: Context, prefix: str) -> str:
    """``aria-current="page"`` when the page's URL name is ``prefix`` or starts with ``prefix-``; else nothing."""
    match = getattr(context.get("request"), "resolver_match", None)
    url_name = (match.url_name if match else None) or ""
    if url_name == prefix or url_name.startswith(f"{prefix}-"):
        return mark_safe('aria-current="page"')
    return ""


@register.filter
def cn_date(value: date | datetime | None) -> str:
    """A day as letters write it: 2022年8月18日. Moments are taken in Shanghai; nothing gives ''."""
    return long_date(_shanghai_day(value)) if value else ""


@register.filter
def iso(value: date | datetime | None) -> str:
    """A day as tables write it: 2022-08-18. Moments are taken in Shanghai; nothing gives ''."""
    return _shanghai_day(value).isoformat() if value else ""


@register.filter
def iso_minute(value: datetime | None) -> str:
    """A moment as records write it: 2022-08-18 09:31, Shanghai time; nothing gives ''."""
    return f"{_in_shanghai(value):%Y-%m-%d %H:%M}" if value else ""


@register.filter
def any_filled(fields: Iterable[BoundField]) -> bool:
    """True when one of these fields came with a value, so a folded part of a filter must be open."""
    return any(_is_filled(field.value()) for field in fields)


@register.filter
def error_target(field: BoundField) -> str:
    """The id a link in the error summary goes to: the control itself, or the first choice of a group."""
    return field.id_for_label or f"{field.auto_id}_0"


def _is_filled(value: Any) -> bool:
    if isinstance(value, list | tuple):
        return any(_is_filled(part) for part in value)
    return value not in (None, "", False)


def _in_shanghai(moment: datetime) -> datetime:
    return moment if moment.tzinfo is None else moment.astimezone(SHANGHAI)


def _shanghai_day(value: date | datetime) -> date:
    return _in_shanghai(value).date() if isinstance(value, datetime) else value
