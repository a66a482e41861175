"""Kept querysets."""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Sequence
from operator import itemgetter
from typing import Any, ClassVar, Generic, NamedTuple, ParamSpec, TypeVar, cast

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import Model, QuerySet
from django.db.models.query import (
    FlatValuesListIterable,
    ModelIterable,
    NamedValuesListIterable,
    ValuesListIterable,
    get_related_populators,
)
from django.db.transaction import TransactionManagementError

from panjin_portal.lib.kept.marking import Statement, is_kept, settled, shape_of, statement_of

P = ParamSpec("P")
Row = TypeVar("Row")
Read = Callable[[list[Any], Any], list[Any]]


class _Way(NamedTuple):
    """How rows for arguments of one shape are read: the statement as Django made it and as the database is ``asked``,
    and whether it locks."""

    made: Statement
    asked: Statement
    read: Read
    locks: bool


class Kept(Generic[P, Row]):
    """A decorator: ``build(*arguments)`` gives a queryset of models, of tuples (named or not) or of flat
    values, a call the list of its rows. What varies is an argument: a build that asks the clock would keep the first
    answer."""

    every: ClassVar[list[Kept[..., Any]]] = []

    def __init__(self, build: Callable[P, QuerySet[Any, Row]]) -> None:
        self.queryset = build
        self.name = f"{build.__module__}.{build.__qualname__}"
        self._kept: dict[tuple[Any, ...], _Way] = {}
        self._fit_nothing: set[tuple[Any, ...]] = set()
        self.every.append(self)

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> list[Row]:
        if not is_kept(args):
            return list(self.queryset(*args, **kwargs))
        key = (connection.vendor, *shape_of(args))
        if key in self._fit_nothing:
            return []
        try:
            way = self._kept.get(key) or self._keep(key, args)
        except EmptyResultSet:  # no row can fit
            return []
        if way.locks and connection.get_autocommit():
            raise TransactionManagementError("a row is locked within a transaction only")
        with connection.cursor() as cursor:
            cursor.execute(way.asked.sql, way.asked.params(args))
            return way.read(cursor.fetchall(), connection)

    def get(self, *args: P.args, **kwargs: P.kwargs) -> Row:
        """The one row, or DoesNotExist of its model."""
        found = self(*args, **kwargs)
        return found[0] if len(found) == 1 else self.queryset(*args, **kwargs).get()

    def statement(self, *args: P.args, **kwargs: P.kwargs) -> Statement:
        """What is kept for arguments of this shape, as Django made it."""
        key = (connection.vendor, *shape_of(args))
        return (self._kept.get(key) or self._keep(key, args)).made

    def _keep(self, key: tuple[Any, ...], args: Sequence[Any]) -> _Way:
        try:
            statement = statement_of(self._make, args)
        except EmptyResultSet:  # whatever the values; those of one call may fit nothing by themselves
            self._fit_nothing.add(key)
            raise
        queryset = cast(Any, self.queryset)(*args)
        compiler = queryset.query.get_compiler(using=DEFAULT_DB_ALIAS)
        compiler.as_sql()
        locks = bool(queryset.query.select_for_update)
        way = self._kept[key] = _Way(statement, settled(statement), _reader(queryset, compiler), locks)
        return way

    def _make(self, *marks: Any) -> tuple[str, Sequence[Any]]:
        sql, values = cast(Any, self.queryset)(*marks).query.get_compiler(using=DEFAULT_DB_ALIAS).as_sql()
        return sql, values


def _reader(queryset: Any, compiler: Any) -> Read:
    """How rows of the driver become those of the queryset."""
    if queryset._prefetch_related_lookups or queryset._known_related_objects:
        raise TypeError("a kept statement reads nothing beside its rows")
    columns = [one[0] for one in compiler.select[: compiler.col_count]]
    converters = list(compiler.get_converters(columns).items())
    ways: dict[type, Callable[[Any], Callable[[Sequence[Any]], Any]]] = {
        ModelIterable: _models,
        ValuesListIterable: lambda _: tuple,
        NamedValuesListIterable: lambda _: _named(queryset),
        FlatValuesListIterable: lambda _: itemgetter(0),
    }
    finish = ways[queryset._iterable_class](compiler)

    def read(found: list[Any], on: Any) -> list[Any]:
        made = []
        for row in found:
            values = list(row) if converters else row
            for place, (steps, expression) in converters:
                value = values[place]
                for step in steps:
                    value = step(value, expression, on)
                values[place] = value
            made.append(finish(values))
        return made

    return read


def _named(queryset: Any) -> Callable[[Sequence[Any]], Any]:
    """As Django's ``NamedValuesListIterable``."""
    make: Callable[[Sequence[Any]], Any] = cast(Any, namedtuple)("Row", queryset._fields)._make
    return make


def _models(compiler: Any) -> Callable[[Sequence[Any]], Model]:
    """As Django's ``ModelIterable``."""
    select, about, beside_it = compiler.select, compiler.klass_info, compiler.annotation_col_map or {}
    model, fields = about["model"], about["select_fields"]
    begin, end = fields[0], fields[-1] + 1
    names = [one[0].target.attname for one in select[begin:end]]
    related = cast(Any, get_related_populators)(about, select, DEFAULT_DB_ALIAS)
    annotated = list(beside_it.items())

    def model_of(row: Sequence[Any]) -> Model:
        made = model.from_db(DEFAULT_DB_ALIAS, names, row[begin:end])
        for one in related:
            one.populate(row, made)
        for name, place in annotated:
            setattr(made, name, row[place])
        return cast(Model, made)

    return model_of
