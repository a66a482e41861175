"""Looking for words in a table of tokens (``lib.bigrams``), by the index of the database at hand.

A table that is to be searched has a key and columns of tokens. Its migration makes the index: an FTS5 table beside it
on SQLite (``<table>_fts``, kept by triggers), GIN indexes over expressions on PostgreSQL. Which rows match is given
back as a subquery of keys, so that the caller joins it with what the asking person may see.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from panjin_portal.lib.bigrams import Word
from panjin_portal.lib.fulltext import postgresql, sqlite

# A long proposal has a thousand terms. The rarest of some of them find it as surely as the rarest of all (TECH section
# 6: 24).
TERMS_COUNTED, TERMS_ASKED, TERMS_AT_LEAST = 96, 24, 3
COUNTED_UP_TO, ROWS_RANKED = 2000, 4000

Rows = QuerySet[Any, tuple[Any, ...]]


@dataclass(frozen=True)
class TokenTable:
    """A table with columns of tokens, each of which has an index."""

    name: str
    key: str
    columns: tuple[str, ...]

    def keys_with(self, words: Sequence[Word], columns: tuple[str, ...], *, newest: int | None = None) -> RawSQL:
        """A subquery of the keys of the rows that hold every word, each in some one of ``columns``. ``newest``: only
        among so many of the highest keys."""
        return RawSQL(*_backend(connection.vendor).keys_with(self.name, self.key, words, columns, newest=newest))

    def found_among(
        self, keys: Sequence[int], words: Sequence[Word], lists: Sequence[tuple[str, ...]]
    ) -> list[set[int]]:
        """For each set of columns in ``lists``: which of the rows ``keys`` hold every word, each in some one of them.
        One query; none without keys."""
        found: list[set[int]] = [set() for _ in lists]
        if not keys:
            return found
        parts: list[str] = []
        params: list[Any] = []
        for place, columns in enumerate(lists):
            sql, values = _backend(connection.vendor).keys_with(self.name, self.key, words, columns, among=keys)
            parts.append(f"SELECT {place}, found{place}.* FROM ({sql}) AS found{place}")
            params += values
        with connection.cursor() as cursor:
            cursor.execute(" UNION ALL ".join(parts), params)
            for place, key in cursor.fetchall():
                found[place].add(key)
        return found

    @property
    def tries(self) -> tuple[int | None, ...]:
        """How many of the newest rows to look among (None for all), one after the other, until enough are found."""
        tries: tuple[int | None, ...] = _backend(connection.vendor).TRIES
        return tries

    def nearest(self, terms: Sequence[str], columns: tuple[str, ...], *, most: int, at_least: int = 1) -> list[int]:
        """Keys of the rows that share most of the rare ones among ``terms`` (``lib.bigrams.terms_of``), the best first:
        candidates for a comparison of the whole texts (TECH section 6). Two queries; none without terms.

        First it is asked in how many rows each term stands, then for the rows that hold any of the rarest, ranked by
        the database (BM25 on SQLite, ts_rank on PostgreSQL). ``at_least``: rows a term must stand in; 2 for a text
        that is in the table itself, whose own words would else be the rarest.
        """
        asked = _spread(terms, TERMS_COUNTED)
        if not asked:
            return []
        backend = _backend(connection.vendor)
        with connection.cursor() as cursor:
            cursor.execute(*backend.counts(self.name, asked, columns, COUNTED_UP_TO))
            rarest = _rarest([row for row in cursor.fetchall() if row[1] >= at_least])
            if not rarest:
                return []
            cursor.execute(*backend.ranked(self.name, self.key, rarest, columns, most))
            return [key for key, *_ in cursor.fetchall()]

    def make_index(self, editor: BaseDatabaseSchemaEditor) -> None:
        """For migrations. SQLite loses the triggers whenever a later migration rebuilds the table: make it again."""
        for statement in _backend(editor.connection.vendor).make_index(self.name, self.key, self.columns):
            editor.execute(statement, params=None)

    def drop_index(self, editor: BaseDatabaseSchemaEditor) -> None:
        """The way back of ``make_index``."""
        for statement in _backend(editor.connection.vendor).drop_index(self.name, self.columns):
            editor.execute(statement, params=None)


def _spread(terms: Sequence[str], most: int) -> list[str]:
    """At most ``most`` of ``terms``, evenly spread over the text."""
    step = max(1.0, len(terms) / most)
    return [terms[int(place * step)] for place in range(min(most, len(terms)))]


def _rarest(counts: Sequence[tuple[str, int]]) -> list[str]:
    """The rarest of the counted terms, as many as a ranking can look at quickly."""
    chosen: list[str] = []
    rows = 0
    for count, term in sorted((count, term) for term, count in counts):
        rows += count
        if len(chosen) >= TERMS_ASKED or (rows > ROWS_RANKED and len(chosen) >= TERMS_AT_LEAST):
            break
        chosen.append(term)
    return chosen


def rows_of(*lists: Sequence[Rows], enough: int) -> list[list[tuple[Any, ...]]]:
    """The rows of each of ``lists``, all in one statement. A list is tried one queryset (sliced ``values_list``) after
    the other, until one has given ``enough`` rows; what two of them have in common comes twice.

    Each list comes in any order: a UNION promises none.
    """
    found: list[list[tuple[Any, ...]]] = [[] for _ in lists]
    tried: list[str] = []
    parts: list[str] = []
    params: list[Any] = []
    for place, querysets in enumerate(lists):
        named: list[str] = []
        for rows in querysets:
            try:
                sql, own_params = rows.query.sql_with_params()
            except EmptyResultSet:  # Django knows without asking that there is nothing
                continue
            lacking = " AND ".join(f"(SELECT COUNT(*) FROM {one}) < {enough}" for one in named) or "1 = 1"
            named.append(f"tried{len(tried)}")
            tried.append(f"{named[-1]} AS (SELECT * FROM ({sql}) AS rows WHERE {lacking})")
            params += own_params
            parts.append(f"SELECT {place} AS place, {named[-1]}.* FROM {named[-1]}")
    if parts:
        with connection.cursor() as cursor:
            cursor.execute(f"WITH {', '.join(tried)} {' UNION ALL '.join(parts)}", params)
            for place, *row in cursor.fetchall():
                found[place].append(tuple(row))
    return found


def _backend(vendor: str) -> ModuleType:
    return sqlite if vendor == "sqlite" else postgresql
