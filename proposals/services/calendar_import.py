"""Loading the holiday notice of a year: what it would change, then the change, in one transaction with its events."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from panjin_portal.lib.workdays import Calendar
from proposals.errors import InvalidInput, NotAllowed
from proposals.holiday_notice import DayChange, Notice, NoticeDay, Problem, changes_of, days_off_among
from proposals.models import SiteChainHead, User, Workday
from proposals.services.calendar import known_until_of, load_calendar
from proposals.services.calendar_changes import PreviewNeeded, recompute_open_deadlines
from proposals.services.events import record_site_event
from proposals.services.reckoning import Plan, plan

KIND = "import_workdays"


@dataclass(frozen=True)
class Preview:
    """What an import would do. ``days``: of the table; ``plan``: of open deadlines; the calendar known until then."""

    notice: Notice
    days: Sequence[DayChange]
    plan: Plan
    known_before: date | None
    known_after: date | None

    @property
    def digest(self) -> str:
        """Tells two previews apart: same days changed in the same way, same deadlines moved."""
        told = [(change.date.isoformat(), change.old, change.new) for change in self.days]
        return hashlib.sha256(json.dumps([self.notice.year, told, self.plan.digest]).encode()).hexdigest()

    @property
    def lost(self) -> list[DayChange]:
        """Days that stand in the table and not in the notice, and thereby follow the week again."""
        return [change for change in self.days if change.new is None]

    @property
    def days_off(self) -> frozenset[date]:
        """Days people were to be at work on, and will not be."""
        return days_off_among(self.days)


def preview_import(notice: Notice) -> Preview:
    """What importing ``notice`` would change now. Reads only (six queries)."""
    before = load_calendar()
    changes = changes_of(notice, _table())
    after = _calendar_after(notice)
    found = plan(after, days_off=days_off_among(changes))
    return Preview(notice, changes, found, before.known_until, after.known_until)


@transaction.atomic
def import_notice(actor: User, *, notice: Notice, seen: str) -> Preview:
    """Make the year what ``notice`` says and move the open deadlines, each with an event; one event of the site chain
    tells of the import. ``seen``: the digest of the preview that was confirmed. Raises InvalidInput for a notice with
    errors, StalePreview when the preview would be another one now."""
    if not actor.is_superuser:
        raise NotAllowed("工作日历由系统管理员维护。")
    if not notice.is_usable:
        raise InvalidInput({"file": [str(problem) for problem in notice.problems if problem.is_error]})
    SiteChainHead.objects.get_or_create(pk=1)
    SiteChainHead.objects.select_for_update().get(pk=1)  # two imports, or an import and a correction, one by one
    found = preview_import(notice)
    if found.digest != seen:
        raise StalePreview(found)
    _write(notice)
    year = notice.year
    try:
        done = recompute_open_deadlines(
            actor, because=f"载入{year}年放假安排", seen=found.plan.digest, days_off=found.days_off
        )
    except PreviewNeeded as needed:  # a deadline was opened or moved between the look and the lock
        raise StalePreview(Preview(notice, found.days, needed.plan, found.known_before, found.known_after)) from needed
    other = sum(1 for change in found.days if change.is_other_day)
    record_site_event(
        actor,
        kind=KIND,
        text=f"载入{year}年放假安排：{len(notice.days)}天，{other}天与原来不同，{len(done.moved)}项未完成的期限变动",
        data={
            "year": year,
            "days": [[day.date.isoformat(), day.is_working, day.name] for day in notice.days],
            "changed": [[change.date.isoformat(), change.old, change.new] for change in found.days],
            "moved": len(done.moved),
            "on_days_off": [one.reckoned.row.pk for one in done.stranded],
        },
    )
    return Preview(notice, found.days, done, found.known_before, found.known_after)


class StalePreview(Exception):
    """What was confirmed is out of date; nothing was changed. ``preview``: as it is now."""

    def __init__(self, preview: Preview) -> None:
        super().__init__("预览之后情况又有变化，没有导入。")
        self.preview = preview


def as_plain(notice: Notice) -> dict[str, object]:
    """The days of ``notice`` and what looks odd about them as plain values, to be signed and sent along with a page."""
    days = [[day.date.isoformat(), day.is_working, day.name, day.row] for day in notice.days]
    return {"year": notice.year, "days": days, "hints": [[hint.row, hint.text] for hint in notice.problems]}


def from_plain(plain: dict[str, object]) -> Notice:
    """``as_plain`` read back."""
    days, hints = plain["days"], plain.get("hints", [])
    if not isinstance(days, list) or not isinstance(hints, list) or not isinstance(plain["year"], int):
        raise TypeError("not a notice")
    rows = [NoticeDay(date.fromisoformat(day), bool(work), str(name), int(row)) for day, work, name, row in days]
    return Notice(plain["year"], rows, [Problem(int(row), str(text)) for row, text in hints])


def _table() -> dict[date, tuple[bool, str]]:
    rows = Workday.objects.values_list("date", "is_working", "name")
    return {day: (is_working, name) for day, is_working, name in rows}


def _rows_of(notice: Notice, table: Mapping[date, bool]) -> list[Workday]:
    """The unsaved rows of ``notice``. Its year is known from then on; a day in the December before counts as that year
    does in ``table`` (day to whether it is confirmed)."""
    before = [is_confirmed for day, is_confirmed in table.items() if day.year == notice.year - 1]
    of_year = {notice.year: True, notice.year - 1: bool(before) and all(before)}
    return [
        Workday(date=day.date, is_working=day.is_working, name=day.name, is_confirmed=of_year[day.date.year])
        for day in notice.days
    ]


def _calendar_after(notice: Notice) -> Calendar:
    rows = {row.date: row for row in Workday.objects.all()}
    new = _rows_of(notice, {row.date: row.is_confirmed for row in rows.values()})
    kept = {day: row for day, row in rows.items() if day.year != notice.year} | {row.date: row for row in new}
    known = known_until_of((day, row.is_confirmed) for day, row in kept.items())
    return Calendar({day: row.is_working for day, row in kept.items()}, known)


def _write(notice: Notice) -> None:
    new = _rows_of(notice, dict(Workday.objects.values_list("date", "is_confirmed")))
    Workday.objects.filter(date__year=notice.year).delete()
    Workday.objects.filter(date__in=[row.date for row in new]).delete()
    Workday.objects.bulk_create(new)
