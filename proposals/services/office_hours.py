"""When people are at work: what is to be said outside waits for the next opening."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings

from panjin_portal.lib.clock import SHANGHAI, day_of
from proposals.services.calendar import load_calendar


def in_office_hours(moment: datetime) -> bool:
    """Whether people are at work at ``moment``; what falls outside is in the next run, once."""
    local = moment.astimezone(SHANGHAI)
    opens, closes = settings.OFFICE_HOURS
    return opens <= local.time() < closes and load_calendar().is_working(local.date())


def hours_in_words() -> str:
    """``8:00至18:00``."""
    return "至".join(f"{moment.hour}:{moment.minute:02}" for moment in settings.OFFICE_HOURS)


def opening_of(moment: datetime) -> datetime:
    """When the office opens on the Shanghai day of ``moment``."""
    return datetime.combine(day_of(moment), settings.OFFICE_HOURS[0], SHANGHAI)
