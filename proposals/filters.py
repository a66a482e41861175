"""The filter of the proposal list. What it holds stands in the address, so a list can be sent to a colleague."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from copy import copy
from datetime import date, timedelta
from functools import cache
from typing import Any, cast

import django_filters as filters
from django import forms
from django.db.models import Exists, OuterRef, Q, QuerySet

from panjin_portal.lib.bigrams import Word, words_of
from panjin_portal.lib.clock import start_of, today
from panjin_portal.lib.kept import Kept
from proposals.clocks import OUTCOMES, lamp_conditions, with_outcome
from proposals.deadlines import LAST_DAYS_RED, LAST_DAYS_YELLOW
from proposals.forms.fields import SearchDayField
from proposals.forms.ranges import DayRangesForm
from proposals.models import Assignment, Bureau, Mark, Proposal, ProposalProposer, Proposer, Session, Topic
from proposals.permissions import answers_readable_by
from proposals.search import with_words, with_words_of_few
from proposals.workflow import AssignmentState, ProposalState

LAMPS = [
    ("overdue", "已超期"),
    ("red", f"红灯（{LAST_DAYS_RED}天以内）"),
    ("yellow", f"黄灯（{LAST_DAYS_RED + 1}至{LAST_DAYS_YELLOW}天）"),
    ("green", f"绿灯（{LAST_DAYS_YELLOW}天以上）"),
    ("none", "没有在计的期限"),
]
ANSWERING = "answering"
ROLES = [(ANSWERING, "主办（含独办、分办）"), *Assignment.Role.choices]
Choice = tuple[int, str]  # key and name
SHARE_FIELDS = {"bureau": "bureau", "role": "role", "share": "state"}  # name of the filter: field of the assignment
SORTS = [("due", "按期限由近到远")]
NEWEST = ("new", "按新旧")  # without words this is the order anyway
ORDER_OF_SORT = {"": ("-id",), "new": ("-id",), "due": ("nearest_due", "-id")}


class DayFilter(filters.DateFilter):
    """A day, typed or picked from the browser's calendar."""

    field_class = SearchDayField


@Kept
def _sessions() -> QuerySet[Session]:
    return Session.objects.only("term", "number")


@Kept
def _bureaus() -> QuerySet[Bureau, Choice]:
    return Bureau.objects.filter(kind=Bureau.Kind.BUREAU).values_list("pk", "short_name")


@Kept
def _topics() -> QuerySet[Topic, tuple[int, str, str | None]]:
    return Topic.objects.values_list("pk", "name", "parent__name")


def _topic_box() -> list[Choice]:
    """Named as by ``str(topic)``."""
    return [(pk, f"{parent} / {name}" if parent else name) for pk, name, parent in _topics()]


BOXES: dict[str, Callable[[], list[Choice]]] = {
    "session": lambda: [(row.pk, row.name) for row in _sessions()],
    "bureau": lambda: _bureaus(),
    "topic": _topic_box,
}


