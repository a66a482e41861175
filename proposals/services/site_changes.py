"""The trace of what administrators change: one event on the site chain per row, with old and new values.

Only the fields named by the caller are told with their values; of any other field (a phone number, say) the event says
that it changed, not what it was. Personal data stays out of the log.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import Model

from proposals.models import User
from proposals.services.events import record_site_event

Values = Mapping[str, Any]


def told_values(row: Model, fields: Sequence[str]) -> dict[str, Any]:
    """``fields`` of ``row`` as plain JSON values; a relation is told by its key."""
    return {name: _plain(getattr(row, row._meta.get_field(name).attname)) for name in fields}  # type: ignore[union-attr]


def record_row_change(
    actor: User, *, row: Model, label: str, old: Values | None, new: Values | None, untold: Sequence[str] = ()
) -> None:
    """Write the event for a row that was added (``old`` None), changed, or removed (``new`` None).

    ``untold``: further fields that changed, by name. Nothing is written when nothing changed. Needs a transaction.
    """
    changed = {name for name in {**(old or {}), **(new or {})} if (old or {}).get(name) != (new or {}).get(name)}
    if old is not None and new is not None and not changed and not untold:
        return
    verb = "新增" if old is None else "删除" if new is None else "修改"
    meta = row._meta
    words = [_in_words(row, name, old, new) for name in (new or old or {}) if name in changed]
    words += [f"{_label(row, name)}已更新" for name in untold]
    text = f"{verb}{meta.verbose_name}“{label}”" + (f"：{'；'.join(words)}" if words else "")
    record_site_event(
        actor,
        kind=f"admin_{meta.model_name}",
        text=text,
        data={
            "model": meta.label_lower,
            "pk": row.pk,
            "old": {name: old[name] for name in sorted(changed)} if old and new else dict(old) if old else None,
            "new": {name: new[name] for name in sorted(changed)} if old and new else dict(new) if new else None,
            "untold": sorted(untold),
        },
    )


def _in_words(row: Model, name: str, old: Values | None, new: Values | None) -> str:
    if old is None or new is None:
        return f"{_label(row, name)} {_shown((new or old or {})[name])}"
    return f"{_label(row, name)} {_shown(old[name])} → {_shown(new[name])}"


def _label(row: Model, name: str) -> str:
    return str(getattr(row._meta.get_field(name), "verbose_name", name))


def _shown(value: object) -> str:
    if value is None or value == "":
        return "（空）"
    if isinstance(value, bool):
        return "是" if value else "否"
    return str(value)


def _plain(value: object) -> Any:
    return value.isoformat() if isinstance(value, (date, datetime)) else value
