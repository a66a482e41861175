"""How the rows of the queue stand: what waits, since when, what is being done, what was given up. For the operator."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Count, Min, Q

from panjin_portal.lib.clock import now
from proposals.errors import StateChanged
from proposals.models import OutgoingMail, User
from proposals.models.reminders import DeliveryState
from proposals.services.events import record_site_event
from proposals.services.queueing import JobKind

FAILURES_SHOWN = 20


@dataclass(frozen=True)
class Standing:
    """One kind of row. ``oldest``: since when the first of them waits. ``lost``: begun by a worker that is gone."""

    label: str
    waiting: int
    oldest: datetime | None
    running: int
    lost: int

    def waits_longer_than(self, seconds: float, moment: datetime) -> bool:
        """Whether the first in line has waited too long."""
        return self.oldest is not None and (moment - self.oldest).total_seconds() > seconds


@dataclass(frozen=True)
class GivenUp:
    """A row nobody works on any more."""

    pk: int
    name: str
    reason: str
    at: datetime | None


def standing_of(kind: JobKind[Any]) -> Standing:
    """How the rows of ``kind`` stand (one query, over the open ones)."""
    moment = now()
    open_rows = kind.rows.filter(state__in=[kind.waiting, kind.running])
    waits = Q(state=kind.waiting)
    found = open_rows.aggregate(
        waiting=Count("pk", filter=waits),
        oldest=Min("queued_at", filter=waits),
        running=Count("pk", filter=Q(state=kind.running, lease_until__gte=moment)),
        lost=Count("pk", filter=Q(state=kind.running, lease_until__lt=moment)),
    )
    return Standing(label=kind.label, **found)


def standing_of_mails() -> Standing:
    """How the mails stand. One that waits for its next attempt is not late before that moment."""
    moment = now()
    due = OutgoingMail.objects.filter(state=DeliveryState.PENDING, next_try_at__lte=moment)
    found = due.aggregate(waiting=Count("pk"), oldest=Min("next_try_at"))
    return Standing(label="邮件", running=0, lost=0, **found)


def given_up(kind: JobKind[Any]) -> list[GivenUp]:
    """The latest rows of ``kind`` that were begun too often or failed (one query). What is refused for what it holds is
    no fault of the queue."""
    return [_told(row) for row in kind.given_up.order_by("-pk")[:FAILURES_SHOWN]]


def try_again(actor: User, *, kind: JobKind[Any], pk: int) -> None:
    """Put a row that was given up back in line, at the operator's word. Raises WrongStage when it has not failed."""
    with transaction.atomic():
        if not kind.try_again(pk):
            raise StateChanged(f"这项{kind.label}已经不是失败状态，可能别人刚重新排过队。请刷新页面查看。")
        record_site_event(
            actor,
            kind="requeue",
            text=f"重新排队：{kind.label}（编号{pk}）",
            data={"model": kind.model._meta.label_lower, "pk": pk},
        )


def _told(row: Any) -> GivenUp:
    """``row``: of any kind; each has a reason, and the day it was queued."""
    return GivenUp(pk=row.pk, name=str(row), reason=row.error, at=getattr(row, "finished_at", None) or row.queued_at)
