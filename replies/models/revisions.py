"""Earlier texts of a reply. A save never destroys what stood there before."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from proposals.models import Post
from replies.models.replies import Reply


class Revision(models.Model):
    """The whole outline of a reply as it stood after one change (autosaves of one author coalesce)."""

    reply = models.ForeignKey(Reply, models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField("序号")
    outline = models.JSONField("文本")
    reason = models.CharField("原因", max_length=60)
    is_autosave = models.BooleanField("自动保存", default=False)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    post = models.ForeignKey(Post, models.PROTECT, null=True, blank=True, related_name="+")
    made_at = models.DateTimeField("时间")

    class Meta:
        verbose_name = verbose_name_plural = "历次文本"
        ordering = ("reply_id", "-number")
        constraints = [models.UniqueConstraint(fields=("reply", "number"), name="revision_number_once")]

    def __str__(self) -> str:
        return f"第{self.number}稿"
