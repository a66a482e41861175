"""Packages of archived cases. A row with a state before it is a task (DESIGN section 3)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from proposals.models import Post, Proposal
from proposals.models.checks import one_of
from replies.workflow import DocumentState


class ArchivePackage(models.Model):
    """One ZIP of one archived case, numbered per case. ``heads``: the event chains it holds and where each ended at
    that moment, ``{key of the case: [last number, its hash]}``; the main case first is ``proposal`` itself."""

    proposal = models.ForeignKey(Proposal, models.PROTECT, related_name="packages", verbose_name="提案")
    number = models.PositiveSmallIntegerField("第几个归档包")
    state = models.CharField(
        "状态", max_length=8, choices=[(s.value, s.label) for s in DocumentState], default=DocumentState.QUEUED
    )
    heads = models.JSONField("事件链", default=dict)
    archived_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="归档人")
    post = models.ForeignKey(Post, models.PROTECT, related_name="+", verbose_name="岗位")
    archived_at = models.DateTimeField("归档时间")
    reopened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="重新打开人"
    )
    reopened_at = models.DateTimeField("重新打开时间", null=True, blank=True)
    reopen_reason = models.CharField("重新打开的理由", max_length=200, blank=True)
    lease_until = models.DateTimeField("占用到", null=True, blank=True)
    attempts = models.PositiveSmallIntegerField("尝试次数", default=0)
    error = models.CharField("失败原因", max_length=300, blank=True)
    file = models.FileField("文件", max_length=200, blank=True)
    file_name = models.CharField("文件名", max_length=150)
    sha256 = models.CharField("SHA-256", max_length=64, blank=True)
    size = models.PositiveBigIntegerField("字节数", default=0)
    entries = models.PositiveIntegerField("文件数", default=0)
    queued_at = models.DateTimeField("排队时间")
    finished_at = models.DateTimeField("完成时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "归档包"
        ordering = ("-id",)
        constraints = [
            one_of("state", [s.value for s in DocumentState], "package_state_known"),
            models.UniqueConstraint(fields=("proposal", "number"), name="package_number_once"),
            models.UniqueConstraint(
                fields=("proposal",), condition=Q(reopened_at__isnull=True), name="one_standing_package"
            ),
            models.CheckConstraint(
                condition=~Q(state="ready") | (~Q(sha256="") & ~Q(file="")), name="ready_package_has_file"
            ),
            models.CheckConstraint(
                condition=Q(reopened_at__isnull=True) | ~Q(reopen_reason=""), name="reopened_archive_says_why"
            ),
        ]
        indexes = [
            models.Index(fields=("lease_until",), condition=Q(state__in=["queued", "running"]), name="package_open")
        ]

    def __str__(self) -> str:
        return f"{self.proposal.label}归档包（{self.number}）"
