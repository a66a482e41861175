"""Assignments (交办): which bureau answers, which ones help."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from proposals.models.checks import one_of
from proposals.models.organisations import Bureau
from proposals.models.proposals import Proposal
from proposals.workflow import AssignmentState


class Assignment(models.Model):
    """One bureau's share in one proposal."""

    class Role(models.TextChoices):
        SOLE = "sole", "独办"
        LEAD = "lead", "主办"
        CO_HANDLER = "co_handler", "会办"
        SEPARATE = "separate", "分办"

    ANSWERING_ROLES = (Role.SOLE, Role.LEAD, Role.SEPARATE)

    proposal = models.ForeignKey(Proposal, models.PROTECT, related_name="assignments", verbose_name="提案")
    bureau = models.ForeignKey(Bureau, models.PROTECT, related_name="assignments", verbose_name="承办单位")
    role = models.CharField("承办方式", max_length=12, choices=Role.choices)
    state = models.CharField(
        "状态",
        max_length=12,
        choices=[(s.value, s.label) for s in AssignmentState],
        default=AssignmentState.PENDING,
    )
    note = models.CharField("交办说明", max_length=300, blank=True)
    assigned_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    assigned_at = models.DateTimeField("交办时间")
    accepted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    accepted_at = models.DateTimeField("签收时间", null=True, blank=True)
    clerk = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="具体经办人",
    )

    class Meta:
        verbose_name = verbose_name_plural = "交办"
        ordering = ("proposal_id", "id")
        constraints = [
            one_of("state", [s.value for s in AssignmentState], "assignment_state_known"),
            models.UniqueConstraint(
                fields=("proposal",),
                condition=Q(role__in=["sole", "lead"]) & ~Q(state="withdrawn"),
                name="one_active_lead_per_proposal",
                violation_error_message="一件提案只能有一个主办单位。",
            ),
            models.UniqueConstraint(
                fields=("proposal", "bureau"),
                condition=~Q(state="withdrawn"),
                name="bureau_once_per_proposal",
                violation_error_message="同一单位在一件提案里只能交办一次。",
            ),
        ]
        indexes = [
            # All that rights ask of a share: the thousands of cases of a bureau are found without looking at any row.
            models.Index(fields=("bureau", "state", "role", "proposal"), name="assignment_of_bureau"),
        ]

    def __str__(self) -> str:
        return f"{self.bureau}（{self.get_role_display()}）"

    @property
    def is_answering(self) -> bool:
        """True for the bureau that writes the reply (独办、主办、分办), false for a co-handler."""
        return self.role in self.ANSWERING_ROLES
