"""The filter of the proposal list. What it holds stands in the address, so a list can be sent to a colleague."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import django_filters as filters
from django import forms
from django.db.models import Q, QuerySet

from panjin_portal.lib.clock import start_of, today
from proposals.deadlines import LAST_DAYS_RED, LAST_DAYS_YELLOW
from proposals.forms.fields import DayField
from proposals.models import Assignment, Bureau, Proposal, ProposalProposer, Session, Topic
from proposals.workflow import AssignmentState, ProposalState

LAMPS = [
    ("overdue", "已超期"),
    ("red", f"红灯（{LAST_DAYS_RED}天以内）"),
    ("yellow", f"黄灯（{LAST_DAYS_RED + 1}至{LAST_DAYS_YELLOW}天）"),
    ("green", f"绿灯（{LAST_DAYS_YELLOW}天以上）"),
    ("none", "没有在计的期限"),
]
SORTS = [("due", "按期限由近到远")]
ORDER_OF_SORT = {"": ("-id",), "due": ("nearest_due", "-id")}


class DayFilter(filters.DateFilter):
    """A day, typed or picked from the browser's calendar."""

    field_class = DayField


class ProposalFilter(filters.FilterSet):
    """Filters rows of ``queries.for_list``. A value that makes no sense shows its error and narrows nothing."""

    q = filters.CharFilter(label="字词", method="by_words", max_length=100)
    state = filters.ChoiceFilter(
        label="状态", choices=[(s.value, s.label) for s in ProposalState], empty_label="全部状态"
    )
    lamp = filters.ChoiceFilter(label="期限", choices=LAMPS, method="by_lamp", empty_label="不限")
    session = filters.ModelChoiceFilter(label="届次", queryset=Session.objects.all(), empty_label="全部届次")
    bureau = filters.ModelChoiceFilter(
        label="承办单位",
        queryset=Bureau.objects.filter(kind=Bureau.Kind.BUREAU),
        method="pass_on",
        empty_label="全部单位",
    )
    role = filters.ChoiceFilter(label="承办方式", choices=Assignment.Role.choices, method="pass_on", empty_label="不限")
    topic = filters.ModelChoiceFilter(
        label="主题", queryset=Topic.objects.select_related("parent"), method="by_topic", empty_label="全部主题"
    )
    proposer = filters.CharFilter(label="提案者", method="by_proposer", max_length=50)
    submitted_from = DayFilter(label="提交日期从", method="by_first_day")
    submitted_to = DayFilter(label="提交日期到", method="by_last_day")
    due_from = DayFilter(label="到期日从", field_name="nearest_due", lookup_expr="gte")
    due_to = DayFilter(label="到期日到", field_name="nearest_due", lookup_expr="lte")
    sort = filters.ChoiceFilter(label="排列", choices=SORTS, method="pass_on", empty_label="按新旧")

    def filter_queryset(self, queryset: QuerySet[Proposal]) -> QuerySet[Proposal]:
        """Bureau and role are one condition: the bureau in that role, not the bureau and somebody in that role."""
        found: QuerySet[Proposal] = super().filter_queryset(queryset)
        given: dict[str, Any] = self.form.cleaned_data
        conditions = {name: given[name] for name in ("bureau", "role") if given.get(name)}
        if conditions:
            in_force = Assignment.objects.filter(**conditions).exclude(state=AssignmentState.WITHDRAWN)
            found = found.filter(pk__in=in_force.order_by().values("proposal"))
        return found

    def by_words(self, queryset: QuerySet[Proposal], name: str, value: str) -> QuerySet[Proposal]:
        """Every word stands in the title, the number or the text. 第005号 is read as 005."""
        for word in value.split()[:5]:
            number = word.removeprefix("第").removesuffix("号")
            queryset = queryset.filter(
                Q(title__icontains=word)
                | Q(number=number)
                | Q(background__icontains=word)
                | Q(analysis__icontains=word)
                | Q(suggestions__icontains=word)
            )
        return queryset

    def by_lamp(self, queryset: QuerySet[Proposal], name: str, value: str) -> QuerySet[Proposal]:
        """The bounds of ``proposals.deadlines.lamp``, as dates, on the nearest open deadline."""
        day = today()
        red, yellow = day + timedelta(days=LAST_DAYS_RED), day + timedelta(days=LAST_DAYS_YELLOW)
        bounds: dict[str, dict[str, object]] = {
            "overdue": {"nearest_due__lt": day},
            "red": {"nearest_due__gte": day, "nearest_due__lte": red},
            "yellow": {"nearest_due__gt": red, "nearest_due__lte": yellow},
            "green": {"nearest_due__gt": yellow},
            "none": {"nearest_due__isnull": True},
        }
        return queryset.filter(**bounds[value])

    def by_first_day(self, queryset: QuerySet[Proposal], name: str, value: date) -> QuerySet[Proposal]:
        """Bounds as moments: an index serves them, a date cut out of every row's moment would not."""
        return queryset.filter(submitted_at__gte=start_of(_in_our_time(value)))

    def by_last_day(self, queryset: QuerySet[Proposal], name: str, value: date) -> QuerySet[Proposal]:
        """The whole of the day counts."""
        return queryset.filter(submitted_at__lt=start_of(_in_our_time(value)) + timedelta(days=1))

    def by_topic(self, queryset: QuerySet[Proposal], name: str, value: Topic) -> QuerySet[Proposal]:
        """A main class stands for all below it."""
        return queryset.filter(Q(topic=value) | Q(topic__parent=value))

    def by_proposer(self, queryset: QuerySet[Proposal], name: str, value: str) -> QuerySet[Proposal]:
        """Some proposer of the case has every word in his name."""
        named = ProposalProposer.objects.order_by()
        for word in value.split()[:5]:
            named = named.filter(proposer__name__icontains=word)
        return queryset.filter(pk__in=named.values("proposal"))

    def pass_on(self, queryset: QuerySet[Proposal], name: str, value: object) -> QuerySet[Proposal]:
        """Not a condition by itself: bureau and role are joined above, the order is the view's."""
        return queryset

    def order(self) -> tuple[str, ...]:
        """The order of the rows, for paging by key."""
        form: forms.Form = self.form
        chosen = form.cleaned_data.get("sort", "") if form.is_bound and form.is_valid() else ""
        return ORDER_OF_SORT[chosen or ""]


def _in_our_time(day: date) -> date:
    """The nearest day of this era: a moment in the year 1 or 9999 has no UTC the database could take."""
    return min(max(day, date(1949, 10, 1)), date(2999, 12, 31))
