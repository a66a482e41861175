"""The lists of supervision: their filters, what a line shows, the columns of the sheet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

import django_filters as filters
from django.db.models import OuterRef, Q, QuerySet, Subquery

from panjin_portal.lib.clock import today
from panjin_portal.lib.sheets import Column
from proposals.exports import day_of
from proposals.filters import BOXES, DayFilter, KeyFilter
from proposals.models import SlipAnswer, SupervisionSlip, Urging
from proposals.workflow_supervision import OPEN_SLIPS, OWED_SLIPS, SlipState


class UrgingFilter(filters.FilterSet):
    """By year, and by the bureau that was urged."""

    year = filters.NumberFilter(label="年份", field_name="year", min_value=2000, max_value=2999)
    bureau = KeyFilter(label="催办单位", field_name="bureaus", empty_label="全部单位")

    class Meta:
        model = Urging
        fields: tuple[str, ...] = ()

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.filters["bureau"].extra["choices"] = cache(BOXES["bureau"])


SLIP_ORDER = ("-id",)
OPEN, LATE = "open", "late"
STATES = [(OPEN, "没有办结"), (LATE, "逾期未报送"), *((s.value, s.label) for s in SlipState)]
TONES = {
    SlipState.ANSWERED: "info",
    SlipState.SENT_BACK: "warn",
    SlipState.ACCEPTED: "good",
    SlipState.WITHDRAWN: "done",
}


@dataclass(frozen=True)
class DueDay:
    """When the report is due, as ``{% lamp %}`` takes it."""

    due_on: date
    is_provisional: bool = False
    met_at: None = None


@dataclass(frozen=True)
class SlipRow:
    """A slip as pages show it; only one that is owed has a lamp."""

    slip: SupervisionSlip
    state: str
    tone: str
    lamp: DueDay | None


def slip_row(slip: SupervisionSlip) -> SlipRow:
    """A slip made ready to show."""
    is_owed = slip.stage in OWED_SLIPS
    due = DueDay(slip.due_on, slip.due_is_provisional) if is_owed else None
    return SlipRow(slip, slip.stage.label, TONES.get(slip.stage, "info"), due)


def slips_for_list(slips: QuerySet[SupervisionSlip]) -> QuerySet[SupervisionSlip]:
    """With what a line of the list or the sheet shows (one query)."""
    last = SlipAnswer.objects.filter(slip=OuterRef("pk")).order_by("-number")
    return (
        slips.select_related("proposal__session", "bureau", "issued_by")
        .defer("draft", "proposal__background", "proposal__analysis", "proposal__suggestions")
        .annotate(
            answered_at=Subquery(last.values("answered_at")[:1]),
            answer_text=Subquery(last.values("text")[:1]),
            answer_opinion=Subquery(last.values("opinion")[:1]),
        )
    )


class SlipFilter(filters.FilterSet):
    """By state, bureau, session and the days the reports are due."""

    state = filters.ChoiceFilter(label="状态", choices=STATES, method="by_state", empty_label="全部状态")
    bureau = KeyFilter(label="督办单位", empty_label="全部单位")
    session = KeyFilter(label="届次", field_name="proposal__session", empty_label="全部届次")
    due_from = DayFilter(label="报送期限从", field_name="due_on", lookup_expr="gte")
    due_to = DayFilter(label="报送期限到", field_name="due_on", lookup_expr="lte")

    class Meta:
        model = SupervisionSlip
        fields: tuple[str, ...] = ()

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name in ("bureau", "session"):
            self.filters[name].extra["choices"] = cache(BOXES[name])

    def by_state(self, queryset: QuerySet[SupervisionSlip], name: str, value: str) -> QuerySet[SupervisionSlip]:
        """Open and late stand for more than one state."""
        if value == OPEN:
            return queryset.filter(state__in=OPEN_SLIPS)
        late = Q(state__in=OWED_SLIPS, due_on__lt=today())
        return queryset.filter(late) if value == LATE else queryset.filter(state=value)


SLIP_COLUMNS: tuple[Column[SupervisionSlip], ...] = (
    Column("number", "编号", str, 18),
    Column("session", "届次", lambda row: row.proposal.session.name, 16),
    Column("case", "提案号", lambda row: row.proposal.number, 10),
    Column("title", "案由", lambda row: row.proposal.title, 46),
    Column("bureau", "督办单位", lambda row: row.bureau.short_name, 16),
    Column("subject", "督办的事项", lambda row: row.subject, 30),
    Column("text", "督办要求", lambda row: row.text, 50),
    Column("issued", "发出日期", lambda row: day_of(row.issued_at)),
    Column("due", "报送期限", lambda row: row.due_on),
    Column("provisional", "期限暂定", lambda row: "暂定" if row.due_is_provisional else None, 10),
    Column("state", "状态", lambda row: row.stage.label, 12),
    Column("answered", "最近报送", lambda row: day_of(getattr(row, "answered_at", None))),
    Column("answer", "办理情况", lambda row: getattr(row, "answer_text", None), 50),
    Column("opinion", "审核意见", lambda row: getattr(row, "answer_opinion", None), 40),
    Column("reason", "撤回理由", lambda row: row.withdraw_reason, 30, False),
)
