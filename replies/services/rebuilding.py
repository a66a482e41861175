"""Making both searches anew from the texts themselves, batch by batch, while people go on working."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from django.db import transaction
from django.db.models import Model, QuerySet

from proposals.models import Proposal
from proposals.services.indexing import reindex
from replies.models import Publication
from replies.services.indexing import answers_of, reindex_publications

BATCH = 200
Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True)
class Progress:
    """So far: rows looked at, and rows that were missing or wrong and have been written."""

    done: int
    written: int


def rebuild_cases() -> Iterator[Progress]:
    """The search of cases; one report a batch. Each batch locks its cases, so no newer text is written over."""
    yield from _rebuild(Proposal.objects.all(), list, lambda ids: reindex(ids, answers=answers_of(ids)))


def rebuild_publications() -> Iterator[Progress]:
    """The public search; one report a batch. A publication is changed under the lock of its case: that is taken."""
    yield from _rebuild(Publication.objects.all(), _cases_of, reindex_publications)


def _cases_of(publication_ids: list[int]) -> list[int]:
    return list(Publication.objects.filter(pk__in=publication_ids).values_list("proposal_id", flat=True))


def _rebuild(
    rows: QuerySet[Row], cases_of: Callable[[list[int]], list[int]], reindex_batch: Callable[[list[int]], int]
) -> Iterator[Progress]:
    last, done, written = 0, 0, 0
    while True:
        with transaction.atomic():
            ids = list(rows.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:BATCH])
            cases = Proposal.objects.select_for_update(no_key=True).filter(pk__in=cases_of(ids)).order_by("pk")
            list(cases.values_list("pk"))
            written += reindex_batch(ids)
        if not ids:
            return
        last, done = ids[-1], done + len(ids)
        yield Progress(done, written)
