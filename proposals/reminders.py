"""What is due now and has no ledger row: one query, whatever the number of cases.

A scan asks for a state, never for "what fell in the last hour": a missed night is caught up by the next run, and a
second run finds nothing. When several occasions were missed only the newest one counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Case, CharField, F, Value, When

from proposals.models import Deadline, Reminder, Role

NOTICE_DAYS = 7
# What proposers let pass longer ago than this is no longer spoken of: a form nobody sent back stays open for good (and
# counts as the rule of its session says), and the city gathers thousands of them over the years.
PROPOSERS_DAYS = 90
# Running clocks of which something is to be said today (all that is asked of them stands in one index); the people
# who hold the wanted post at the owner today (who left hears nothing more), with what the ledger holds for each: 0, the
# portal alone, or portal and mail. No mail row stands without a portal row, since both are claimed in one transaction
# and only a mail can lack an address. Number and title of the case are read for what is found and not for all that was
# looked at (CROSS JOIN: SQLite keeps the order it is given). Plain SQL that both databases read: the ORM took four
# times as long to write it as it ran.
_HELD = """
    post.role = due.recipient_role AND post.starts_on <= %(day)s AND (post.ends_on IS NULL OR post.ends_on >= %(day)s)
"""
_OWED = """
    SELECT due.id, due.occasion, post.user_id, person.email,
           (SELECT COUNT(*) FROM proposals_reminder AS ledger
             WHERE ledger.deadline_id = due.id AND ledger.deadline_version = due.version
               AND ledger.kind = due.occasion AND ledger.recipient_id = post.user_id) AS told
      FROM due
      JOIN proposals_post AS post ON post.{owner} = due.{owner} AND {held}
      JOIN proposals_user AS person ON person.id = post.user_id AND person.is_active
"""
# Of the clerks of a bureau only the named one of the share, or who stands in for him today, as long as it is not
# overdue. All of them where nobody is named or he no longer holds the post; overdue is everybody's.
_KEEPER = """
    SELECT COALESCE(
             (SELECT cover.substitute_id FROM proposals_leavecover AS cover
               WHERE cover.bureau_id = share.bureau_id AND cover.absent_id = share.clerk_id
                 AND cover.starts_on <= %(day)s AND cover.ends_on >= %(day)s
               ORDER BY cover.id DESC LIMIT 1),
             share.clerk_id)
      FROM proposals_deadline AS clock JOIN proposals_assignment AS share ON share.id = clock.assignment_id
     WHERE clock.id = due.id
"""
_NAMED_FIRST = f"""
    (due.occasion = %(overdue)s OR due.recipient_role <> %(clerk)s
     OR COALESCE(({_KEEPER}), post.user_id) = post.user_id
     OR NOT EXISTS (SELECT 1 FROM proposals_post AS kept JOIN proposals_user AS keeper ON keeper.id = kept.user_id
                     WHERE kept.bureau_id = due.bureau_id AND kept.role = %(clerk)s AND keeper.is_active
                       AND kept.starts_on <= %(day)s AND (kept.ends_on IS NULL OR kept.ends_on >= %(day)s)
                       AND kept.user_id = ({_KEEPER})))
"""
_SCAN = f"""
WITH due AS (
    SELECT id, version, bureau_id, proposer_id, recipient_role,
           CASE WHEN due_on < %(day)s THEN %(overdue)s
                WHEN due_on = %(day)s THEN %(due)s ELSE %(before)s END AS occasion
      FROM proposals_deadline
     WHERE met_at IS NULL AND cancelled_at IS NULL AND due_on <= %(until)s
       AND (due_on >= %(since)s OR recipient_role <> %(proposer)s)
), owed AS (
    {_OWED.format(owner="bureau_id", held=_HELD)} AND {_NAMED_FIRST}
    UNION ALL {_OWED.format(owner="proposer_id", held=_HELD)}
)
SELECT deadline.id, deadline.version, deadline.kind, deadline.starts_on, deadline.due_on, deadline.is_provisional,
       deadline.link, deadline.proposal_id, proposal.number AS case_number, proposal.title AS case_title,
       owed.occasion, owed.user_id AS person_id, owed.email AS email, owed.told
  FROM owed CROSS JOIN proposals_deadline AS deadline CROSS JOIN proposals_proposal AS proposal
 WHERE owed.told < CASE WHEN owed.email = '' THEN 1 ELSE 2 END
   AND deadline.id = owed.id AND proposal.id = deadline.proposal_id
"""


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
    """Reminders due on ``day`` that are not yet in the ledger, ordered by person and due date (one query)."""
    given: dict[str, Any] = {
        "day": day,
        "until": day + timedelta(days=NOTICE_DAYS),
        "since": day - timedelta(days=PROPOSERS_DAYS),
        "proposer": Role.PROPOSER.value,
        "overdue": Reminder.Kind.OVERDUE.value,
        "due": Reminder.Kind.DUE.value,
        "before": Reminder.Kind.BEFORE.value,
        "clerk": Role.CLERK.value,
    }
    found = {(row.deadline_id, row.user_id): row for row in _read(Deadline.objects.raw(_SCAN, given))}
    return sorted(found.values(), key=lambda row: (row.user_id, row.due_on, row.deadline_id))


def already_told(day: date) -> int:
    """How many ledger rows stand for what is due on ``day``: the reminders the scan no longer finds (one query)."""
    occasion = Case(
        When(due_on__lt=day, then=Value(Reminder.Kind.OVERDUE.value)),
        When(due_on=day, then=Value(Reminder.Kind.DUE.value)),
        default=Value(Reminder.Kind.BEFORE.value),
        output_field=CharField(),
    )
    running = Deadline.objects.filter(met_at=None, cancelled_at=None, due_on__lte=day + timedelta(days=NOTICE_DAYS))
    running = running.exclude(recipient_role=Role.PROPOSER, due_on__lt=day - timedelta(days=PROPOSERS_DAYS))
    told = running.filter(reminders__deadline_version=F("version"), reminders__kind=occasion)
    return told.order_by().count()


def _read(rows: Iterable[Any]) -> Iterator[DueReminder]:
    """``rows``: deadlines with the columns the scan adds."""
    for row in rows:
        short = row.due_on - row.starts_on < timedelta(days=NOTICE_DAYS)
        if short and row.occasion == Reminder.Kind.BEFORE:
            continue  # a term of five days has no "seven days before"; its start was announced by a notice
        wanted = [Reminder.Channel.PORTAL, *([Reminder.Channel.MAIL] if row.email else [])]
        number = f"第{row.case_number}号" if row.case_number else f"流水号{row.proposal_id}"
        yield DueReminder(
            deadline_id=row.pk,
            deadline_version=row.version,
            deadline_kind=row.kind,
            occasion=row.occasion,
            due_on=row.due_on,
            is_provisional=row.is_provisional,
            link=row.link,
            case=f"{number} {row.case_title}",
            user_id=row.person_id,
            user_email=row.email,
            channels=tuple(channel.value for channel in wanted[row.told :]),
        )
