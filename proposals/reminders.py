"""What is due and has no ledger row: one query, whatever the number of cases.

A scan asks for a state, never for "what fell in the last hour": a missed night is caught up by the next run, and a
second run finds nothing. When several occasions were missed only the newest one counts (``occasions``): the offsets
become ranges of due days in Python, a few rows that the query joins.

What was once found to owe nobody anything on a day carries a mark (``Unspoken``) and is passed by for the rest of that
day. The mark holds the day, the head of the site chain and the gateways in use: whoever gets a post, an address or
cover, and every change of offsets or calendar, moves that head, and all deadlines are looked at anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db import connection

from panjin_portal.lib.workdays import Calendar
from proposals.models import Channel, Deadline, ReminderRule, Role
from proposals.models.deadlines import DeadlineKind
from proposals.occasions import Band, Offset, applies, bands

# What proposers let pass longer ago than this is no longer spoken of: a form nobody sent back stays open for good (and
# counts as the rule of its session says), and the city gathers thousands of them over the years.
PROPOSERS_DAYS = 90
MARK_BITS = 28  # of a mark below the number of the site event: 20 for the day, 8 for the gateways
BITS = {channel: 1 << place for place, channel in enumerate(Channel)}
# Running clocks of which something is to be said today (all that is asked of them stands in one index); the people who
# hold a wanted post today (who left hears nothing more), each with what the ledger holds for him, a bit for each
# channel. Number and title of the case are read for what is found and not for all that was looked at (CROSS JOIN:
# SQLite keeps the order it is given). Plain SQL that both databases read: the ORM took four times as long to write it
# as it ran.
_CLOCKS = """
    SELECT id, version, spoken_mark, bureau_id, proposer_id, assignment_id, recipient_role, due_on, kind
      FROM proposals_deadline
     WHERE met_at IS NULL AND cancelled_at IS NULL AND due_on <= %(latest)s
       AND (due_on >= %(since)s OR recipient_role <> %(proposer)s)
"""
# Without a mark of today, or marked for another version. Sifted before anything is joined to them.
_FRESH = f"""{_CLOCKS} AND (spoken_mark <> (SELECT today FROM mark) OR spoken_version <> version)"""
_MARK = f"""mark(today) AS (
    SELECT CAST(COALESCE(MAX(last_event_number), 0) AS BIGINT) * {1 << MARK_BITS} + %(mark)s
      FROM proposals_sitechainhead)"""
_HELD = "post.starts_on <= %(day)s AND (post.ends_on IS NULL OR post.ends_on >= %(day)s)"
_OWED = """
    SELECT due.id, due.occasion, due.is_overdue, post.user_id, {wanted} AS wanted,
           CASE WHEN post.role = due.recipient_role THEN 0 ELSE 1 END AS is_escalated,
           (SELECT COALESCE(SUM({bits}), 0) FROM proposals_reminder AS ledger
             WHERE ledger.deadline_id = due.id AND ledger.deadline_version = due.version
               AND ledger.occasion = due.occasion AND ledger.recipient_id = post.user_id) AS told
      FROM {source} AS due
      JOIN proposals_post AS post ON {whose} AND {held}
      JOIN proposals_user AS person ON person.id = post.user_id AND person.is_active
"""
_OF_BUREAU = """post.bureau_id = due.bureau_id
       AND (post.role = due.recipient_role OR post.role = %(reviewer)s AND due.reviewer = 1
            OR post.role = %(leader)s AND due.leader = 1)"""
_OF_PROPOSER = "post.proposer_id = due.proposer_id AND post.role = due.recipient_role"
_OF_OFFICE = "due.office = 1 AND post.role = %(office)s"
# Of the clerks of a bureau only the named one of the share, or who stands in for him today, as long as it is not
# overdue. All of them where nobody is named or he no longer holds the post; overdue is everybody's.
_KEPT = """
    SELECT due.*,
    CASE WHEN due.is_overdue = 0 AND due.recipient_role = %(clerk)s AND due.assignment_id IS NOT NULL THEN (
      SELECT kept.user_id
        FROM proposals_assignment AS share
        JOIN proposals_post AS kept ON kept.user_id = COALESCE(
             (SELECT cover.substitute_id FROM proposals_leavecover AS cover
               WHERE cover.bureau_id = share.bureau_id AND cover.absent_id = share.clerk_id
                 AND cover.starts_on <= %(day)s AND cover.ends_on >= %(day)s
               ORDER BY cover.id DESC LIMIT 1),
             share.clerk_id)
        JOIN proposals_user AS keeper ON keeper.id = kept.user_id AND keeper.is_active
       WHERE share.id = due.assignment_id AND kept.bureau_id = due.bureau_id AND kept.role = %(clerk)s
         AND kept.starts_on <= %(day)s AND (kept.ends_on IS NULL OR kept.ends_on >= %(day)s)
       LIMIT 1)
    END AS keeper FROM due
