"""Due dates by every kind of rule, on the calendars of 2022 to 2026."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panjin_portal.lib.holidays_seed import official_calendar
from panjin_portal.lib.workdays import Calendar
from proposals.deadlines import DueDate, InvalidRule, Lamp, RuleSpec, Unit, days_left, due_date, lamp

OFFICIAL = official_calendar(range(2022, 2027))
WEEKS_ONLY = Calendar(days={}, known_until=date(9999, 12, 31))

THREE_MONTHS = RuleSpec("答复期限", Unit.MONTHS, amount=3)
TWENTY_AUGUST = RuleSpec("市级答复期限", Unit.FIXED_DATE, month=8, day=20)

starts = st.dates(date(2022, 1, 1), date(2026, 6, 30))
rules = st.one_of(
    st.builds(RuleSpec, st.just("期限"), st.just(Unit.WORKING_DAYS), st.integers(1, 90), roll_forward=st.booleans()),
    st.builds(RuleSpec, st.just("期限"), st.just(Unit.CALENDAR_DAYS), st.integers(1, 180), roll_forward=st.booleans()),
    st.builds(RuleSpec, st.just("期限"), st.just(Unit.MONTHS), st.integers(1, 12), roll_forward=st.booleans()),
    st.builds(
        RuleSpec,
        st.just("期限"),
        st.just(Unit.FIXED_DATE),
        month=st.integers(1, 12),
        day=st.integers(1, 28),
        roll_forward=st.booleans(),
    ),
)


def _due(unit: Unit, amount: int, start: date, calendar: Calendar = WEEKS_ONLY, *, roll: bool = False) -> date:
    return due_date(RuleSpec("期限", unit, amount, roll_forward=roll), start, calendar).due


@given(rule=rules, first=starts, second=starts)
def test_a_later_start_is_never_due_earlier(rule: RuleSpec, first: date, second: date) -> None:
    earlier, later = sorted((first, second))
    assert due_date(rule, earlier, OFFICIAL).due <= due_date(rule, later, OFFICIAL).due


@given(rule=rules, start=starts)
def test_a_due_date_comes_after_its_start_and_when_rolled_on_a_working_day(rule: RuleSpec, start: date) -> None:
    found = due_date(rule, start, OFFICIAL)
    assert found.due > start
    if rule.roll_forward or rule.unit is Unit.WORKING_DAYS:
        assert OFFICIAL.is_working(found.due)


@pytest.mark.parametrize(
    ("start", "months", "due"),
    [
        (date(2023, 1, 31), 1, date(2023, 2, 28)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2024, 2, 29), 48, date(2028, 2, 29)),
        (date(2022, 11, 30), 3, date(2023, 2, 28)),
        (date(2022, 10, 31), 2, date(2022, 12, 31)),
        (date(2022, 12, 15), 1, date(2023, 1, 15)),
        (date(2022, 5, 18), 3, date(2022, 8, 18)),
    ],
)
def test_months_end_on_the_same_day_or_on_the_last_of_the_month(start: date, months: int, due: date) -> None:
    assert _due(Unit.MONTHS, months, start) == due


# The n-th working day after the last day at work before Spring Festival, counted by hand on the notices.
@pytest.mark.parametrize(
    ("start", "amount", "due"),
    [
        (date(2022, 1, 28), 1, date(2022, 1, 29)),  # a make-up Saturday
        (date(2022, 1, 30), 1, date(2022, 2, 7)),
        (date(2022, 1, 28), 5, date(2022, 2, 9)),
        (date(2023, 1, 20), 1, date(2023, 1, 28)),  # a make-up Saturday
        (date(2023, 1, 20), 5, date(2023, 2, 1)),
        (date(2024, 2, 3), 1, date(2024, 2, 4)),  # a make-up Sunday
        (date(2024, 2, 9), 1, date(2024, 2, 18)),  # a make-up Sunday
        (date(2025, 1, 24), 3, date(2025, 2, 5)),  # 26 and 27 January are worked
        (date(2025, 2, 7), 1, date(2025, 2, 8)),  # a make-up Saturday
        (date(2026, 2, 13), 2, date(2026, 2, 24)),  # 14 February is worked
        (date(2026, 2, 24), 5, date(2026, 3, 2)),  # 28 February is worked
    ],
)
def test_working_days_are_counted_through_spring_festival(start: date, amount: int, due: date) -> None:
    assert _due(Unit.WORKING_DAYS, amount, start, OFFICIAL) == due


def test_calendar_days_pass_through_a_leap_day() -> None:
    assert _due(Unit.CALENDAR_DAYS, 2, date(2024, 2, 28)) == date(2024, 3, 1)
    assert _due(Unit.CALENDAR_DAYS, 2, date(2023, 2, 27)) == date(2023, 3, 1)


@pytest.mark.parametrize(
    ("start", "due"),
    [
        (date(2023, 4, 25), date(2023, 8, 21)),  # 20 August 2023 is a Sunday
        (date(2022, 8, 19), date(2022, 8, 22)),
        (date(2022, 8, 20), date(2023, 8, 21)),  # the start is already the day: the next year's
        (date(2024, 12, 31), date(2025, 8, 20)),
    ],
)
def test_a_fixed_date_is_the_next_one_after_the_start(start: date, due: date) -> None:
    assert due_date(TWENTY_AUGUST, start, OFFICIAL).due == due


def test_the_29th_of_february_falls_on_the_28th_in_a_common_year() -> None:
    rule = RuleSpec("期限", Unit.FIXED_DATE, month=2, day=29, roll_forward=False)
    assert due_date(rule, date(2022, 12, 1), WEEKS_ONLY).due == date(2023, 2, 28)
    assert due_date(rule, date(2023, 12, 1), WEEKS_ONLY).due == date(2024, 2, 29)


def test_the_explanation_tells_start_rule_and_rolling_in_one_sentence() -> None:
    assert due_date(THREE_MONTHS, date(2022, 7, 1), OFFICIAL) == DueDate(
        due=date(2022, 10, 8),
        provisional=False,
        explanation="答复期限：自2022年7月1日起算（当日不计）3个月，至2022年10月1日，因该日放假，顺延至2022年10月8日。",
    )
    assert due_date(TWENTY_AUGUST, date(2025, 4, 25), OFFICIAL).explanation == (
        "市级答复期限：自2025年4月25日起，至其后首个8月20日，即2025年8月20日。"
    )


def test_a_date_that_rests_on_an_unannounced_calendar_is_provisional_and_says_so() -> None:
    found = due_date(THREE_MONTHS, date(2026, 11, 2), OFFICIAL)
    assert found.provisional
    assert "暂定" in found.explanation
    assert due_date(RuleSpec("期限", Unit.WORKING_DAYS, 30), date(2026, 12, 1), OFFICIAL).provisional
    assert not due_date(THREE_MONTHS, date(2026, 9, 1), OFFICIAL).provisional


def test_a_date_that_never_rolls_does_not_rest_on_the_calendar() -> None:
    rule = RuleSpec("期限", Unit.MONTHS, 3, roll_forward=False)
    assert not due_date(rule, date(2026, 11, 2), OFFICIAL).provisional


@pytest.mark.parametrize(
    ("unit", "amount", "month", "day", "field"),
    [
        (Unit.WORKING_DAYS, 0, 0, 0, "amount"),
        (Unit.MONTHS, -3, 0, 0, "amount"),
        (Unit.MONTHS, 121, 0, 0, "amount"),
        (Unit.CALENDAR_DAYS, 100_000, 0, 0, "amount"),
        (Unit.FIXED_DATE, 0, 13, 1, "month"),
        (Unit.FIXED_DATE, 0, 2, 30, "day"),
        (Unit.FIXED_DATE, 0, 6, 0, "day"),
    ],
)
def test_a_rule_that_gives_no_date_is_refused_at_its_field(
    unit: Unit, amount: int, month: int, day: int, field: str
) -> None:
    with pytest.raises(InvalidRule) as refusal:
        RuleSpec("期限", unit, amount, month, day)
    assert refusal.value.field == field
    assert refusal.value.message


@pytest.mark.parametrize(
    ("left", "shown"),
    [
        (16, Lamp.GREEN), (15, Lamp.YELLOW), (4, Lamp.YELLOW), (3, Lamp.RED), (0, Lamp.RED), (-1, Lamp.OVERDUE),
    ],
)  # fmt: skip
def test_the_lamp_changes_at_15_3_and_0_days(left: int, shown: Lamp) -> None:
    due = date(2022, 8, 20)
    today = date.fromordinal(due.toordinal() - left)
    assert days_left(due, today) == left
    assert lamp(due, today) is shown


def test_a_met_deadline_has_its_own_lamp_in_time_or_late() -> None:
    assert lamp(date(2022, 8, 20), date(2022, 9, 1), met_on=date(2022, 8, 18)) is Lamp.MET
    assert lamp(date(2022, 8, 20), date(2022, 9, 1), met_on=date(2022, 8, 25)) is Lamp.MET
