"""The lists that need the replies as columns of a sheet: cases, one's own work, what is published."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.conf import settings
from django.db.models import Prefetch, QuerySet
from django.urls import reverse

from panjin_portal.lib.clock import today
from panjin_portal.lib.sheets import Cell, Column, needs_of
from proposals.deadlines import days_left
from proposals.exports import PROPOSAL_COLUMNS, day_of, fetched_for
from proposals.models import Proposal, User
from replies.models import Feedback, Publication, Reply
from replies.permissions import visible_replies
from replies.statistics import LATEST
from replies.workflow import PublicationState
from replies.worklist import WorkItem

ANSWERS, RATINGS, PUBLISHED = "answers", "ratings", "published"


def _of_replies(read: Callable[[Reply], Cell]) -> Callable[[Proposal], Cell]:
    """The cell of a case with one reply as it is; those of several as text side by side."""

    def cell(proposal: Proposal) -> Cell:
        found = [value for value in map(read, getattr(proposal, ANSWERS, [])) if value]
        return found[0] if len(found) == 1 else "、".join(map(str, found))

    return cell


def _of_ratings(read: Callable[[Feedback], str]) -> Callable[[Proposal], Cell]:
    """The ratings of a case, in the order in which they were given."""

    def cell(proposal: Proposal) -> Cell:
        replies: list[Reply] = getattr(proposal, ANSWERS, [])
        return "、".join(read(one) for reply in replies for one in getattr(reply, RATINGS, []))

    return cell


def _published_on(proposal: Proposal) -> Cell:
    rows: list[Publication] = getattr(proposal, PUBLISHED, [])
    return rows[0].published_on if rows else None


_ANSWERS, _RATINGS = frozenset({ANSWERS}), frozenset({ANSWERS, RATINGS})
CASE_COLUMNS: tuple[Column[Proposal], ...] = (
    *PROPOSAL_COLUMNS,
    Column(
        "result",
        "办理结果类别",
        _of_replies(lambda reply: reply.result_class.code if reply.result_class else None),
        14,
        needs=_ANSWERS,
    ),
    Column("document", "发文字号", _of_replies(lambda reply: reply.document_number), 22, False, _ANSWERS),
    Column("signed", "成文日期", _of_replies(lambda reply: reply.signed_on), 12, False, _ANSWERS),
    Column("issued", "印发日期", _of_replies(lambda reply: day_of(reply.issued_at)), 12, False, _ANSWERS),
    Column("published", "公开日期", _published_on, 12, False, frozenset({PUBLISHED})),
)
# Only for whoever may see statistics: a proposer does not read how another one rated.
RATING_COLUMNS: tuple[Column[Proposal], ...] = (
    Column("attitude", "评价：办理态度", _of_ratings(lambda one: one.get_attitude_display()), 16, False, _RATINGS),
    Column("rating", "评价：办理结果", _of_ratings(lambda one: one.get_result_display()), 16, False, _RATINGS),
)


def _provisional(line: WorkItem) -> str | None:
    return "暂定" if line.deadline and line.deadline.is_provisional else None


WORK_COLUMNS: tuple[Column[WorkItem], ...] = (
    Column("title", "案由", lambda line: line.title, 50),
    Column("note", "摘要", lambda line: line.note, 40),
    Column("state", "情况", lambda line: line.state.label if line.state else None, 12),
    Column("step", "下一步", lambda line: line.next_label or "等别人办", 14),
    Column("due", "截止日", lambda line: line.deadline.due_on if line.deadline else None),
    Column("provisional", "期限暂定", _provisional, 10),
    Column("left", "剩余天数", lambda line: days_left(line.deadline.due_on, today()) if line.deadline else None, 10),
    Column("page", "网址", lambda line: f"{settings.PUBLIC_BASE_URL}{line.url}", 44, False),
)

PUBLIC_COLUMNS: tuple[Column[Publication], ...] = (
    Column("index", "索引号", lambda row: row.index_number, 24),
    Column("title", "标题", lambda row: row.title, 60),
    Column("bureau", "答复单位", lambda row: row.bureau.name, 24),
    Column("body", "发文机关", lambda row: row.issuing_body, 24, False),
    Column("created", "成文日期", lambda row: row.created_on),
    Column("document", "发文字号", lambda row: row.document_number, 22),
    Column("published", "发布日期", lambda row: row.published_on),
    Column("topic", "主题分类", lambda row: row.topic_class, 22),
    Column("keywords", "主题词", lambda row: row.keywords, 26, False),
    Column(
        "page",
        "网址",
        lambda row: f"{settings.PUBLIC_BASE_URL}{reverse('public-page', args=[row.index_number])}",
        60,
    ),
)


def cases_for(user: User, cases: QuerySet[Proposal], columns: Sequence[Column[Proposal]]) -> QuerySet[Proposal]:
    """``cases`` with what ``columns`` need: replies as ``user`` may read them, ratings, what is published."""
    needs = needs_of(columns)
    found = fetched_for(cases, columns)
    if ANSWERS in needs:
        replies = visible_replies(user).filter(LATEST).select_related("result_class").order_by("id")
        replies = replies.only("proposal", "result_class", "document_number", "signed_on", "issued_at")
        if RATINGS in needs:
            given = Feedback.objects.only("reply", "attitude", "result").order_by("id")
            replies = replies.prefetch_related(Prefetch("feedback", given, to_attr=RATINGS))
        found = found.prefetch_related(Prefetch("replies", replies, to_attr=ANSWERS))
    if PUBLISHED in needs:
        rows = Publication.objects.filter(state=PublicationState.PUBLISHED).only("proposal", "published_on")
        found = found.prefetch_related(Prefetch("publications", rows.order_by("published_on"), to_attr=PUBLISHED))
    return found
