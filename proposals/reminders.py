"""What is due now and has no ledger row: one query, whatever the number of cases.

A scan asks for a state, never for "what fell in the last hour": a missed night is caught up by the next run, and a
second run finds nothing. When several occasions were missed only the newest one counts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import (
    BigIntegerField,
    Case,
    CharField,
    Exists,
    F,
    Func,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from proposals.models import Deadline, LeaveCover, Post, Proposal, Reminder, Role

NOTICE_DAYS = 7
_COLUMNS = (
    "pk",
    "version",
    "kind",
    "starts_on",
    "due_on",
    "is_provisional",
    "link",
    "proposal_id",
    "number",
    "title",
    "occasion",
    "told",
)


@dataclass(frozen=True)
class DueReminder:
    """One person to be reminded of one deadline. ``channels``: those that have no ledger row yet."""

    deadline_id: int
    deadline_version: int
    deadline_kind: str
    occasion: str
    due_on: date
    is_provisional: bool
    link: str
    case: str
    user_id: int
    user_email: str
    channels: tuple[str, ...]


def due_reminders(day: date) -> list[DueReminder]:
    """Reminders due on ``day`` that are not yet in the ledger, ordered by person and due date."""
    window = _window(day)
    rows = _first_to_the_named(_of_holders(window, "bureau", day), day).union(
        _of_holders(window, "proposer", day), all=True
    )
    found = {(row.deadline_id, row.user_id): row for row in _read(rows)}
    return sorted(found.values(), key=lambda row: (row.user_id, row.due_on, row.deadline_id))


def already_told(day: date) -> int:
    """How many ledger rows stand for what is due on ``day``: the reminders the scan no longer finds (one query)."""
    told = _window(day).filter(reminders__deadline_version=F("version"), reminders__kind=F("occasion"))
    return told.order_by().count()


def _window(day: date) -> QuerySet[Deadline]:
    """Running deadlines of which something is to be said on ``day``, with the ``occasion`` for it."""
    return Deadline.objects.filter(
        met_at=None, cancelled_at=None, due_on__lte=day + timedelta(days=NOTICE_DAYS)
    ).annotate(
        occasion=Case(
            When(due_on__lt=day, then=Value(Reminder.Kind.OVERDUE.value)),
            When(due_on=day, then=Value(Reminder.Kind.DUE.value)),
            default=Value(Reminder.Kind.BEFORE.value),
            output_field=CharField(),
        )
    )


def _of_holders(window: QuerySet[Deadline], owner: str, day: date) -> QuerySet[Deadline, Any]:
    """The window joined to people who hold the wanted post at the owner today: who left hears nothing more."""
    posts = f"{owner}__posts"
    held = window.filter(
        Q(**{f"{posts}__ends_on__isnull": True}) | Q(**{f"{posts}__ends_on__gte": day}),
        **{
            f"{posts}__role": F("recipient_role"),
            f"{posts}__starts_on__lte": day,
            f"{posts}__user__is_active": True,
        },
    ).annotate(user=F(f"{posts}__user_id"), email=F(f"{posts}__user__email"))
    held = held.annotate(told=_in_ledger(), number=_of_case("number"), title=_of_case("title"))
    held = held.filter(told__lt=Case(When(email="", then=Value(1)), default=Value(2)))
    rows: QuerySet[Deadline, Any] = held.order_by().values(*_COLUMNS, "user", "email")
    return rows


def _first_to_the_named(rows: QuerySet[Deadline, Any], day: date) -> QuerySet[Deadline, Any]:
    """Of the clerks of a bureau only the named one of the share, or who stands in for him on ``day``, as long as it is
    not overdue. All of them where nobody is named or he no longer holds the post; overdue is everybody's."""
    covers = LeaveCover.objects.filter(
        bureau=OuterRef("bureau"), absent=OuterRef("assignment__clerk"), starts_on__lte=day, ends_on__gte=day
    )
    substitute = Subquery(covers.order_by("-id").values("substitute")[:1])
    keeper = Coalesce(substitute, F("assignment__clerk"), output_field=BigIntegerField())
    in_post = Post.objects.held_on(day).filter(role=Role.CLERK, bureau=OuterRef("bureau"), user=OuterRef("keeper"))
    named = rows.alias(keeper=keeper)
    found: QuerySet[Deadline, Any] = named.filter(
        Q(occasion=Reminder.Kind.OVERDUE)
        | ~Q(recipient_role=Role.CLERK)
        | Q(user=F("keeper"))
        | Q(keeper__isnull=True)
        | ~Q(Exists(in_post))
    )
    return found


def _in_ledger() -> Subquery:
    """How many channels the ledger holds for this person and occasion: none, the portal alone, or both. No mail row
    stands without a portal row, since both are claimed in one transaction and only a mail can lack an address."""
    rows = Reminder.objects.filter(
        deadline=OuterRef("pk"),
        deadline_version=OuterRef("version"),
        kind=OuterRef("occasion"),
        recipient=OuterRef("user"),
    )
    counted = rows.order_by().annotate(n=Func(F("pk"), function="COUNT", output_field=IntegerField()))
    return Subquery(counted.values("n"))


def _of_case(field: str) -> Subquery:
    """A column of the case, read for what is found and not for all that was looked at."""
    return Subquery(Proposal.objects.filter(pk=OuterRef("proposal_id")).order_by().values(field))


def _read(rows: QuerySet[Deadline, Any]) -> Iterator[DueReminder]:
    for row in rows:
        short = row["due_on"] - row["starts_on"] < timedelta(days=NOTICE_DAYS)
        if short and row["occasion"] == Reminder.Kind.BEFORE:
            continue  # a term of five days has no "seven days before"; its start was announced by a notice
        wanted = [Reminder.Channel.PORTAL, *([Reminder.Channel.MAIL] if row["email"] else [])]
        number = f"第{row['number']}号" if row["number"] else f"流水号{row['proposal_id']}"
        yield DueReminder(
            deadline_id=row["pk"],
            deadline_version=row["version"],
            deadline_kind=row["kind"],
            occasion=row["occasion"],
            due_on=row["due_on"],
            is_provisional=row["is_provisional"],
            link=row["link"],
            case=f"{number} {row['title']}",
            user_id=row["user"],
            user_email=row["email"],
            channels=tuple(channel.value for channel in wanted[row["told"] :]),
        )
