"""What a reviewer looks at in 核稿 (DOMAIN 1.12): items kept in system management, marks kept with the step."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from proposals.models.checks import not_blank
from replies.models.clearance import ClearanceStep


class ChecklistItem(models.Model):
    """One thing to be looked at, e.g. 针对性."""

    name = models.CharField("名称", max_length=20, unique=True)
    question = models.CharField("看什么", max_length=120, blank=True)
    is_active = models.BooleanField("启用", default=True)
    position = models.PositiveSmallIntegerField("排序", default=100)

    class Meta:
        verbose_name = verbose_name_plural = "核稿要点"
        ordering = ("position", "id")
        constraints = [not_blank("name", "checklist_name_not_blank")]

    def __str__(self) -> str:
        return self.name


class ChecklistMark(models.Model):
    """What the reviewer said about one item at one step. ``name`` is that of the item on the day."""

    step = models.ForeignKey(ClearanceStep, models.PROTECT, related_name="marks")
    item = models.ForeignKey(ChecklistItem, models.PROTECT, related_name="+", verbose_name="要点")
    name = models.CharField("要点", max_length=20)
    is_fine = models.BooleanField("符合")
    comment = models.CharField("意见", max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "核稿意见"
        ordering = ("step_id", "id")
        constraints = [
            models.UniqueConstraint(fields=("step", "item"), name="checklist_mark_once_per_step"),
            models.CheckConstraint(condition=Q(is_fine=True) | ~Q(comment=""), name="checklist_ticked_or_commented"),
        ]

    def __str__(self) -> str:
        return f"{self.name}：{'符合' if self.is_fine else self.comment}"
