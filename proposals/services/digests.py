"""What a digest says: one message per person and run, grouped by urgency; each line names case, turn, days, link."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse

from proposals.deadlines import days_left
from proposals.models import Channel, Notice, OutgoingMail
from proposals.models.deadlines import DeadlineKind
from proposals.reminders import DueReminder
from proposals.services import notice_mails

OVERDUE, TODAY, THIS_WEEK, LATER = "已超期", "今天到期", "本周到期", "以后到期"
GROUPS = (OVERDUE, TODAY, THIS_WEEK, LATER)
NEWS, MOST_NEWS = "新的通知", 60
MOST_LINES = 10  # of a message in a chat; the rest stands in the portal


@dataclass(frozen=True)
class Line:
    """One line: what it says, whose turn it is (empty for news), where to go on."""

    text: str
    whose: str
    link: str


def sentence(row: DueReminder, day: date) -> str:
    """One line of a notice or message: what, which case, how many days; of somebody else's business also whose."""
    left = days_left(row.due_on, day)
    when = f"已超期{-left}天" if left < 0 else "今天到期" if left == 0 else f"还有{left}天"
    provisional = "（暂定）" if row.is_provisional else ""
    whose = f"{row.owner}：" if row.is_escalated else ""
    return f"{whose}{DeadlineKind(row.deadline_kind).label}{when}（{row.due_on:%Y-%m-%d}{provisional}）：{row.case}"


def group_of(due_on: date, day: date) -> str:
    """Which group of the digest of ``day`` a due day belongs to; a week ends on its Sunday."""
    if due_on <= day:
        return TODAY if due_on == day else OVERDUE
    return THIS_WEEK if due_on <= day + timedelta(days=6 - day.weekday()) else LATER


def by_mail(user_id: int, rows: Sequence[DueReminder], news: Sequence[Notice], day: date) -> OutgoingMail:
    """The mail of one person's run, stored."""
    groups = _groups(rows, day)
    lines = [Line(notice.text, "", settings.PUBLIC_BASE_URL + notice.link) for notice in news[:MOST_NEWS]]
    if len(news) > MOST_NEWS:  # somebody was away for weeks, or the portal was
        more = f"另有{len(news) - MOST_NEWS}条，请到平台查看"
        lines.append(Line(more, "", settings.PUBLIC_BASE_URL + reverse("notice-list")))
    counts = _counts(groups) + ([f"{NEWS}{len(news)}条"] if news else [])
    page = {
        "groups": [*groups, *([(NEWS, lines)] if lines else [])],
        "reminds": bool(rows),
        "site": settings.SITE_NAME,
    }
    subject = f"提案办理{'提醒' if rows else '通知'}：{'，'.join(counts)}"
    return notice_mails.write_mail(user_id, subject, render_to_string("mail/digest.txt", page))


def by_gateway(user_id: int, channel: Channel, rows: Sequence[DueReminder], day: date) -> OutgoingMail:
    """The message of one person's run for a chat or a phone, stored: the counts and the first lines, a phone the counts
    alone (letters are paid for), and the way to the rest."""
    groups = _groups(rows, day)
    subject = f"提案办理提醒：{'，'.join(_counts(groups))}"
    lines = [line.text for _, found in groups for line in found]
    shown = [] if channel == Channel.SMS else [f"· {text}" for text in lines[:MOST_LINES]]
    if len(lines) > len(shown) > 0:
        shown.append(f"另有{len(lines) - len(shown)}件，请到平台查看。")
    body = "\n".join([*shown, settings.PUBLIC_BASE_URL + reverse("notice-list")])
    return notice_mails.write_mail(user_id, subject, body, channel=channel)


def _groups(rows: Sequence[DueReminder], day: date) -> list[tuple[str, list[Line]]]:
    found: dict[str, list[Line]] = {name: [] for name in GROUPS}
    for row in rows:
        whose = f"{row.owner} {row.clerk}".strip()
        found[group_of(row.due_on, day)].append(Line(sentence(row, day), whose, settings.PUBLIC_BASE_URL + row.link))
    return [(name, lines) for name, lines in found.items() if lines]


def _counts(groups: Sequence[tuple[str, list[Line]]]) -> list[str]:
    return [f"{name}{len(lines)}件" for name, lines in groups]
