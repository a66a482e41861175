"""Spring Festival and National Day of five years, written down by hand from the notices of the State Council."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from panjin_portal.lib.holidays_seed import official_calendar
from panjin_portal.lib.workdays import SATURDAY

TWO_WEEKS = timedelta(days=14)
# First and last day off, and the Saturdays and Sundays worked for it.
SPRING_FESTIVALS = [
    ("2022-01-31", "2022-02-06", ["2022-01-29", "2022-01-30"]),
    ("2023-01-21", "2023-01-27", ["2023-01-28", "2023-01-29"]),
    ("2024-02-10", "2024-02-17", ["2024-02-04", "2024-02-18"]),
    ("2025-01-28", "2025-02-04", ["2025-01-26", "2025-02-08"]),
    ("2026-02-15", "2026-02-23", ["2026-02-14", "2026-02-28"]),
]
NATIONAL_DAYS = [
    ("2022-10-01", "2022-10-07", ["2022-10-08", "2022-10-09"]),
    ("2023-09-29", "2023-10-06", ["2023-10-07", "2023-10-08"]),
    ("2025-10-01", "2025-10-08", ["2025-09-28", "2025-10-11"]),
]


@pytest.mark.parametrize(("first", "last", "worked"), [*SPRING_FESTIVALS, *NATIONAL_DAYS])
def test_the_weeks_around_a_festival_are_as_the_notice_says(first: str, last: str, worked: list[str]) -> None:
    begin, end = date.fromisoformat(first), date.fromisoformat(last)
    calendar = official_calendar([begin.year])
    day = max(begin - TWO_WEEKS, date(begin.year, 1, 4))  # not into 元旦
    while day <= end + TWO_WEEKS:
        expected = day.isoformat() in worked or (day.weekday() < SATURDAY and not begin <= day <= end)
        assert calendar.is_working(day) is expected, day
        day += timedelta(days=1)


@pytest.mark.parametrize(("year", "days"), [(2022, 249), (2023, 249), (2024, 251), (2025, 248), (2026, 248)])
def test_the_working_days_of_a_year_add_up(year: int, days: int) -> None:
    """Mondays to Fridays less the statutory days: 11 up to 2024, 13 since. What is given off beyond them is made up."""
    calendar = official_calendar([year])
    every = (date(year, 1, 1) + timedelta(days=offset) for offset in range(366))
    assert sum(1 for day in every if day.year == year and calendar.is_working(day)) == days
