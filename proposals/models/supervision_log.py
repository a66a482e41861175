"""What was done to supervise a key proposal (重点提案督办记录), and the report about it (督办报告). DOMAIN 1.13."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from proposals.models.checks import not_blank, one_of
from proposals.models.people import Post
from proposals.models.proposals import Proposal


class LogKind(models.TextChoices):
    """How it was done."""

    MEETING = "meeting", "会议"
    VISIT = "visit", "视察"
    RESEARCH = "research", "调研"
    TALK = "talk", "座谈"
    OTHER = "other", "其他"


class LogEntry(models.Model):
    """One thing that was done. Its writer may correct it; what stood before is kept in ``LogRevision``."""

    proposal = models.ForeignKey(Proposal, models.PROTECT, related_name="log_entries", verbose_name="提案")
    kind = models.CharField("方式", max_length=10, choices=LogKind.choices)
    held_on = models.DateField("日期")
    people = models.CharField("参加人员", max_length=300)
    content = models.TextField("内容")
    version = models.PositiveIntegerField("版本", default=1)
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="记录人")
    post = models.ForeignKey(Post, models.PROTECT, related_name="+", verbose_name="岗位")
    written_at = models.DateTimeField("记录时间")
    corrected_at = models.DateTimeField("更正时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "督办记录"
        ordering = ("proposal_id", "held_on", "id")
        constraints = [
            one_of("kind", LogKind.values, "log_kind_known"),
            not_blank("people", "log_names_people"),
            not_blank("content", "log_says_something"),
        ]

    def __str__(self) -> str:
        return f"{self.held_on}{self.get_kind_display()}"


class LogRevision(models.Model):
    """An entry as it stood before a correction."""

    entry = models.ForeignKey(LogEntry, models.PROTECT, related_name="revisions", verbose_name="督办记录")
    version = models.PositiveIntegerField("版本")
    kind = models.CharField("方式", max_length=10, choices=LogKind.choices)
    held_on = models.DateField("日期")
    people = models.CharField("参加人员", max_length=300)
    content = models.TextField("内容")
    replaced_at = models.DateTimeField("更正时间")
    reason = models.CharField("更正说明", max_length=200)

    class Meta:
        verbose_name = verbose_name_plural = "督办记录原文"
        ordering = ("entry_id", "version")
        constraints = [
            not_blank("reason", "log_revision_says_why"),
            models.UniqueConstraint(fields=("entry", "version"), name="log_revision_once"),
        ]

    def __str__(self) -> str:
        return f"{self.entry}第{self.version}版"


class LogFile(models.Model):
    """A file of an entry: minutes, a photograph. Served by a permission-checked view only."""

    entry = models.ForeignKey(LogEntry, models.PROTECT, related_name="files", verbose_name="督办记录")
    file = models.FileField("文件", upload_to="supervision/%Y/%m/", max_length=200)
    name = models.CharField("文件名", max_length=150)
    content_type = models.CharField("文件类型", max_length=100)
    size = models.PositiveIntegerField("字节数")
    sha256 = models.CharField("SHA-256", max_length=64)

    class Meta:
        verbose_name = verbose_name_plural = "督办记录附件"
        ordering = ("entry_id", "id")
        constraints = [models.UniqueConstraint(fields=("entry", "sha256"), name="log_file_once")]

    def __str__(self) -> str:
        return self.name


class SupervisionReport(models.Model):
    """The report about a key proposal. Each saving is a row; the one with the highest number is the report."""

    proposal = models.ForeignKey(Proposal, models.PROTECT, related_name="reports", verbose_name="提案")
    number = models.PositiveSmallIntegerField("第几稿")
    text = models.TextField("督办报告")
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="撰写人")
    post = models.ForeignKey(Post, models.PROTECT, related_name="+", verbose_name="岗位")
    written_at = models.DateTimeField("撰写时间")

    class Meta:
        verbose_name = verbose_name_plural = "督办报告"
        ordering = ("proposal_id", "-number")
        constraints = [
            not_blank("text", "report_says_something"),
            models.UniqueConstraint(fields=("proposal", "number"), name="report_number_once"),
        ]

    def __str__(self) -> str:
        return f"督办报告第{self.number}稿"
