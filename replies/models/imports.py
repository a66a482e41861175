"""Where an imported reply came from."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from replies.models.replies import Reply


class ImportedSource(models.Model):
    """The published page a reply was read from: file, hash, importer, all that was read, and the check by hand."""

    reply = models.OneToOneField(Reply, models.PROTECT, related_name="source", verbose_name="答复")
    file = models.FileField("源文件", upload_to="imports/%Y/%m/", max_length=200)
    file_name = models.CharField("文件名", max_length=150)
    sha256 = models.CharField(max_length=64, unique=True)
    text = models.TextField("源文本")
    reading = models.JSONField("读取结果")
    imported_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    imported_at = models.DateTimeField("导入时间")
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    confirmed_at = models.DateTimeField("核对时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "导入来源"
        ordering = ("-id",)

    def __str__(self) -> str:
        return self.file_name
