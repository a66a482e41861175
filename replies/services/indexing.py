"""Keeping the two searches up to date from upstairs: issued answers into the search of cases, published texts into the
public one. Called in the transaction that issues, confirms, publishes or takes down."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
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
    """The texts of the issued answers of each case that has any, in the order they were issued (one query)."""
    texts: dict[int, list[str]] = defaultdict(list)
    rows = Reply.objects.filter(proposal__in=list(proposal_ids), state__in=ISSUED_STATES, signed_letter__isnull=False)
    for proposal_id, letter in rows.order_by(*ISSUE_ORDER).values_list("proposal_id", "signed_letter"):
        texts[proposal_id].append(_answer(letter or {}))
    return texts


def _answer(letter: dict[str, Any]) -> str:
    """Without contact and copies: nobody looks for a telephone number here."""
    return plain_text(public_copy(from_dict(letter)))


def index_publication(publication: Publication) -> None:
    """The public finds ``publication``, which is published now (one query)."""
    _store([_row(publication)])


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
