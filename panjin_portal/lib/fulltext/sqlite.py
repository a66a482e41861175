"""Words by FTS5. Its index knows the places of tokens, so a longer word is one phrase."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from panjin_portal.lib.bigrams import GAP, Word

# Its index gives the newest rows by itself.
TRIES = (None,)


def keys_with(
    table: str,
    key: str,
    words: Sequence[Word],
    columns: tuple[str, ...],
    *,
    newest: int | None = None,
    among: Sequence[int] | None = None,
) -> tuple[str, list[Any]]:
    """SQL and parameters of the subquery."""
    match = f"{{{' '.join(columns)}}} : ({' AND '.join(map(_phrase, words))})"
    sql = f"SELECT rowid FROM {table}_fts WHERE {table}_fts MATCH %s"
    params: list[Any] = [match]
    if newest is not None:
        sql += f" AND rowid > (SELECT MAX({key}) FROM {table}) - %s"
        params.append(newest)
    if among is not None:  # with a sign before it, so that the words are looked for once and not once for each key
        sql += " AND +rowid IN (SELECT value FROM json_each(%s))"
        params.append(json.dumps(among))
    # FTS5 drops the gaps: 5G网络 would also be found in 5G，网络. Such words are looked at once more.
    mixed = [word for word in words if not word.is_plain]
    if mixed:
        looks = f"({' OR '.join(f'{column} LIKE %s' for column in columns)})"
        sql = f"SELECT {key} FROM {table} WHERE {key} IN ({sql}) AND {' AND '.join([looks] * len(mixed))}"
        params += [like(word) for word in mixed for _ in columns]
    return sql, params


def counts(table: str, terms: Sequence[str], columns: tuple[str, ...], most: int) -> tuple[str, list[str]]:
    """SQL and parameters: each of ``terms`` with the number of rows that hold it, counted no further than ``most``."""
    one = f"SELECT %s, (SELECT COUNT(*) FROM (SELECT 1 FROM {table}_fts WHERE {table}_fts MATCH %s LIMIT {most}))"
    params = [param for term in terms for param in (term, f'{{{" ".join(columns)}}} : "{term}"')]
    return " UNION ALL ".join([one] * len(terms)), params


def ranked(table: str, key: str, terms: Sequence[str], columns: tuple[str, ...], most: int) -> tuple[str, list[str]]:
    """SQL and parameters: keys of the ``most`` rows that hold any of ``terms``, the best by BM25 first."""
    either = " OR ".join(f'"{term}"' for term in terms)
    sql = f"SELECT rowid FROM {table}_fts WHERE {table}_fts MATCH %s ORDER BY rank LIMIT {most}"
    return sql, [f"{{{' '.join(columns)}}} : ({either})"]


def like(word: Word) -> str:
    """The pattern of ``word`` in a column of tokens. Tokens hold letters and figures only: nothing to escape."""
    return f"% {word.phrase}%" if word.is_open else f"% {word.phrase} %"


def _phrase(word: Word) -> str:
    tokens = " ".join(token for token in word.phrase.split(" ") if token != GAP)
    return f'"{tokens}"*' if word.is_open else f'"{tokens}"'


def make_index(table: str, key: str, columns: tuple[str, ...]) -> Iterator[str]:
    """An FTS5 table that holds the index only; the tokens stay in ``table``, whose triggers keep both alike.

    The tokenizer called ascii takes every sign beyond ASCII for a letter, so rare characters are found as well. The
    list of first characters (prefix) costs half the index again and makes a lone character as fast as a pair.
    """
    names = ", ".join(columns)
    old, new = (", ".join(f"{side}.{name}" for name in (key, *columns)) for side in ("old", "new"))
    forget = f"INSERT INTO {table}_fts({table}_fts, rowid, {names}) VALUES ('delete', {old});"
    learn = f"INSERT INTO {table}_fts(rowid, {names}) VALUES ({new});"
    yield (
        f"CREATE VIRTUAL TABLE {table}_fts USING fts5("
        f"{names}, content='{table}', content_rowid='{key}', tokenize='ascii', detail='full', prefix='1')"
    )
    yield f"CREATE TRIGGER {table}_fts_added AFTER INSERT ON {table} BEGIN {learn} END"
    yield f"CREATE TRIGGER {table}_fts_removed AFTER DELETE ON {table} BEGIN {forget} END"
    yield f"CREATE TRIGGER {table}_fts_changed AFTER UPDATE ON {table} BEGIN {forget} {learn} END"
    yield f"INSERT INTO {table}_fts({table}_fts) VALUES ('rebuild')"


def drop_index(table: str, columns: tuple[str, ...]) -> Iterator[str]:
    """Without the triggers first, the table could not be written any more."""
    for event in ("added", "removed", "changed"):
        yield f"DROP TRIGGER IF EXISTS {table}_fts_{event}"
    yield f"DROP TABLE IF EXISTS {table}_fts"
