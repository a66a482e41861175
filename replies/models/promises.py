"""The promise ledger (承诺台账): what a reply promised, who owes it by when, and what came of it (DOMAIN 1.13)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from proposals.models import Ask, Bureau, Post, Proposal, ResultClass
from proposals.models.checks import not_blank, one_of
from replies.models.replies import Reply
from replies.workflow import FollowUpState, PromiseState


class Promise(models.Model):
    """One line of the ledger. Late is computed from ``due_on``, never stored. A line without a promise (``waiting``)
    holds why there is none yet, so that it is looked at every year."""

    reply = models.ForeignKey(Reply, models.PROTECT, related_name="promises", verbose_name="答复")
    proposal = models.ForeignKey(Proposal, models.PROTECT, related_name="promises", verbose_name="提案")
    ask = models.ForeignKey(Ask, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="建议")
    bureau = models.ForeignKey(Bureau, models.PROTECT, related_name="promises", verbose_name="责任单位")
    result_class = models.ForeignKey(
        ResultClass, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="办理结果"
    )
    text = models.CharField("承诺", max_length=300)
    due_on = models.DateField("完成日期", null=True, blank=True)
    phase = models.CharField("完成阶段", max_length=60, blank=True)
    state = models.CharField("状态", max_length=12, choices=[(s.value, s.label) for s in PromiseState])
    evidence = models.TextField("落实情况", blank=True)
    reason = models.CharField("理由", max_length=300, blank=True)
    settled_at = models.DateTimeField("办结时间", null=True, blank=True)
    last_checked_on = models.DateField("最近回头看", null=True, blank=True)
    created_at = models.DateTimeField("登记时间")

    class Meta:
        verbose_name = verbose_name_plural = "承诺"
        ordering = ("-id",)
        constraints = [
            not_blank("text", "promise_text_not_blank"),
            one_of("state", [s.value for s in PromiseState], "promise_state_known"),
            models.CheckConstraint(condition=~Q(state="kept") | ~Q(evidence=""), name="kept_promise_has_evidence"),
            models.CheckConstraint(
                condition=~Q(state__in=["given_up", "carried_over"]) | ~Q(reason=""), name="promise_change_has_reason"
            ),
        ]
        indexes = [
            models.Index(fields=("bureau", "state", "due_on"), name="promise_of_bureau"),
            models.Index(fields=("state", "due_on"), name="promise_state_due"),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def stage(self) -> PromiseState:
        """The state as the enum of ``replies.workflow``."""
        return PromiseState(self.state)

    @property
    def reference(self) -> str:
        """How a deadline names this promise."""
        return f"promise:{self.pk}"


class PromiseCheck(models.Model):
    """回头看: somebody looked how far a promise has come."""

    class Finding(models.TextChoices):
        DONE = "done", "已落实"
        ON_THE_WAY = "on_the_way", "正在推进"
        BEHIND = "behind", "进展滞后"
        BLOCKED = "blocked", "条件仍不具备"

    promise = models.ForeignKey(Promise, models.PROTECT, related_name="checks", verbose_name="承诺")
    checked_on = models.DateField("回头看日期")
    finding = models.CharField("结论", max_length=12, choices=Finding.choices)
    text = models.TextField("情况")
    checked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="检查人")
    post = models.ForeignKey(Post, models.PROTECT, related_name="+")
    created_at = models.DateTimeField("登记时间")

    class Meta:
        verbose_name = verbose_name_plural = "回头看"
        ordering = ("-checked_on", "-id")
        constraints = [
            not_blank("text", "promise_check_says_something"),
            one_of("finding", ["done", "on_the_way", "behind", "blocked"], "promise_check_finding_known"),
        ]

    def __str__(self) -> str:
        return f"{self.checked_on} {self.get_finding_display()}"


class FollowUp(models.Model):
    """The second answer (跟踪答复): a short letter to the proposers that a promise is kept, or why it is not."""

    promise = models.ForeignKey(Promise, models.PROTECT, related_name="follow_ups", verbose_name="承诺")
    bureau = models.ForeignKey(Bureau, models.PROTECT, related_name="follow_ups", verbose_name="答复单位")
    state = models.CharField("状态", max_length=10, choices=[(s.value, s.label) for s in FollowUpState])
    text = models.TextField("正文", help_text="每行一段")
    version = models.PositiveIntegerField("版本", default=1)
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="拟稿人")
    returned_comment = models.TextField("退回意见", blank=True)
    document_number = models.CharField("发文字号", max_length=60, blank=True)
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="签发人"
    )
    signed_on = models.DateField("成文日期", null=True, blank=True)
    letter = models.JSONField("签发文本", null=True, blank=True, editable=False)
    letter_digest = models.CharField("签发文本摘要", max_length=64, blank=True, editable=False)
    created_at = models.DateTimeField("建稿时间")

    class Meta:
        verbose_name = verbose_name_plural = "跟踪答复"
        ordering = ("-id",)
        constraints = [
            not_blank("text", "follow_up_text_not_blank"),
            one_of("state", [s.value for s in FollowUpState], "follow_up_state_known"),
            models.UniqueConstraint(
                fields=("promise",), condition=~Q(state="issued"), name="one_open_follow_up_per_promise"
            ),
            models.CheckConstraint(
                condition=~Q(state="issued")
                | (Q(letter__isnull=False, signed_on__isnull=False) & ~Q(letter_digest="") & ~Q(document_number="")),
                name="issued_follow_up_has_its_letter",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.promise}的跟踪答复"

    @property
    def stage(self) -> FollowUpState:
        """The state as the enum of ``replies.workflow``."""
        return FollowUpState(self.state)