"""
_NAMED_FIRST = "(due.keeper IS NULL OR post.role <> due.recipient_role OR post.user_id = due.keeper)"
_DUE = """{mark}, due AS MATERIALIZED (
    SELECT clock.id, clock.version, clock.spoken_mark, clock.bureau_id, clock.proposer_id, clock.assignment_id,
           clock.recipient_role, band.occasion, band.is_overdue, band.reviewer, band.leader, band.office
      FROM ({clocks}) AS clock JOIN band
        ON clock.kind = band.kind AND clock.due_on BETWEEN band.first_due AND band.last_due)
"""
_BANDS = "band(kind, occasion, first_due, last_due, is_overdue, reviewer, leader, office) AS (VALUES {rows})"
_SCAN = """
WITH {bands}, {due}, kept AS ({kept}), owed AS ({owed})
SELECT deadline.id, deadline.version, deadline.kind, deadline.starts_on, deadline.due_on, deadline.is_provisional,
       deadline.link, deadline.proposal_id, proposal.number AS case_number, proposal.title AS case_title,
       owed.occasion, owed.is_overdue, owed.user_id AS person_id, owed.is_escalated, owed.wanted, owed.told,
       COALESCE(bureau.short_name, proposer.name) AS owner, clerk.display_name AS clerk_name
  FROM owed CROSS JOIN proposals_deadline AS deadline CROSS JOIN proposals_proposal AS proposal
  LEFT JOIN proposals_bureau AS bureau ON bureau.id = deadline.bureau_id
  LEFT JOIN proposals_proposer AS proposer ON proposer.id = deadline.proposer_id
  LEFT JOIN proposals_assignment AS share ON share.id = deadline.assignment_id
  LEFT JOIN proposals_user AS clerk ON clerk.id = share.clerk_id
 WHERE owed.wanted & ~owed.told <> 0
   AND deadline.id = owed.id AND proposal.id = deadline.proposal_id
"""
_TOLD = """
WITH {bands}, {due}
SELECT COUNT(*) FROM due JOIN proposals_reminder AS ledger
    ON ledger.deadline_id = due.id AND ledger.deadline_version = due.version AND ledger.occasion = due.occasion
