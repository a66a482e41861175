"""Changes that move deadlines are shown before they are made.

The change is made in its transaction as always; when deadlines would move and the page sent no digest of what was seen,
the service raises, the transaction is undone, and a page shows what would move and sends the same form again.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from panjin_portal.lib.clock import today
from proposals.admin.base import AuditedAdmin, Row, actor_of, tell
from proposals.services.calendar_changes import PreviewNeeded, settle_deadlines
from proposals.services.reckoning import Plan, Scope
from proposals.services.reckoning_told import told_moves

SEEN = "seen_moves"  # the digest a preview sends along


class PreviewingAdmin(AuditedAdmin[Row]):
    """Pages whose changes settle deadlines by ``self.settle``."""

    def settle(
        self, request: HttpRequest, *, because: str, scope: Scope | None, days_off: Collection[date] = ()
    ) -> None:
        """Move the open deadlines the change concerns. Raises PreviewNeeded, which the pages below answer.
        ``days_off``: days that are days off after the change."""
        seen = request.POST.get(SEEN, "")
        plan = settle_deadlines(actor_of(request), because=because, scope=scope, seen=seen, days_off=days_off)
        if plan.is_worth_a_look:
            tell(request, said_of(plan))

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Adding and changing."""
        return self._previewed(request, super().changeform_view, *args, **kwargs)

    def delete_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Removing one."""
        return self._previewed(request, super().delete_view, *args, **kwargs)

    def changelist_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Removing those that were ticked."""
        return self._previewed(request, super().changelist_view, *args, **kwargs)

    def _previewed(
        self, request: HttpRequest, page: Callable[..., HttpResponse], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        try:
            return page(request, *args, **kwargs)
        except PreviewNeeded as needed:
            return self.preview_page(request, needed)

    def preview_page(self, request: HttpRequest, needed: PreviewNeeded) -> HttpResponse:
        """What would move, and the form that sends the same once more."""
        sent = [
            (name, value)
            for name, values in request.POST.lists()
            for value in values
            if name not in {SEEN, "csrfmiddlewaretoken"}
        ]
        context = {
            **self.admin_site.each_context(request),
            "title": "先看哪些期限会变动",
            "opts": self.opts,
            "plan": needed.plan,
            "moves": told_moves(needed.plan, today=today()),
            "is_stale": needed.is_stale,
            "sent": [*sent, (SEEN, needed.plan.digest)],
            "back": request.get_full_path(),
        }
        return TemplateResponse(request, "admin/moves.html", context)


def said_of(plan: Plan) -> str:
    """What a plan did, for the head of the next page."""
    parts = [f"{len(plan.moved)}项未完成的期限有变动，每件提案都有记录"] if plan.moved else []
    parts += [f"{plan.certain}项不再是暂定"] if plan.certain else []
    parts += [f"{plan.uncertain}项改为暂定"] if plan.uncertain else []
    parts += [f"{len(plan.stranded)}项人工确定的日期落在放假日，没有改动，请逐项核对"] if plan.stranded else []
    return f"已重新计算：{'；'.join(parts)}。"
