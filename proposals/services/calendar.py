"""The working-day calendar as a pure value."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import QuerySet

from panjin_portal.lib.kept import Kept
from panjin_portal.lib.workdays import Calendar
from proposals.models import Workday


def load_calendar() -> Calendar:
    """All rows of the table as a ``Calendar`` (one query)."""
    rows = _days()
    return Calendar(
        {day: is_working for day, is_working, _ in rows}, known_until_of((day, sure) for day, _, sure in rows)
    )


@Kept
def _days() -> QuerySet[Workday, tuple[date, bool, bool]]:
    return Workday.objects.values_list("date", "is_working", "is_confirmed")


def known_until() -> date | None:
    """The last day whose arrangement has been announced (one query); None when none has."""
    return known_until_of(Workday.objects.values_list("date", "is_confirmed"))


def known_until_of(days: Iterable[tuple[date, bool]]) -> date | None:
    """The end of the last known year without a gap before it. A year is known when all its rows rest on the notice;
    one day entered for a year that has not been loaded makes it no known year."""
    years: dict[int, bool] = {}
    for day, is_confirmed in days:
        years[day.year] = years.get(day.year, True) and is_confirmed
    known = sorted(year for year, is_known in years.items() if is_known)
    unbroken = [year for place, year in enumerate(known) if year == known[0] + place]
    return date(unbroken[-1], 12, 31) if unbroken else None


def year_is_known(year: int) -> bool:
    """Whether the arrangement of ``year`` has been loaded (one query)."""
    rows = list(Workday.objects.filter(date__year=year).values_list("is_confirmed", flat=True))
    return bool(rows) and all(rows)
