"""What stands in the tables at one moment, as plain values two moments can be compared by."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import connection
from django.db.models import Model
from django.db.models.functions import Coalesce

from panjin_portal.lib.workflow import Workflow
from proposals.models import Assignment, HandlingRequest, Proposal
from proposals.workflow import ASSIGNMENT, PROPOSAL
from proposals.workflow_requests import REQUEST
from replies.handling_workflow import CHANGE, CONSULTATION
from replies.models import (
    CoHandlerOpinion,
    ConsultationSide,
    CountersignChange,
    FollowUp,
    Promise,
    Publication,
    Redo,
    RenderedDocument,
    Reply,
)
from replies.workflow import DOCUMENT, OPINION, PUBLICATION, REPLY
from replies.workflow_followup import FOLLOW_UP, PROMISE, REDO

# Model with a state: its table, and the way to its case.
MACHINES: dict[type[Model], tuple[Workflow, str | Coalesce]] = {
    Proposal: (PROPOSAL, "pk"),
    Assignment: (ASSIGNMENT, "proposal"),
    HandlingRequest: (REQUEST, "assignment__proposal"),
    Reply: (REPLY, "proposal"),
    CoHandlerOpinion: (OPINION, "assignment__proposal"),
    CountersignChange: (CHANGE, "reply__proposal"),
    ConsultationSide: (CONSULTATION, "consultation__proposal"),
    Publication: (PUBLICATION, "proposal"),
    RenderedDocument: (DOCUMENT, Coalesce("reply__proposal", "opinion__assignment__proposal")),
    Promise: (PROMISE, "proposal"),
    FollowUp: (FOLLOW_UP, "promise__proposal"),
    Redo: (REDO, "reply__proposal"),
}


@dataclass(frozen=True)
class Place:
    """Where one row stands, and in which case."""

    state: str
    case: int


def places() -> dict[tuple[type[Model], int], Place]:
    """Every row that has a state (one query for each kind)."""
    return {
        (model, pk): Place(state, case)
        for model, (_, way) in MACHINES.items()
        for pk, state, case in model._default_manager.order_by().values_list("pk", "state", way)
    }


def whole() -> dict[str, list[Any]]:
    """Every row of both apps, by table: what must be the same after a refusal."""
    found = {}
    with connection.cursor() as cursor:
        for model in models():
            name = connection.ops.quote_name(model._meta.db_table)
            cursor.execute(f"SELECT * FROM {name}")
            found[model._meta.db_table] = sorted(map(repr, cursor.fetchall()))
    return found


def models() -> Iterator[type[Model]]:
    """The tables of both apps, those between two others too."""
    for app in ("proposals", "replies"):
        yield from apps.get_app_config(app).get_models(include_auto_created=True)
