"""Keeping the search of cases up to date: every service that changes the words of a case calls this, in its own
transaction. ``manage.py rebuild_search`` makes the same rows anew."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import connection
from django.db.models import Prefetch, QuerySet, Value
from django.db.models.functions import Concat

from panjin_portal.lib.bigrams import tokens_of
from panjin_portal.lib.kept import KeptUpdate
from proposals.models import Ask, Proposal, ProposalProposer, Proposer, SearchText

# What is beyond is not found. A tsvector of PostgreSQL ends at a million bytes; 20,000 characters are a long proposal.
OWN_TOKENS, ANSWER_TOKENS = 80_000, 20_000
OWN = ("title", "own", "text")
ANSWERS = ("answers", "answers_text")


def index_proposal(proposal: Proposal, *, asks: Sequence[str] | None = None) -> None:
    """Write what ``proposal`` says into the search; its answers stay. ``asks`` spares one of the three queries."""
    if asks is None:
        asks = list(proposal.asks.order_by("position").values_list("text", flat=True))
    names = proposal.proposal_proposers.order_by("position").values_list("proposer__name", flat=True)
    _store([_row(proposal, asks, list(names))], OWN)


def index_title(proposal: Proposal) -> None:
    """The number or the title changed, nothing else (one query)."""
    if not _set_title(proposal.pk, _title_tokens(proposal)):
        index_proposal(proposal)


def index_answer(proposal_id: int, *, text: str) -> None:
    """One more answer of the case was issued, and says ``text``: called upstairs, in the transaction that issues it."""
    added = (proposal_id, f" {tokens_of(text, most=ANSWER_TOKENS)}", f"{text}\n")
    if not _append(*added):
        index_proposal(Proposal.objects.get(pk=proposal_id))
        _append(*added)


@KeptUpdate
def _append(proposal_id: int, tokens: str, text: str) -> tuple[QuerySet[SearchText], dict[str, Any]]:
    added = {"answers": Concat("answers", Value(tokens)), "answers_text": Concat("answers_text", Value(text))}
    return SearchText.objects.filter(pk=proposal_id), added


@KeptUpdate
def _set_title(proposal_id: int, title: str) -> tuple[QuerySet[SearchText], dict[str, Any]]:
    return SearchText.objects.filter(pk=proposal_id), {"title": title}


def index_cases_of(proposer: Proposer) -> None:
    """The name of ``proposer`` changed: write it into the search of all cases under it."""
    _store(_rows_of(Proposal.objects.filter(proposal_proposers__proposer=proposer)), OWN)


def reindex(proposal_ids: Iterable[int], *, answers: Mapping[int, Sequence[str]]) -> int:
    """Make the rows of these cases anew, with the texts of their issued answers in the order they were issued; how many
    rows were not as they should be.

    Needs a transaction in which the cases are locked, so that no older text is written over a newer one.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("reindex needs a transaction")
    cases = Proposal.objects.filter(pk__in=list(proposal_ids))
    rows = [_with_answers(row, answers.get(row.pk, ())) for row in _rows_of(cases)]
    stored = SearchText.objects.in_bulk([row.pk for row in rows])
    wrong = [row for row in rows if row.pk not in stored or _values(row) != _values(stored[row.pk])]
    _store(wrong, (*OWN, *ANSWERS))
    return len(wrong)


def _rows_of(proposals: QuerySet[Proposal]) -> list[SearchText]:
    named = ProposalProposer.objects.select_related("proposer").order_by("position")
    loaded = proposals.prefetch_related(
        Prefetch("proposal_proposers", queryset=named), Prefetch("asks", queryset=Ask.objects.order_by("position"))
    )
    return [
        _row(case, [ask.text for ask in case.asks.all()], [row.proposer.name for row in case.proposal_proposers.all()])
        for case in loaded
    ]


def _row(proposal: Proposal, asks: Sequence[str], proposers: Sequence[str]) -> SearchText:
    """The row without answers. An ask that the suggestions say word for word is not held twice."""
    more = [ask for ask in asks if ask not in proposal.suggestions]
    parts = ("、".join(proposers), proposal.background, proposal.analysis, proposal.suggestions, *more)
    text = "\n".join(part for part in parts if part)
    return SearchText(
        proposal=proposal,
        title=_title_tokens(proposal),
        own=tokens_of(text, most=OWN_TOKENS),
        answers=tokens_of("", most=0),
        text=text,
    )


def _title_tokens(proposal: Proposal) -> str:
    number = f"第{proposal.number}号" if proposal.number else ""
    return tokens_of(f"{proposal.title}\n{number}", most=OWN_TOKENS)


def _with_answers(row: SearchText, texts: Sequence[str]) -> SearchText:
    row.answers = " ".join([row.answers, *(tokens_of(text, most=ANSWER_TOKENS) for text in texts)])
    row.answers_text = "".join(f"{text}\n" for text in texts)
    return row


def _values(row: SearchText) -> tuple[str, ...]:
    return (row.title, row.own, row.text, row.answers, row.answers_text)


def _store(rows: list[SearchText], fields: Sequence[str]) -> None:
    if rows:
        SearchText.objects.bulk_create(
            rows, update_conflicts=True, unique_fields=["proposal"], update_fields=list(fields), batch_size=500
        )
