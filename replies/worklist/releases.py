"""Lines for the release chain: the clerk's preparation, and the step whose turn it is."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Exists, F, IntegerField, Max, OuterRef, Subquery
from django.db.models.functions import Coalesce

from proposals.models import Role, User
from proposals.models.deadlines import DeadlineKind
from proposals.permissions import bureaus_of
from replies.models import Publication, ReleaseDecision, ReleaseStep
from replies.workflow import PublicationState
from replies.worklist.items import MOST, Badge, ClockKey, WorkItem, item


def release_work(user: User) -> Iterator[WorkItem]:
    """Publications of the person's bureaus that wait for him (two queries)."""
    at = bureaus_of(user)
    if not at:
        return
    steps = list(ReleaseStep.objects.filter(is_active=True).order_by("position"))
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
        turn = next((step for step in steps if step.position > getattr(row, "last_done", 0)), None)
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
    decided = ReleaseDecision.objects.filter(publication=OuterRef("pk"), round=OuterRef("round"))
    last = decided.order_by().values("publication").annotate(last=Max("position")).values("last")
    rows = (
        Publication.objects.filter(bureau__in=at, state__in=(PublicationState.PREPARING, PublicationState.RELEASING))
        .annotate(
            last_done=Coalesce(Subquery(last, output_field=IntegerField()), 0),
            acted=Exists(decided.filter(actor=user)),
        )
        .select_related("proposal__session", "bureau")
        .defer("letter")
        .order_by(F("id").asc())
    )
    return list(rows[:MOST])
