"""One page of the public list: the newest replies, or those with the words looked for and the places of the hits."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet

from panjin_portal.lib.bigrams import pattern_of, words_of
from panjin_portal.lib.pages import page_by_key, page_of_ids
from panjin_portal.lib.snippets import Passage, Piece, marked, passages
from replies.models import Publication
from replies.search import MOST_HITS, best_publications

PAGE_SIZE = 20
PASSAGES = 3


@dataclass(frozen=True)
class Item:
    """A published reply as the list shows it."""

    publication: Publication
    title: Passage
    passages: tuple[Passage, ...] = ()


@dataclass(frozen=True)
class Found:
    """One page and the keys of its neighbours; ``note`` says how many there are, where that was counted."""

    items: list[Item]
    next_key: str | None
    previous_key: str | None
    note: str = ""


def newest(publications: QuerySet[Publication], key: str | None) -> Found:
    """A page of ``publications`` (all of them published), the newest first."""
    rows = publications.select_related("bureau").defer("letter")
    order = ("-published_on", "-id")
    page = page_by_key(rows, order=order, key=key, size=PAGE_SIZE, filled={"published_on"})
    return Found([Item(row, (Piece(row.title),)) for row in page.items], page.next_key, page.previous_key)


def public_hits(publications: QuerySet[Publication], query: str, *, key: str | None) -> Found:
    """A page of those among ``publications`` that hold every word of ``query``, the best first (two queries)."""
    words = words_of(query)
    hits = best_publications(publications, words)
    ids, next_key, previous_key = page_of_ids(hits[:MOST_HITS], key=key, size=PAGE_SIZE)
    rows = publications.filter(pk__in=ids).select_related("bureau", "search_text").defer("letter").in_bulk()
    pattern = pattern_of(words)
    items = [
        Item(row, marked(row.title, pattern), passages(row.search_text.text, pattern, most=PASSAGES))
        for row in (rows[pk] for pk in ids if pk in rows)
    ]
    return Found(items, next_key, previous_key, _how_many(len(hits)))


def _how_many(hits: int) -> str:
    return f"{MOST_HITS} 件以上，只列最相关的 {MOST_HITS} 件，请再加字词" if hits > MOST_HITS else f"共 {hits} 件"
