"""Turning what is due into ledger rows, notices and one digest mail per person, with the news of the day before.

The claim is the INSERT: the unique constraint of ``Reminder`` lets exactly one of two scanners win, and only what was
really inserted leads to a notice or a line of a mail, in the same transaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from django.conf import settings
from django.db import IntegrityError, transaction
from django.template.loader import render_to_string
from django.urls import reverse

from panjin_portal.lib.clock import SHANGHAI, now
from proposals.deadlines import days_left
from proposals.models import Deadline, Notice, OutgoingMail, Reminder
from proposals.models.deadlines import DeadlineKind
from proposals.reminders import DueReminder, already_told, due_reminders
from proposals.services import notice_mails
from proposals.services.office_hours import in_office_hours

GROUPS = (
    (Reminder.Kind.OVERDUE, "已超期"),
    (Reminder.Kind.DUE, "今天到期"),
    (Reminder.Kind.BEFORE, "一周内到期"),
)
NEWS, MOST_NEWS = "新的通知", 60


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
    day = moment.astimezone(SHANGHAI).date()
    due = {user_id: list(rows) for user_id, rows in groupby(due_reminders(day), key=lambda row: row.user_id)}
    people = dict.fromkeys((*due, *notice_mails.waiting_for_digest()))
    sent = sum(_remind_person(user_id, due.get(user_id, []), day) for user_id in people)
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
    news = notice_mails.claim_for_digest(user_id)
    if mailed or news:
        mail = _digest(user_id, [row for row, _ in mailed], news, day)
        notice_mails.carry(news, mail)
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


def _digest(user_id: int, rows: Sequence[DueReminder], news: Sequence[Notice], day: date) -> OutgoingMail:
    groups = [
        (name, [(sentence(row, day), settings.PUBLIC_BASE_URL + row.link) for row in rows if row.occasion == kind])
        for kind, name in GROUPS
    ]
    lines = [(notice.text, settings.PUBLIC_BASE_URL + notice.link) for notice in news[:MOST_NEWS]]
    if len(news) > MOST_NEWS:  # somebody was away for weeks, or the portal was
        lines.append(
            (f"另有{len(news) - MOST_NEWS}条，请到平台查看", settings.PUBLIC_BASE_URL + reverse("notice-list"))
        )
    groups.append((NEWS, lines))
    filled = [(name, lines) for name, lines in groups if lines]
    counts = "，".join(f"{name}{len(news)}条" if name == NEWS else f"{name}{len(lines)}件" for name, lines in filled)
    page = {"groups": filled, "reminds": bool(rows), "site": settings.SITE_NAME}
    subject = f"提案办理{'提醒' if rows else '通知'}：{counts}"
    return notice_mails.write_mail(user_id, subject, render_to_string("mail/digest.txt", page))
