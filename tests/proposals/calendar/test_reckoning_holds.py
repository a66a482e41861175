"""What holds of every reckoning, whatever the rule, the day and the calendar."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from panjin_portal.lib.holidays_seed import official_calendar
from panjin_portal.lib.workdays import Calendar
from proposals.deadlines import (
    LONGEST_EXPLANATION,
    NOT_AFTER_REPLY,
    DueDate,
    Pause,
    RuleSpec,
    Unit,
    capped,
    due_date,
    reckon,
    set_by_hand,
)

OFFICIAL = official_calendar(range(2022, 2027))
WEEKS_ONLY = Calendar({}, None)
starts = st.dates(date(2022, 1, 1), date(2026, 6, 30))
counted = st.sampled_from([Unit.WORKING_DAYS, Unit.CALENDAR_DAYS, Unit.MONTHS])
amounts = st.integers(1, 60)
calendars = st.dictionaries(st.dates(date(2023, 1, 1), date(2025, 12, 31)), st.booleans(), max_size=40).map(
    lambda days: Calendar(days, date(2025, 12, 31))
)
rules = st.one_of(
    st.builds(RuleSpec, st.just("答复期限"), counted, amounts, roll_forward=st.booleans()),
    st.builds(
        RuleSpec,
        st.just("答复期限"),
        st.just(Unit.FIXED_DATE),
        month=st.integers(1, 12),
        day=st.integers(1, 28),
        roll_forward=st.booleans(),
    ),
)


@st.composite
def pauses(draw: st.DrawFn, since: date) -> list[Pause]:
    """Up to three suspensions after ``since``, one after the other."""
    found, day = [], since
    for _ in range(draw(st.integers(0, 3))):
        begin = day + timedelta(days=draw(st.integers(0, 30)))
        day = begin + timedelta(days=draw(st.integers(0, 40)))
        found.append(Pause(begin, day))
    return found


@given(unit=counted, fewer=amounts, more=amounts, start=starts, calendar=calendars, rolls=st.booleans())
def test_a_longer_limit_is_never_due_earlier(
    unit: Unit, fewer: int, more: int, start: date, calendar: Calendar, rolls: bool
) -> None:
    small, large = sorted((fewer, more))
    rule = RuleSpec("期限", unit, small, roll_forward=rolls)
    assert due_date(rule, start, calendar).due <= due_date(replace(rule, amount=large), start, calendar).due


@given(rule=rules, first=starts, second=starts, calendar=calendars)
def test_a_later_start_is_never_due_earlier(rule: RuleSpec, first: date, second: date, calendar: Calendar) -> None:
    earlier, later = sorted((first, second))
    assert due_date(rule, earlier, calendar).due <= due_date(rule, later, calendar).due


@given(rule=rules, start=starts, calendar=calendars)
def test_a_rolled_day_is_worked_and_one_not_rolled_is_where_the_count_ends(
    rule: RuleSpec, start: date, calendar: Calendar
) -> None:
    rolled = due_date(replace(rule, roll_forward=True), start, calendar)
    plain = due_date(replace(rule, roll_forward=False), start, calendar)
    assert calendar.is_working(rolled.due)
    assert plain.due <= rolled.due
    assert not any(
        calendar.is_working(plain.due + timedelta(days=offset)) for offset in range((rolled.due - plain.due).days)
    )


@given(rule=rules, start=starts, calendar=calendars, off=st.dates(date(2022, 1, 1), date(2027, 1, 1)))
def test_one_more_day_off_never_brings_a_day_forward(
    rule: RuleSpec, start: date, calendar: Calendar, off: date
) -> None:
    wider = Calendar({**calendar.days, off: False}, calendar.known_until)
    assert due_date(rule, start, calendar).due <= due_date(rule, start, wider).due


@given(start=starts, months=st.integers(1, 36))
def test_months_end_on_the_same_day_or_the_last_of_the_month(start: date, months: int) -> None:
    rule = RuleSpec("期限", Unit.MONTHS, months, roll_forward=False)
    due = due_date(rule, start, WEEKS_ONLY).due
    assert (due.year * 12 + due.month) - (start.year * 12 + start.month) == months
    assert due.day == min(start.day, monthrange(due.year, due.month)[1])


@given(year=st.integers(2000, 2099), days=st.integers(1, 60))
def test_calendar_days_count_a_leap_day_like_any_other(year: int, days: int) -> None:
    start = date(year, 2, 1)
    rule = RuleSpec("期限", Unit.CALENDAR_DAYS, days, roll_forward=False)
    assert (due_date(rule, start, WEEKS_ONLY).due - start).days == days


@given(data=st.data(), rule=rules, start=starts, calendar=calendars)
def test_a_pause_never_brings_a_day_forward_and_working_days_are_given_back(
    data: st.DataObject, rule: RuleSpec, start: date, calendar: Calendar
) -> None:
    stood_still = data.draw(pauses(start))
    plain, moved = due_date(rule, start, calendar), reckon(rule, start, calendar, pauses=stood_still)
    assert plain.due <= moved.due
    if rule.unit is Unit.WORKING_DAYS:
        lost = sum(calendar.working_days_between(one.start, one.end) for one in stood_still)
        assert calendar.working_days_between(start, moved.due) == rule.amount + lost
    else:
        lost = sum((one.end - one.start).days for one in stood_still)
        assert (moved.due - plain.due).days >= lost


@given(data=st.data(), rule=rules, start=starts, calendar=calendars, shift=st.integers(0, 200))
def test_a_day_set_by_hand_stands_and_only_later_pauses_move_it(
    data: st.DataObject, rule: RuleSpec, start: date, calendar: Calendar, shift: int
) -> None:
    on = start + timedelta(days=shift)
    day = on + timedelta(days=30)
    told = set_by_hand(rule, start, day, calendar, how="人工确定为", on=on)
    before = [one for one in data.draw(pauses(start)) if one.start < on]
    after = data.draw(pauses(on))
    assert reckon(rule, start, calendar, by_hand=told, pauses=before).due == day
    assert reckon(rule, start, calendar, by_hand=told, pauses=before).provisional is False
    assert reckon(rule, start, calendar, by_hand=told, pauses=[*before, *after]).due >= day


@given(data=st.data(), rule=rules, start=starts, calendar=calendars, latest=starts)
def test_every_day_explains_itself_in_one_sentence(
    data: st.DataObject, rule: RuleSpec, start: date, calendar: Calendar, latest: date
) -> None:
    own = reckon(rule, start, calendar, pauses=data.draw(pauses(start)))
    for found in (own, capped(own, latest, latest_provisional=True), capped(own, latest, latest_provisional=False)):
        words = found.explanation
        assert words.endswith("。")
        assert words.count("。") == 1
        assert len(words) <= LONGEST_EXPLANATION
        assert ("日期为暂定" in words) == found.provisional


@given(rule=rules, start=starts, latest=starts)
def test_an_opinion_is_due_with_the_reply_at_the_latest(rule: RuleSpec, start: date, latest: date) -> None:
    own = due_date(rule, start, OFFICIAL)
    found = capped(own, latest, latest_provisional=False)
    assert found.due == min(own.due, latest)
    assert (NOT_AFTER_REPLY in found.explanation) == (own.due > latest)


def test_the_sentence_tells_rule_extension_and_suspension() -> None:
    rule = RuleSpec("答复期限", Unit.MONTHS, 3)
    told = set_by_hand(
        rule,
        date(2022, 7, 1),
        date(2022, 11, 8),
        OFFICIAL,
        how="同意延期至2022年11月8日，理由：还要调研",
        on=date(2022, 9, 1),
    )
    pause = Pause(date(2022, 10, 10), date(2022, 10, 13))

    assert reckon(rule, date(2022, 7, 1), OFFICIAL, by_hand=told, pauses=[pause]) == DueDate(
        date(2022, 11, 11),
        False,
        "答复期限：自2022年7月1日起算（当日不计）3个月，至2022年10月1日，因该日放假，顺延至2022年10月8日；"
        "同意延期至2022年11月8日，理由：还要调研；自2022年10月10日至2022年10月13日中止3日，"
        "由2022年11月8日顺延至2022年11月11日。",
    )
