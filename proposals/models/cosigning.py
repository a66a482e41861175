"""Invitations to sign another proposer's text (附议、联名; DOMAIN 1.2, 1.3)."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Q

from proposals.models.checks import one_of
from proposals.models.deadlines import Deadline
from proposals.models.proposals import Proposal
from proposals.models.proposers import Proposer
from proposals.workflow_cosigning import LIVE, OPEN, InvitationState, state_called


class Invitation(models.Model):
    """One member asked to sign one proposal, or who signed unasked. Rows stay as history; an invitation made anew is
    another row."""

    proposal = models.ForeignKey(Proposal, models.PROTECT, related_name="invitations", verbose_name="提案")
    proposer = models.ForeignKey(Proposer, models.PROTECT, related_name="invitations", verbose_name="受邀人")
    state = models.CharField(
        "状态",
        max_length=12,
        choices=[(s.value, s.label) for s in InvitationState],
        default=InvitationState.INVITED,
    )
    by_himself = models.BooleanField("自行附议", default=False)
    message = models.CharField("附言", max_length=200, blank=True)
    opinion = models.CharField("附议意见", max_length=300, blank=True)
    reason = models.CharField("谢绝的理由", max_length=200, blank=True)
    # Its day is kept by the deadline alone, which moves when the calendar does. None: no rule, no day.
    deadline = models.ForeignKey(
        Deadline, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="期限"
    )
    # The day that was over when the initiator was told that no answer came; another day is told anew.
    expiry_told_for = models.DateField("已告知过期的期限", null=True, blank=True)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="邀请人")
    invited_at = models.DateTimeField("邀请时间")
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="答复人"
    )
    answered_at = models.DateTimeField("答复时间", null=True, blank=True)
    # What was signed, to be compared when the text changes.
    signed_text = models.TextField("签名时的文字", blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "联名邀请"
        ordering = ("id",)
        constraints = [
            one_of("state", [s.value for s in InvitationState], "invitation_state_known"),
            models.UniqueConstraint(
                fields=("proposal", "proposer"),
                condition=Q(state__in=[s.value for s in LIVE]),
                name="one_live_invitation",
            ),
            models.CheckConstraint(
                condition=~Q(state=InvitationState.ACCEPTED.value) | ~Q(signed_text=""),
                name="signature_keeps_its_text",
            ),
        ]
        indexes = [models.Index(fields=("proposer", "state", "id"), name="invitation_of_proposer")]

    def __str__(self) -> str:
        return f"{self.proposer} {self.get_state_display()}"

    @property
    def due_on(self) -> date | None:
        """The last day to answer."""
        return self.deadline.due_on if self.deadline else None

    @property
    def shown_due(self) -> str:
        """The last day as text, with 暂定 while it may still move; empty without one."""
        return self.deadline.shown_due if self.deadline else ""

    @property
    def shown_state(self) -> str:
        """Its state in the words of an invitation, or of a signature nobody asked for."""
        return state_called(self.state, self.by_himself)

    def is_expired_on(self, day: date) -> bool:
        """Whether an answer is awaited no more on ``day``, though none was given."""
        return self.state in OPEN and self.due_on is not None and self.due_on < day
