"""The lists of the ground floor as columns of a sheet, and their rows in chunks. Telephone numbers and addresses of
people are not among them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import TypeVar

from django.db.models import Count, Model, OuterRef, Prefetch, QuerySet, Subquery
from django.db.models.functions import Coalesce

from panjin_portal.lib import clock
from panjin_portal.lib.sheets import Column, needs_of
from proposals.models import Assignment, Attachment, Notice, Proposal, ProposalProposer
from proposals.queries import TEXTS, answering_bureaus, nearest_deadline
from proposals.workflow import AssignmentState

Row = TypeVar("Row", bound=Model)

ROWS_AT_ONCE = 1000

SHARES, PROPOSERS, TOPIC, TEXT, FILES, MAIN = "shares", "proposers", "topic", "text", "files", "main"


def day_of(moment: datetime | None) -> date | None:
    """The Shanghai day of a moment."""
    return clock.day_of(moment) if moment else None


def _bureaus(proposal: Proposal, *, answering: bool) -> str:
    if answering:
        return "、".join(bureau.short_name for bureau in answering_bureaus(proposal))
    shares: list[Assignment] = getattr(proposal, "in_force", [])
    return "、".join(row.bureau.short_name for row in shares if not row.is_answering)


def _proposers(proposal: Proposal) -> list[str]:
    named: list[ProposalProposer] = getattr(proposal, "named", [])
    return [row.proposer.name for row in named]


def _due(proposal: Proposal) -> date | None:
    nearest = nearest_deadline(proposal)
    return nearest.due_on if nearest else None


def _provisional(proposal: Proposal) -> str | None:
    nearest = nearest_deadline(proposal)
    return "暂定" if nearest and nearest.is_provisional else None


PROPOSAL_COLUMNS: tuple[Column[Proposal], ...] = (
    Column("serial", "流水号", lambda row: row.pk, 10, False),
    Column("session", "届次", lambda row: row.session.name, 16),
    Column("number", "提案号", lambda row: row.number, 10),
    Column("kind", "提案时间", lambda row: row.get_kind_display(), 10, False),
    Column("title", "案由", lambda row: row.title, 50),
    Column("topic", "主题", lambda row: str(row.topic or ""), 22, False, frozenset({TOPIC})),
    Column("proposers", "提案者", lambda row: "、".join(_proposers(row)), 28, needs=frozenset({PROPOSERS})),
    Column("count", "提案者数", lambda row: len(_proposers(row)), 10, False, frozenset({PROPOSERS})),
    Column("state", "状态", lambda row: row.get_state_display(), 10),
    Column("main", "并入", lambda row: row.merged_into.label if row.merged_into else "", 12, False, frozenset({MAIN})),
    Column("lead", "主办单位", lambda row: _bureaus(row, answering=True), 16, needs=frozenset({SHARES})),
    Column("helpers", "会办单位", lambda row: _bureaus(row, answering=False), 26, needs=frozenset({SHARES})),
    Column("submitted", "提交日期", lambda row: day_of(row.submitted_at)),
    Column("registered", "立案日期", lambda row: day_of(row.registered_at), is_default=False),
    Column("assigned", "交办日期", lambda row: day_of(row.assigned_at)),
    Column("due", "最近期限", _due),
    Column("provisional", "期限暂定", _provisional, 10),
    Column("answered", "答复日期", lambda row: day_of(row.answered_at)),
    Column("consent", "同意公开提案", lambda row: "是" if row.publicity_consent else "否", 14, False),
    Column("files", "附件数", lambda row: getattr(row, "file_count", 0), 8, False, frozenset({FILES})),
    Column("background", "背景情况", lambda row: row.background, 60, False, frozenset({TEXT})),
    Column("analysis", "问题分析", lambda row: row.analysis, 60, False, frozenset({TEXT})),
    Column("suggestions", "具体建议", lambda row: row.suggestions, 60, False, frozenset({TEXT})),
)

NOTICE_COLUMNS: tuple[Column[Notice], ...] = (
    Column("text", "内容", lambda row: row.text, 70),
    Column("at", "时间", lambda row: row.created_at, 20),
    Column("kind", "类别", lambda row: "期限提醒" if row.reminder_id else "办理通知", 12),
    Column("read", "阅读时间", lambda row: row.read_at, 20),
)


def fetched_for(proposals: QuerySet[Proposal], columns: Sequence[Column[Proposal]]) -> QuerySet[Proposal]:
    """``proposals`` with what ``columns`` need and no more: a fixed number of queries for each chunk of rows."""
    needs = needs_of(columns)
    found = proposals.select_related("session")
    if TEXT not in needs:
        found = found.defer(*TEXTS)
    if TOPIC in needs:
        found = found.select_related("topic__parent")
    if MAIN in needs:
        found = found.select_related("merged_into").defer(*(f"merged_into__{name}" for name in TEXTS))
    if FILES in needs:
        files = Attachment.objects.filter(proposal=OuterRef("pk")).order_by().values("proposal").annotate(n=Count("pk"))
        found = found.annotate(file_count=Coalesce(Subquery(files.values("n")), 0))
    if SHARES in needs:
        found = found.select_related("session", "answered_outside_by")
        in_force = Assignment.objects.exclude(state=AssignmentState.WITHDRAWN).select_related("bureau").order_by("id")
        found = found.prefetch_related(Prefetch("assignments", in_force, to_attr="in_force"))
    if PROPOSERS in needs:
        named = ProposalProposer.objects.select_related("proposer").order_by("position")
        found = found.prefetch_related(Prefetch("proposal_proposers", named, to_attr="named"))
    return found


def in_chunks(rows: QuerySet[Row]) -> Iterator[Row]:
    """The rows one after the other, ``ROWS_AT_ONCE`` in memory; what is prefetched is so once for each chunk."""
    return rows.iterator(chunk_size=ROWS_AT_ONCE)
