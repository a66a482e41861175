"""The lamp board (督办看板): its filter, its figures, its rows. Every number has the address of the list behind it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import django_filters as filters
from django import forms
from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from panjin_portal.lib.kept import Kept, Keys
from proposals.clocks import lamp_conditions
from proposals.filters import LAMPS, DayFilter, KeyFilter
from proposals.forms.ranges import DayRangesForm
from proposals.models import Deadline, Mark
from proposals.models.deadlines import DeadlineKind

BUREAU, WEEK = "bureau", "week"
GROUPS = [(BUREAU, "按单位")]
ORDERS = {WEEK: ("due_on", "id"), BUREAU: ("bureau", "due_on", "id")}
LAMP_NAMES = ("overdue", "red", "yellow", "green")
LAMP_LABELS = {"overdue": "已超期", "red": "红灯", "yellow": "黄灯", "green": "绿灯"}
PROPOSERS = "0"  # value of the filter by bureau: what proposers owe
PROMISE_DAYS = 30
_LIVE_KEY_MARK = Mark.objects.filter(kind=Mark.Kind.KEY, lifted_at=None, proposal=OuterRef("proposal"))


class BoardFilter(filters.FilterSet):
    """Filters open deadlines. ``sessions`` and ``bureaus``: (key, name) of what is offered."""

    lamp = filters.ChoiceFilter(label="指示灯", choices=LAMPS[:-1], method="by_lamp", empty_label="不限")
    bureau = KeyFilter(label="责任单位", method="by_bureau", empty_label="全部")
    kind = filters.ChoiceFilter(label="事项", choices=DeadlineKind.choices, empty_label="全部事项")
    group = filters.ChoiceFilter(label="分组", choices=GROUPS, method="pass_on", empty_label="按周")
    session = KeyFilter(label="届次", field_name="proposal__session", empty_label="全部届次")
    key_case = filters.ChoiceFilter(
        label="重点提案", choices=[("yes", "只看重点提案")], method="by_mark", empty_label="不限"
    )
    clerk = filters.CharFilter(label="经办人", method="by_clerk", max_length=30)
    due_from = DayFilter(label="到期日从", field_name="due_on", lookup_expr="gte")
    due_to = DayFilter(label="到期日到", field_name="due_on", lookup_expr="lte")

    class Meta:
        form = DayRangesForm

    def __init__(
        self,
        *args: Any,
        day: date,
        sessions: Callable[[], list[tuple[int, str]]],
        bureaus: Callable[[], list[tuple[int | str, str]]],
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self.day = day
        self.filters["session"].extra["choices"] = sessions
        self.filters["bureau"].extra["choices"] = bureaus

    @property
    def grouping(self) -> str:
        """``week`` or ``bureau``."""
        form: forms.Form = self.form
        return (form.cleaned_data.get("group") if form.is_bound and form.is_valid() else "") or WEEK

    def by_lamp(self, queryset: QuerySet[Deadline], name: str, value: str) -> QuerySet[Deadline]:
        """By the bounds every lamp has."""
        return queryset.filter(lamp_conditions(self.day, "due_on")[value])

    def by_bureau(self, queryset: QuerySet[Deadline], name: str, value: str) -> QuerySet[Deadline]:
        """One bureau, or what proposers owe."""
        return queryset.filter(bureau=None if value == PROPOSERS else int(value))

    def by_mark(self, queryset: QuerySet[Deadline], name: str, value: str) -> QuerySet[Deadline]:
        """Cases that are key proposals now."""
        live = Mark.objects.filter(kind=Mark.Kind.KEY, lifted_at=None)
        return queryset.filter(proposal__in=live.values("proposal"))

    def by_clerk(self, queryset: QuerySet[Deadline], name: str, value: str) -> QuerySet[Deadline]:
        """The clerk who has the bureau's share in hand, by a part of the name."""
        return queryset.filter(assignment__clerk__display_name__icontains=value.strip())

    def pass_on(self, queryset: QuerySet[Deadline], name: str, value: object) -> QuerySet[Deadline]:
        """The order is the view's."""
        return queryset


