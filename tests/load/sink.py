"""Writing many finished rows: COPY on PostgreSQL, ``executemany`` on SQLite. Rows are lists in column order."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import connection, models, transaction

from tests.load.moulds import columns_of, reset_keys

Rows = Mapping[type[models.Model], Sequence[Sequence[Any]]]


def as_given(value: date) -> Any:
    """PostgreSQL takes days and moments as they are."""
    return value


def as_text(value: date) -> Any:
    """SQLite takes them as Django writes them; a moment is in UTC."""
    return str(value.replace(tzinfo=None)) if isinstance(value, datetime) else str(value)


def writer_of_days() -> Callable[[date], Any]:
    """How this database takes a day or a moment."""
    return as_given if connection.vendor == "postgresql" else as_text


@transaction.atomic
def write(rows: Rows) -> None:
    """Write all rows; constraints hold at the end of it."""
    with connection.cursor() as cursor:
        for model, found in rows.items():
            table = connection.ops.quote_name(model._meta.db_table)
            names = ", ".join(connection.ops.quote_name(str(column.column)) for column in columns_of(model))
            if connection.vendor == "postgresql":
                with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                    for row in found:
                        copy.write_row(row)
            else:
                marks = ", ".join(["?"] * len(columns_of(model)))
                statement = f"INSERT INTO {table} ({names}) VALUES ({marks})"
                connection.connection.executemany(statement, found)


def make_room() -> None:
    """Before the first row: SQLite keeps the indexes it writes in memory (1 GB), or reads them back for each row, and
    asks for foreign keys at the end. Rows stand in the order of their tables, children before their parents among them;
    while a parent is missing SQLite looks through all rows of its child tables for each row that comes in."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA cache_size=-1000000")
            cursor.execute("PRAGMA foreign_keys=OFF")  # says nothing inside a transaction


def settle() -> None:
    """After the last row: the next keys follow, no row names one that is not there, and PostgreSQL's planner learns
    what there is, as its autovacuum would have told it. SQLite's planner is told nothing in production either."""
    reset_keys()
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("ANALYZE" if connection.in_atomic_block else "VACUUM ANALYZE")
        else:
            cursor.execute("PRAGMA foreign_keys=ON")
            connection.check_constraints()
