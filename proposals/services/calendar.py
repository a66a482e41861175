"""The working-day calendar as a pure value."""

from __future__ import annotations

from panjin_portal.lib.workdays import Calendar
from proposals.models import Workday


def load_calendar() -> Calendar:
    """All rows of the table as a ``Calendar`` (one query), known until the end of the last confirmed year."""
    rows = list(Workday.objects.values_list("date", "is_working", "is_confirmed"))
    confirmed = [day for day, _, is_confirmed in rows if is_confirmed]
    known_until = max(confirmed).replace(month=12, day=31) if confirmed else None
    return Calendar({day: is_working for day, is_working, _ in rows}, known_until)