"""
_WITHOUT_MARK = """
WITH {bands}, {due}
SELECT due.id, due.version, due.spoken_mark, mark.today FROM mark CROSS JOIN due
"""


@dataclass(frozen=True)
class Plan:
    """What is spoken of on ``day``: ranges of due days, kind by kind."""

    day: date
    bands: tuple[Band, ...]


@dataclass(frozen=True)
class DueReminder:
    """One person to be reminded of one deadline. ``channels``: those that have no ledger row yet. ``is_escalated``: it
    is not his to do, he is told that it is not done. ``owner``: whose turn it is, ``clerk``: by name, where named."""

    deadline_id: int
    deadline_version: int
    deadline_kind: str
    occasion: str
    is_overdue: bool
    due_on: date
    is_provisional: bool
    link: str
    case: str
    owner: str
    clerk: str
    user_id: int
    is_escalated: bool
    channels: tuple[str, ...]


@dataclass(frozen=True)
class Unspoken:
    """A deadline as it was read before the scan, its mark, and the mark it gets when nobody is owed anything."""

    deadline_id: int
    version: int
    mark: int
    today: int


def offsets_of(kinds: Iterable[str]) -> dict[str, list[Offset]]:
    """The offsets of each of ``kinds`` (one query); a kind without rows of its own has the general ones."""
    rows: dict[str, list[Offset]] = {}
    for row in ReminderRule.objects.all():
        rows.setdefault(row.kind, []).append(row.offset())
    general = rows.get("", [])
    return {
        kind: rows.get(kind) or [Offset(kind, o.timing, o.days, o.reviewer, o.leader, o.office) for o in general]
        for kind in kinds
    }


def plan_of(day: date, calendar: Calendar) -> Plan:
    """The plan of ``day`` after the offsets as they stand (one query)."""
    found = offsets_of(DeadlineKind.values)
    return Plan(day, tuple(bands([row for rows in found.values() for row in rows], day, calendar)))


def due_reminders(plan: Plan) -> list[DueReminder]:
    """Reminders due on the day of ``plan`` that are not yet in the ledger, by person and due date (one query)."""
    if not plan.bands:
        return []
    parts = [
        _owed(_OF_BUREAU, "kept") + f" AND {_NAMED_FIRST}",
        _owed(_OF_PROPOSER),
        *([_owed(_OF_OFFICE)] if any(band.offset.office for band in plan.bands) else []),
    ]
    values, given = _given(plan)
    due = _DUE.format(mark=_MARK, clocks=_FRESH)
    sql = _SCAN.format(bands=values, due=due, kept=_KEPT, owed=" UNION ALL ".join(parts))
    found: dict[tuple[int, int], DueReminder] = {}
    for row in _read(Deadline.objects.raw(sql, given)):
        known = found.get((row.deadline_id, row.user_id))
        if known is None or known.is_escalated:  # who holds two posts hears of it once, as the one who has to do it
            found[row.deadline_id, row.user_id] = row
    return sorted(found.values(), key=lambda row: (row.user_id, row.due_on, row.deadline_id))


def already_told(plan: Plan) -> int:
    """How many ledger rows stand for what is due by ``plan``: the reminders the scan no longer finds (one query)."""
    if not plan.bands:
        return 0
    values, given = _given(plan)
    with connection.cursor() as cursor:
        cursor.execute(_TOLD.format(bands=values, due=_DUE.format(mark=_MARK, clocks=_CLOCKS)), given)
        return int(cursor.fetchone()[0])


def unspoken(plan: Plan) -> list[Unspoken]:
    """The deadlines of ``plan`` without a mark of today: looked at for the first time, changed, or still owed (one
    query)."""
    if not plan.bands:
        return []
    values, given = _given(plan)
    with connection.cursor() as cursor:
        cursor.execute(_WITHOUT_MARK.format(bands=values, due=_DUE.format(mark=_MARK, clocks=_FRESH)), given)
        return [Unspoken(*row) for row in cursor.fetchall()]


def enabled_gateways() -> list[Channel]:
    """The gateways this installation has an address for."""
    return [channel for channel in Channel if settings.GATEWAY_URLS.get(channel.value)]


def _owed(whose: str, source: str = "due") -> str:
    bits = "".join(f" WHEN '{channel.value}' THEN {bit}" for channel, bit in BITS.items())
    wanted = f"{BITS[Channel.PORTAL]} + CASE WHEN person.email <> '' THEN {BITS[Channel.MAIL]} ELSE 0 END"
    if gateways := enabled_gateways():
        chosen = ", ".join(f"'{channel.value}'" for channel in gateways)
        wanted += (
            f" + (SELECT COALESCE(SUM(CASE way.channel{bits} ELSE 0 END), 0) FROM proposals_gatewayaddress AS way"
            f" WHERE way.user_id = person.id AND way.channel IN ({chosen}))"
        )
    bits = f"CASE ledger.channel{bits} ELSE 0 END"
    return _OWED.format(wanted=wanted, bits=bits, source=source, whose=whose, held=_HELD)


def _given(plan: Plan) -> tuple[str, dict[str, Any]]:
    given: dict[str, Any] = {
        "day": plan.day,
        "latest": max(band.last for band in plan.bands),
        "since": plan.day - timedelta(days=PROPOSERS_DAYS),
        "proposer": Role.PROPOSER.value,
        "clerk": Role.CLERK.value,
        "reviewer": Role.REVIEWER.value,
        "leader": Role.LEADER.value,
        "office": Role.OFFICE_STAFF.value,
        "mark": (plan.day.toordinal() << 8) + sum(BITS[channel] for channel in enabled_gateways()),
    }
    rows = []
    for place, band in enumerate(plan.bands):
        own = _columns(band)
        names = [f"band{place}_{column}" for column in range(len(own))]
        given |= dict(zip(names, own, strict=True))
        rows.append(f"({', '.join(f'%({name})s' for name in names)})")
    return _BANDS.format(rows=", ".join(rows)), given


def _columns(band: Band) -> Sequence[Any]:
    told = (band.is_overdue, band.offset.reviewer, band.offset.leader, band.offset.office)
    return (band.kind, band.occasion, band.first, band.last, *map(int, told))


def _read(rows: Iterable[Any]) -> Iterator[DueReminder]:
    """``rows``: deadlines with the columns the scan adds."""
    for row in rows:
        if not applies(row.occasion, row.starts_on, row.due_on):
            continue  # its start was announced by a notice
        missing = row.wanted & ~row.told
        number = f"第{row.case_number}号" if row.case_number else f"流水号{row.proposal_id}"
        yield DueReminder(
            deadline_id=row.pk,
            deadline_version=row.version,
            deadline_kind=row.kind,
            occasion=row.occasion,
            is_overdue=bool(row.is_overdue),
            due_on=row.due_on,
            is_provisional=row.is_provisional,
            link=row.link,
            case=f"{number} {row.case_title}",
            owner=row.owner,
            clerk=row.clerk_name or "",
            user_id=row.person_id,
            is_escalated=bool(row.is_escalated),
            channels=tuple(channel.value for channel, bit in BITS.items() if missing & bit),
        )