def for_rows(clocks: QuerySet[Deadline]) -> QuerySet[Deadline]:
    """What a row shows, and no more of the wide tables; ``is_key`` beside it. Nobody's name but the clerk's and that
    of the proposer who owes something: two of one case would be told apart by nothing else."""
    shown = clocks.select_related("proposal__session", "bureau", "proposer", "assignment__clerk").annotate(
        is_key=Exists(_LIVE_KEY_MARK)
    )
    return shown.only(
        "kind",
        "due_on",
        "is_provisional",
        "met_at",
        "version",
        "explanation",
        "proposal__number",
        "proposal__title",
        "proposal__state",
        "proposal__session__term",
        "proposal__session__number",
        "bureau__short_name",
        "proposer__name",
        "assignment__clerk__display_name",
    )


@Kept
def _rows_with(keys: Keys) -> QuerySet[Deadline]:
    return for_rows(Deadline.objects.filter(pk__in=keys)).order_by()


def rows_with(keys: Iterable[int]) -> list[Deadline]:
    """The rows of ``for_rows`` with these keys, in any order (one query)."""
    return _rows_with(Keys.of(keys))


@dataclass
class Line:
    """One bureau (``key`` None: proposers): open deadlines by lamp."""

    key: int | None
    name: str
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(LAMP_NAMES, 0))

    @property
    def total(self) -> int:
        """All open ones."""
        return sum(self.counts.values())

    @property
    def value(self) -> str:
        """What the filter by bureau is asked for."""
        return PROPOSERS if self.key is None else str(self.key)


@dataclass(frozen=True)
class Figure:
    """One number for a supervisor: what it counts, and the address of the list that holds exactly that."""

    label: str
    value: str
    url: str
    note: str = ""
    is_late: bool = False


@dataclass(frozen=True)
class Counts:
    """Everything counted over the whole board in one query: ``lines`` per bureau, the most overdue first."""

    lines: list[Line]
    this_week: int
    ratings: int
    promises: int

    @property
    def overdue(self) -> int:
        """Overdue in all."""
        return sum(line.counts["overdue"] for line in self.lines)


def week_of(day: date) -> tuple[date, date]:
    """Monday and Sunday of the week of ``day``."""
    monday = day - timedelta(days=day.weekday())
    return monday, monday + timedelta(days=6)


def count_board(clocks: QuerySet[Deadline], day: date) -> Counts:
    """Numbers of ``clocks`` (what the person sees) on ``day``: one query, grouped by bureau."""
    when = lamp_conditions(day, "due_on")
    sunday = week_of(day)[1]
    soon = day + timedelta(days=PROMISE_DAYS)
    rows = (
        clocks.order_by()
        .values("bureau", "bureau__short_name")
        .annotate(
            **{f"n_{name}": Count("pk", filter=when[name]) for name in LAMP_NAMES},
            n_week=Count("pk", filter=Q(due_on__gte=day, due_on__lte=sunday)),
            n_rating=Count("pk", filter=Q(kind=DeadlineKind.FEEDBACK, due_on__gte=day)),
            n_promise=Count("pk", filter=Q(kind=DeadlineKind.PROMISE, due_on__lte=soon)),
        )
    )
    found: list[dict[str, Any]] = [{**row} for row in rows]
    lines = [
        Line(
            row["bureau"],
            row["bureau__short_name"] or "提案者",
            {name: row[f"n_{name}"] for name in LAMP_NAMES},
        )
        for row in found
    ]
    lines.sort(key=lambda line: (line.key is None, -line.counts["overdue"], -line.total, line.key or 0))
    return Counts(
        lines=lines,
        this_week=sum(row["n_week"] for row in found),
        ratings=sum(row["n_rating"] for row in found),
        promises=sum(row["n_promise"] for row in found),
    )


@dataclass
class Group:
    """Rows under one heading: a week or a bureau."""

    title: str
    rows: list[Deadline] = field(default_factory=list)


def grouped(rows: Iterable[Deadline], group: str, day: date) -> list[Group]:
    """The rows of a page, which come in the order of ``ORDERS[group]``, under headings."""
    found: list[Group] = []
    for row in rows:
        title = _week_title(row.due_on, day) if group == WEEK else (row.bureau.short_name if row.bureau else "提案者")
        if not found or found[-1].title != title:
            found.append(Group(title))
        found[-1].rows.append(row)
    return found


def _week_title(due: date, day: date) -> str:
    if due < day:
        return "已超期"
    monday, sunday = week_of(due)
    span = f"{monday.isoformat()} 至 {sunday.isoformat()}"
    this_monday = week_of(day)[0]
    near = {this_monday: "本周", this_monday + timedelta(days=7): "下周"}.get(monday)
    return f"{near}（{span}）" if near else span