class KeyFilter(filters.ChoiceFilter):
    """One row of a small table, by its key. The box is filled with keys and names, which are read once, when the box is
    shown or something is chosen in it: rows would be made for each, and the one that is chosen asked for again."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, choices=options.pop("choices", ()), **options)


class Filters(dict[str, filters.Filter]):
    """The filters of a class, each copied but for what it does not change: ``FilterSet`` copies them to the ground."""

    def __deepcopy__(self, memo: object) -> dict[str, filters.Filter]:
        return {name: _another(one) for name, one in self.items()}


class OwnFields(dict[str, forms.Field]):
    """Fields of a form that is made once."""

    def __deepcopy__(self, memo: object) -> dict[str, forms.Field]:
        return dict(self)


def _another(given: filters.Filter) -> filters.Filter:
    made = copy(given)
    made.extra = dict(given.extra)
    made.__dict__.pop("_field", None)
    if given.method is not None:
        made.method = given.method  # anew, as it holds the filter it belongs to
    return made


class ProposalFilter(filters.FilterSet):
    """Filters rows of ``queries.with_nearest_deadline``. A value without sense shows its error and narrows nothing."""

    q = filters.CharFilter(label="字词", method="pass_on", max_length=100)
    state = filters.ChoiceFilter(
        label="状态", choices=[(s.value, s.label) for s in ProposalState], empty_label="全部状态"
    )
    lamp = filters.ChoiceFilter(label="期限", choices=LAMPS, method="by_lamp", empty_label="不限")
    session = KeyFilter(label="届次", empty_label="全部届次")
    bureau = KeyFilter(label="承办单位", method="pass_on", empty_label="全部单位")
    role = filters.ChoiceFilter(label="承办方式", choices=ROLES, method="pass_on", empty_label="不限")
    share = filters.ChoiceFilter(
        label="承办状态",
        choices=[(s.value, s.label) for s in AssignmentState if s != AssignmentState.WITHDRAWN],
        method="pass_on",
        empty_label="不限",
    )
    reply = filters.ChoiceFilter(label="答复时限", choices=OUTCOMES, method="by_reply", empty_label="不限")
    topic = KeyFilter(label="主题", method="by_topic", empty_label="全部主题")
    archived = filters.ChoiceFilter(
        label="归档", choices=[("yes", "已归档"), ("no", "未归档")], method="by_shelf", empty_label="不限"
    )
    mark = filters.ChoiceFilter(label="标记", choices=Mark.Kind.choices, method="by_mark", empty_label="不限")
    proposer = filters.CharFilter(label="提案者", method="by_proposer", max_length=50)
    submitted_from = DayFilter(label="提交日期从", method="by_first_day")
    submitted_to = DayFilter(label="提交日期到", method="by_last_day")
    due_from = DayFilter(label="到期日从", field_name="nearest_due", lookup_expr="gte")
    due_to = DayFilter(label="到期日到", field_name="nearest_due", lookup_expr="lte")
    sort = filters.ChoiceFilter(label="排列", choices=SORTS, method="pass_on", empty_label="按新旧")

    class Meta:
        form = DayRangesForm

    def __init__(self, *args: Any, **options: Any) -> None:
        """``request``, as django-filter knows it, names the person: his right to read answers decides what words find.
        Without it they find what the proposals say."""
        self.__dict__["base_filters"] = Filters(self.base_filters)
        super().__init__(*args, **options)
        self._without_words: QuerySet[Proposal] | None = None
        for name, read in BOXES.items():
            self.filters[name].extra["choices"] = cache(read)
        if (self.data or {}).get("q", "").strip():
            sort = self.filters["sort"]
            sort.extra.update(choices=[NEWEST, *SORTS], empty_label="按相关程度")

    def get_form_class(self) -> type[forms.Form]:
        """The fields are made for this filter and its one form, so the form need not copy them."""
        made: Any = super().get_form_class()
        made.base_fields = OwnFields(made.base_fields)
        return cast(type[forms.Form], made)

    def filter_queryset(self, queryset: QuerySet[Proposal]) -> QuerySet[Proposal]:
        """Bureau and role are one condition: the bureau in that role, not the bureau and somebody in that role."""
        found: QuerySet[Proposal] = super().filter_queryset(queryset)
        given: dict[str, Any] = self.form.cleaned_data
        conditions = _conditions_on_share(given)
        if conditions:
            in_force = Assignment.objects.filter(**conditions).exclude(state=AssignmentState.WITHDRAWN)
            found = found.filter(pk__in=in_force.order_by().values("proposal"))
        self._without_words = found
        if not given.get("q"):
            return found
        answers = self.readable_answers
        if answers and given.get("sort"):  # the best hits are looked for otherwise (``search.best_hits``)
            return with_words_of_few(found, self.words, answers)
        return with_words(found, self.words, answers=answers)

    @property
    def without_words(self) -> QuerySet[Proposal]:
        """The rows that fit all conditions but the words."""
        narrowed: QuerySet[Proposal] = self.qs
        return narrowed if self._without_words is None else self._without_words

    @property
    def words(self) -> tuple[Word, ...]:
        """The words asked for. A mistake in another field does not take them away."""
        form: forms.Form = self.form
        return words_of(form.cleaned_data.get("q") or "") if form.is_bound and form.errors is not None else ()

    @property
    def readable_answers(self) -> Q | None:
        """In which cases the words may stand in the answers too."""
        return answers_readable_by(self.request.user) if self.request is not None else None

    def unchecked(self, cases: Iterable[Proposal]) -> frozenset[int]:
        """Keys of those of ``cases`` whose imported answer nobody has checked yet: the upper floor knows."""
        return frozenset()

    @property
    def is_ranked(self) -> bool:
        """Whether the best hits come first: words are asked for, and no other order."""
        return bool(self.words) and not self.form.cleaned_data.get("sort")

    def by_lamp(self, queryset: QuerySet[Proposal], name: str, value: str) -> QuerySet[Proposal]:
        """On the nearest open deadline."""
        return queryset.filter(lamp_conditions(today(), "nearest_due")[value])

    def by_reply(self, queryset: QuerySet[Proposal], name: str, value: str) -> QuerySet[Proposal]:
        """Asked of the clock of the bureau where one is named, of all reply clocks of the case where none is."""
        bureau = self.form.cleaned_data.get("bureau")
        return with_outcome(queryset, value, on=today(), bureau=int(bureau) if bureau else None)

    def by_first_day(self, queryset: QuerySet[Proposal], name: str, value: date) -> QuerySet[Proposal]:
        """Bounds as moments: an index serves them, a date cut out of every row's moment would not."""
        return queryset.filter(submitted_at__gte=start_of(_in_our_time(value)))

    def by_last_day(self, queryset: QuerySet[Proposal], name: str, value: date) -> QuerySet[Proposal]:
        """The whole of the day counts."""
        return queryset.filter(submitted_at__lt=start_of(_in_our_time(value)) + timedelta(days=1))

    def by_topic(self, queryset: QuerySet[Proposal], name: str, value: str) -> QuerySet[Proposal]:
        """A main class stands for all below it."""
        # Asked of each case in the order of the list: a main class holds a third of them, which would all be sorted.
        return queryset.filter(Exists(Topic.objects.filter(Q(pk=value) | Q(parent=value), pk=OuterRef("topic"))))

    def by_shelf(self, queryset: QuerySet[Proposal], name: str, value: str) -> QuerySet[Proposal]:
        """On the shelf or not."""
        return queryset.filter(archived_at__isnull=value == "no")

    def by_mark(self, queryset: QuerySet[Proposal], name: str, value: str) -> QuerySet[Proposal]:
        """The mark stands now."""
        live = Mark.objects.filter(kind=value, lifted_at__isnull=True)
        return queryset.filter(pk__in=live.order_by().values("proposal"))

    def by_proposer(self, queryset: QuerySet[Proposal], name: str, value: str) -> QuerySet[Proposal]:
        """Some proposer of the case has every word in his name."""
        proposers = Proposer.objects.order_by()
        for word in value.split()[:5]:
            proposers = proposers.filter(name__icontains=word)
        # The names first, which are few, and by the index of proposers what stands under them.
        named = ProposalProposer.objects.filter(proposer__in=proposers.values("pk")).order_by()
        return queryset.filter(pk__in=named.values("proposal"))

    def pass_on(self, queryset: QuerySet[Proposal], name: str, value: object) -> QuerySet[Proposal]:
        """Not a condition by itself: bureau and role are joined above, the order is the view's."""
        return queryset

    def order(self) -> tuple[str, ...]:
        """The order of the rows, for paging by key."""
        form: forms.Form = self.form
        # A mistake in another field does not take it away.
        chosen = form.cleaned_data.get("sort", "") if form.is_bound and form.errors is not None else ""
        return ORDER_OF_SORT[chosen or ""]


def _conditions_on_share(given: dict[str, Any]) -> dict[str, Any]:
    """Bureau, role and state as conditions on one assignment."""
    conditions = {field: given[name] for name, field in SHARE_FIELDS.items() if given.get(name)}
    if conditions.get("role") == ANSWERING:
        del conditions["role"]
        conditions["role__in"] = Assignment.ANSWERING_ROLES
    return conditions


def _in_our_time(day: date) -> date:
    """The nearest day of this era: a moment in the year 1 or 9999 has no UTC the database could take."""
    return min(max(day, date(1949, 10, 1)), date(2999, 12, 31))
