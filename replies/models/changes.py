"""What a co-handler wants changed when it countersigns (会签修改): its text beside the one that was sent."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from proposals.models.checks import one_of
from replies.handling_workflow import ChangeState
from replies.models.clearance import ClearanceStep
from replies.models.replies import Reply, ReplySection


class CountersignChange(models.Model):
    """One section as the co-handler was sent it and as it wants it. The lead accepts or refuses; nothing is replaced
    before."""

    reply = models.ForeignKey(Reply, models.PROTECT, related_name="changes")
    step = models.ForeignKey(ClearanceStep, models.PROTECT, related_name="changes")
    # A draft that goes back is free to lose the section; what was said about it stays.
    section = models.ForeignKey(ReplySection, models.SET_NULL, null=True, related_name="+")
    place = models.CharField("段落", max_length=60)
    old_heading = models.CharField("送签的小标题", max_length=200, blank=True)
    old_body = models.TextField("送签的正文", blank=True)
    heading = models.CharField("修改的小标题", max_length=200, blank=True)
    body = models.TextField("修改的正文", blank=True)
    state = models.CharField(
        "状态", max_length=10, choices=[(s.value, s.label) for s in ChangeState], default=ChangeState.WAITING
    )
    answer = models.TextField("主办单位的答复", blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField("决定时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "会签修改"
        ordering = ("reply_id", "id")
        constraints = [
            one_of("state", [s.value for s in ChangeState], "countersign_change_state_known"),
            models.UniqueConstraint(fields=("step", "section"), name="one_change_per_section_and_step"),
            models.CheckConstraint(condition=~Q(state="refused") | ~Q(answer=""), name="refused_change_has_answer"),
        ]

    def __str__(self) -> str:
        return f"{self.place}的修改"

    @property
    def old_text(self) -> str:
        """Heading and text as sent."""
        return "\n".join(filter(None, (self.old_heading, self.old_body)))

    @property
    def new_text(self) -> str:
        """Heading and text as the co-handler wants them."""
        return "\n".join(filter(None, (self.heading, self.body)))
