"""The lamp board as columns of a sheet. Names of proposers who are people are not among them."""

from __future__ import annotations

from panjin_portal.lib.clock import today
from panjin_portal.lib.sheets import Column
from proposals.deadlines import days_left, lamp
from proposals.models import Deadline

LAMP_WORDS = {"green": "绿灯", "yellow": "黄灯", "red": "红灯", "overdue": "已超期", "met": "已完成"}


def lamp_words(row: Deadline) -> str:
    """The lamp of an open deadline today, in words."""
    return LAMP_WORDS[lamp(row.due_on, today())]


def owner_of(row: Deadline) -> str:
    """The bureau that owes it, or that proposers do."""
    return row.bureau.short_name if row.bureau else "提案者"


def clerk_of(row: Deadline) -> str:
    """Who has the bureau's share in hand, "" where nobody is named."""
    share = row.assignment
    return share.clerk.display_name if share is not None and share.clerk is not None else ""


BOARD_COLUMNS: tuple[Column[Deadline], ...] = (
    Column("lamp", "指示灯", lamp_words, 10),
    Column("due", "截止日", lambda row: row.due_on, 12),
    Column("left", "剩余天数", lambda row: days_left(row.due_on, today()), 10),
    Column("provisional", "暂定", lambda row: "暂定" if row.is_provisional else "", 8),
    Column("kind", "事项", lambda row: row.get_kind_display(), 14),
    Column("owner", "责任单位", owner_of, 16),
    Column("clerk", "经办人", clerk_of, 12),
    Column("session", "届次", lambda row: row.proposal.session.name, 16),
    Column("number", "提案号", lambda row: row.proposal.number, 10),
    Column("title", "案由", lambda row: row.proposal.title, 50),
    Column("key", "重点提案", lambda row: "是" if getattr(row, "is_key", False) else "", 10),
    Column("explanation", "怎么算的", lambda row: row.explanation, 60, False),
)
