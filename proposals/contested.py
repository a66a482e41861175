"""Contested assignments (争议交办) of a session: counts per bureau, and the requests behind them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from proposals.models import Bureau, HandlingRequest, Session
from proposals.workflow_requests import RequestState

OUTCOMES = [(s.value, s.label) for s in RequestState if s is not RequestState.LAPSED]


@dataclass(frozen=True)
class Line:
    """One bureau: how many requests in all (``total``), and by outcome in the order of ``OUTCOMES``."""

    bureau: Bureau
    total: int
    counts: tuple[tuple[str, int], ...]


def contested(session: Session | None, *, bureau: Bureau | None = None, outcome: str = "") -> QuerySet[HandlingRequest]:
    """The requests for re-assignment of ``session`` (None: of all), the newest first."""
    rows = HandlingRequest.objects.filter(kind=HandlingRequest.Kind.RETURN)
    if session is not None:
        rows = rows.filter(assignment__proposal__session=session)
    if bureau is not None:
        rows = rows.filter(assignment__bureau=bureau)
    if outcome:
        rows = rows.filter(state=outcome)
    wide = ("assignment__proposal", "assignment__bureau", "reason", "bureau", "granted_bureau")
    return rows.select_related(*wide).order_by("-id")


def with_pending(sessions: QuerySet[Session]) -> QuerySet[Session]:
    """``sessions`` with ``pending_contested``: how many of their requests wait for a decision."""
    waiting = HandlingRequest.objects.filter(
        kind=HandlingRequest.Kind.RETURN, state=RequestState.PENDING, assignment__proposal__session=OuterRef("pk")
    )
    counted = waiting.order_by().values("assignment__proposal__session").annotate(n=Count("pk")).values("n")
    return sessions.annotate(pending_contested=Coalesce(Subquery(counted), 0))


def lines(session: Session | None) -> list[Line]:
    """Counts per bureau, the most contested first (two queries)."""
    by_state = {value: Count("id", filter=Q(state=value)) for value, _ in OUTCOMES}
    rows = contested(session).order_by().values("assignment__bureau").annotate(total=Count("id"), **by_state)
    found: list[dict[str, Any]] = [{**row} for row in rows]
    bureaus = Bureau.objects.in_bulk([row["assignment__bureau"] for row in found])
    made = [
        Line(
            bureaus[row["assignment__bureau"]],
            row["total"],
            tuple((value, row[value]) for value, _ in OUTCOMES),
        )
        for row in found
    ]
    return sorted(made, key=lambda line: (-line.total, line.bureau.position, line.bureau.pk))
