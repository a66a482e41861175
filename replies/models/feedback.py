"""How the proposer rates the answer (征询意见表, DOMAIN 1.10)."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from proposals.models import Post, Proposer
from proposals.models.checks import one_of
from replies.models.replies import Reply


class Feedback(models.Model):
    """One rating by one proposer of one issued reply. Given once, by a person of the proposer only."""

    class Grade(models.TextChoices):
        SATISFIED = "satisfied", "满意"
        FAIRLY = "fairly", "基本满意"
        DISSATISFIED = "dissatisfied", "不满意"

    reply = models.ForeignKey(Reply, models.PROTECT, related_name="feedback", verbose_name="答复")
    proposer = models.ForeignKey(Proposer, models.PROTECT, related_name="feedback", verbose_name="提案者")
    attitude = models.CharField("办理态度", max_length=12, choices=Grade.choices)
    result = models.CharField("办理结果", max_length=12, choices=Grade.choices)
    opinion = models.TextField("意见建议", blank=True)
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    post = models.ForeignKey(Post, models.PROTECT, related_name="+")
    given_at = models.DateTimeField("评价时间")

    class Meta:
        verbose_name = verbose_name_plural = "评价"
        ordering = ("reply_id", "id")
        constraints = [
            one_of("attitude", ["satisfied", "fairly", "dissatisfied"], "feedback_attitude_known"),
            one_of("result", ["satisfied", "fairly", "dissatisfied"], "feedback_result_known"),
            models.UniqueConstraint(fields=("reply", "proposer"), name="feedback_once_per_proposer"),
        ]

    def __str__(self) -> str:
        return f"{self.proposer}：{self.get_result_display()}"
