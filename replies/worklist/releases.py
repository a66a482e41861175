"""Lines for the release chain: the clerk's preparation, and the step whose turn it is."""

from __future__ import annotations

from collections.abc import Iterator

from proposals.models import Role, User
from proposals.models.deadlines import DeadlineKind
from proposals.permissions import bureaus_of
from replies.models import Publication
from replies.turns import next_release_step, release_steps, with_release_turns
from replies.workflow import PublicationState
from replies.worklist.items import BY_INDEX, JOINED, MOST, Badge, ClockKey, WorkItem, item


def release_work(user: User) -> Iterator[WorkItem]:
    """Publications of the person's bureaus that wait for him (two queries)."""
    at = bureaus_of(user)
    if not at:
        return
    steps = release_steps()
    for row in _open(user, at):
        facts = (row.bureau.short_name, f"索引号{row.index_number}")
        clock = ClockKey(DeadlineKind.PUBLICATION, row.bureau_id)
        if row.state == PublicationState.PREPARING:
            if row.bureau_id in bureaus_of(user, [Role.CLERK]):
                badge = Badge("公开被退回", "warn") if row.round else Badge("准备公开", "info")
                yield item(
                    row.proposal,
                    *facts,
                    step="继续准备",
                    page="publication-detail",
                    of=row.pk,
                    state=badge,
                    clock=clock,
                )
            continue
        turn = next_release_step(row, steps)
        if turn is None or getattr(row, "acted", False) or row.bureau_id not in bureaus_of(user, [turn.role]):
            continue
        badge = Badge(f"待{turn.name}", "info")
        yield item(
            row.proposal,
            *facts,
            step=f"公开{turn.name}",
            page="publication-detail",
            of=row.pk,
            state=badge,
            clock=clock,
        )


def _open(user: User, at: set[int]) -> list[Publication]:
    is_open = (PublicationState.PREPARING, PublicationState.RELEASING)
    rows = with_release_turns(Publication.objects.filter(bureau__in=at, state__in=is_open), user)
    return list(
        rows.select_related("proposal", "bureau")
        .only("state", "round", "index_number", "proposal", "bureau", *JOINED)
        .order_by(*BY_INDEX)[:MOST]
    )
