"""Texts urging starts from."""

from __future__ import annotations

from django.contrib import admin

from proposals.admin.base import AuditedAdmin
from proposals.models import UrgingTemplate


@admin.register(UrgingTemplate)
class UrgingTemplateAdmin(AuditedAdmin[UrgingTemplate]):
    """What was urged keeps its text; a change counts for what is urged from now on."""

    told_fields = ("name", "text", "is_active", "position")
    list_display = ("name", "position", "is_active")
    list_filter = ("is_active",)
    search_fields = ("name", "text")
