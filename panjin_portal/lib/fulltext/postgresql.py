"""Words by GIN indexes over expressions. They know no places: a longer word is looked at once more by LIKE.

Tokens go straight into the tsvector, past PostgreSQL's own parser, which cuts by the language of the cluster.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from panjin_portal.lib.bigrams import Word
from panjin_portal.lib.fulltext.sqlite import like

# The price is the point: reading tokens costs a hundred microseconds a row, yet PostgreSQL takes its own functions for
# free and would read every row for a word that is in most of them. plpgsql, because SQL functions are seen through.
TOKENS = """
CREATE OR REPLACE FUNCTION portal_tokens(tokens text) RETURNS tsvector
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE COST 5000
AS 'BEGIN RETURN array_to_tsvector(string_to_array(tokens, '' '')); END'
"""


def keys_with(
    table: str, key: str, words: Sequence[Word], columns: tuple[str, ...], group: tuple[str, ...]
) -> tuple[str, list[str]]:
    """SQL and parameters of the subquery. The index of ``group`` finds the rows; narrower ``columns`` are then tried.

    Materialized: otherwise the planner walks the newest rows and tries each of them, hopeless for a rare word.
    """
    asked = " & ".join(_token(word, token) for word in words for token in word.tokens)
    conditions, params = [f"{vector(group)} @@ %s::tsquery"], [asked]
    if columns != group:
        conditions.append(f"{vector(columns)} @@ %s::tsquery")
        params.append(asked)
    for word in words:
        if word.phrase not in word.tokens:  # more than one token, or one twice
            conditions.append(f"({' OR '.join(f'{column} LIKE %s' for column in columns)})")
            params += [like(word) for _ in columns]
    found = f"SELECT {key} FROM {table} WHERE {' AND '.join(conditions)}"
    return f"WITH found AS MATERIALIZED ({found}) SELECT {key} FROM found", params


def counts(
    table: str, terms: Sequence[str], columns: tuple[str, ...], group: tuple[str, ...], most: int
) -> tuple[str, list[list[str]]]:
    """SQL and parameters: each of ``terms`` with the number of rows that hold it, counted no further than ``most``.
    The index of ``group`` answers, so columns beside ``columns`` count too: this only tells rare from common."""
    few = f"SELECT 1 FROM {table} WHERE {vector(group)} @@ quoted::tsquery LIMIT {most}"
    sql = (
        f"SELECT term, (SELECT COUNT(*) FROM ({few}) AS few) FROM unnest(%s::text[], %s::text[]) AS asked(term, quoted)"
    )
    return sql, [list(terms), [f"'{term}'" for term in terms]]


def ranked(
    table: str, key: str, terms: Sequence[str], columns: tuple[str, ...], group: tuple[str, ...], most: int
) -> tuple[str, list[str]]:
    """SQL and parameters: keys of the ``most`` rows that hold any of ``terms``, the best by ts_rank first."""
    either = " | ".join(f"'{term}'" for term in terms)
    found = f"SELECT {key}, {vector(columns)} AS words FROM {table} WHERE {vector(group)} @@ %s::tsquery"
    rank = "ts_rank(words, %s::tsquery)"
    sql = f"WITH found AS MATERIALIZED ({found}) SELECT {key} FROM found ORDER BY {rank} DESC, {key} DESC LIMIT {most}"
    return sql, [either, either]


def vector(columns: tuple[str, ...]) -> str:
    """The indexed expression; a query that words it otherwise does not use the index."""
    joined = " || ' ' || ".join(columns)
    return f"portal_tokens({joined})"


def make_index(table: str, key: str, indexed: tuple[tuple[str, ...], ...]) -> Iterator[str]:
    """One GIN index for each group of columns."""
    yield TOKENS
    for group in indexed:
        yield f"CREATE INDEX {_name(table, group)} ON {table} USING gin (({vector(group)}))"


def drop_index(table: str, indexed: tuple[tuple[str, ...], ...]) -> Iterator[str]:
    """The way back. The function stays, another table may use it."""
    for group in indexed:
        yield f"DROP INDEX IF EXISTS {_name(table, group)}"


def _name(table: str, group: tuple[str, ...]) -> str:
    return f"{table}_{group[-1]}_words"


def _token(word: Word, token: str) -> str:
    return f"'{token}':*" if word.is_open and token == word.phrase.split(" ")[-1] else f"'{token}'"
