"""The official calendar, checked against a second package and against hand-made tables."""

from datetime import date, timedelta

import chinese_calendar
import pytest

from panjin_portal.lib.holidays_seed import official_calendar, official_days

# Spring Festival by hand from the State Council notices: (first day off, last day off, make-up days).
SPRING_FESTIVALS = [
    (date(2022, 1, 31), date(2022, 2, 6), [date(2022, 1, 29), date(2022, 1, 30)]),
    (date(2023, 1, 21), date(2023, 1, 27), [date(2023, 1, 28), date(2023, 1, 29)]),
    (date(2024, 2, 10), date(2024, 2, 17), [date(2024, 2, 4), date(2024, 2, 18)]),
    (date(2025, 1, 28), date(2025, 2, 4), [date(2025, 1, 26), date(2025, 2, 8)]),
    (date(2026, 2, 15), date(2026, 2, 23), [date(2026, 2, 14), date(2026, 2, 28)]),
]


@pytest.mark.parametrize("year", range(2022, 2027))
def test_every_day_of_an_announced_year_agrees_with_the_second_package(year: int) -> None:
    calendar = official_calendar([year])
    first = date(year, 1, 1)
    days = [first + timedelta(days=offset) for offset in range(366) if (first + timedelta(days=offset)).year == year]
    assert len(days) >= 365
    assert [day for day in days if calendar.is_working(day) != chinese_calendar.is_workday(day)] == []
    assert calendar.known_until == date(year, 12, 31)


@pytest.mark.parametrize(("first", "last", "make_up_days"), SPRING_FESTIVALS)
def test_the_weeks_of_spring_festival_are_as_announced(first: date, last: date, make_up_days: list[date]) -> None:
    calendar = official_calendar([first.year])
    off = [first + timedelta(days=offset) for offset in range((last - first).days + 1)]
    assert not any(calendar.is_working(day) for day in off)
    assert all(calendar.is_working(day) for day in make_up_days)
    assert calendar.roll_forward(first) == next(
        day for offset in range(1, 5) if calendar.is_working(day := last + timedelta(days=offset))
    )


def test_an_unannounced_year_gives_its_statutory_days_unconfirmed() -> None:
    rows = official_days([2098])
    assert date(2098, 10, 1) in {row.date for row in rows}
    assert not any(row.confirmed or row.is_working for row in rows)
    assert official_calendar([2098]).known_until is None


@pytest.mark.parametrize("year", [1, 1900, 2150, 9999])
def test_a_year_nobody_knows_does_not_raise(year: int) -> None:
    assert not any(row.confirmed for row in official_days([year]))


def test_the_calendar_is_known_until_the_first_gap() -> None:
    assert official_calendar([2022, 2023, 2025]).known_until == date(2023, 12, 31)
    assert official_calendar([2025, 2026, 2098]).known_until == date(2026, 12, 31)


def test_rows_are_named_in_chinese_once_per_day_in_order() -> None:
    rows = official_days([2023, 2022, 2022])
    dates = [row.date for row in rows]
    assert dates == sorted(set(dates))
    names = {row.date: row.name for row in rows}
    assert names[date(2022, 9, 10)] == "中秋节"
    assert names[date(2022, 10, 8)] == "调休上班"
    assert all(row.name for row in rows)
