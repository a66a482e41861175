"""Due dates, days left and lamps: pure arithmetic on whole Shanghai days (DOMAIN 1.9)."""

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from panjin_portal.lib.chinese import long_date
from panjin_portal.lib.workdays import Calendar

LAST_DAYS_RED = 3
LAST_DAYS_YELLOW = 15


class Unit(StrEnum):
    """How a rule counts."""

    WORKING_DAYS = "working_days"
    CALENDAR_DAYS = "calendar_days"
    MONTHS = "months"
    FIXED_DATE = "fixed_date"


# Ten years: beyond it a rule is a slip of the keyboard, and dates run out.
_LARGEST_AMOUNT = {Unit.WORKING_DAYS: 2600, Unit.CALENDAR_DAYS: 3660, Unit.MONTHS: 120}
NOT_AFTER_REPLY = "按规则算得的日期晚于答复期限，取答复截止日"
LONGEST_EXPLANATION = 600
CAUTION = "，届时的放假调休安排尚未公布，日期为暂定"
_UNIT_NAMES = {Unit.WORKING_DAYS: "个工作日", Unit.CALENDAR_DAYS: "日", Unit.MONTHS: "个月"}


class InvalidRule(ValueError):
    """A rule that gives no date; `field` names the field at fault, `message` says in Chinese what to enter."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field
        self.message = message


@dataclass(frozen=True)
class RuleSpec:
    """A time limit: so many working days, days or months, or a fixed day of the year (8月20日).

    `roll_forward` moves a date on a day off to the next working day. Raises InvalidRule when it cannot be reckoned.
    """

    label: str
    unit: Unit
    amount: int = 0
    month: int = 0
    day: int = 0
    roll_forward: bool = True

    def __post_init__(self) -> None:
        if self.unit is not Unit.FIXED_DATE:
            largest = _LARGEST_AMOUNT[self.unit]
            if not 1 <= self.amount <= largest:
                raise InvalidRule("amount", f"期限数应为 1 至 {largest} 之间的整数。")
        elif not 1 <= self.month <= 12:
            raise InvalidRule("month", "固定日期的月份应为 1 至 12。")
        elif not 1 <= self.day <= monthrange(2024, self.month)[1]:  # a leap year: 2月29日 may be named
            raise InvalidRule("day", f"{self.month}月没有{self.day}日，请改正日期。")


@dataclass(frozen=True)
class DueDate:
    """The last day of a time limit, whether it may still move, and one Chinese sentence on how it came about."""

    due: date
    provisional: bool
    explanation: str


@dataclass(frozen=True)
class ByHand:
    """A day somebody decided on the day ``on``: an extension, another day with a reason. ``words``: the sentence up to
    there, without its full stop."""

    due: date
    on: date
    words: str


@dataclass(frozen=True)
class Pause:
    """A time in which the case stood still, until it went on on ``end`` (中止)."""

    start: date
    end: date


class Lamp(StrEnum):
    """How near a due date is."""

    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"
    OVERDUE = "overdue"
    MET = "met"


def due_date(rule: RuleSpec, start: date, calendar: Calendar) -> DueDate:
    """The due date of `rule` for a matter that starts on `start`; the start day itself is day 0.

    A month that lacks the day ends on its last day (31 January + 1 month = end of February). A fixed date is the next
    one strictly after the start. Provisional when it rests on days whose arrangement has not been announced yet.
    """
    return reckon(rule, start, calendar)


def reckon(
    rule: RuleSpec | None,
    start: date,
    calendar: Calendar,
    *,
    by_hand: ByHand | None = None,
    pauses: Iterable[Pause] = (),
) -> DueDate:
    """The due date from all that made it: `rule` and `start`, or instead of them the day set `by_hand`; then each of
    the `pauses` that came afterwards, in order. ValueError with neither rule nor day.

    A day set by hand is certain; a pause counts working days where the rule does, and whole days otherwise, rolled on
    to a working day unless the rule says not.
    """
    if by_hand is not None:
        due, words, since, provisional = by_hand.due, by_hand.words, by_hand.on, False
    elif rule is not None:
        nominal = _nominal_date(rule, start, calendar)
        due, since = calendar.roll_forward(nominal) if rule.roll_forward else nominal, start
        words, provisional = _sentence(rule, start, nominal, due), _rests_on(rule) and calendar.is_provisional(due)
    else:
        raise ValueError("a deadline has a rule or a day set by hand")
    for pause in sorted((one for one in pauses if one.start >= since), key=lambda one: one.start):
        before = due
        due, amount, unit = _after_pause(rule, due, pause, calendar)
        if not amount:
            continue
        provisional = provisional or (_rests_on(rule) and calendar.is_provisional(due))
        words += f"；自{long_date(pause.start)}至{long_date(pause.end)}中止{amount}{unit}，"
        words += f"由{long_date(before)}顺延至{long_date(due)}"
    return DueDate(due, provisional, _ended(words, provisional))


def capped(own: DueDate, latest: date, latest_provisional: bool) -> DueDate:
    """`own`, or the day `latest` of the reply where `own` would come after it."""
    if own.due <= latest:
        return own
    words = own.explanation.removesuffix("。").removesuffix(CAUTION)
    return DueDate(latest, latest_provisional, _ended(f"{words}；{NOT_AFTER_REPLY}", latest_provisional))


def set_by_hand(rule: RuleSpec | None, start: date, due: date, calendar: Calendar, *, how: str, on: date) -> ByHand:
    """Another day than the rule's. The sentence tells what the rule gives and then `how` the day came about."""
    own = replace(due_date(rule, start, calendar), provisional=False).explanation if rule else ""
    words = own.removesuffix("。").removesuffix(CAUTION) or f"自{long_date(start)}起算"
    return ByHand(due, on, f"{words}；{how}")


