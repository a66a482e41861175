"""The long tables of the lamp board and of the statistics, drawn without a template for each row: a table of bureaus
has hundreds of cells, and their templates were half of the page."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from django import template
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

from panjin_portal.lib.addresses import address
from proposals.board import Line
from proposals.models import Deadline, Session
from proposals.templatetags.marks import state_mark
from proposals.templatetags.portal_ui import lamp

register = template.Library()

_CLOCK = """
            <tr>
              <td data-label="期限"><span>{}</span></td>
              <td data-label="事项" class="nowrap"><span>{}{}</span></td>
              <th scope="row" data-label="提案"><span>{}<a href="{}?tab=handling">{} {}</a></span></th>
              <td data-label="责任单位">{}{}</td>
              <td data-label="经办人">{}</td>
            </tr>
          """
_TICK = (
    '<label><input type="checkbox" id="urge-{}" name="p" value="{}" form="urge">'
    '<span class="visually-hidden">催办</span></label> '
)
_LINE_OF_DAY = '<li>{} <a href="{}?tab=handling">{} {}{}<span class="visually-hidden"> {}</span></a></li>'
_KEY = mark_safe(f" {state_mark('重点', 'info')}")


class Counted(Protocol):
    """A number and the query of the list that holds just that."""

    @property
    def count(self) -> int: ...

    @property
    def query(self) -> str: ...


class FigureLine(Protocol):
    """A row of a table of figures; ``rate`` is "" where none is reckoned."""

    @property
    def label(self) -> str: ...

    @property
    def figures(self) -> Iterable[Counted]: ...

    @property
    def rate(self) -> str: ...


@register.simple_tag
def board_rows(clocks: Iterable[Deadline], may_urge: bool) -> SafeString:
    """Rows of ``board.for_rows``; ``may_urge``: with a box where a bureau owes it."""
    return mark_safe("".join(_clock_row(row, may_urge=may_urge) for row in clocks))


def _clock_row(row: Deadline, *, may_urge: bool) -> SafeString:
    share = row.assignment
    clerk = share.clerk.display_name if share is not None and share.clerk is not None else ""
    owner: tuple[str, str] = ("", row.bureau.short_name) if row.bureau is not None else ("提案者 ", "")
    if row.bureau is None and row.proposer is not None:
        owner = ("提案者 ", row.proposer.name)
    return format_html(
        _CLOCK,
        lamp(row, show_due=True),
        row.get_kind_display(),
        _KEY if getattr(row, "is_key", False) else "",
        format_html(_TICK, row.pk, row.proposal_id) if may_urge and row.bureau_id else "",
        address("proposal-detail", row.proposal_id),
        row.proposal.label,
        row.proposal.title,
        *owner,
        clerk or "—",
    )


@register.simple_tag
def clocks_of_day(clocks: Iterable[Deadline]) -> SafeString:
    """The lines of one day of the month."""
    return mark_safe("".join(map(_line_of_day, clocks)))


def _line_of_day(row: Deadline) -> SafeString:
    return format_html(
        _LINE_OF_DAY,
        lamp(row),
        address("proposal-detail", row.proposal_id),
        row.get_kind_display(),
        row.proposal.label,
        f" {row.bureau.short_name}" if row.bureau else "",
        row.proposal.title,
    )


@register.simple_tag
def lamp_counts(lines: Iterable[Line], board_url: str, chosen: Session | None) -> SafeString:
    """A row for each bureau: its open deadlines by lamp, each number with its list; ``chosen``: the session of all."""
    only = f"&amp;session={chosen.pk}" if chosen else ""
    return mark_safe("".join(_count_row(line, f"{escape(board_url)}?bureau={line.value}", only) for line in lines))


def _count_row(line: Line, listed: str, only: str) -> str:
    cells = "".join(
        f'<td class="num"><a href="{listed}&amp;lamp={name}{only}">{count}</a></td>'
        if count
        else '<td class="num">0</td>'
        for name, count in line.counts.items()
    )
    return f"""
              <tr>
                <th scope="row" class="nowrap">{escape(line.name)}</th>
                {cells}
                <td class="num"><a href="{listed}{only}">{line.total}</a></td>
              </tr>
            """


@register.simple_tag
def figure_lines(lines: Iterable[FigureLine], cases: str) -> SafeString:
    """The body of a table of figures, each number with its list under ``cases``."""
    return mark_safe("".join(_figure_row(line, escape(cases)) for line in lines))


def _figure_row(line: FigureLine, cases: str) -> str:
    cells = "".join(
        f'<td class="num"><a href="{cases}?{escape(one.query)}">{one.count}</a></td>' for one in line.figures
    )
    rate = f'<td class="num">{escape(line.rate)}</td>' if line.rate else ""
    return f"""
              <tr>
                <th scope="row" class="nowrap">{escape(line.label)}</th>
                {cells}
                {rate}
              </tr>
            """
