"""The clearance chain of a reply: 核稿, 会签, 签发, with 协调 where a co-handler refuses and 办复审查 by rule."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from proposals.models import Assignment, Post, ResultClass
from replies.models.replies import Reply


class ClearanceStep(models.Model):
    """One decision of one person in one round; the drafter's hand-in is the first row of a round."""

    class Step(models.TextChoices):
        DRAFT = "draft", "拟稿"
        REVIEW = "review", "核稿"
        COUNTERSIGN = "countersign", "会签"
        COORDINATE = "coordinate", "协调"
        AUDIT = "audit", "办复审查"
        SIGN = "sign", "签发"

    class Decision(models.TextChoices):
        PASSED = "passed", "同意"
        RETURNED = "returned", "退回"
        CHANGED = "changed", "同意并附修改"
        REFUSED = "refused", "不同意"

    reply = models.ForeignKey(Reply, models.PROTECT, related_name="clearance_steps")
    round = models.PositiveSmallIntegerField("轮次")
    step = models.CharField("环节", max_length=12, choices=Step.choices)
    decision = models.CharField("意见", max_length=10, choices=Decision.choices)
    comment = models.TextField("说明", blank=True)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    post = models.ForeignKey(Post, models.PROTECT, related_name="+")
    at = models.DateTimeField("时间")
    is_void = models.BooleanField("须重新会签", default=False)
    class_before = models.ForeignKey(
        ResultClass, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="原类别"
    )
    class_after = models.ForeignKey(
        ResultClass, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="改定类别"
    )

    class Meta:
        verbose_name = verbose_name_plural = "核签环节"
        ordering = ("reply_id", "id")
        constraints = [
            models.UniqueConstraint(
                fields=("reply", "round", "actor"),
                # Coordinating is no step of the bureaus; a countersignature that the text has outrun is given anew.
                condition=Q(is_void=False) & ~Q(step="coordinate"),
                name="nobody_acts_twice_in_one_round",
                violation_error_message="同一人不能在一轮核签里办两个环节。",
            ),
            models.CheckConstraint(
                condition=~Q(decision__in=["returned", "refused"]) | ~Q(comment=""),
                name="clearance_return_has_comment",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_step_display()} {self.get_decision_display()}"


class Countersignature(models.Model):
    """A co-handler bureau's slot in one round of 会签; empty until somebody decides for the bureau."""

    reply = models.ForeignKey(Reply, models.PROTECT, related_name="countersignatures")
    round = models.PositiveSmallIntegerField("轮次")
    assignment = models.ForeignKey(Assignment, models.PROTECT, related_name="countersignatures")
    step = models.OneToOneField(ClearanceStep, models.PROTECT, null=True, blank=True, related_name="countersignature")

    class Meta:
        verbose_name = verbose_name_plural = "会签"
        ordering = ("reply_id", "round", "id")
        constraints = [
            models.UniqueConstraint(fields=("reply", "round", "assignment"), name="countersignature_once_per_round")
        ]

    def __str__(self) -> str:
        return f"{self.assignment.bureau}会签"
