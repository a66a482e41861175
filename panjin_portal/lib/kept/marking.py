"""From a function and marks to a text with holes.

What is kept hangs on the shape of the arguments: ``None`` and truth values are part of the text (``IS NULL``), so are
``Words``; tuples count by their length, named tuples by what stands in them, and ``Keys`` come in few lengths. All
others are whole numbers, texts, days and moments.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

from django.db import connection

MOST_AT_ONCE = 12  # each length of a tuple is a statement of its own; a longer one is left to Django
FIRST_MARK = 20_011  # no number that a statement names by itself, and small enough for every column
APART = 4_000  # between the marks of two series


class Words(tuple[str, ...]):
    """Names that are part of the text: the columns an UPDATE writes."""


class Keys(tuple[int, ...]):
    """Keys of any number of rows, each once, filled up to 16, 32, 64 … 1,024 with numbers that no row has: so many
    statements serve lists of all lengths. A longer list is left to Django, and so is an empty one."""

    MOST = 1_024

    @classmethod
    def of(cls, keys: Iterable[int]) -> Keys:
        """The keys in their order, without repetition; an empty list stays empty."""
        found = list(dict.fromkeys(keys))
        if not 0 < len(found) <= cls.MOST:
            return cls(found)
        size = max(16, 1 << (len(found) - 1).bit_length())
        return cls([*found, *range(-1, len(found) - size - 1, -1)])


@dataclass(frozen=True)
class Hole:
    """Place among the values, place among the flat arguments, and how the driver wants a number wrapped (PostgreSQL is
    told its width)."""

    place: int
    argument: int
    wrap: Callable[[Any], Any] | None


@dataclass(frozen=True)
class Statement:
    """A text with its values and the holes among them."""

    sql: str
    values: tuple[Any, ...]
    holes: tuple[Hole, ...]

    def params(self, arguments: Sequence[Any]) -> list[Any]:
        """The values of one call."""
        given, values = flat(arguments), list(self.values)
        for hole in self.holes:
            value = given[hole.argument]
            values[hole.place] = value if hole.wrap is None else hole.wrap(value)
        return values


_PLACE = re.compile(r"%[%s]")


def settled(statement: Statement) -> Statement:
    """The same with everything in the text that is no argument, for PostgreSQL: it plans a prepared statement once for
    all arguments only if it can judge that plan, and of a state or a LIMIT that come as values it knows nothing.

    Whole numbers go as the widest, whatever their size: each width would be a prepared statement of its own.
    """
    if connection.vendor != "postgresql":
        return statement
    from psycopg import sql  # loaded only where it is used
    from psycopg.types.numeric import Int8

    connection.ensure_connection()
    of_place = {hole.place: hole for hole in statement.holes}
    values, holes = iter(enumerate(statement.values)), list[Hole]()

    def written(found: re.Match[str]) -> str:
        if found[0] == "%%":
            return "%%"
        place, value = next(values)
        hole = of_place.get(place)
        if hole is None:
            return sql.Literal(value).as_string(connection.connection).replace("%", "%%")
        holes.append(replace(hole, place=len(holes), wrap=hole.wrap or (Int8 if isinstance(value, int) else None)))
        return "%s"

    text = _PLACE.sub(written, statement.sql)
    return Statement(text, tuple(statement.values[place] for place in of_place), tuple(holes))


def shape_of(arguments: Sequence[Any]) -> tuple[Any, ...]:
    """What of the arguments is part of the text. TypeError for what cannot be kept."""
    return tuple(map(_shape, arguments))


def _shape(one: Any) -> Any:
    if _is_text(one):
        return one
    if _is_named(one):
        return shape_of(one)
    return len(one) if isinstance(one, tuple) else _kind(one)


def is_kept(arguments: Sequence[Any]) -> bool:
    """Whether a statement for these arguments is kept: no tuple is empty or long."""
    return all(
        is_kept(one) if _is_named(one) else 0 < len(one) <= (Keys.MOST if isinstance(one, Keys) else MOST_AT_ONCE)
        for one in arguments
        if isinstance(one, tuple) and not _is_text(one)
    )


def _is_named(one: object) -> bool:
    return isinstance(one, tuple) and hasattr(one, "_fields")


def _is_text(one: object) -> bool:
    return one is None or isinstance(one, bool | Words)


def _kind(value: object) -> str:
    for known in (int, str, datetime, date):  # a moment is also a day, so the order matters
        if isinstance(value, known):
            return known.__name__
    raise TypeError(f"a kept statement takes no {type(value).__name__}")


def flat(arguments: Sequence[Any]) -> list[Any]:
    """The arguments as the driver takes them, tuples spread, without what is part of the text."""
    found: list[Any] = []
    for one in arguments:
        if _is_text(one):
            continue
        if isinstance(one, Keys):
            found += one
        elif isinstance(one, tuple):
            found += flat(one)
        elif isinstance(one, datetime):
            found.append(connection.ops.adapt_datetimefield_value(one))
        elif isinstance(one, date):
            found.append(connection.ops.adapt_datefield_value(one))
        else:
            found.append(one)
    return found


def _marks(arguments: Sequence[Any], series: int) -> list[Any]:
    """Arguments of the same shape, every value of them unlike any other; two ``series`` have none in common."""
    number = count(FIRST_MARK + APART * series)

    def mark(one: Any) -> Any:
        if _is_text(one):
            return one
        if isinstance(one, tuple):
            parts = [mark(part) for part in one]
            return type(one)(*parts) if _is_named(one) else tuple(parts)
        at = next(number)
        made = {"int": at, "str": f"{at}", "date": date(1700, 1, 1) + timedelta(at)}
        made["datetime"] = datetime(1700, 1, 1, tzinfo=UTC) + timedelta(at)
        return made[_kind(one)]

    return [mark(one) for one in arguments]


def _optional(arguments: Sequence[Any]) -> set[int]:
    """Places, among the flat arguments, of what stands in named tuples: such a one may carry more than is asked for."""
    found: set[int] = set()
    place = 0
    for one in arguments:
        length = len(flat([one]))
        if _is_named(one):
            found.update(range(place, place + length))
        place += length
    return found


def statement_of(make: Callable[..., tuple[str, Sequence[Any]]], arguments: Sequence[Any]) -> Statement:
    """Make the statement twice, with different marks: where the values differ, an argument stands. ValueError where
    text or values hang on an argument in another way."""
    first, second = _marks(arguments, 0), _marks(arguments, 1)
    (sql, values), (other_sql, other_values) = make(*first), make(*second)
    ones, twos = flat(first), flat(second)
    holes = []
    for place, (one, two) in enumerate(zip(values, other_values, strict=True)):
        if one == two:
            continue
        argument = ones.index(one) if one in ones else -1
        if argument < 0 or twos[argument] != two:
            raise ValueError(f"an argument is changed on its way into the statement: {sql}")
        is_told = isinstance(one, int) and type(one) is not int
        holes.append(Hole(place, argument, type(one) if is_told else None))
    unused = set(range(len(ones))) - {hole.argument for hole in holes} - _optional(first)
    if sql != other_sql or unused:
        raise ValueError(f"the text of the statement hangs on an argument: {sql}")
    return Statement(sql, tuple(values), tuple(holes))
