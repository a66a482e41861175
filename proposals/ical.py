"""Open deadlines as an iCalendar file (RFC 5545): whole days, one event each, nothing personal beyond the title."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.urls import reverse
from icalendar import Calendar, Event

from proposals.models import Deadline

MEDIA_TYPE = "text/calendar; charset=utf-8"
REFRESH = timedelta(hours=4)


def calendar_of(rows: Iterable[Deadline], *, name: str, base_url: str, moment: datetime) -> bytes:
    """The file with ``rows`` (of ``board.for_rows``) as it stands at ``moment``.

    An event keeps its UID while the deadline lives; each change of the deadline gives a higher SEQUENCE. What was met
    or cancelled is not in ``rows``, and so leaves the subscriber's calendar. A provisional date is TENTATIVE.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//Panjin Proposal Portal//Deadlines//ZH")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", REFRESH, parameters={"value": "DURATION"})
    host = urlsplit(base_url).hostname or "portal"
    for row in rows:
        calendar.add_component(_event(row, host, base_url, moment))
    written: bytes = calendar.to_ical()
    return written


def _event(row: Deadline, host: str, base_url: str, moment: datetime) -> Event:
    event = Event()
    event.add("uid", f"deadline-{row.pk}@{host}")
    event.add("dtstamp", moment)
    event.add("sequence", row.version)
    event.add("dtstart", row.due_on)
    event.add("summary", summary_of(row))
    event.add("status", "TENTATIVE" if row.is_provisional else "CONFIRMED")
    event.add("transp", "TRANSPARENT")
    # The page of the case, which every reader may open; the step itself is open only to those who owe it.
    event.add("url", f"{base_url}{reverse('proposal-detail', args=[row.proposal_id])}?tab=handling")
    return event


def summary_of(row: Deadline) -> str:
    """``答复 第005号 关于…（市司法局）``; 暂定 where the date may still move. A proposer who owes it is not named."""
    owner = f"（{row.bureau.short_name}）" if row.bureau else ""
    provisional = "（暂定）" if row.is_provisional else ""
    return f"{row.get_kind_display()}{provisional} {row.proposal.label} {row.proposal.title}{owner}"
