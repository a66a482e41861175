"""Marking deadlines of which all has been said today, so that the later scans of the day pass them by.

A mark may be missing (the next scan looks again, finds the ledger rows and says nothing twice) but never wrong: what
changed after it was read is not marked, and what makes more people to be told takes it away.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from django.db import transaction

from proposals.models import Assignment, Deadline
from proposals.reminders import Plan, Unspoken, due_reminders, unspoken

AT_ONCE = 500  # rows locked together, for some milliseconds


def mark_spoken(plan: Plan) -> int:
    """Mark what ``plan`` owes nobody any more; gives how many rows. One query in a run that finds everything marked."""
    candidates = unspoken(plan)  # read before the scan: whoever changes a row after this is seen by ``_mark``
    if not candidates:
        return 0
    owed = {row.deadline_id for row in due_reminders(plan)}
    rows = [row for row in candidates if row.deadline_id not in owed]
    return sum(_mark(rows[start : start + AT_ONCE]) for start in range(0, len(rows), AT_ONCE))


def speak_anew(assignment: Assignment) -> None:
    """Other people are to be told of the clocks of ``assignment``: the next scan looks at them. Called inside the
    transaction of the change."""
    # Never the value another reader saw, or a mark on its way could not tell that something has changed.
    Deadline.objects.filter(assignment=assignment, met_at=None, cancelled_at=None).update(
        spoken_mark=-1 - secrets.randbits(60)
    )


@transaction.atomic
def _mark(rows: Sequence[Unspoken]) -> int:
    """Rows somebody holds at this moment are left to the next run: nobody waits for a mark."""
    free = Deadline.objects.filter(pk__in=[row.deadline_id for row in rows]).order_by()
    held = free.select_for_update(skip_locked=True, no_key=True).values_list("pk", "version", "spoken_mark")
    now_there = {pk: (version, mark) for pk, version, mark in held}
    same = [row for row in rows if now_there.get(row.deadline_id) == (row.version, row.mark)]
    for version in {row.version for row in same}:
        keys = [row.deadline_id for row in same if row.version == version]
        Deadline.objects.filter(pk__in=keys).update(spoken_mark=same[0].today, spoken_version=version)
    return len(same)
