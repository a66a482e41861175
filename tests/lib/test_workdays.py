"""Working-day arithmetic on a small hand-made table."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panjin_portal.lib.workdays import Calendar

# National Day 2022: 1-7 October off, Saturday 8 and Sunday 9 worked.
AUTUMN = Calendar(
    days={date(2022, 10, day): day >= 8 for day in range(1, 10)},
    known_until=date(2022, 12, 31),
)
EMPTY = Calendar(days={}, known_until=None)

calendars = st.builds(
    Calendar,
    days=st.dictionaries(st.dates(date(2022, 1, 1), date(2022, 3, 31)), st.booleans()),
    known_until=st.none(),
)


def test_a_date_without_a_row_follows_the_week() -> None:
    assert EMPTY.is_working(date(2022, 8, 19))
    assert not EMPTY.is_working(date(2022, 8, 20))


def test_a_make_up_sunday_is_worked_and_a_holiday_thursday_is_not() -> None:
    assert AUTUMN.is_working(date(2022, 10, 9))
    assert not AUTUMN.is_working(date(2022, 10, 6))


def test_rolling_forward_leaves_a_working_day_alone_and_stops_at_a_make_up_saturday() -> None:
    assert AUTUMN.roll_forward(date(2022, 9, 30)) == date(2022, 9, 30)
    assert AUTUMN.roll_forward(date(2022, 10, 1)) == date(2022, 10, 8)


def test_the_start_day_is_not_counted() -> None:
    assert AUTUMN.add_working_days(date(2022, 9, 30), 1) == date(2022, 10, 8)
    assert AUTUMN.add_working_days(date(2022, 10, 3), 1) == date(2022, 10, 8)
    assert AUTUMN.add_working_days(date(2022, 9, 29), 5) == date(2022, 10, 11)


@pytest.mark.parametrize("amount", [0, -1])
def test_adding_no_working_day_is_an_error(amount: int) -> None:
    with pytest.raises(ValueError, match="positive"):
        EMPTY.add_working_days(date(2022, 8, 18), amount)


def test_a_day_is_provisional_beyond_the_announced_calendar() -> None:
    assert not AUTUMN.is_provisional(date(2022, 12, 31))
    assert AUTUMN.is_provisional(date(2023, 1, 1))
    assert EMPTY.is_provisional(date(2022, 1, 1))


@given(calendar=calendars, start=st.dates(date(2021, 12, 1), date(2022, 4, 30)), amount=st.integers(1, 40))
def test_counting_is_the_inverse_of_adding(calendar: Calendar, start: date, amount: int) -> None:
    end = calendar.add_working_days(start, amount)
    assert calendar.is_working(end)
    assert calendar.working_days_between(start, end) == amount
    assert calendar.working_days_between(end, start) == -amount


@given(calendar=calendars, day=st.dates(date(2021, 12, 1), date(2022, 4, 30)))
def test_rolling_forward_finds_the_first_working_day(calendar: Calendar, day: date) -> None:
    rolled = calendar.roll_forward(day)
    assert calendar.is_working(rolled)
    skipped = (day + timedelta(days=offset) for offset in range((rolled - day).days))
    assert not any(calendar.is_working(other) for other in skipped)
