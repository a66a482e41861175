"""The working-day calendar. A change moves the running deadlines that were computed with it."""

from __future__ import annotations

from django.contrib import admin
from django.http import HttpRequest

from proposals.admin.base import AuditedAdmin, actor_of, tell
from proposals.models import Workday
from proposals.services.calendar_changes import recompute_open_deadlines


@admin.register(Workday)
class WorkdayAdmin(AuditedAdmin[Workday]):
    """Holidays and make-up days."""

    told_fields = ("date", "is_working", "name", "is_confirmed")
    list_display = ("date", "is_working", "name", "is_confirmed")
    list_filter = ("is_working", "is_confirmed")
    search_fields = ("name", "date__exact")
    date_hierarchy = "date"
    ordering = ("-date",)

    def after_changes(self, request: HttpRequest, rows: list[Workday]) -> None:
        """Reckon the running deadlines anew."""
        days = "、".join(f"{row.date:%Y-%m-%d}" for row in rows[:3]) + ("等" if len(rows) > 3 else "")
        moved = recompute_open_deadlines(actor_of(request), because=f"工作日历调整（{days}）")
        if moved:
            tell(request, f"已按新的工作日历重新计算，{moved}项未完成的期限有变动，每件提案都有记录。")
