"""The working-day calendar (节假日与调休)."""

from __future__ import annotations

from django.db import models


class Workday(models.Model):
    """A date that departs from Monday-to-Friday, or confirms it: holidays and make-up days (调休)."""

    date = models.DateField("日期", unique=True)
    is_working = models.BooleanField("上班")
    name = models.CharField("说明", max_length=60, blank=True)
    is_confirmed = models.BooleanField("已有国务院通知", default=True)

    class Meta:
        verbose_name = verbose_name_plural = "工作日历"
        ordering = ("date",)

    def __str__(self) -> str:
        return f"{self.date:%Y-%m-%d} {'上班' if self.is_working else '放假'} {self.name}".strip()
