"""Lines for the release chain: the clerk's preparation, and the step whose turn it is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet

from panjin_portal.lib.kept import Kept
from proposals.models import Role, User
from proposals.models.deadlines import DeadlineKind
from proposals.permissions import bureaus_of
from replies.models import Publication
from replies.turns import next_release_step, release_steps, with_release_turns
from replies.workflow import PublicationState
from replies.worklist.items import VALUES, Badge, ClockKey, WorkItem, case_of, item, nearest


def release_work(user: User) -> Iterator[WorkItem]:
    """Publications of the person's bureaus that wait for him (two queries)."""
    at = bureaus_of(user)
    if not at:
        return
    rows = _open(user.pk, tuple(sorted(at)))
    steps = release_steps() if any(row.state == PublicationState.RELEASING for row in rows) else []
    for row in rows:
        facts = (row.bureau__short_name, f"索引号{row.index_number}")
        clock = ClockKey(DeadlineKind.PUBLICATION, row.bureau_id)
        if row.state == PublicationState.PREPARING:
            if row.bureau_id not in bureaus_of(user, [Role.CLERK]):
                continue
            step, badge = "继续准备", Badge("公开被退回", "warn") if row.round else Badge("准备公开", "info")
        else:
            turn = next_release_step(row, steps)
            if turn is None or row.acted or row.bureau_id not in bureaus_of(user, [turn.role]):
                continue
            step, badge = f"公开{turn.name}", Badge(f"待{turn.name}", "info")
        yield item(case_of(row), *facts, step=step, page="publication-detail", of=row.pk, state=badge, clock=clock)


@Kept
def _open(person: int, at: tuple[int, ...]) -> QuerySet[Publication, Any]:
    is_open = (PublicationState.PREPARING, PublicationState.RELEASING)
    among = Publication.objects.filter(bureau__in=at, state__in=is_open)
    rows = nearest(with_release_turns(Publication.objects.all(), person), among=among)
    return rows.values_list(*VALUES, "round", "index_number", "last_done", "acted", named=True)
