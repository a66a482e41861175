"""Marks the committee puts on a case: 重点提案 and 优秀提案 (DOMAIN 1.13)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from proposals.models.checks import not_blank
from proposals.models.people import Post
from proposals.models.proposals import Proposal


class SupervisionForm(models.Model):
    """How a key proposal is supervised: 协商座谈、实地视察 …"""

    name = models.CharField("形式", max_length=40, unique=True)
    is_active = models.BooleanField("启用", default=True)
    position = models.PositiveSmallIntegerField("排序", default=100)

    class Meta:
        verbose_name = verbose_name_plural = "督办形式"
        ordering = ("position", "id")
        constraints = [not_blank("name", "supervision_form_not_blank")]

    def __str__(self) -> str:
        return self.name


class Mark(models.Model):
    """A mark on a case. A lifted one stays, with ``lifted_at``. ``proposed_by``: who asked for it; ``leader`` and
    ``form`` belong to 重点提案."""

    class Kind(models.TextChoices):
        KEY = "key", "重点提案"
        EXCELLENT = "excellent", "优秀提案"

    proposal = models.ForeignKey(Proposal, models.PROTECT, related_name="marks", verbose_name="提案")
    kind = models.CharField("标记", max_length=12, choices=Kind.choices)
    proposed_by = models.CharField("提出", max_length=60, blank=True)
    leader = models.CharField("督办领导", max_length=60, blank=True)
    form = models.ForeignKey(
        SupervisionForm, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="督办形式"
    )
    marked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    post = models.ForeignKey(Post, models.PROTECT, related_name="+")
    marked_at = models.DateTimeField("标记时间")
    lifted_at = models.DateTimeField("取消时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "提案标记"
        ordering = ("proposal_id", "id")
        constraints = [
            models.UniqueConstraint(
                fields=("proposal", "kind"), condition=Q(lifted_at__isnull=True), name="mark_once_per_proposal"
            ),
            models.CheckConstraint(
                condition=~Q(kind="key") | (~Q(leader="") & Q(form__isnull=False)), name="key_mark_has_leader_and_form"
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()
