"""Words by GIN indexes over expressions. They know no places: a longer word is looked at once more by LIKE.

Tokens go straight into the tsvector, past PostgreSQL's own parser, which cuts by the language of the cluster.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from panjin_portal.lib.bigrams import Word
from panjin_portal.lib.fulltext.sqlite import like

# A word that stands in a fifth of twenty years: the newest hits are what is asked for, and the index gives them all in
# no order. So it is asked for those of the last years first.
TRIES = (10_000, None)

# The price is the point: reading tokens costs a hundred microseconds a row, yet PostgreSQL takes its own functions for
# free and would read every row for a word that is in most of them. plpgsql, because SQL functions are seen through.
TOKENS = """
CREATE OR REPLACE FUNCTION portal_tokens(tokens text) RETURNS tsvector
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE COST 5000
AS 'BEGIN RETURN array_to_tsvector(string_to_array(tokens, '' '')); END'
"""


def keys_with(
    table: str,
    key: str,
    words: Sequence[Word],
    columns: tuple[str, ...],
    *,
    newest: int | None = None,
    among: Sequence[int] | None = None,
) -> tuple[str, list[Any]]:
    """SQL and parameters of the subquery. What the indexes answer stands apart from what is looked at once more:
    together in one OR, every row found would be cut into tokens again.

    Materialized: otherwise the planner walks the newest rows and tries each of them, hopeless for a rare word.
    """
    conditions: list[str] = []
    params: list[Any] = []
    for word in words:
        conditions.append(_somewhere(columns))
        params += [" & ".join(_token(word, token) for token in word.tokens)] * len(columns)
        if word.phrase not in word.tokens:  # more than one token, or one twice
            conditions.append(f"({' OR '.join(f'{column} LIKE %s' for column in columns)})")
            params += [like(word)] * len(columns)
    if newest is not None:
        conditions.append(f"{key} > (SELECT MAX({key}) FROM {table}) - %s")
        params.append(newest)
    if among is not None:  # the keys themselves, not a subquery: the planner must know how many there are
        conditions.append(f"{key} = ANY(%s::bigint[])")
        params.append(f"{{{','.join(map(str, among))}}}")
    found = f"SELECT {key} FROM {table} WHERE {' AND '.join(conditions)}"
    return f"WITH found AS MATERIALIZED ({found}) SELECT {key} FROM found", params


def counts(table: str, terms: Sequence[str], columns: tuple[str, ...], most: int) -> tuple[str, list[list[str]]]:
    """SQL and parameters: each of ``terms`` with the number of rows that hold it, counted no further than ``most``."""
    few = f"SELECT 1 FROM {table} WHERE {_somewhere(columns, 'quoted')} LIMIT {most}"
    sql = (
        f"SELECT term, (SELECT COUNT(*) FROM ({few}) AS few) FROM unnest(%s::text[], %s::text[]) AS asked(term, quoted)"
    )
    return sql, [list(terms), [f"'{term}'" for term in terms]]


def ranked(table: str, key: str, terms: Sequence[str], columns: tuple[str, ...], most: int) -> tuple[str, list[str]]:
    """SQL and parameters: keys of the ``most`` rows that hold any of ``terms``, the best by ts_rank first."""
    either = " | ".join(f"'{term}'" for term in terms)
    words = " || ".join(map(vector, columns))
    found = f"SELECT {key}, {words} AS words FROM {table} WHERE {_somewhere(columns)}"
    rank = "ts_rank(words, %s::tsquery)"
    sql = f"WITH found AS MATERIALIZED ({found}) SELECT {key} FROM found ORDER BY {rank} DESC, {key} DESC LIMIT {most}"
    return sql, [either] * (len(columns) + 1)


def vector(column: str) -> str:
    """The indexed expression; a query that words it otherwise does not use the index."""
    return f"portal_tokens({column})"


def make_index(table: str, key: str, columns: tuple[str, ...]) -> Iterator[str]:
    """One GIN index for each column."""
    yield TOKENS
    for column in columns:
        yield f"CREATE INDEX {_name(table, column)} ON {table} USING gin (({vector(column)}))"


def drop_index(table: str, columns: tuple[str, ...]) -> Iterator[str]:
    """The way back. The function stays, another table may use it."""
    for column in columns:
        yield f"DROP INDEX IF EXISTS {_name(table, column)}"


def _somewhere(columns: tuple[str, ...], query: str = "%s") -> str:
    return f"({' OR '.join(f'{vector(column)} @@ {query}::tsquery' for column in columns)})"


def _name(table: str, column: str) -> str:
    return f"{table}_{column}_words"


def _token(word: Word, token: str) -> str:
    return f"'{token}':*" if word.is_open and token == word.phrase.split(" ")[-1] else f"'{token}'"
