"""What was said of one deadline to whom and when, and what comes next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from panjin_portal.lib.workdays import Calendar
from proposals.models import Channel, Deadline, Reminder, Role
from proposals.occasions import Offset, next_occasion, occasion_words
from proposals.reminders import offsets_of


@dataclass(frozen=True)
class Said:
    """One occasion: ``rows`` are its ledger rows, the first one first. ``is_former``: before the day was moved."""

    words: str
    is_former: bool
    rows: tuple[Reminder, ...]


@dataclass(frozen=True)
class Step:
    """What comes next: the day, the occasion and who hears of it, in words."""

    day: date
    words: str
    people: str


def said_of(deadline: Deadline) -> list[Said]:
    """The ledger of ``deadline``, the newest occasion first (one query)."""
    rows = deadline.reminders.select_related("recipient", "mail").order_by("-deadline_version", "id")
    found: dict[tuple[int, str], list[Reminder]] = {}
    for row in rows:
        found.setdefault((row.deadline_version, row.occasion), []).append(row)
    told = [
        Said(occasion_words(occasion), version != deadline.version, tuple(group))
        for (version, occasion), group in found.items()
    ]
    return sorted(told, key=lambda one: one.rows[-1].pk, reverse=True)


def next_of(deadline: Deadline, *, after: date, calendar: Calendar) -> Step | None:
    """What is said of ``deadline`` after the day ``after`` while it stays open (one query); None when nothing more is,
    or it does not run."""
    if deadline.met_at is not None or deadline.cancelled_at is not None:
        return None
    offsets = offsets_of([deadline.kind])[deadline.kind]
    found = next_occasion(offsets, starts_on=deadline.starts_on, due_on=deadline.due_on, after=after, calendar=calendar)
    if found is None:
        return None
    return Step(found.day, occasion_words(found.occasion), people_of(deadline, found.offset))


def people_of(deadline: Deadline, offset: Offset) -> str:
    """Who hears of it, by role: 经办人、核稿人."""
    roles = [Role(deadline.recipient_role)]
    if deadline.bureau_id is not None:
        roles += [role for role, told in ((Role.REVIEWER, offset.reviewer), (Role.LEADER, offset.leader)) if told]
    return "、".join(role.label for role in [*roles, *([Role.OFFICE_STAFF] if offset.office else [])])


def delivery_of(row: Reminder) -> str:
    """How far a row has come to its recipient."""
    if row.channel == Channel.PORTAL:
        return "已在平台"
    return row.mail.get_state_display() if row.mail is not None else "—"
