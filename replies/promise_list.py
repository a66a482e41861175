"""The ledger over many cases: its filter, and its columns as a sheet."""

from __future__ import annotations

from datetime import date
from typing import Any

import django_filters as filters
from django.db.models import Q, QuerySet

from panjin_portal.lib.clock import today
from panjin_portal.lib.sheets import Column
from proposals.models import Bureau, Session
from replies.models import Promise
from replies.workflow import PromiseState
from replies.workflow_followup import RUNNING_PROMISES

RUNNING, LATE = "running", "late"
STATES = [(RUNNING, "在办（含结转）"), (LATE, "已逾期"), *((s.value, s.label) for s in PromiseState)]
UNCHECKED = "unchecked"
# What is looked at every year: everything that is not settled.
UNSETTLED = (*RUNNING_PROMISES, PromiseState.WAITING)


def late_on(day: date) -> Q:
    """Owed and past its day: computed, never stored."""
    return Q(state__in=RUNNING_PROMISES, due_on__lt=day)


def is_late(promise: Promise) -> bool:
    """The same of one line."""
    return promise.stage in RUNNING_PROMISES and promise.due_on is not None and promise.due_on < today()


def state_label(promise: Promise) -> str:
    """The state in words, late included."""
    return "已逾期" if is_late(promise) else promise.get_state_display()


class PromiseFilter(filters.FilterSet):
    """Filters lines of the ledger. ``check=unchecked`` is the list of this year's 回头看: what is not settled and
    nobody has looked at since New Year."""

    state = filters.ChoiceFilter(label="状态", choices=STATES, method="by_state", empty_label="全部状态")
    bureau = filters.ModelChoiceFilter(
        label="责任单位", queryset=Bureau.objects.filter(kind=Bureau.Kind.BUREAU), empty_label="全部单位"
    )
    session = filters.ModelChoiceFilter(
        label="届次", queryset=Session.objects.all(), field_name="proposal__session", empty_label="全部届次"
    )
    check = filters.ChoiceFilter(
        label="年度回头看", choices=[(UNCHECKED, "今年还没有回头看")], method="by_check", empty_label="不限"
    )
    result = filters.ChoiceFilter(
        label="办理结果类别",
        choices=[(code, f"{code}类") for code in "ABCD"],
        field_name="result_class__code",
        empty_label="不限",
    )

    class Meta:
        model = Promise
        fields: tuple[str, ...] = ()

    def by_state(self, queryset: QuerySet[Promise], name: str, value: str) -> QuerySet[Promise]:
        """Running and late stand for more than one state."""
        if value == RUNNING:
            return queryset.filter(state__in=RUNNING_PROMISES)
        return queryset.filter(late_on(today())) if value == LATE else queryset.filter(state=value)

    def by_check(self, queryset: QuerySet[Promise], name: str, value: str) -> QuerySet[Promise]:
        """Since New Year nobody has looked."""
        new_year = date(today().year, 1, 1)
        unseen = Q(last_checked_on=None) | Q(last_checked_on__lt=new_year)
        return queryset.filter(unseen, state__in=UNSETTLED)


def _of(name: str) -> Any:
    def read(row: Promise) -> Any:
        value: Any = row
        for part in name.split("."):
            value = getattr(value, part, None)
        return value

    return read


PROMISE_COLUMNS: tuple[Column[Promise], ...] = (
    Column("session", "届次", _of("proposal.session.name"), 16),
    Column("number", "提案号", _of("proposal.number"), 10),
    Column("title", "案由", _of("proposal.title"), 46),
    Column("ask", "建议", lambda row: row.ask.position if row.ask else None, 8),
    Column("bureau", "责任单位", _of("bureau.short_name"), 16),
    Column("class", "类别", _of("result_class.code"), 8),
    Column("text", "承诺", _of("text"), 50),
    Column("due", "完成日期", _of("due_on")),
    Column("phase", "完成阶段", _of("phase"), 16),
    Column("state", "状态", state_label, 12),
    Column("evidence", "落实情况", _of("evidence"), 50),
    Column("reason", "理由", _of("reason"), 30),
    Column("checked", "最近回头看", _of("last_checked_on"), 14),
)


def for_list(promises: QuerySet[Promise]) -> QuerySet[Promise]:
    """With what a line of the list or the sheet shows (one query)."""
    return promises.select_related("proposal__session", "bureau", "result_class", "ask").defer(
        "proposal__background", "proposal__analysis", "proposal__suggestions"
    )
