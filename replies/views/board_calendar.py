"""The month of the lamp board: open deadlines by day, with holidays and make-up days."""

from __future__ import annotations

import re
from calendar import Calendar as Months
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from operator import attrgetter

from django.contrib.auth.decorators import login_required
from django.db.models import Count, F, QuerySet, Window
from django.db.models.functions import RowNumber
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from proposals.board import rows_with
from proposals.models import Deadline
from proposals.services.calendar import load_calendar
from replies.views.board import Asked, asked_board
from replies.views.exports import in_words

SHOWN_A_DAY = 3
WEEKDAYS = ("一", "二", "三", "四", "五", "六", "日")
FIRST_YEAR, LAST_YEAR = 1950, 2998
_MONTH = re.compile(r"([0-9]{4})-([0-9]{1,2})")


@dataclass
class Day:
    """One day of the month: what is due, how much of it is shown; ``mark``: 休 or 班 where it departs from the week."""

    date: date
    weekday: str
    is_inside: bool
    is_today: bool
    is_off: bool
    mark: str
    count: int = 0
    url: str = ""
    rows: list[Deadline] = field(default_factory=list)

    @property
    def more(self) -> int:
        """Those that are not shown."""
        return self.count - len(self.rows)


@login_required
@require_safe
def board_calendar(request: HttpRequest) -> HttpResponse:
    """One month (``month=2022-08``; this one unless named), with the filter of the board in force."""
    asked = asked_board(request)
    first = _month(request.GET.get("month", ""), asked.day)
    weeks = _weeks(asked, first)
    context = {
        "conditions": in_words(asked.found.form),
        "first": first,
        "weekdays": WEEKDAYS,
        "weeks": weeks,
        "count": sum(day.count for week in weeks for day in week if day.is_inside),
        "previous_url": _address(asked, first - timedelta(days=1)),
        "next_url": _address(asked, first + timedelta(days=31)),
        "now_url": _address(asked, asked.day),
        "query": asked.query.urlencode(),
        "reset_url": f"{reverse('board-calendar')}?month={first:%Y-%m}",
    }
    return render(request, "replies/board/calendar.html", context)


def _month(given: str, day: date) -> date:
    """The first day of the month named, or of that of ``day`` where nothing sensible is."""
    if named := _MONTH.fullmatch(given):
        year, month = int(named[1]), int(named[2])
        if FIRST_YEAR <= year <= LAST_YEAR and 1 <= month <= 12:
            return date(year, month, 1)
    return day.replace(day=1)


def _weeks(asked: Asked, first: date) -> list[list[Day]]:
    """Weeks of seven days from Monday (three queries): the days' counts with what they show, its rows, the calendar."""
    days = list(Months().itermonthdates(first.year, first.month))
    last = max(day for day in days if day.month == first.month)
    listed: QuerySet[Deadline] = asked.found.qs.filter(due_on__gte=first, due_on__lte=last)
    place = Window(RowNumber(), partition_by=F("due_on"), order_by=F("id").asc())
    number = Window(Count("pk"), partition_by=F("due_on"))
    shown = listed.order_by().annotate(place=place, number=number).filter(place__lte=SHOWN_A_DAY)
    found = list(shown.values_list("pk", "due_on", "number"))
    counts, day_of = {day: count for _, day, count in found}, {pk: day for pk, day, _ in found}
    rows: dict[date, list[Deadline]] = defaultdict(list)
    for row in sorted(rows_with(day_of), key=attrgetter("pk")):
        rows[day_of[row.pk]].append(row)  # where it was counted, even if it has been moved since
    calendar = load_calendar()

    def made(day: date) -> Day:
        is_off = not calendar.is_working(day)
        odd = calendar.days.get(day)
        mark = "" if odd is None or odd == (day.weekday() < 5) else ("班" if odd else "休")
        query = asked.query.copy()
        query.pop("group", None)  # by bureau, a list leaves the proposers' to another
        query["due_from"] = query["due_to"] = day.isoformat()
        return Day(
            day,
            WEEKDAYS[day.weekday()],
            day.month == first.month,
            day == asked.day,
            is_off,
            mark,
            counts.get(day, 0),
            f"{reverse('board')}?{query.urlencode()}",
            rows.get(day, []),
        )

    return [[made(day) for day in days[start : start + 7]] for start in range(0, len(days), 7)]


def _address(asked: Asked, day: date) -> str:
    query = asked.query.copy()
    query["month"] = f"{day:%Y-%m}"
    return f"{reverse('board-calendar')}?{query.urlencode()}"
