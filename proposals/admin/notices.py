"""The words of the notices, kind by kind."""

from __future__ import annotations

from functools import partial
from typing import Any

from django import forms
from django.contrib import admin
from django.db import transaction
from django.http import HttpRequest

from proposals.admin.base import AuditedAdmin
from proposals.models import NoticeTemplate
from proposals.notice_kinds import KINDS
from proposals.services.notice_wording import KEPT_SECONDS, kept


class NoticeTemplateForm(forms.ModelForm[NoticeTemplate]):
    """Says what may stand in braces, and the default words to go back to."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kind = KINDS.get(self.instance.kind)
        if kind is None or "body" not in self.fields:
            return
        required = "、".join(f"{{{name}}}" for name in kind.required) or "没有"
        offered = "、".join(f"{{{name}}}" for name in kind.offered) or "没有"
        self.fields["body"].help_text = f"必须写上：{required}。可以使用：{offered}。默认用语：{kind.body}"
        self.fields["subject"].help_text = f"可以使用：{offered}。默认主题：{kind.label}"


@admin.register(NoticeTemplate)
class NoticeTemplateAdmin(AuditedAdmin[NoticeTemplate]):
    """One row for each kind, made by ``seed_reference``; rows come and go with the kinds of the code, not here."""

    form = NoticeTemplateForm
    told_fields = ("kind", "subject", "body")
    list_display = ("__str__", "whom", "body", "subject")
    search_fields = ("body", "subject", "kind")
    fields = ("whom", "subject", "body")
    readonly_fields = ("whom",)

    @admin.display(description="告诉谁")
    def whom(self, obj: NoticeTemplate) -> str:
        """Who is told; the steps decide that, not the words."""
        kind = KINDS.get(obj.kind)
        return kind.whom if kind else "（这类通知已不再使用）"

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Never: see the class."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: NoticeTemplate | None = None) -> bool:
        """Never: see the class."""
        return False

    def after_changes(self, request: HttpRequest, rows: list[NoticeTemplate]) -> None:
        """The new words count in this process from now on, in the others once they read anew."""
        transaction.on_commit(kept.forget)
        told = f"新的用语在一分钟内（{KEPT_SECONDS}秒）生效，已经发出的通知不变。"
        transaction.on_commit(partial(self.message_user, request, told))
