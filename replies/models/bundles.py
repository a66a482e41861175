"""Batches somebody asked for: packages of letters, books of a session. A row with a state before it is a task."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from proposals.models import Post, Session
from proposals.models.checks import one_of
from replies.workflow import DocumentState


class Bundle(models.Model):
    """One batch as it was asked for. ``selection``: keys of the cases, in the order of their numbers, frozen when it
    was asked for; ``conditions``: where they came from, in words. ``formats``: what each letter or the book is made as.

    ``key`` names the form it came from: the same form sent twice is one batch. ``done`` of ``total`` pieces are made;
    ``left_out`` says in pairs (case, why) what is not in it. After ``kept_until`` its files are removed, the row stays.
    """

    class Kind(models.TextChoices):
        LETTERS = "letters", "答复函打包"
        BOOK = "book", "提案及答复汇编"
        PUBLIC_BOOK = "public_book", "提案及答复汇编（公开版）"
        ABSTRACTS = "abstracts", "提案摘要汇编"

    class Grouping(models.TextChoices):
        NUMBER = "number", "按提案号"
        TOPIC = "topic", "按主题"
        BUREAU = "bureau", "按承办单位"

    kind = models.CharField("类别", max_length=12, choices=Kind.choices)
    title = models.CharField("名称", max_length=120)
    formats = models.JSONField("格式", default=list)
    grouping = models.CharField("编排", max_length=8, choices=Grouping.choices, default=Grouping.NUMBER)
    session = models.ForeignKey(
        Session, models.PROTECT, null=True, blank=True, related_name="bundles", verbose_name="届次"
    )
    selection = models.JSONField("所选提案", default=list)
    conditions = models.CharField("条件", max_length=500, blank=True)
    key = models.CharField(max_length=64, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="bundles", verbose_name="申请人"
    )
    post = models.ForeignKey(Post, models.PROTECT, related_name="+", verbose_name="岗位")
    created_at = models.DateTimeField("申请时间")
    state = models.CharField(
        "状态", max_length=8, choices=[(s.value, s.label) for s in DocumentState], default=DocumentState.QUEUED
    )
    done = models.PositiveIntegerField("已完成", default=0)
    total = models.PositiveIntegerField("总数", default=0)
    left_out = models.JSONField("未收入", default=list, blank=True)
    lease_until = models.DateTimeField("占用到", null=True, blank=True)
    attempts = models.PositiveSmallIntegerField("尝试次数", default=0)
    error = models.CharField("失败原因", max_length=300, blank=True)
    queued_at = models.DateTimeField("排队时间")
    finished_at = models.DateTimeField("完成时间", null=True, blank=True)
    kept_until = models.DateField("保存到", null=True, blank=True)
    removed_at = models.DateTimeField("文件删除时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "汇编与打包"
        ordering = ("-id",)
        constraints = [
            one_of("state", [s.value for s in DocumentState], "bundle_state_known"),
            models.UniqueConstraint(fields=("created_by", "key"), name="bundle_once_per_form"),
            models.CheckConstraint(
                condition=~Q(state="ready") | Q(kept_until__isnull=False), name="ready_bundle_has_its_day"
            ),
        ]
        indexes = [
            models.Index(fields=("lease_until",), condition=Q(state__in=["queued", "running"]), name="bundle_open"),
            models.Index(fields=("kept_until",), condition=Q(removed_at__isnull=True), name="bundle_kept"),
        ]

    def __str__(self) -> str:
        return self.title


class BundleFile(models.Model):
    """One finished file of a batch: a package, or one volume of a book in one format. ``first_page``: its printed
    number; 0 where pages have none. Once its batch is past its day ``file`` is empty, the other columns stay."""

    class Format(models.TextChoices):
        ZIP = "zip", "ZIP"
        PDF = "pdf", "PDF"
        DOCX = "docx", "DOCX"

    bundle = models.ForeignKey(Bundle, models.CASCADE, related_name="files", verbose_name="汇编与打包")
    format = models.CharField("格式", max_length=8, choices=Format.choices)
    number = models.PositiveSmallIntegerField("第几册", default=1)
    name = models.CharField("文件名", max_length=150)
    file = models.FileField("文件", max_length=200, blank=True)
    sha256 = models.CharField("SHA-256", max_length=64)
    size = models.PositiveBigIntegerField("字节数")
    pages = models.PositiveIntegerField("页数", default=0)
    first_page = models.PositiveIntegerField("首页页码", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "汇编与打包的文件"
        ordering = ("bundle_id", "number", "format")
        constraints = [
            models.UniqueConstraint(fields=("bundle", "format", "number"), name="bundle_volume_once"),
            one_of("format", ["zip", "pdf", "docx"], "bundle_format_known"),
        ]

    def __str__(self) -> str:
        return self.name
