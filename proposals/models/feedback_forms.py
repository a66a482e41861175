"""What the feedback form (征询意见表) of a session asks beside the two grades (DOMAIN 1.10, 1.15)."""

from __future__ import annotations

from django.db import models

from proposals.models.checks import not_blank
from proposals.models.sessions import Session


class FeedbackField(models.Model):
    """One question of the form. The two grades and the free words are not among them: every form has them, and the
    statistics count them."""

    class Audience(models.TextChoices):
        ALL = "all", "全部提案者"
        MEMBERS = "members", "委员"
        ORGANISATIONS = "organisations", "党派团体、界别、专委会"

    session = models.ForeignKey(Session, models.CASCADE, related_name="feedback_fields", verbose_name="届次")
    code = models.SlugField("代码", max_length=30)
    label = models.CharField("问题", max_length=60)
    options = models.TextField("选项", blank=True, help_text="每行一个选项；留空则填写文字")
    audience = models.CharField("适用", max_length=14, choices=Audience.choices, default=Audience.ALL)
    is_required = models.BooleanField("必填", default=False)
    is_active = models.BooleanField("启用", default=True)
    position = models.PositiveSmallIntegerField("排序", default=100)

    class Meta:
        verbose_name = verbose_name_plural = "征询意见表项目"
        ordering = ("session_id", "position", "id")
        constraints = [
            not_blank("label", "feedback_field_label_not_blank"),
            models.UniqueConstraint(
                fields=("session", "code"),
                name="feedback_field_once_per_session",
                violation_error_message="这一届已有相同代码的项目。",
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def choices(self) -> list[str]:
        """The options in order; empty for a question answered in words."""
        return [line.strip() for line in self.options.splitlines() if line.strip()]

    def is_for(self, *, organisation: bool) -> bool:
        """Whether a proposer of this kind is asked."""
        return self.audience == self.Audience.ALL or (self.audience == self.Audience.ORGANISATIONS) == organisation
