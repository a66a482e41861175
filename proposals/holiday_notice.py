"""A year's holiday notice of the State Council as a table: reading its lines, and what looks wrong about them. Pure.

Three columns: the day or days, 放假 or 上班, the name. Days may be written ``2027-02-05``, ``2027年2月5日`` or
``2月5日``, a range with 至, or several with 、.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from panjin_portal.lib.small_tables import Row
from panjin_portal.lib.workdays import SATURDAY

TEMPLATE_HEAD = ("日期", "安排", "名称")
LONGEST_REST, LONGEST_NAME = 12, 60
_OFF = frozenset({"放假", "休", "休息", "放假调休", "节假日"})
_AT_WORK = frozenset({"上班", "班", "补班", "调休上班", "补上班"})
_HEADS = frozenset({"日期", "放假日期", "起止日期", "时间"})
_RANGE = re.compile(r"\s*(?:至|到|~|～|—|–)+\s*")
_LIST = re.compile(r"\s*[、,，;；]\s*")
_DAY = re.compile(r"(?:(\d{4})\s*[-/.年]\s*)?(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*[日号]?")
_DAY_ALONE = re.compile(r"(\d{1,2})\s*[日号]?")
_BRACKETS = re.compile(r"[（(][^（）()]*[）)]")  # （星期六）, （农历除夕）
FESTIVALS = ("元旦", "春节", "清明", "劳动", "端午", "中秋", "国庆")


@dataclass(frozen=True)
class NoticeDay:
    """One day of the notice and the line it stands in."""

    date: date
    is_working: bool
    name: str
    row: int


@dataclass(frozen=True)
class Problem:
    """What looks wrong: in which line (0: the table as a whole), and whether it must be mended first."""

    row: int
    text: str
    is_error: bool = False

    def __str__(self) -> str:
        return f"第{self.row}行：{self.text}" if self.row else self.text


@dataclass
class Notice:
    """The days of ``year`` as read, in order, and the problems."""

    year: int
    days: Sequence[NoticeDay] = ()
    problems: list[Problem] = field(default_factory=list)

    @property
    def is_usable(self) -> bool:
        """Whether it can be imported."""
        return bool(self.days) and not any(problem.is_error for problem in self.problems)


class _Unreadable(ValueError):
    """A cell that names no day; its text says what to write."""


def read_notice(rows: Iterable[Row], year: int) -> Notice:
    """The notice of ``year`` in these lines; the head line may be there or not. Never raises: what cannot be read is a
    problem with its line."""
    notice = Notice(year)
    kept: dict[date, NoticeDay] = {}
    for row in rows:
        cells = [*row.cells, "", "", ""][:3]
        if str(cells[0]) in _HEADS:
            continue
        for day in _days_of_row(row.number, cells, notice):
            _keep(day, kept, notice)
    notice.days = sorted(kept.values(), key=lambda day: day.date)
    if not kept and not notice.problems:
        notice.problems.append(Problem(0, "没有读到任何日期，请按模板填写。", is_error=True))
    if notice.days:
        notice.problems += _odd_days(notice.days) + _what_is_missing(notice)
    return notice


def _days_of_row(number: int, cells: Sequence[str | date], notice: Notice) -> list[NoticeDay]:
    def refuse(text: str) -> list[NoticeDay]:
        notice.problems.append(Problem(number, text, is_error=True))
        return []

    what = str(cells[1]).strip()
    if what not in _OFF | _AT_WORK:
        return refuse(f"安排“{what}”看不懂，请写“放假”或“上班”。" if what else "没有写安排，请写“放假”或“上班”。")
    try:
        dates = [cells[0]] if isinstance(cells[0], date) else _dates_of(str(cells[0]), notice.year)
    except _Unreadable as error:
        return refuse(str(error))
    before = date(notice.year - 1, 12, 1)  # 元旦 may begin in the December before
    outside = [day for day in dates if day.year != notice.year and not before <= day < date(notice.year, 1, 1)]
    if outside:
        return refuse(f"{outside[0]}不在{notice.year}年内，请核对年份。")
    name = str(cells[2]).strip()
    if len(name) > LONGEST_NAME:
        return refuse(f"名称超过{LONGEST_NAME}个字，请缩短。")
    if not name:
        notice.problems.append(Problem(number, "没有写名称。"))
    if what in _OFF and len(dates) > LONGEST_REST:
        notice.problems.append(Problem(number, f"连放{len(dates)}天，比往年都长，请核对。"))
    if dates[0].year != notice.year:
        notice.problems.append(Problem(number, f"{dates[0]}在上一年，确认后也会改动上一年的日历。"))
    return [NoticeDay(day, what in _AT_WORK, name, number) for day in dates]


def _keep(day: NoticeDay, kept: dict[date, NoticeDay], notice: Notice) -> None:
    earlier = kept.get(day.date)
    if earlier is None:
        kept[day.date] = day
    elif earlier.is_working != day.is_working:
        words = "上班" if earlier.is_working else "放假"
        text = f"{day.date}在第{earlier.row}行写的是{words}，两行矛盾，请只留一行。"
        notice.problems.append(Problem(day.row, text, is_error=True))
    else:
        notice.problems.append(Problem(day.row, f"{day.date}与第{earlier.row}行重复，只算一次。"))


def _dates_of(text: str, year: int) -> list[date]:
    plain = _BRACKETS.sub("", text).strip()
    if not plain:
        raise _Unreadable("没有写日期。")
    found: list[date] = []
    for part in _LIST.split(plain):
        ends = _RANGE.split(part.strip())
        if len(ends) > 2:
            raise _Unreadable(f"“{part}”看不懂，一段日期只写起止两天，如 2月5日至2月11日。")
        first = _day(ends[0], year, found[-1] if found else None)
        last = _day(ends[1], first.year, first) if len(ends) == 2 else first
        if last < first:
            raise _Unreadable(f"“{part}”的止日在起日之前，请核对。")
        if (last - first).days > 60:
            raise _Unreadable(f"“{part}”长达{(last - first).days + 1}天，请核对。")
        found += [first + timedelta(days=offset) for offset in range((last - first).days + 1)]
    return found


def _day(text: str, year: int, near: date | None) -> date:
    """``near``: the day before it in the same cell, whose year and month count where they are not repeated."""
    plain = text.strip()
    if whole := _DAY.fullmatch(plain):
        parts = (int(whole[1] or (near.year if near else year)), int(whole[2]), int(whole[3]))
    elif near is not None and (alone := _DAY_ALONE.fullmatch(plain)):
        parts = (near.year, near.month, int(alone[1]))
    else:
        raise _Unreadable(f"日期“{plain}”看不懂，请写成 {year}-02-05 或 2月5日。")
    try:
        return date(*parts)
    except ValueError as error:
        raise _Unreadable(f"没有“{plain}”这一天，请核对。") from error


def _odd_days(days: Sequence[NoticeDay]) -> list[Problem]:
    return [
        Problem(day.row, f"{day.date}本来就是工作日，不用写上班；如果是调休上班，请核对日期。")
        for day in days
        if day.is_working and day.date.weekday() < SATURDAY
    ]


def _what_is_missing(notice: Notice) -> list[Problem]:
    off = {day.date for day in notice.days if not day.is_working}
    fixed = {"元旦": [(1, 1)], "劳动节": [(5, 1)], "国庆节": [(10, 1), (10, 2), (10, 3)]}
    found = [
        Problem(0, f"{name}（{month}月{day}日）没有写放假，请核对。")
        for name, days in fixed.items()
        for month, day in days
        if date(notice.year, month, day) not in off
    ]
    names = "".join(day.name for day in notice.days)
    if any(day.name for day in notice.days):
        missing = [name for name in FESTIVALS if name not in names]
        if missing:
            found.append(Problem(0, f"表里没有{'、'.join(missing)}，请核对是否写全。"))
    if not any(day.is_working for day in notice.days):
        found.append(Problem(0, "没有一个调休上班日。往年的通知都有，请核对是否漏了。"))
    return found


@dataclass(frozen=True)
class DayChange:
    """One day of the table before and after; None: no row, so the day follows the week."""

    date: date
    old: tuple[bool, str] | None
    new: tuple[bool, str] | None

    @property
    def old_words(self) -> str:
        """What holds now."""
        return _said(self.old, self.date)

    @property
    def new_words(self) -> str:
        """What will hold."""
        return _said(self.new, self.date)

    @property
    def is_other_day(self) -> bool:
        """Whether people will be at work on it who were not, or the other way round."""
        return _is_working(self.old, self.date) != _is_working(self.new, self.date)


def changes_of(notice: Notice, table: Mapping[date, tuple[bool, str]]) -> list[DayChange]:
    """What the notice changes in ``table`` (day to whether it is worked, and its name): the year becomes what the
    notice says, days it does not name follow the week again; the December before is only added to."""
    new = {day.date: (day.is_working, day.name) for day in notice.days}
    concerned = {day for day in table if day.year == notice.year} | set(new)
    changes = [DayChange(day, table.get(day), new.get(day)) for day in sorted(concerned)]
    return [change for change in changes if change.old != change.new]


def days_off_among(changes: Iterable[DayChange]) -> frozenset[date]:
    """The days of ``changes`` that were worked and will not be."""
    return frozenset(one.date for one in changes if one.is_other_day and not _is_working(one.new, one.date))


def _is_working(kept: tuple[bool, str] | None, day: date) -> bool:
    return kept[0] if kept else day.weekday() < SATURDAY


def _said(kept: tuple[bool, str] | None, day: date) -> str:
    if kept is None:
        return "上班（按星期）" if day.weekday() < SATURDAY else "休息（按星期）"
    return f"{'上班' if kept[0] else '放假'} {kept[1]}".strip()
