"""What became of the tasks of the queue: one row a task, so that the table never grows."""

from __future__ import annotations

from django.db import models


class TaskRun(models.Model):
    """The last run of one task. A heartbeat has a row for each queue: ``proposals.tasks.heartbeat:documents``."""

    name = models.CharField("任务", max_length=100, unique=True)
    begun_at = models.DateTimeField("最近开始")
    ended_at = models.DateTimeField("最近完成", null=True, blank=True)
    milliseconds = models.PositiveIntegerField("用时（毫秒）", default=0)
    failed_at = models.DateTimeField("最近出错", null=True, blank=True)
    error = models.CharField("出错原因", max_length=200, blank=True)
    failures = models.PositiveIntegerField("连续出错次数", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "后台任务"
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name
