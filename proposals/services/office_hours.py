"""When people are at work: what is to be said outside waits for the next opening."""

from __future__ import annotations

from datetime import datetime, time

from panjin_portal.lib.clock import SHANGHAI
from proposals.services.calendar import load_calendar

OFFICE_OPENS, OFFICE_CLOSES = time(8), time(18)


def in_office_hours(moment: datetime) -> bool:
    """Whether people are at work at ``moment``; what falls outside is in the next run, once."""
    local = moment.astimezone(SHANGHAI)
    return OFFICE_OPENS <= local.time() < OFFICE_CLOSES and load_calendar().is_working(local.date())


def opening_of(moment: datetime) -> datetime:
    """When the office opens on the Shanghai day of ``moment``."""
    return datetime.combine(moment.astimezone(SHANGHAI).date(), OFFICE_OPENS, SHANGHAI)
