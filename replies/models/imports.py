"""Files of published replies: a batch as uploaded, its files on their way, and where a stored reply came from."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from proposals.models.checks import one_of
from replies.models.replies import Reply
from replies.workflow import ImportState


class ImportedSource(models.Model):
    """The published page a reply was read from: file, hash, importer, all that was read, and the check by hand.

    ``reading`` is what counts, corrections included; ``corrections`` keeps what was read before: a list of
    ``{"field", "label", "from", "to"}``.
    """

    reply = models.OneToOneField(Reply, models.PROTECT, related_name="source", verbose_name="答复")
    file = models.FileField("源文件", upload_to="imports/%Y/%m/", max_length=200)
    file_name = models.CharField("文件名", max_length=150)
    sha256 = models.CharField(max_length=64, unique=True)
    text = models.TextField("源文本")
    reading = models.JSONField("读取结果")
    corrections = models.JSONField("人工更正", default=list, blank=True)
    printed_index_number = models.CharField("原件索引号", max_length=200, blank=True)
    imported_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    imported_at = models.DateTimeField("导入时间")
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    confirmed_at = models.DateTimeField("核对时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "导入来源"
        ordering = ("-id",)

    def __str__(self) -> str:
        return self.file_name


class ImportBatch(models.Model):
    """Files uploaded together. ``key`` names the form they came from: the same form sent twice is one batch."""

    key = models.CharField(max_length=64, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="import_batches", verbose_name="上传人"
    )
    created_at = models.DateTimeField("上传时间")
    told_at = models.DateTimeField("通知读完的时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "导入批次"
        ordering = ("-id",)
        constraints = [models.UniqueConstraint(fields=("created_by", "key"), name="import_batch_once_per_form")]

    def __str__(self) -> str:
        return f"导入批次 {self.pk}"


class ImportItem(models.Model):
    """One file of a batch, from upload to case. A row with a state before it is a task; the lease redelivers it.

    ``reading`` is what the reader found (docs/import-format.md), ``corrections`` what people typed instead, by field.
    """

    batch = models.ForeignKey(ImportBatch, models.PROTECT, related_name="items", verbose_name="批次")
    position = models.PositiveSmallIntegerField("顺序")
    file_name = models.CharField("文件名", max_length=150)
    file = models.FileField("文件", max_length=200, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    size = models.PositiveIntegerField("字节数", default=0)
    state = models.CharField(
        "状态",
        max_length=10,
        choices=[(s.value, s.label) for s in ImportState],
        default=ImportState.WAITING,
    )
    version = models.PositiveIntegerField("版本", default=1)
    text = models.TextField("源文本", blank=True)
    reading = models.JSONField("读取结果", null=True, blank=True)
    salutation = models.TextField("称呼行", blank=True)
    bureau_code = models.CharField("读出的单位", max_length=20, blank=True)
    corrections = models.JSONField("人工更正", default=dict, blank=True)
    error = models.CharField("说明", max_length=500, blank=True)
    reply = models.ForeignKey(
        Reply, models.PROTECT, null=True, blank=True, related_name="import_items", verbose_name="答复"
    )
    twin = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="同一份文件")
    lease_until = models.DateTimeField("占用到", null=True, blank=True)
    attempts = models.PositiveSmallIntegerField("尝试次数", default=0)
    queued_at = models.DateTimeField("排队时间")
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="最后处理人"
    )
    changed_at = models.DateTimeField("最后处理时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "导入文件"
        ordering = ("batch_id", "position")
        constraints = [
            models.UniqueConstraint(fields=("batch", "position"), name="import_item_position_once"),
            one_of("state", [s.value for s in ImportState], "import_item_state_known"),
            models.CheckConstraint(condition=~Q(state="read") | Q(reading__isnull=False), name="read_item_has_reading"),
            models.CheckConstraint(condition=~Q(state="stored") | Q(reply__isnull=False), name="stored_item_has_reply"),
        ]
        indexes = [
            models.Index(fields=("sha256",), name="import_item_sha256"),
            models.Index(
                fields=("lease_until",), condition=Q(state__in=["waiting", "reading"]), name="import_item_open"
            ),
        ]

    def __str__(self) -> str:
        return self.file_name

    @property
    def stage(self) -> ImportState:
        """The state as the enum of ``replies.workflow``."""
        return ImportState(self.state)
