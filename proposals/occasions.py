"""When a deadline is spoken of: offsets as data, turned into ranges of due days. Pure.

An *offset* says so many days before, on the day, so many working days after, or weekly from then on. An *occasion* is
what one offset means for one deadline (``before_7``, ``due``, ``after_3``, ``week_20260302``: the week of that Monday);
the ledger is keyed by it. On any day at most one occasion of a deadline is in force: the newest whose day has come. So
whatever was missed is caught up once. What falls on a day off is caught up on the next working day, only the due day
itself is spoken of on the last working day before it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from panjin_portal.lib.workdays import ONE_DAY, Calendar

WEEK = timedelta(days=7)
DUE = "due"


class Timing(StrEnum):
    """How the days of an offset are counted."""

    BEFORE = "before"  # calendar days before the due day
    DUE = "due"
    AFTER = "after"  # working days after the due day
    WEEKLY = "weekly"  # the first working day of each week after the last AFTER


@dataclass(frozen=True)
class Offset:
    """One row of the table: for which kind of deadline, when, and who hears of it beside whoever has to do it."""

    kind: str
    timing: Timing
    days: int = 0
    reviewer: bool = False
    leader: bool = False
    office: bool = False


@dataclass(frozen=True)
class Band:
    """For deadlines of ``kind`` due from ``first`` to ``last`` (both included) this ``occasion`` is in force."""

    kind: str
    occasion: str
    first: date
    last: date
    offset: Offset

    @property
    def is_overdue(self) -> bool:
        """Whether the offset lies after the due day."""
        return self.offset.timing in (Timing.AFTER, Timing.WEEKLY)


@dataclass(frozen=True)
class Next:
    """The occasion that comes next, and on which day."""

    day: date
    occasion: str
    offset: Offset


def bands(offsets: Iterable[Offset], day: date, calendar: Calendar) -> list[Band]:
    """What is in force on ``day``, kind by kind; the ranges of one kind do not meet."""
    by_kind: dict[str, list[Offset]] = {}
    for offset in offsets:
        by_kind.setdefault(offset.kind, []).append(offset)
    return [band for found in by_kind.values() for band in _of_kind(found, day, calendar)]


def occasion_words(occasion: str) -> str:
    """An occasion as people read it: 到期前7天, 到期当天, 超期第3个工作日, 超期每周，2026-03-02起的一周."""
    timing, _, number = occasion.partition("_")
    match timing:
        case "before":
            return f"到期前{number}天"
        case "after":
            return f"超期第{number}个工作日"
        case "week":
            return f"超期每周，{number[:4]}-{number[4:6]}-{number[6:]}起的一周"
        case _:
            return "到期当天"


def applies(occasion: str, starts_on: date, due_on: date) -> bool:
    """Whether a term that began on ``starts_on`` has this occasion: five days have no "seven days before"."""
    timing, _, number = occasion.partition("_")
    return timing != "before" or (due_on - starts_on).days >= int(number)


def next_occasion(
    offsets: Sequence[Offset], *, starts_on: date, due_on: date, after: date, calendar: Calendar
) -> Next | None:
    """What is said next of one deadline after the day ``after`` while it stays open; ``offsets`` are those of its kind.
    None when nothing more is."""
    found: Next | None = None
    overtaken_from = date.max  # an older occasion whose day comes no earlier than a newer one's is never said
    for offset in reversed(_in_order(offsets)):
        moment = _comes_on(offset, offsets, due_on, after, calendar)
        occasion = _code(offset, moment)
        if after < moment < overtaken_from and applies(occasion, starts_on, due_on):
            found = Next(moment, occasion, offset)
        overtaken_from = min(overtaken_from, moment)
    return found


def _of_kind(offsets: Sequence[Offset], day: date, calendar: Calendar) -> list[Band]:
    made: list[Band] = []
    ordered = _in_order(offsets)
    # Where nothing is said of what is overdue, the due day itself is the last to be spoken of.
    ends = day - ONE_DAY if ordered[-1].timing in (Timing.BEFORE, Timing.DUE) else None
    for offset in reversed(ordered):
        first, last = date.min if ends is None else ends + ONE_DAY, _last_due(offset, offsets, day, calendar)
        if last < first:
            continue
        made.append(Band(offset.kind, _code(offset, day), first, last, offset))
        ends = last
    return made


def _in_order(offsets: Sequence[Offset]) -> list[Offset]:
    places = {Timing.BEFORE: 0, Timing.DUE: 1, Timing.AFTER: 2, Timing.WEEKLY: 3}
    return sorted(offsets, key=lambda row: (places[row.timing], -row.days if row.timing is Timing.BEFORE else row.days))


def _last_due(offset: Offset, offsets: Sequence[Offset], day: date, calendar: Calendar) -> date:
    """The latest due day for which the day of ``offset`` has come by ``day``."""
    match offset.timing:
        case Timing.BEFORE:
            return day + timedelta(days=offset.days)
        case Timing.DUE:
            return calendar.roll_forward(day + ONE_DAY) - ONE_DAY
        case Timing.AFTER:
            return _working_days_back(day, offset.days, calendar) - ONE_DAY
        case Timing.WEEKLY:
            sunday, last_after = _monday(day) - ONE_DAY, _last_after(offsets)
            return _working_days_back(sunday, last_after, calendar) - ONE_DAY if last_after else sunday


def _comes_on(offset: Offset, offsets: Sequence[Offset], due_on: date, after: date, calendar: Calendar) -> date:
    """The day on which ``offset`` is said; of a weekly one the first such day after ``after``."""
    match offset.timing:
        case Timing.BEFORE:
            return calendar.roll_forward(due_on - timedelta(days=offset.days))
        case Timing.DUE:
            return _roll_back(due_on, calendar)
        case Timing.AFTER:
            return calendar.add_working_days(due_on, offset.days)
        case Timing.WEEKLY:
            last_after = _last_after(offsets)
            began = calendar.add_working_days(due_on, last_after) if last_after else due_on
            monday = max(_monday(began) + WEEK, _monday(after))
            while (first := calendar.roll_forward(monday)) <= after or first >= monday + WEEK:
                monday += WEEK  # past already, or a whole week of holidays
            return first


def _code(offset: Offset, day: date) -> str:
    match offset.timing:
        case Timing.DUE:
            return DUE
        case Timing.WEEKLY:
            return f"week_{_monday(day):%Y%m%d}"
        case _:
            return f"{offset.timing.value}_{offset.days}"


def _last_after(offsets: Sequence[Offset]) -> int:
    return max((row.days for row in offsets if row.timing is Timing.AFTER), default=0)


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _roll_back(day: date, calendar: Calendar) -> date:
    while not calendar.is_working(day):
        day -= ONE_DAY
    return day


def _working_days_back(day: date, amount: int, calendar: Calendar) -> date:
    """The ``amount``-th working day counted back from ``day``, which counts itself."""
    day = _roll_back(day, calendar)
    for _ in range(amount - 1):
        day = _roll_back(day - ONE_DAY, calendar)
    return day
