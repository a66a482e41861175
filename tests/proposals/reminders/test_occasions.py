"""Offsets as ranges of due days: what is in force on a day, and what comes next."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from panjin_portal.lib.workdays import Calendar
from proposals.occasions import Band, Offset, Timing, applies, bands, next_occasion, occasion_words

HOLIDAY = {date(2026, 10, day): False for day in range(1, 8)} | {date(2026, 10, 10): True}
CALENDAR = Calendar(HOLIDAY, None)
REPLY = [
    *(Offset("reply", Timing.BEFORE, days) for days in (7, 3)),
    Offset("reply", Timing.DUE),
    *(Offset("reply", Timing.AFTER, days) for days in (1, 3)),
    Offset("reply", Timing.WEEKLY),
]
DAYS = st.dates(date(2026, 8, 1), date(2026, 12, 31))
SOME = st.lists(st.sampled_from(REPLY), min_size=1, unique=True)
LONG_AGO = date(2026, 1, 1)


def in_force(offsets: list[Offset], day: date, due_on: date) -> list[str]:
    return [band.occasion for band in bands(offsets, day, CALENDAR) if band.first <= due_on <= band.last]


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(SOME, DAYS, DAYS)
def test_at_most_one_occasion_is_in_force(offsets: list[Offset], day: date, due_on: date) -> None:
    assert len(in_force(offsets, day, due_on)) <= 1


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(DAYS, DAYS)
def test_a_later_day_never_has_an_older_occasion(day: date, due_on: date) -> None:
    order = ["before_7", "before_3", "due", "after_1", "after_3"]

    def age(at: date) -> tuple[int, str]:
        found = (in_force(REPLY, at, due_on) or [""])[0]
        return (order.index(found), "") if found in order else (len(order) if found else -1, found)

    assert age(day) <= age(day + timedelta(days=1))


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(DAYS, DAYS)
def test_what_comes_next_is_in_force_on_its_day_and_nothing_else_before_it(day: date, due_on: date) -> None:
    found = next_occasion(REPLY, starts_on=LONG_AGO, due_on=due_on, after=day, calendar=CALENDAR)

    assert found is not None
    assert found.day > day
    assert CALENDAR.is_working(found.day)
    assert in_force(REPLY, found.day, due_on) == [found.occasion]
    now = in_force(REPLY, day, due_on)
    between = [day + timedelta(days=n) for n in range(1, (found.day - day).days)]
    worked = [at for at in between if CALENDAR.is_working(at)]
    if CALENDAR.is_working(day):
        assert all(in_force(REPLY, at, due_on) == now for at in worked)


def test_a_week_of_holidays_is_passed_over() -> None:
    # Due on Tuesday, 22 September; the third working day after it is the 25th; the first Monday the 28th.
    due_on = date(2026, 9, 22)
    said: list[date] = []
    day = date(2026, 9, 25)
    while found := next_occasion(REPLY, starts_on=LONG_AGO, due_on=due_on, after=day, calendar=CALENDAR):
        day = found.day
        said.append(day)
        if len(said) == 3:
            break

    assert said == [date(2026, 9, 28), date(2026, 10, 8), date(2026, 10, 12)]


def test_a_kind_nothing_is_said_of_once_overdue_ends_with_its_day() -> None:
    day = date(2026, 9, 9)
    found: list[Band] = bands([Offset("cosign", Timing.DUE), Offset("cosign", Timing.BEFORE, 3)], day, CALENDAR)

    assert [(band.occasion, band.first, band.last) for band in found] == [
        ("due", day, day),
        ("before_3", date(2026, 9, 10), date(2026, 9, 12)),
    ]


def test_occasions_in_words() -> None:
    words = [occasion_words(code) for code in ("before_7", "due", "after_3", "week_20260302")]

    assert words == ["到期前7天", "到期当天", "超期第3个工作日", "超期每周，2026-03-02起的一周"]


def test_a_term_has_no_moment_before_its_start() -> None:
    start = date(2026, 9, 1)

    assert applies("before_7", start, start + timedelta(days=7))
    assert not applies("before_7", start, start + timedelta(days=6))
    assert applies("after_1", start, start)
