"""When deadlines are spoken of and to whom."""

from __future__ import annotations

from django.contrib import admin

from proposals.admin.base import AuditedAdmin
from proposals.models import ReminderRule


@admin.register(ReminderRule)
class ReminderRuleAdmin(AuditedAdmin[ReminderRule]):
    """The moments of each kind. The next run goes by what stands here; what is in the ledger stays."""

    told_fields = ("kind", "timing", "days", "tells_reviewer", "tells_leader", "tells_office")
    list_display = ("__str__", "tells_reviewer", "tells_leader", "tells_office")
    list_filter = ("kind", "timing")
    fields = told_fields
    ordering = ("kind", "id")
