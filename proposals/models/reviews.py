"""Review of filed proposals and the register of official numbers."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from proposals.models.checks import not_blank
from proposals.models.people import Post
from proposals.models.proposals import Proposal
from proposals.models.sessions import Session
from proposals.models.vocabulary import RejectionReason


class ReviewStep(models.Model):
    """One step before the decision (审定), as data; default 接收、初审 (DOMAIN 1.4). A required one that is missing
    holds the decision up; the others may be left out."""

    position = models.PositiveSmallIntegerField("顺序", unique=True)
    name = models.CharField("环节", max_length=20)
    asks_opinion = models.BooleanField("须写意见", default=True)
    is_required = models.BooleanField("必经", default=False, help_text="必经的环节办完，才能作出审查结论")
    is_active = models.BooleanField("启用", default=True)

    class Meta:
        verbose_name = verbose_name_plural = "审查环节"
        ordering = ("position",)
        constraints = [not_blank("name", "review_step_name_not_blank")]

    def __str__(self) -> str:
        return self.name


class Review(models.Model):
    """One decision of the committee on one proposal (DOMAIN 1.4), or its undoing. ``meeting`` and ``met_on`` are empty
    for a decision outside a meeting. ``text``: what a returned proposal said, to be compared with what comes back."""

    class Outcome(models.TextChoices):
        REGISTERED = "registered", "立案"
        RETURNED = "returned", "退回修改"
        REJECTED = "rejected", "不予立案"
        SUGGESTION = "suggestion", "转为意见建议"
        OPINION = "opinion", "转社情民意"
        MERGED = "merged", "并案"
        UNDONE = "undone", "撤销结论"

    proposal = models.ForeignKey(Proposal, models.PROTECT, related_name="reviews", verbose_name="提案")
    outcome = models.CharField("结论", max_length=12, choices=Outcome.choices)
    reason = models.ForeignKey(
        RejectionReason, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="不予立案理由"
    )
    opinion = models.TextField("审查意见", blank=True)
    meeting = models.CharField("会议", max_length=60, blank=True)
    met_on = models.DateField("会议日期", null=True, blank=True)
    text = models.TextField("审查时的文本", blank=True)
    reviewed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    post = models.ForeignKey(Post, models.PROTECT, related_name="+")
    reviewed_at = models.DateTimeField("审查时间")

    class Meta:
        verbose_name = verbose_name_plural = "审查"
        ordering = ("proposal_id", "id")
        constraints = [
            models.CheckConstraint(
                condition=~Q(outcome="rejected") | Q(reason__isnull=False), name="rejection_has_reason"
            ),
            models.CheckConstraint(condition=~Q(outcome="returned") | ~Q(opinion=""), name="return_has_opinion"),
            models.CheckConstraint(
                condition=~Q(outcome__in=["suggestion", "opinion", "undone"]) | ~Q(opinion=""),
                name="transfer_and_undoing_have_opinion",
            ),
            models.CheckConstraint(
                condition=Q(meeting="", met_on__isnull=True) | (~Q(meeting="") & Q(met_on__isnull=False)),
                name="meeting_has_name_and_day",
            ),
        ]

    def __str__(self) -> str:
        return self.get_outcome_display()


class StepOpinion(models.Model):
    """What one person said at one step before the decision. ``suggestion``: the outcome he would give, if any."""

    proposal = models.ForeignKey(Proposal, models.PROTECT, related_name="step_opinions", verbose_name="提案")
    step = models.ForeignKey(ReviewStep, models.PROTECT, related_name="+", verbose_name="环节")
    submitted_at = models.DateTimeField("针对的提交时间")
    opinion = models.TextField("意见", blank=True)
    suggestion = models.CharField("建议结论", max_length=12, choices=Review.Outcome.choices, blank=True)
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    post = models.ForeignKey(Post, models.PROTECT, related_name="+")
    given_at = models.DateTimeField("时间")

    class Meta:
        verbose_name = verbose_name_plural = "审查环节意见"
        ordering = ("proposal_id", "id")
        constraints = [
            models.UniqueConstraint(fields=("proposal", "step", "submitted_at"), name="review_step_once_per_submission")
        ]

    def __str__(self) -> str:
        return f"{self.step}：{self.opinion[:40]}"


class IssuedNumber(models.Model):
    """Register of official numbers: one row per number ever given; an undone one stays as 作废."""

    session = models.ForeignKey(Session, models.PROTECT, related_name="issued_numbers", verbose_name="届次")
    kind = models.CharField("提案时间", max_length=10, choices=Proposal.Kind.choices)
    value = models.PositiveIntegerField("序号")
    printed = models.CharField("提案号", max_length=20)
    proposal = models.ForeignKey(Proposal, models.PROTECT, related_name="issued_numbers", verbose_name="提案")
    issued_at = models.DateTimeField("编号时间")
    voided_at = models.DateTimeField("作废时间", null=True, blank=True)
    void_reason = models.CharField("作废原因", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "提案编号"
        ordering = ("session_id", "kind", "value")
        constraints = [
            models.UniqueConstraint(fields=("session", "kind", "value"), name="number_value_once"),
            models.UniqueConstraint(fields=("session", "printed"), name="number_printed_once"),
            models.UniqueConstraint(
                fields=("proposal",), condition=Q(voided_at__isnull=True), name="one_valid_number_per_proposal"
            ),
        ]

    def __str__(self) -> str:
        return f"第{self.printed}号" + ("（作废）" if self.voided_at else "")
