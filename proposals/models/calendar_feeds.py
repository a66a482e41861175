"""The secret link under which a person's own calendar program fetches his deadlines."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q


class CalendarFeed(models.Model):
    """One link. The table knows the hash of its token only; a person has at most one that is good."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="calendar_feeds", verbose_name="用户"
    )
    token_hash = models.CharField("令牌摘要", max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField("生成时间")
    revoked_at = models.DateTimeField("作废时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "日历订阅链接"
        ordering = ("-id",)
        constraints = [
            models.UniqueConstraint(
                fields=("user",), condition=Q(revoked_at__isnull=True), name="one_calendar_feed_per_person"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.created_at:%Y-%m-%d}"
