"""Review of filed proposals and the register of official numbers."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from proposals.models.people import Post
from proposals.models.proposals import Proposal
from proposals.models.sessions import Session
from proposals.models.vocabulary import RejectionReason


class Review(models.Model):
    """One decision of the committee on one submitted proposal (DOMAIN 1.4)."""

    class Outcome(models.TextChoices):
        REGISTERED = "registered", "立案"
        RETURNED = "returned", "退回修改"
        REJECTED = "rejected", "不予立案"

    proposal = models.ForeignKey(Proposal, models.PROTECT, related_name="reviews", verbose_name="提案")
    outcome = models.CharField("结论", max_length=12, choices=Outcome.choices)
    reason = models.ForeignKey(
        RejectionReason, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="不予立案理由"
    )
    opinion = models.TextField("审查意见", blank=True)
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
        ]

    def __str__(self) -> str:
        return self.get_outcome_display()


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
