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


class CalendarWarning(models.Model):
    """In the week of this Monday it was told that the calendar ends; the constraint makes it once a week."""

    week = models.DateField("周一", unique=True)
    known_until = models.DateField("已知到", null=True, blank=True)
    told_at = models.DateTimeField("提醒时间")

    class Meta:
        verbose_name = verbose_name_plural = "日历到期提醒"
        ordering = ("-week",)

    def __str__(self) -> str:
        return f"{self.week:%Y-%m-%d}"
