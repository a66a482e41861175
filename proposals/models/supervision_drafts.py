"""What somebody is still writing for the log or the report of a key proposal: his own until he stores it."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from proposals.models.checks import not_blank
from proposals.models.proposals import Proposal


class SupervisionDraft(models.Model):
    """The words on one open page of one writer. ``page``: "log", "report", or "entry:7" for the correction of entry 7;
    ``words``: the fields of the page as typed; ``read``: the number of the stored text it was begun from; ``version``:
    how often the draft was saved."""

    proposal = models.ForeignKey(Proposal, models.CASCADE, related_name="+", verbose_name="提案")
    writer = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name="撰写人")
    page = models.CharField("页面", max_length=30)
    words = models.JSONField("文字", default=dict)
    read = models.PositiveIntegerField("依据的版本", default=0)
    version = models.PositiveIntegerField("版本", default=1)
    saved_at = models.DateTimeField("保存时间")

    class Meta:
        verbose_name = verbose_name_plural = "督办文字草稿"
        ordering = ("id",)
        constraints = [
            not_blank("page", "supervision_draft_names_its_page"),
            models.UniqueConstraint(fields=("proposal", "writer", "page"), name="supervision_draft_once"),
        ]

    def __str__(self) -> str:
        return f"{self.proposal_id} {self.page}"
