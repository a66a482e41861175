"""A new row that takes the next number of its register, in one statement."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from django.db import DEFAULT_DB_ALIAS, connection, transaction
from django.db.models import Field, Model

_texts: dict[tuple[str, type[Model], str, Sequence[str]], str] = {}


def insert_next(row: Model, number: str, *, within: tuple[str, ...]) -> None:
    """Insert ``row``; its column ``number`` is one more than the highest of the rows with the same ``within``, 1 for
    the first. Key and number are set on ``row``.

    The caller holds a lock that everybody takes who numbers there: on PostgreSQL two at once would else be given the
    same number (and one of them an IntegrityError).
    """
    model: Any = type(row)
    cast(Any, row)._prepare_related_fields_for_save(operation_name="save")
    fields = [field for field in model._meta.concrete_fields if field is not model._meta.pk and not field.generated]
    values: list[Any] = []
    for field in fields:
        asked = map(model._meta.get_field, within) if field.name == number else (field,)
        values += [one.get_db_prep_save(one.pre_save(row, True), connection) for one in asked]
    kept = (connection.vendor, model, number, within)
    if kept not in _texts:
        _texts[kept] = _text(model, fields, number, within)
    with transaction.mark_for_rollback_on_error(DEFAULT_DB_ALIAS), connection.cursor() as cursor:
        cursor.execute(_texts[kept], values)
        row.pk, given = cursor.fetchone()
    setattr(row, number, given)
    row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS


def _text(model: Any, fields: Sequence[Field[Any, Any]], number: str, within: tuple[str, ...]) -> str:
    quote = connection.ops.quote_name
    table, column = quote(model._meta.db_table), quote(model._meta.get_field(number).column)
    same = " AND ".join(f"{quote(model._meta.get_field(name).column)} = %s" for name in within)
    following = f"(SELECT COALESCE(MAX({column}), 0) + 1 FROM {table} WHERE {same})"
    places = ", ".join(following if field.name == number else "%s" for field in fields)
    columns = ", ".join(quote(field.column or "") for field in fields)
    key = quote(model._meta.pk.column)
    return f"INSERT INTO {table} ({columns}) VALUES ({places}) RETURNING {key}, {column}"
