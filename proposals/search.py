"""Looking for words in cases. Everything here takes cases that permissions have already narrowed."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Case, F, Q, QuerySet, Value, When

from panjin_portal.lib.bigrams import Word
from panjin_portal.lib.fulltext import TokenTable
from proposals.models import Proposal

TOKENS = TokenTable("proposals_searchtext", "proposal_id", (("title",), ("title", "own", "answers")))
MOST_HITS = 200


def with_words(proposals: QuerySet[Proposal], words: Sequence[Word], *, answers: Q | None = None) -> QuerySet[Proposal]:
    """The cases among ``proposals`` that hold every word, in any order; none for no words.

    ``answers``: in which cases the words may stand in the answers too (``permissions.answers_readable_by``); nowhere
    without it.
    """
    if not words:
        return proposals.none()
    own = Q(pk__in=TOKENS.keys_with(words, ("title", "own")))
    if answers is None:
        return proposals.filter(own)
    everywhere = proposals.filter(pk__in=TOKENS.keys_with(words, ("title", "own", "answers")))
    return everywhere.filter(answers | own) if answers else everywhere


def best_hits(proposals: QuerySet[Proposal], words: Sequence[Word], *, answers: Q | None = None) -> list[int]:
    """Ids of the cases that hold every word: in the title first, then elsewhere, each the newest first.

    One more than ``MOST_HITS`` at most, so that the caller knows whether there are more. Two queries.
    """
    if not words:
        return []
    in_title = proposals.filter(pk__in=TOKENS.keys_with(words, ("title",)))
    anywhere = with_words(proposals, words, answers=answers)
    found: dict[int, None] = {}
    for rows in (in_title, anywhere):
        if len(found) <= MOST_HITS:
            found.update(dict.fromkeys(rows.order_by("-pk").values_list("pk", flat=True)[: MOST_HITS + 1]))
    return list(found)[: MOST_HITS + 1]


def texts_of(ids: Sequence[int], *, answers: Q | None = None) -> dict[int, str]:
    """What the cases with these ids say, for passages; their answers too where they may be read (one query)."""
    of_answers = Value("")
    if answers is not None:
        stored = F("search_text__answers_text")
        of_answers = Case(When(answers, then=stored), default=of_answers) if answers else stored
    rows = Proposal.objects.filter(pk__in=ids).values_list("pk", "search_text__text", of_answers)
    return {pk: f"{own or ''}\n{said or ''}" for pk, own, said in rows}
