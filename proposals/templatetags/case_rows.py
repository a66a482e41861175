"""The rows of the list of proposals, drawn without a template for each: twenty of them were a quarter of the page."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from proposals.templatetags.marks import state_mark
from proposals.templatetags.portal_ui import lamp

if TYPE_CHECKING:
    from proposals.views.listing import ListRow

register = template.Library()

_ROW = """
            <tr>
              <td data-label="编号" class="nowrap"><span>{}<br><span class="muted small">{}</span></span></td>
              <th scope="row" data-label="案由"><a href="{}">{}</a></th>
              <td data-label="提案者">{}</td>
              <td data-label="承办单位"><span>{}</span></td>
              <td data-label="状态"><span>{}{}{}</span></td>
              <td data-label="最近期限"><span>{}</span></td>
            </tr>
          """
_TICK = '<label><input type="checkbox" name="p" value="{}" form="chosen"> {}</label>'
_BELOW = '<br><span class="muted small">{}</span>'
_HELPERS = '{}<br><span class="muted small">会办：{}</span>'
_NO_TERM = mark_safe('<span class="muted">—</span>')


@register.simple_tag
def case_rows(rows: Iterable[ListRow], may_tick: bool) -> SafeString:
    """The body of the table, a row for each case; ``may_tick``: with a box before its number."""
    return mark_safe("".join(_row(row, may_tick=may_tick) for row in rows))


def _row(row: ListRow, *, may_tick: bool) -> SafeString:
    case = row.proposal
    lead: str = row.lead or "—"
    if row.lead and row.helpers:
        lead = format_html(_HELPERS, row.lead, "、".join(row.helpers))
    return format_html(
        _ROW,
        format_html(_TICK, case.pk, case.label) if may_tick else case.label,
        case.session,
        row.url,
        case.title,
        row.proposer,
        lead,
        state_mark(row.state, row.tone),
        _below(row.main),
        _below(row.next),
        lamp(row.deadline, show_due=True) if row.deadline else _NO_TERM,
    )


def _below(words: str) -> str:
    return format_html(_BELOW, words) if words else ""
