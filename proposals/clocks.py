"""Whether a reply came in time, and how near the next deadline is, as conditions of the database.

Lists and statistics both ask here, so a number and the list behind it cannot part.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db.models import DateField, Exists, F, Func, OuterRef, Q, QuerySet

from proposals.deadlines import LAST_DAYS_RED, LAST_DAYS_YELLOW
from proposals.models import Deadline, Proposal
from proposals.models.deadlines import DeadlineKind

ON_TIME, LATE, OVERDUE, RUNNING = "on_time", "late", "overdue", "running"
OUTCOMES = [(ON_TIME, "按期答复"), (LATE, "逾期答复"), (OVERDUE, "超期未答复"), (RUNNING, "未到期")]


class ShanghaiDay(Func):
    """The Shanghai day of a stored moment. Django's own cast calls back into Python for each row on SQLite; this one
    stays in the database. The fixed +8 hours are right: no summer time since 1991."""

    output_field = DateField()
    template = "(%(expressions)s AT TIME ZONE 'Asia/Shanghai')::date"

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        """Moments are stored as text in UTC."""
        return self.as_sql(compiler, connection, template="date(%(expressions)s, '+8 hours')", **extra)


def lamp_conditions(day: date, name: str) -> dict[str, Q]:
    """The bounds of ``proposals.deadlines.lamp`` on ``day``, as conditions on the date ``name``; ``none``: no date."""
    red, yellow = day + timedelta(days=LAST_DAYS_RED), day + timedelta(days=LAST_DAYS_YELLOW)
    return {
        "overdue": Q(**{f"{name}__lt": day}),
        "red": Q(**{f"{name}__gte": day, f"{name}__lte": red}),
        "yellow": Q(**{f"{name}__gt": red, f"{name}__lte": yellow}),
        "green": Q(**{f"{name}__gt": yellow}),
        "none": Q(**{f"{name}__isnull": True}),
    }


def outcome_conditions(day: date, prefix: str = "") -> dict[str, Q]:
    """How a reply clock stands on ``day``: met by its last day, met later, past it and open, or still running.

    ``prefix`` leads to the deadline (``clock__``); its moment must be annotated as ``met_day`` beside it.
    """
    due = f"{prefix}due_on"
    return {
        ON_TIME: Q(met_day__lte=F(due)),
        RUNNING: Q(**{f"{prefix}met_at__isnull": True, f"{due}__gte": day}),
        LATE: Q(met_day__gt=F(due)),
        OVERDUE: Q(**{f"{prefix}met_at__isnull": True, f"{due}__lt": day}),
    }


def reply_clocks() -> QuerySet[Deadline]:
    """Reply deadlines that were not cancelled, with ``met_day``."""
    clocks = Deadline.objects.filter(kind=DeadlineKind.REPLY, cancelled_at__isnull=True)
    return clocks.annotate(met_day=ShanghaiDay("met_at"))


def with_outcome(proposals: QuerySet[Proposal], outcome: str, *, on: date, bureau: int | None) -> QuerySet[Proposal]:
    """Cases with a reply clock (of ``bureau``, a key, where one is named) that stands so on ``on``. A case answered by
    several bureaus has several, which need not agree."""
    clocks = reply_clocks().filter(outcome_conditions(on)[outcome], proposal=OuterRef("pk"))
    if bureau is not None:
        clocks = clocks.filter(bureau=bureau)
    return proposals.filter(Exists(clocks))
