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


@dataclass(frozen=True)
class TokenTable:
    """A table with token columns. ``indexed``: the groups of columns that have an index together."""

    name: str
    key: str
    indexed: tuple[tuple[str, ...], ...]

    def keys_with(self, words: Sequence[Word], columns: tuple[str, ...]) -> RawSQL:
        """A subquery of the keys of the rows that hold every word somewhere in ``columns``.

        ``columns`` must be an indexed group or a part of one.
        """
        group = next(group for group in self.indexed if set(columns) <= set(group))
        sql, params = _backend(connection.vendor).keys_with(self.name, self.key, words, columns, group)
        return RawSQL(sql, params)

    def make_index(self, editor: BaseDatabaseSchemaEditor) -> None:
        """For migrations. SQLite loses the triggers whenever a later migration rebuilds the table: make it again."""
        for statement in _backend(editor.connection.vendor).make_index(self.name, self.key, self.indexed):
            editor.execute(statement, params=None)

    def drop_index(self, editor: BaseDatabaseSchemaEditor) -> None:
        """The way back of ``make_index``."""
        for statement in _backend(editor.connection.vendor).drop_index(self.name, self.indexed):
            editor.execute(statement, params=None)


def rows_of(*querysets: QuerySet[Any, tuple[Any, ...]]) -> list[list[tuple[Any, ...]]]:
    """The rows of each of ``querysets`` (sliced ``values_list`` of the same columns), all in one statement.

    Each list comes in any order: a UNION promises none.
    """
    found: list[list[tuple[Any, ...]]] = [[] for _ in querysets]
    parts: list[str] = []
    params: list[Any] = []
    for place, rows in enumerate(querysets):
        try:
            sql, own_params = rows.query.sql_with_params()
        except EmptyResultSet:  # Django knows without asking that there is nothing
            continue
        parts.append(f"SELECT {place} AS place, part{place}.* FROM ({sql}) AS part{place}")
        params += own_params
    if parts:
        with connection.cursor() as cursor:
            cursor.execute(" UNION ALL ".join(parts), params)
            for place, *row in cursor.fetchall():
                found[place].append(tuple(row))
    return found


def _backend(vendor: str) -> ModuleType:
    return sqlite if vendor == "sqlite" else postgresql
