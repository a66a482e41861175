"""The calendar ends: the offices see it, committee and administrators are told once a week until a year is loaded."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction
from django.urls import reverse

from panjin_portal.lib.chinese import long_date
from panjin_portal.lib.clock import now, today
from proposals.models import CalendarWarning, Role, User
from proposals.permissions_calendar import can_see_rules
from proposals.services.calendar import known_until
from proposals.services.notice_wording import say
from proposals.services.notices import Telling, holders_of, notify_each
from proposals.services.office_hours import in_office_hours

WARNED_DAYS = 90


def ends_soon(known: date | None, day: date) -> bool:
    """Whether the calendar, known until ``known``, ends within ``WARNED_DAYS`` of ``day`` or has ended."""
    return known is None or known - day <= timedelta(days=WARNED_DAYS)


def calendar_note(user: User) -> str:
    """What pages tell those who keep the calendar in mind; empty for others and while there is time (one query)."""
    if not can_see_rules(user):
        return ""
    known = known_until()
    return in_words(known) if ends_soon(known, today()) else ""


def in_words(known: date | None) -> str:
    """That the calendar ends, and what to do."""
    if known is None:
        return "工作日历还没有载入任何一年的放假安排，所有期限都是暂定。"
    return f"放假调休安排只到{long_date(known)}，此后的期限都是暂定；新一年的通知发布后，由系统管理员导入工作日历。"


def warn_of_calendar_end() -> bool:
    """Tell committee and administrators, once in each week, in office hours. The row of the week is claimed in the same
    transaction, so two runs at once tell once. Whether this run told."""
    if not in_office_hours(now()):
        return False
    known = known_until()
    if not ends_soon(known, today()):
        return False
    week = today() - timedelta(days=today().weekday())
    with transaction.atomic():
        _, is_first = CalendarWarning.objects.get_or_create(
            week=week, defaults={"known_until": known, "told_at": now()}
        )
        if is_first:
            said = say("calendar_ends", words=in_words(known))
            admins = set(User.objects.filter(is_superuser=True, is_active=True).values_list("pk", flat=True))
            committee = [pk for pk in holders_of(roles=[Role.COMMITTEE_STAFF]) if pk not in admins]
            notify_each(
                Telling(sorted(admins), said, reverse("admin:proposals_workday_import")),
                Telling(committee, said, reverse("workday-calendar")),
            )
    return is_first
