"""Kept UPDATE and INSERT statements."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import chain
from typing import Any, ClassVar, Generic, ParamSpec, TypeVar, cast

from django.db import DEFAULT_DB_ALIAS, DatabaseError, connection, transaction
from django.db.models import Field, Model, QuerySet
from django.db.models.sql import InsertQuery, UpdateQuery

from panjin_portal.lib.kept.marking import MOST_AT_ONCE, Statement, is_kept, shape_of, statement_of

P = ParamSpec("P")
M = TypeVar("M", bound=Model)
_inserts: dict[tuple[str, type[Model], int], str] = {}
_updates: dict[tuple[str, type[Model], tuple[str, ...]], str] = {}


class KeptUpdate(Generic[P]):
    """A decorator: ``build(*arguments)`` gives the queryset and what is written on its rows, a call how many there
    were."""

    every: ClassVar[list[KeptUpdate[...]]] = []

    def __init__(self, build: Callable[P, tuple[QuerySet[Any], dict[str, Any]]]) -> None:
        self.parts = build
        self.name = f"{build.__module__}.{build.__qualname__}"
        self._kept: dict[tuple[Any, ...], Statement] = {}
        self.every.append(self)

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> int:
        if not is_kept(args):
            queryset, columns = self.parts(*args, **kwargs)
            return queryset.update(**columns)
        statement = self.statement(*args, **kwargs)
        return _run(statement.sql, statement.params(args))

    def statement(self, *args: P.args, **kwargs: P.kwargs) -> Statement:
        """What is kept for arguments of this shape."""
        key = (connection.vendor, *shape_of(args))
        found = self._kept.get(key)
        if found is None:
            found = self._kept[key] = statement_of(self.made, args)
        return found

    def made(self, *args: Any) -> tuple[str, Sequence[Any]]:
        """Text and values as Django makes them for these arguments."""
        queryset, columns = cast(Any, self.parts)(*args)
        query = queryset.query.chain(UpdateQuery)
        query.add_update_values(columns)
        sql, values = query.get_compiler(using=DEFAULT_DB_ALIAS).as_sql()
        return sql, values


def write(row: Model, *names: str) -> None:
    """As ``row.save(update_fields=names)``, without signals: DatabaseError when the row is no more."""
    fields = [cast("Field[Any, Any]", row._meta.get_field(name)) for name in names]
    key = (connection.vendor, type(row), names)
    if key not in _updates:
        quote = connection.ops.quote_name
        columns = ", ".join(f"{quote(field.column or '')} = %s" for field in fields)
        _updates[key] = f"UPDATE {quote(row._meta.db_table)} SET {columns} WHERE {quote(_key(row).column or '')} = %s"
    cast(Any, row)._prepare_related_fields_for_save(operation_name="save", fields=fields)
    values = [field.get_db_prep_save(field.pre_save(row, False), connection) for field in (*fields, _key(row))]
    if not _run(_updates[key], values):
        raise DatabaseError(f"{type(row).__name__} {row.pk} did not take {', '.join(names)}")


def insert(rows: Iterable[M]) -> list[M]:
    """As ``bulk_create``: new rows of one model, in one statement, with their keys."""
    new = list(rows)
    if not new:
        return new
    if len(new) > MOST_AT_ONCE or any(row.pk is not None for row in new):
        return list(type(new[0])._default_manager.bulk_create(new))
    for row in new:
        cast(Any, row)._prepare_related_fields_for_save(operation_name="bulk_create")
    model, key = type(new[0]), _key(new[0])
    fields = [field for field in model._meta.concrete_fields if field is not key and not field.generated]
    values = [[field.get_db_prep_save(field.pre_save(row, True), connection) for field in fields] for row in new]
    kept = (connection.vendor, model, len(new))
    if kept not in _inserts:
        query = InsertQuery(model)
        query.insert_values(fields, list[Model](new), raw=False)
        compiler: Any = query.get_compiler(using=DEFAULT_DB_ALIAS)
        compiler.returning_fields = [key]
        ((_inserts[kept], _),) = compiler.as_sql()
    sql = _inserts[kept]
    # PostgreSQL takes several rows as one list for each column.
    by_column = "UNNEST(" in sql
    params = [list(column) for column in zip(*values, strict=True)] if by_column else list(chain(*values))
    with transaction.mark_for_rollback_on_error(DEFAULT_DB_ALIAS), connection.cursor() as cursor:
        cursor.execute(sql, params)
        found = cursor.fetchall()
    for row, (pk,) in zip(new, found, strict=True):
        row.pk = pk
        row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS
    return new


def _key(row: Model) -> Field[Any, Any]:
    return row._meta.pk


def _run(sql: str, params: Sequence[Any]) -> int:
    with transaction.mark_for_rollback_on_error(DEFAULT_DB_ALIAS), connection.cursor() as cursor:
        cursor.execute(sql, params)
        changed: int = cursor.rowcount
        return changed