def shown_day(day: date, *, provisional: bool) -> str:
    """``2026-08-20``, or ``2027-01-04（暂定）`` for a day that may still move."""
    return f"{day.isoformat()}{'（暂定）' if provisional else ''}"


def days_left(due: date, today: date) -> int:
    """Whole calendar days from `today` to `due`: 0 on the last day, negative when overdue."""
    return (due - today).days


def lamp(due: date, today: date, met_on: date | None = None) -> Lamp:
    """The lamp of a deadline: green with more than 15 days left, yellow 4 to 15, red 0 to 3, then overdue.

    Once met it says so, in time or late; how late is `days_left(due, met_on)`.
    """
    if met_on is not None:
        return Lamp.MET
    left = days_left(due, today)
    if left < 0:
        return Lamp.OVERDUE
    if left <= LAST_DAYS_RED:
        return Lamp.RED
    return Lamp.YELLOW if left <= LAST_DAYS_YELLOW else Lamp.GREEN


def _nominal_date(rule: RuleSpec, start: date, calendar: Calendar) -> date:
    match rule.unit:
        case Unit.WORKING_DAYS:
            return calendar.add_working_days(start, rule.amount)
        case Unit.CALENDAR_DAYS:
            return start + timedelta(days=rule.amount)
        case Unit.MONTHS:
            years, month = divmod(start.month - 1 + rule.amount, 12)
            return _day_of_month(start.year + years, month + 1, start.day)
        case Unit.FIXED_DATE:
            this_year = _day_of_month(start.year, rule.month, rule.day)
            return this_year if this_year > start else _day_of_month(start.year + 1, rule.month, rule.day)


def _day_of_month(year: int, month: int, day: int) -> date:
    return date(year, month, min(day, monthrange(year, month)[1]))


def _after_pause(rule: RuleSpec | None, due: date, pause: Pause, calendar: Calendar) -> tuple[date, int, str]:
    if rule is not None and rule.unit is Unit.WORKING_DAYS:
        amount = calendar.working_days_between(pause.start, pause.end)
        return (calendar.add_working_days(due, amount) if amount else due), amount, "个工作日"
    amount = (pause.end - pause.start).days
    moved = due + timedelta(days=amount)
    rolls = amount and (rule is None or rule.roll_forward)
    return (calendar.roll_forward(moved) if rolls else moved), amount, "日"


def _rests_on(rule: RuleSpec | None) -> bool:
    """Whether another arrangement of holidays could give another day."""
    return rule is None or rule.roll_forward or rule.unit is Unit.WORKING_DAYS


def _sentence(rule: RuleSpec, start: date, nominal: date, due: date) -> str:
    if rule.unit is Unit.FIXED_DATE:
        counted = f"自{long_date(start)}起，至其后首个{rule.month}月{rule.day}日，即{long_date(nominal)}"
    else:
        amount = f"{rule.amount}{_UNIT_NAMES[rule.unit]}"
        counted = f"自{long_date(start)}起算（当日不计）{amount}，至{long_date(nominal)}"
    rolled = f"，因该日放假，顺延至{long_date(due)}" if due != nominal else ""
    return f"{rule.label}：{counted}{rolled}"


def _ended(words: str, provisional: bool) -> str:
    end = f"{CAUTION if provisional else ''}。"
    room = LONGEST_EXPLANATION - len(end)
    return (words if len(words) <= room else "…" + words[len(words) - room + 1 :]) + end
