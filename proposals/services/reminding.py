"""Turning what is due into ledger rows, notices and one digest per person, with the news of the day before.

The claim is the INSERT: the unique constraint of ``Reminder`` lets exactly one of two scanners win, and only what was
really inserted leads to a notice or a line of a message, in the same transaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from django.db import connection, transaction

from panjin_portal.lib.clock import day_of, now
from proposals.models import Channel, Deadline, Notice, OutgoingMail, Reminder
from proposals.reminders import DueReminder, already_told, due_reminders, plan_of
from proposals.services import digests, notice_mails
from proposals.services.calendar import load_calendar
from proposals.services.office_hours import in_office_hours
from proposals.services.spoken import mark_spoken

AT_ONCE = 500  # rows of one INSERT; SQLite bounds the values of a statement
_COLUMNS = ("deadline_id", "deadline_version", "occasion", "recipient_id", "channel", "claimed_at")
_CLAIM = f"""
INSERT INTO proposals_reminder ({", ".join(_COLUMNS)}) VALUES {{rows}}
ON CONFLICT ({", ".join(_COLUMNS[:-1])}) DO NOTHING RETURNING deadline_id, channel, id
"""
Claimed = dict[tuple[int, str], int]  # deadline and channel -> ledger row


@dataclass(frozen=True)
class Outcome:
    """Counts of one run: ledger rows it wrote, rows for what is due that others had written before or at the same
    moment, and whether it was office hours."""

    sent: int
    already: int
    in_office_hours: bool


def remind() -> Outcome:
    """One run at the clock's now: claim what is due and has no ledger row. Safe to run twice, or in two places."""
    moment = now()
    if not in_office_hours(moment):
        return Outcome(0, 0, False)
    plan = plan_of(day_of(moment), load_calendar())
    due = {user_id: list(rows) for user_id, rows in groupby(due_reminders(plan), key=lambda row: row.user_id)}
    people = dict.fromkeys((*due, *notice_mails.waiting_for_digest()))
    sent = sum(_remind_person(user_id, due.get(user_id, []), plan.day) for user_id in people)
    mark_spoken(plan)
    return Outcome(sent, max(0, already_told(plan) - sent), True)


@transaction.atomic
def _remind_person(user_id: int, rows: Sequence[DueReminder], day: date) -> int:
    rows = _still_running(rows)
    claimed = _claim(user_id, rows)
    moment = now()
    Notice.objects.bulk_create(
        Notice(
            recipient_id=user_id,
            text=digests.sentence(row, day)[:300],
            link=row.link,
            reminder_id=claimed[row.deadline_id, Channel.PORTAL],
            created_at=moment,
        )
        for row in rows
        if (row.deadline_id, Channel.PORTAL) in claimed
    )
    news = notice_mails.claim_for_digest(user_id)
    for channel in Channel:
        told = [row for row in rows if (row.deadline_id, channel.value) in claimed]
        if channel == Channel.MAIL and (told or news):
            mail = digests.by_mail(user_id, told, news, day)
            notice_mails.carry(news, mail)
            _carry(mail, told, claimed)
        elif channel not in (Channel.PORTAL, Channel.MAIL) and told:
            _carry(digests.by_gateway(user_id, channel, told, day), told, claimed)
    return len(claimed)


def _still_running(rows: Sequence[DueReminder]) -> list[DueReminder]:
    """Those not met, cancelled or moved since the scan. The rows stay locked, so nothing of that happens before the
    notice stands. One that somebody holds at this moment is left to the next run: nobody waits for a scan."""
    running = Deadline.objects.filter(pk__in=[row.deadline_id for row in rows], met_at=None, cancelled_at=None)
    versions = dict(running.order_by().select_for_update(skip_locked=True, no_key=True).values_list("pk", "version"))
    return [row for row in rows if versions.get(row.deadline_id) == row.deadline_version]


def _claim(user_id: int, rows: Sequence[DueReminder]) -> Claimed:
    """Insert the ledger rows; gives those for which we were first."""
    moment = connection.ops.adapt_datetimefield_value(now())
    wanted = [
        (row.deadline_id, row.deadline_version, row.occasion, user_id, channel, moment)
        for row in rows
        for channel in row.channels
    ]
    claimed: Claimed = {}
    one = f"({', '.join(['%s'] * len(_COLUMNS))})"
    with connection.cursor() as cursor:
        for start in range(0, len(wanted), AT_ONCE):
            part = wanted[start : start + AT_ONCE]
            cursor.execute(_CLAIM.format(rows=", ".join([one] * len(part))), [value for row in part for value in row])
            claimed |= {(deadline, channel): key for deadline, channel, key in cursor.fetchall()}
    return claimed


def _carry(message: OutgoingMail, told: Sequence[DueReminder], claimed: Claimed) -> None:
    keys = [claimed[row.deadline_id, message.channel] for row in told]
    Reminder.objects.filter(pk__in=keys).update(mail=message)
