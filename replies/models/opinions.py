"""The written opinion of a co-handler (会办意见) to the lead bureau."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from proposals.models import Assignment, Post
from replies.models.replies import Reply
from replies.workflow import OpinionState


class CoHandlerOpinion(models.Model):
    """What one co-handler contributes. One per assignment; frozen while its leader has it to sign, and for ever once
    handed to the lead. ``document_number``: given at signature out of the bureau's register (DOMAIN 1.7); one that was
    typed is of a letter on paper. ``signed_by`` stays empty where the session's rule demands no signature;
    ``signed_digest``: of ``opinion_digest``; ``returned_with``: what the leader last sent it back with, until it is
    handed in again."""

    assignment = models.OneToOneField(Assignment, models.PROTECT, related_name="opinion", verbose_name="交办")
    state = models.CharField(
        "状态",
        max_length=12,
        choices=[(s.value, s.label) for s in OpinionState],
        default=OpinionState.DRAFTING,
    )
    document_number = models.CharField("发文字号", max_length=40, blank=True)
    heading = models.CharField("小标题", max_length=200, blank=True)
    body = models.TextField("会办意见", blank=True)
    version = models.PositiveIntegerField("版本", default=1)
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField("起草时间")
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="送签人"
    )
    sent_at = models.DateTimeField("送签时间", null=True, blank=True)
    returned_with = models.TextField("退回意见", blank=True)
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="签发人"
    )
    signed_post = models.ForeignKey(
        Post, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="签发岗位"
    )
    signed_at = models.DateTimeField("签发时间", null=True, blank=True)
    signed_digest = models.CharField("签发文本摘要", max_length=64, blank=True)
    submitted_at = models.DateTimeField("送出时间", null=True, blank=True)
    taken_over_by = models.ForeignKey(
        Reply, models.SET_NULL, null=True, blank=True, related_name="opinions", verbose_name="采用的答复"
    )
    taken_over_at = models.DateTimeField("采用时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "会办意见"
        ordering = ("id",)
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(state="submitted") | ~models.Q(body=""), name="handed_in_opinion_has_text"
            ),
            models.CheckConstraint(
                condition=models.Q(signed_by=None) | models.Q(state="submitted"), name="signed_opinion_is_handed_in"
            ),
        ]

    @property
    def title(self) -> str:
        """Title of the opinion as a document of its own (…提案的会办意见, DOMAIN 1.7)."""
        proposal = self.assignment.proposal
        return f"对市政协{proposal.session.name}{proposal.matter}（{proposal.label}）提案的会办意见"

    @property
    def is_letter(self) -> bool:
        """Whether it is, or is about to be, signed as a letter; what needs no signature is handed over as it is."""
        return bool(self.signed_digest) or self.state == OpinionState.SIGNING

    def __str__(self) -> str:
        return f"{self.assignment.bureau}的会办意见"
