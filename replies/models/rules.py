"""How a session wants proposals handled (DOMAIN 1.10, 1.12, 1.15): rows kept in system management."""

from __future__ import annotations

from django.db import models

from proposals.models import Proposal, Session


class HandlingRule(models.Model):
    """One rule of one session, for all proposals, for one kind, or for key proposals (重点提案) only.

    The defaults of the columns hold where a session has no rule at all; key proposals are then signed by the main
    leader (``replies.rules.default_rule``).
    """

    class Consultation(models.TextChoices):
        NONE = "none", "不要求"
        MEMBERS = "members", "有委员的提案至少沟通一次"
        ALL = "all", "每件提案至少沟通一次"

    class Signer(models.TextChoices):
        LEADER = "leader", "签发领导"
        MAIN_LEADER = "main_leader", "主要负责人"

    session = models.ForeignKey(Session, models.CASCADE, related_name="handling_rules", verbose_name="届次")
    proposal_kind = models.CharField(
        "适用提案",
        max_length=10,
        choices=[("", "全部"), *Proposal.Kind.choices],
        default="",
        blank=True,
        help_text="专为会议提案或平时提案定的规则优先于“全部”",
    )
    key_only = models.BooleanField("只用于重点提案", default=False, help_text="专为重点提案定的规则最优先")
    consultation = models.CharField(
        "送签前的沟通", max_length=10, choices=Consultation.choices, default=Consultation.MEMBERS
    )
    waiver_counts = models.BooleanField("“委员本人提出不需要走访”可以代替沟通", default=True)

    signer = models.CharField("由谁签发", max_length=12, choices=Signer.choices, default=Signer.LEADER)
    pre_audit = models.BooleanField("签发前由督查室审查（办复审查）", default=False)
    opinion_signed = models.BooleanField(
        "会办意见由会办单位领导签发", default=True, help_text="不要求的，经办人写好即送主办单位"
    )

    class Meta:
        verbose_name = verbose_name_plural = "办理规则"
        ordering = ("session_id", "id")
        constraints = [
            models.UniqueConstraint(
                fields=("session", "proposal_kind", "key_only"),
                name="handling_rule_once_per_session",
                violation_error_message="这一届次已有同样适用范围的规则，请在那一条上修改。",
            )
        ]

    def __str__(self) -> str:
        scope = self.get_proposal_kind_display() + ("（重点提案）" if self.key_only else "")
        return f"办理规则：{scope}"
