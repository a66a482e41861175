"""Paging by key: the next page starts after the last row shown, wherever that row has moved to.

No OFFSET, so a late page costs as much as the first and a new row shifts nothing. The SQL is portable: plain
comparisons instead of row values, and empty values last on every database.
"""

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import reduce
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.core import signing
from django.core.exceptions import FieldDoesNotExist
from django.db.models import F, Model, Q, QuerySet
from django.db.models.expressions import OrderBy

Row = TypeVar("Row", bound=Model)

LONGEST_KEY = 4000
_SALT = "panjin_portal.lib.pages"
_FORWARD, _BACKWARD = "n", "p"

_WRITERS: Mapping[type, tuple[str, Callable[[Any], str]]] = {
    datetime: ("datetime", datetime.isoformat),
    date: ("date", date.isoformat),
    Decimal: ("decimal", str),
    UUID: ("uuid", str),
}
_READERS: Mapping[str, Callable[[str], Any]] = {
    "datetime": datetime.fromisoformat,
    "date": date.fromisoformat,
    "decimal": Decimal,
    "uuid": UUID,
}


@dataclass(frozen=True)
class KeyPage(Generic[Row]):
    """The rows of one page, and the keys of the pages after and before it; None where there is none. ``total``: how
    many rows there are, where that was found along the way."""

    items: list[Row]
    next_key: str | None
    previous_key: str | None
    total: int | None = None


@dataclass(frozen=True)
class _Column:
    name: str
    descending: bool
    nullable: bool

    def ordering(self, *, backward: bool) -> OrderBy:
        # Databases disagree where empty values sort; said only where there may be some, so that an index still serves.
        descending = self.descending != backward
        last = True if self.nullable and not backward else None
        first = True if self.nullable and backward else None
        expression = F(self.name)
        if descending:
            return expression.desc(nulls_first=first, nulls_last=last)
        return expression.asc(nulls_first=first, nulls_last=last)

    def equals(self, value: object) -> Q:
        return Q(**{f"{self.name}__isnull": True}) if value is None else Q(**{self.name: value})

    def beyond(self, value: object, *, backward: bool) -> Q | None:
        """Rows on the far side of `value`; None when nothing can be there."""
        if value is None:  # empty values stand at the end
            return Q(**{f"{self.name}__isnull": False}) if backward else None
        lookup = "lt" if self.descending != backward else "gt"
        far = Q(**{f"{self.name}__{lookup}": value})
        return far | Q(**{f"{self.name}__isnull": True}) if self.nullable and not backward else far

    def not_before(self, value: object, *, backward: bool) -> Q:
        """A range on the first column alone, implied by the rest, for the planner to find the start in an index."""
        if self.nullable:
            return Q()
        return Q(**{f"{self.name}__{'lte' if self.descending != backward else 'gte'}": value})


def page_by_key(
    queryset: QuerySet[Row],
    *,
    order: tuple[str, ...],
    key: str | None,
    size: int,
    filled: Collection[str] = (),
    read: Callable[[list[Any]], Iterable[Row]] | None = None,
    count_up_to: int = 0,
) -> KeyPage[Row]:
    """One page of at most `size` rows of `queryset` in `order`, from where `key` points; any old order is dropped.

    `order` names fields, paths to related fields or annotations, "-" in front for descending; the primary key is
    added when it is missing, so that the order is total. `key` comes from a former page of the same list. A key that
    is missing, broken, or of another list or order gives the first page, never an error. One query; a second one when
    going back reaches the start, so that the first page is full again.

    ``filled``: columns that may be empty in the table and are not in these rows. PostgreSQL takes no index for an
    order that says where empty values go.

    ``read`` gives the rows of these keys in any order, with all that ``order`` names: ``queryset`` then finds keys
    alone. One query more, and a database that has to sort everything sorts nothing but keys. ``count_up_to``: with
    ``read``, the first page tells the ``total`` where all rows were asked for; one more than this number says that
    there are more.
    """
    if size < 1:
        raise ValueError("a page has at least one row")
    columns = _columns(queryset.model, order, filled)
    kind = f"{queryset.model._meta.label_lower}:{','.join(order)}"
    direction, values = _read_key(key, kind, len(columns))
    backward = direction == _BACKWARD
    ordered = queryset.order_by(*(column.ordering(backward=backward) for column in columns))
    if values:
        ordered = ordered.filter(_beyond(columns, values, backward=backward))
    total = None
    if read is None:
        rows = list(ordered[: size + 1])
        has_more, rows = len(rows) > size, rows[:size]
    else:
        keys = _filled_keys(ordered, columns[0], values, size) if not backward else []
        if not keys:
            counts = count_up_to > size and not values
            keys = list(ordered.values_list("pk", flat=True)[: (count_up_to if counts else size) + 1])
            total = len(keys) if counts else None
        found = {row.pk: row for row in read(keys[:size])}
        # A row that went meanwhile does not hide that there are more.
        has_more, rows = len(keys) > size, [found[pk] for pk in keys[:size] if pk in found]
    if values and (not rows or (backward and len(rows) < size)):
        return page_by_key(
            queryset, order=order, key=None, size=size, filled=filled, read=read, count_up_to=count_up_to
        )
    if backward:
        rows.reverse()
    has_next, has_previous = (True, has_more) if backward else (has_more, bool(values))

    def key_of(row: Row, towards: str) -> str:
        values = [_written(_value(row, column.name)) for column in columns]
        return signing.dumps([kind, towards, values], salt=_SALT, compress=True)

    return KeyPage(
        items=rows,
        next_key=key_of(rows[-1], _FORWARD) if has_next and rows else None,
        previous_key=key_of(rows[0], _BACKWARD) if has_previous and rows else None,
        total=total,
    )


