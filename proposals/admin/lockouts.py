"""Log-ins that were locked after wrong passwords. Removing the row unlocks at once."""

from __future__ import annotations

from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.apps import apps
from django.contrib import admin
from django.http import HttpRequest

from proposals.admin.base import PortalAdmin

# The package speaks no Chinese. Its two logs of names and addresses are not for browsing.
apps.get_app_config("axes").verbose_name = "登录安全"
AccessAttempt._meta.verbose_name = "登录失败记录"
AccessAttempt._meta.verbose_name_plural = "登录失败记录（删除即解锁）"
admin.site.unregister([AccessAttempt, AccessFailureLog, AccessLog])


@admin.register(AccessAttempt)
class AccessAttemptAdmin(PortalAdmin[AccessAttempt]):
    """Wrong passwords by user name and address."""

    list_display = ("name", "address", "at", "failures")
    list_display_links = None
    search_fields = ("=username", "=ip_address")
    fields = ("name", "address", "at", "failures")
    readonly_fields = fields

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Never: the log-in page writes these rows."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: AccessAttempt | None = None) -> bool:
        """Never: a row is removed or left."""
        return False

    @admin.display(description="用户名", ordering="username")
    def name(self, obj: AccessAttempt) -> str:
        """The name that was typed."""
        return obj.username or "—"

    @admin.display(description="来源地址", ordering="ip_address")
    def address(self, obj: AccessAttempt) -> str:
        """Where it came from."""
        return obj.ip_address or "—"

    @admin.display(description="时间", ordering="attempt_time")
    def at(self, obj: AccessAttempt) -> object:
        """The last wrong attempt."""
        return obj.attempt_time

    @admin.display(description="失败次数", ordering="failures_since_start")
    def failures(self, obj: AccessAttempt) -> int:
        """How often in a row."""
        return int(obj.failures_since_start)
