"""Rows of the tables as plain facts for the package: complete, in a fixed order, without contact data of people."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db.models import Field, FileField, ForeignKey, JSONField, Model, QuerySet

from panjin_portal.lib.clock import SHANGHAI

# Of no use outside the portal.
LEFT_OUT = frozenset({"key", "next_due_on", "next_due_provisional", "version", "edition", "draft"})
Facts = dict[str, Any]


def facts_of(rows: QuerySet[Any]) -> list[Facts]:
    """One dictionary for each row, oldest first: the column's name to its value, what a key points to by its name."""
    related = [field.name for field in rows.model._meta.concrete_fields if isinstance(field, ForeignKey)]
    found = rows.order_by("pk").select_related(*related) if related else rows.order_by("pk")
    return [row_facts(row) for row in found]


def row_facts(row: Model) -> Facts:
    """All columns of one row but those that mean nothing outside."""
    return {field.name: _value(row, field) for field in _told(row)}


def readable(row: Facts, model: type[Model]) -> list[tuple[str, str]]:
    """The facts people read: the Chinese name of the column and its value; nothing empty, no data of machines."""
    pairs = []
    for field in model._meta.concrete_fields:
        value = row.get(field.name)
        if value in (None, "", [], {}) or isinstance(field, JSONField) or _is_machine(field):
            continue
        pairs.append((str(field.verbose_name), _word(field, value)))
    return pairs


def _told(row: Model) -> list[Field[Any, Any]]:
    return [
        field
        for field in row._meta.concrete_fields
        if field.name not in LEFT_OUT and not isinstance(field, FileField) and "hash" not in field.name
    ]


def _is_machine(field: Field[Any, Any]) -> bool:
    return field.name in {"id", "proposal", "link", "reference"} or "digest" in field.name or "sha256" in field.name


def _value(row: Model, field: Field[Any, Any]) -> Any:
    if isinstance(field, ForeignKey):
        other = getattr(row, field.name)
        return None if other is None else {"id": other.pk, "name": str(other)}
    value = getattr(row, field.name)
    if isinstance(value, datetime):
        return value.astimezone(SHANGHAI).isoformat(timespec="seconds")
    return value.isoformat() if isinstance(value, date) else value


def _word(field: Field[Any, Any], value: Any) -> str:
    if isinstance(value, dict):
        return str(value["name"])
    if isinstance(value, bool):
        return "是" if value else "否"
    labels: dict[Any, Any] = dict(field.flatchoices)
    return str(labels.get(value, value))
