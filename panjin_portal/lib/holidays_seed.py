"""The official holidays and make-up days of mainland China, to fill the calendar table from.

The State Council announces each year's arrangement in the autumn before. Until the `holidays` package knows it, only
the statutory days of that year are there, without 调休: such rows come with `confirmed=False`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache

import holidays

from panjin_portal.lib.workdays import Calendar

MAKE_UP_DAY = "调休上班"


@dataclass(frozen=True, order=True)
class SeedDay:
    """One row for the calendar table; `confirmed` says whether the whole arrangement of its year is announced."""

    date: date
    is_working: bool
    name: str
    confirmed: bool


def official_days(years: Iterable[int]) -> list[SeedDay]:
    """The days off and make-up working days of `years` in order of date, with their Chinese names.

    A year that nobody has arranged yet gives its statutory days unconfirmed, or nothing; it never raises.
    """
    return [row for year in sorted(set(years)) for row in _days_of(year)]


def official_calendar(years: Iterable[int]) -> Calendar:
    """`official_days` as a Calendar, known until the last day of the confirmed years (no gap among them)."""
    rows = official_days(years)
    confirmed = sorted({row.date.year for row in rows if row.confirmed})
    known = [year for position, year in enumerate(confirmed) if year == confirmed[0] + position]
    return Calendar(
        days={row.date: row.is_working for row in rows},
        known_until=date(known[-1], 12, 31) if known else None,
    )


@cache
def _days_of(year: int) -> tuple[SeedDay, ...]:
    table = holidays.country_holidays("CN", years=year, language="zh_CN")
    # The package lists a few make-up days of other years whatever year is asked for.
    make_up_days = {day for day in table.weekend_workdays if day.year == year}
    # Every announced arrangement since 2007 moves some days; none moved means none announced.
    confirmed = bool(make_up_days)
    days_off = [SeedDay(day, False, name, confirmed) for day, name in table.items() if day.year == year]
    return tuple(sorted(days_off + [SeedDay(day, True, MAKE_UP_DAY, confirmed) for day in make_up_days]))
