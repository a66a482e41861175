"""Looking for words in published replies: the frozen text and metadata of ``Publication``, nothing else."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import QuerySet

from panjin_portal.lib.bigrams import Word
from panjin_portal.lib.fulltext import TokenTable, rows_of
from replies.models import Publication

TOKENS = TokenTable("replies_publicsearchtext", "publication_id", ("title", "body"))
MOST_HITS = 200


def best_publications(publications: QuerySet[Publication], words: Sequence[Word]) -> list[int]:
    """Ids of those among ``publications`` that hold every word: in the title first, then in the text, each the latest
    published first. One more than ``MOST_HITS`` at most. One query; none, and no hits, without words."""
    if not words:
        return []
    found = (publications.filter(pk__in=TOKENS.keys_with(words, columns)) for columns in (("title",), TOKENS.columns))
    hits = (rows.order_by("-published_on", "-pk").values_list("published_on", "pk")[: MOST_HITS + 1] for rows in found)
    lists = rows_of(*([rows] for rows in hits), enough=MOST_HITS + 1)
    return list(dict.fromkeys(pk for rows in lists for _, pk in sorted(rows, reverse=True)))[: MOST_HITS + 1]
