"""Looking for words in cases. Everything here takes cases that permissions have already narrowed."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Case, F, Q, QuerySet, TextField, Value, When
from django.db.models.expressions import Combinable

from panjin_portal.lib.bigrams import Word
from panjin_portal.lib.fulltext import Rows, TokenTable, rows_of
from proposals.models import Proposal

TOKENS = TokenTable("proposals_searchtext", "proposal_id", ("title", "own", "answers"))
MOST_HITS = 200


def with_words(
    proposals: QuerySet[Proposal], words: Sequence[Word], *, answers: Q | None = None, newest: int | None = None
) -> QuerySet[Proposal]:
    """The cases among ``proposals`` that hold every word, in any order; none for no words.

    ``answers``: in which cases the words may stand in the answers too (``permissions.answers_readable_by``); nowhere
    without it. ``newest``: only among so many of the newest cases.
    """
    if not words:
        return proposals.none()
    own = Q(pk__in=TOKENS.keys_with(words, ("title", "own"), newest=newest))
    if answers is None:
        return proposals.filter(own)
    everywhere = proposals.filter(pk__in=TOKENS.keys_with(words, ("title", "own", "answers"), newest=newest))
    return everywhere.filter(answers | own) if answers else everywhere


def best_hits(proposals: QuerySet[Proposal], words: Sequence[Word], *, answers: Q | None = None) -> list[int]:
    """Ids of the cases that hold every word: in the title first, then elsewhere, each the newest first.

    One more than ``MOST_HITS`` at most, so that the caller knows whether there are more. One query; up to three for who
    reads the answers of some cases only.
    """
    if not words:
        return []
    if answers:
        in_titles, others = _found_by_few(proposals, words, answers, enough=MOST_HITS + 1)
        return [*sorted(in_titles, reverse=True), *sorted(others, reverse=True)][: MOST_HITS + 1]

    def newest_of(rows: QuerySet[Proposal]) -> Rows:
        return rows.order_by("-pk").values_list("pk")[: MOST_HITS + 1]

    reads_everything = answers is not None and not answers  # of others' cases few are among the newest
    steps = TOKENS.tries if reads_everything else (None,)
    titles = [proposals.filter(pk__in=TOKENS.keys_with(words, ("title",), newest=newest)) for newest in steps]
    anywhere = [with_words(proposals, words, answers=answers, newest=newest) for newest in steps]
    lists = rows_of(*(list(map(newest_of, tries)) for tries in (titles, anywhere)), enough=MOST_HITS + 1)
    return list(dict.fromkeys(pk for rows in lists for (pk,) in sorted(rows, reverse=True)))[: MOST_HITS + 1]


def with_words_of_few(proposals: QuerySet[Proposal], words: Sequence[Word], answers: Q) -> QuerySet[Proposal]:
    """As ``with_words``, for who reads the answers of some cases only. Looks at once, in up to three queries."""
    titles, others = _found_by_few(proposals, words, answers) if words else (set(), set())
    return proposals.filter(pk__in=titles | others)


def _found_by_few(
    proposals: QuerySet[Proposal], words: Sequence[Word], answers: Q, *, enough: int | None = None
) -> tuple[set[int], set[int]]:
    """What a bureau or a proposer finds: in titles, elsewhere; at least the ``enough`` newest where that is given.

    His cases come first, and the index is asked about these alone: a common word stands in many times as many of the
    others'.
    """
    cases = list(proposals.order_by().values_list("pk", flat=True))
    titles, own, anywhere = TOKENS.found_among(cases, words, (("title",), ("title", "own"), TOKENS.columns))
    oldest = 0 if enough is None or len(own) < enough else sorted(own, reverse=True)[enough - 1]
    said = [pk for pk in anywhere - own if pk > oldest]
    readable = Proposal.objects.filter(answers, pk__in=said).order_by().values_list("pk", flat=True)
    return titles, (own - titles).union(readable)


def with_texts(proposals: QuerySet[Proposal], *, answers: Q | None = None) -> QuerySet[Proposal]:
    """Annotate what passages are cut from: ``own_text``, and ``answers_text`` where the answers may be read."""
    said: Combinable = Value("", output_field=TextField())
    if answers is not None:
        stored = F("search_text__answers_text")
        said = Case(When(answers, then=stored), default=said) if answers else stored
    return proposals.annotate(own_text=F("search_text__text"), answers_text=said)


def text_of(proposal: Proposal) -> str:
    """What ``with_texts`` found for this row."""
    texts = (getattr(proposal, name, None) or "" for name in ("own_text", "answers_text"))
    return "\n".join(texts)
