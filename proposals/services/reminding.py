"""Turning what is due into ledger rows, notices and one digest mail per person.

The claim is the INSERT: the unique constraint of ``Reminder`` lets exactly one of two scanners win, and only what was
really inserted leads to a notice or a line of a mail, in the same transaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import groupby
from uuid import uuid4

from django.conf import settings
from django.db import IntegrityError, transaction
from django.template.loader import render_to_string

from panjin_portal.lib.clock import SHANGHAI, now
from proposals.deadlines import days_left
from proposals.models import Deadline, Notice, OutgoingMail, Reminder
from proposals.models.deadlines import DeadlineKind
from proposals.reminders import DueReminder, already_told, due_reminders
from proposals.services.calendar import load_calendar

OFFICE_OPENS, OFFICE_CLOSES = time(8), time(18)
GROUPS = (
    (Reminder.Kind.OVERDUE, "已超期"),
    (Reminder.Kind.DUE, "今天到期"),
    (Reminder.Kind.BEFORE, "一周内到期"),
)


@dataclass(frozen=True)
class Outcome:
    """Counts of one run: ledger rows it wrote, rows for what is due that others had written before or at the same
    moment, and whether it was office hours."""

    sent: int
    already: int
    in_office_hours: bool


def in_office_hours(moment: datetime) -> bool:
    """Whether people are at work at ``moment``; what falls outside is in the next run, once."""
    local = moment.astimezone(SHANGHAI)
    return OFFICE_OPENS <= local.time() < OFFICE_CLOSES and load_calendar().is_working(local.date())


def remind() -> Outcome:
    """One run at the clock's now: claim what is due and has no ledger row. Safe to run twice, or in two places."""
    moment = now()
    if not in_office_hours(moment):
        return Outcome(0, 0, False)
    day = moment.astimezone(SHANGHAI).date()
    due = due_reminders(day)
    sent = sum(_remind_person(user_id, list(rows), day) for user_id, rows in groupby(due, key=lambda row: row.user_id))
    return Outcome(sent, max(0, already_told(day) - sent), True)


def sentence(row: DueReminder, day: date) -> str:
    """One line of a notice or mail: what, which case, how many days."""
    left = days_left(row.due_on, day)
    when = f"已超期{-left}天" if left < 0 else "今天到期" if left == 0 else f"还有{left}天"
    provisional = "（暂定）" if row.is_provisional else ""
    return f"{DeadlineKind(row.deadline_kind).label}{when}（{row.due_on:%Y-%m-%d}{provisional}）：{row.case}"


@transaction.atomic
def _remind_person(user_id: int, rows: Sequence[DueReminder], day: date) -> int:
    rows = _still_running(rows)
    portal = [(row, claimed) for row in rows if (claimed := _claim(row, Reminder.Channel.PORTAL))]
    mailed = [(row, claimed) for row in rows if (claimed := _claim(row, Reminder.Channel.MAIL))]
    moment = now()
    Notice.objects.bulk_create(
        Notice(recipient_id=user_id, text=sentence(row, day)[:300], link=row.link, reminder=ledger, created_at=moment)
        for row, ledger in portal
    )
    if mailed:
        mail = _digest(user_id, [row for row, _ in mailed], day)
        Reminder.objects.filter(pk__in=[ledger.pk for _, ledger in mailed]).update(mail=mail)
    return len(portal) + len(mailed)


def _still_running(rows: Sequence[DueReminder]) -> list[DueReminder]:
    """Those not met, cancelled or moved since the scan. The rows stay locked, so nothing of that happens before the
    notice stands. One that somebody holds at this moment is left to the next run: nobody waits for a scan."""
    running = Deadline.objects.filter(pk__in=[row.deadline_id for row in rows], met_at=None, cancelled_at=None)
    versions = dict(running.select_for_update(skip_locked=True, no_key=True).values_list("pk", "version"))
    return [row for row in rows if versions.get(row.deadline_id) == row.deadline_version]


def _claim(row: DueReminder, channel: str) -> Reminder | None:
    """The ledger row if we were first, else None."""
    if channel not in row.channels:
        return None
    try:
        with transaction.atomic():
            return Reminder.objects.create(
                deadline_id=row.deadline_id,
                deadline_version=row.deadline_version,
                kind=row.occasion,
                recipient_id=row.user_id,
                channel=channel,
                claimed_at=now(),
            )
    except IntegrityError:
        return None


def _digest(user_id: int, rows: Iterable[DueReminder], day: date) -> OutgoingMail:
    lines = list(rows)
    groups = [
        (name, [(sentence(row, day), settings.PUBLIC_BASE_URL + row.link) for row in lines if row.occasion == kind])
        for kind, name in GROUPS
    ]
    counts = "，".join(f"{name}{len(items)}件" for name, items in groups if items)
    moment = now()
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip(">") or "localhost"
    return OutgoingMail.objects.create(
        recipient_id=user_id,
        message_id=f"<{uuid4().hex}@{domain}>",
        subject=f"提案办理提醒：{counts}",
        body=render_to_string(
            "mail/digest.txt", {"groups": [group for group in groups if group[1]], "site": settings.SITE_NAME}
        ),
        next_try_at=moment,
        created_at=moment,
    )
