"""Keeping the two searches up to date from upstairs: issued answers into the search of cases, published texts into the
public one. Called in the transaction that issues, confirms, publishes or takes down."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from panjin_portal.lib.bigrams import tokens_of
from proposals.services import indexing as ground
from replies.documents.letter import from_dict, plain_text, printed_lines, public_copy
from replies.models import Publication, PublicSearchText, Reply
from replies.permissions import ISSUED_STATES
from replies.workflow import PublicationState

FIELDS = ("title", "body", "text")
MOST_TOKENS = 80_000
ISSUE_ORDER = (F("issued_at").asc(nulls_first=True), "pk")  # an import was issued before it came here


def index_answer(reply: Reply) -> None:
    """Write what ``reply``, issued or confirmed just now, says into the search of cases (one query)."""
    ground.index_answer(reply.proposal_id, text=_answer(reply.signed_letter or {}))


def answers_of(proposal_ids: Iterable[int]) -> dict[int, list[str]]:
    """What each case that has any is found by beside its own words: the texts of its issued answers and the 索引号 of
    what was published of them, in the order they came (two queries)."""
    texts: dict[int, list[tuple[datetime | None, str]]] = defaultdict(list)
    wanted = list(proposal_ids)
    rows = Reply.objects.filter(proposal__in=wanted, state__in=ISSUED_STATES, signed_letter__isnull=False)
    for case, letter, issued_at in rows.order_by(*ISSUE_ORDER).values_list("proposal_id", "signed_letter", "issued_at"):
        texts[case].append((issued_at, _answer(letter or {})))
    for page in Publication.objects.filter(proposal__in=wanted, published_at__isnull=False).order_by("published_at"):
        texts[page.proposal_id].append((page.published_at, _numbers(page)))
    return {case: [text for _, text in sorted(found, key=_when)] for case, found in texts.items()}


def _when(found: tuple[datetime | None, str]) -> float:
    moment, _ = found
    return moment.timestamp() if moment else 0.0


def _numbers(page: Publication) -> str:
    return "\n".join(filter(None, (page.index_number, page.original_index_number)))


def _answer(letter: dict[str, Any]) -> str:
    """Without contact and copies: nobody looks for a telephone number here."""
    return plain_text(public_copy(from_dict(letter)))


def index_publication(publication: Publication) -> None:
    """The public finds ``publication``, which is published now, staff the case by its 索引号 (two queries)."""
    _store([_row(publication)])
    ground.index_answer(publication.proposal_id, text=_numbers(publication))


def forget_publication(publication: Publication) -> None:
    """The public finds ``publication`` no more (one query)."""
    PublicSearchText.objects.filter(pk=publication.pk).delete()


def reindex_publications(ids: Iterable[int]) -> int:
    """Make the rows of these publications anew, and remove those of what is not published; how many were wrong."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("reindex_publications needs a transaction")
    wanted = list(ids)
    rows = [_row(row) for row in Publication.objects.filter(pk__in=wanted, state=PublicationState.PUBLISHED)]
    stored = PublicSearchText.objects.in_bulk(wanted)
    wrong = [row for row in rows if row.pk not in stored or _values(row) != _values(stored[row.pk])]
    gone = set(stored) - {row.pk for row in rows}
    _store(wrong)
    PublicSearchText.objects.filter(pk__in=gone).delete()
    return len(wrong) + len(gone)


def _row(publication: Publication) -> PublicSearchText:
    """Made of the frozen text and metadata alone; the title is shown by itself and left out of the passages."""
    letter = from_dict(publication.letter or {})
    numbers = (publication.document_number, publication.index_number, publication.original_index_number)
    others = (publication.issuing_body, publication.topic_class, publication.keywords)
    lines = [line for line in printed_lines(letter) if line not in (publication.title, publication.document_number)]
    text = "\n".join([*filter(None, (*numbers, *others)), *lines])
    return PublicSearchText(
        publication=publication,
        title=tokens_of(publication.title, most=MOST_TOKENS),
        body=tokens_of(text, most=ground.ANSWER_TOKENS),
        text=text,
    )


def _values(row: PublicSearchText) -> tuple[str, ...]:
    return tuple(getattr(row, name) for name in FIELDS)


def _store(rows: list[PublicSearchText]) -> None:
    if rows:
        PublicSearchText.objects.bulk_create(
            rows, update_conflicts=True, unique_fields=["publication"], update_fields=list(FIELDS)
        )
