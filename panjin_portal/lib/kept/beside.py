"""Rows that hang on a row, read by a kept statement of their own."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

from django.db.models import Model


def set_beside(row: Model, name: str, rows: Iterable[Model]) -> None:
    """Let ``row.<name>.all()`` (the other side of a foreign key) give ``rows`` without a query, and each of them know
    ``row``: as after ``prefetch_related``, which makes its statement anew each time."""
    manager = getattr(row, name)
    found = list(rows)
    for one in found:
        setattr(one, manager.field.name, row)
    kept = cast(Any, manager.get_queryset())
    kept._result_cache, kept._prefetch_done = found, True
    holder = cast(Any, row)
    holder._prefetched_objects_cache = {**getattr(row, "_prefetched_objects_cache", {}), name: kept}
