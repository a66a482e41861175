"""Small builders for database constraints, so that every table words the same rule the same way."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q


def not_blank(field: str, name: str) -> models.CheckConstraint:
    """A text column that may never be empty, whatever wrote the row."""
    return models.CheckConstraint(condition=~Q(**{field: ""}), name=name)


def in_order(first: str, second: str, name: str) -> models.CheckConstraint:
    """Two dates or moments in order; either may be null (a null compares as unknown, which passes)."""
    return models.CheckConstraint(condition=Q(**{f"{second}__gte": F(first)}), name=name)


def one_of(field: str, values: list[str], name: str) -> models.CheckConstraint:
    """A column that holds one of the listed codes."""
    return models.CheckConstraint(condition=Q(**{f"{field}__in": values}), name=name)
