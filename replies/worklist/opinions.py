"""Lines for the leader whose signature an opinion waits for; the clerk's own line is in ``bureaus``."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.db.models import Q, Value
from django.db.models.functions import Coalesce

from proposals.models import Role, User
from proposals.models.deadlines import DeadlineKind
from proposals.permissions import bureaus_of
from proposals.workflow import AssignmentState, ProposalState
from replies.models import CoHandlerOpinion
from replies.workflow import OpinionState
from replies.worklist.items import MOST, Badge, CaseName, ClockKey, WorkItem, item


def opinions_to_sign(user: User) -> Iterator[WorkItem]:
    """Opinions he may sign as leader of their bureau: not what he wrote or sent himself (one query)."""
    at = bureaus_of(user, [Role.LEADER])
    if not at:
        return
    rows = CoHandlerOpinion.objects.filter(
        state=OpinionState.SIGNING, assignment__bureau__in=at, assignment__state=AssignmentState.ACCEPTED
    ).exclude(Q(written_by=user) | Q(sent_by=user) | Q(assignment__proposal__state=ProposalState.SUSPENDED))
    near = (Coalesce("assignment__proposal__next_due_on", Value(date.max)), "id")
    names = ("assignment_id", "assignment__bureau_id", "assignment__bureau__short_name")
    case = [f"assignment__proposal__{name}" for name in ("pk", "number", "title")]
    for share, bureau, bureau_name, pk, number, title in rows.order_by(*near).values_list(*names, *case)[:MOST]:
        yield item(
            CaseName(pk, number, title),
            f"会办 · {bureau_name}",
            step="签发会办意见",
            page="opinion-sign",
            of=share,
            state=Badge("会办意见待签发", "info"),
            clock=ClockKey(DeadlineKind.OPINION, bureau),
        )
