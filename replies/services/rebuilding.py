"""Making both searches anew from the texts themselves, batch by batch, while people go on working."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet

from proposals.models import Proposal
from proposals.services.indexing import reindex
from replies.models import Publication
from replies.services.indexing import answers_of, reindex_publications

BATCH = 200


@dataclass(frozen=True)
class Progress:
    """So far: rows looked at, and rows that were missing or wrong and have been written."""

    done: int
    written: int


def rebuild_cases() -> Iterator[Progress]:
    """The search of cases; one report a batch. Each batch locks its cases, so no newer text is written over."""
    yield from _rebuild(Proposal.objects.all(), lambda ids: reindex(ids, answers=answers_of(ids)))


def rebuild_publications() -> Iterator[Progress]:
    """The public search; one report a batch."""
    yield from _rebuild(Publication.objects.all(), reindex_publications)


def _rebuild(
    rows: QuerySet[Proposal] | QuerySet[Publication], reindex_batch: Callable[[list[int]], int]
) -> Iterator[Progress]:
    last, done, written = 0, 0, 0
    while True:
        with transaction.atomic():
            # A publication is changed under the lock of its case: lock that.
            following = rows.filter(pk__gt=last).order_by("pk")
            ids = list(following.values_list("pk", flat=True)[:BATCH])
            cases = ids if rows.model is Proposal else rows.filter(pk__in=ids).values("proposal")
            list(Proposal.objects.select_for_update(no_key=True).filter(pk__in=cases).order_by("pk").values_list("pk"))
            written += reindex_batch(ids)
        if not ids:
            return
        last, done = ids[-1], done + len(ids)
        yield Progress(done, written)