def _filled_keys(ordered: QuerySet[Any], first: _Column, values: Sequence[object], size: int) -> list[Any]:
    """Keys of a whole page (and one more) from the rows that have something in the first column, which stand before
    those that have nothing; none where they do not fill it. Where few have, an index finds them and the others are
    not sorted."""
    if not first.nullable or (values and values[0] is None):
        return []
    keys = list(ordered.filter(**{f"{first.name}__isnull": False}).values_list("pk", flat=True)[: size + 1])
    return keys if len(keys) > size else []


def page_of_ids(ids: Sequence[int], *, key: str | None, size: int) -> tuple[list[int], str | None, str | None]:
    """One page of a short ranked list: its ids, the keys of the next and the previous page (None where there is none).

    A key names the row it goes on from (n12: after 12, p12: before 12), wherever that row stands by now; one that is
    broken, or names a row that is no longer in the list, gives the first page.
    """
    match = re.fullmatch(r"([np])(\d{1,18})", key or "")
    row = int(match[2]) if match else None
    start = 0
    if match and row in ids:
        place = ids.index(row)
        start = place + 1 if match[1] == _FORWARD else max(0, place - size)
    page = list(ids[start : start + size])
    following = f"n{page[-1]}" if start + size < len(ids) else None
    return page, following, f"p{page[0]}" if start and page else None


def in_order(queryset: QuerySet[Row], order: tuple[str, ...]) -> QuerySet[Row]:
    """All rows of ``queryset`` in the order in which ``page_by_key`` gives them page by page."""
    return queryset.order_by(*(column.ordering(backward=False) for column in _columns(queryset.model, order)))


def _columns(model: type[Model], order: Iterable[str], filled: Collection[str] = ()) -> tuple[_Column, ...]:
    names = [(name.removeprefix("-"), name.startswith("-")) for name in order]
    columns = tuple(
        _Column(name, is_descending, nullable=name not in filled and _may_be_empty(model, name))
        for name, is_descending in names
    )
    primary_key = model._meta.pk.name
    if any(column.name in ("pk", primary_key) for column in columns):
        return columns
    return (*columns, _Column(primary_key, bool(columns) and columns[-1].descending, nullable=False))


def _may_be_empty(model: type[Model], name: str) -> bool:
    if name == "pk":
        return False
    try:
        return bool(getattr(model._meta.get_field(name), "null", True))
    except FieldDoesNotExist:  # a path through a relation, or an annotation
        return True


def _beyond(columns: tuple[_Column, ...], values: list[object], *, backward: bool) -> Q:
    """(a beyond) or (a equal and b beyond) or …: the row-value comparison in portable SQL."""
    branches: list[Q] = []
    equal = Q()
    for column, value in zip(columns, values, strict=True):
        beyond = column.beyond(value, backward=backward)
        if beyond is not None:
            branches.append(equal & beyond)
        equal &= column.equals(value)
    return columns[0].not_before(values[0], backward=backward) & reduce(Q.__or__, branches)


def _value(row: Model, path: str) -> object:
    value: object = row
    for name in path.split("__"):
        value = getattr(value, name, None)
    return value.pk if isinstance(value, Model) else value


def _written(value: object) -> object:
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    for kind, (name, write) in _WRITERS.items():  # datetime before date: every datetime is a date
        if isinstance(value, kind):
            return [name, write(value)]
    raise TypeError(f"cannot page by a {type(value).__name__}")


def _read_key(key: str | None, kind: str, length: int) -> tuple[str, list[object]]:
    """The direction and values of a key, or (forward, []) for the first page. A signed key was written here."""
    if not key or len(key) > LONGEST_KEY:
        return _FORWARD, []
    try:
        of_kind, direction, written = signing.loads(key, salt=_SALT)
    except signing.BadSignature:
        return _FORWARD, []
    if of_kind != kind or len(written) != length:
        return _FORWARD, []
    values = [_READERS[part[0]](part[1]) if isinstance(part, list) else part for part in written]
    return direction, values
