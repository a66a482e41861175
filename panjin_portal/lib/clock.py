"""The only source of now and today, so that a demo, a test or a command can be told on another day.

A day is a Shanghai date (DESIGN section 3, "One clock"). Pure code never calls this module: it takes time as an
argument.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")

OFFICE_OPENS = time(9, 0)

_told_moment: ContextVar[datetime | None] = ContextVar("panjin_portal_told_moment", default=None)


def now() -> datetime:
    """The present moment, aware, in Asia/Shanghai; inside `at()` the moment given there, standing still."""
    told = _told_moment.get()
    return told if told is not None else datetime.now(SHANGHAI)


def today() -> date:
    """The Shanghai date of `now()`."""
    return now().date()


def day_of(moment: datetime) -> date:
    """The Shanghai date of an aware ``moment``."""
    return moment.astimezone(SHANGHAI).date()


def start_of(day: date) -> datetime:
    """Midnight in Shanghai at which ``day`` begins."""
    return datetime.combine(day, time.min, SHANGHAI)


@contextmanager
def at(moment: datetime | date) -> Iterator[None]:
    """Tell the enclosed code that it is `moment`; nests, and the former time returns at the end.

    A date means 09:00 in Shanghai on that day, a datetime without zone is Shanghai time, any other is converted.
    A context variable carries the value: another thread or process keeps its own time.
    """
    token = _told_moment.set(_in_shanghai(moment))
    try:
        yield
    finally:
        _told_moment.reset(token)


def _in_shanghai(moment: datetime | date) -> datetime:
    # A datetime is also a date, so this order matters.
    if not isinstance(moment, datetime):
        return datetime.combine(moment, OFFICE_OPENS, SHANGHAI)
    if moment.tzinfo is None:
        return moment.replace(tzinfo=SHANGHAI)
    return moment.astimezone(SHANGHAI)
