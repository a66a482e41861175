"""When each kind of deadline is spoken of, to whom, and over which gateways a person may be reached."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

from proposals.models.checks import not_blank
from proposals.models.deadlines import DeadlineKind
from proposals.models.reminders import GATEWAYS
from proposals.occasions import Offset, Timing

OF_PROPOSERS = (DeadlineKind.FEEDBACK, DeadlineKind.COSIGN)
COUNTED = (Timing.BEFORE.value, Timing.AFTER.value)
FARTHEST = 365


class ReminderRule(models.Model):
    """One moment at which deadlines of a kind are spoken of. Whoever has to do it always hears of it; the others are
    the steps of escalation."""

    # Empty: for every kind without rows of its own.
    kind = models.CharField(
        "事项",
        max_length=16,
        choices=[("", "其他事项"), *DeadlineKind.choices],
        default="",
        blank=True,
        help_text="“其他事项”用于没有单独规定的各类期限",
    )
    timing = models.CharField(
        "何时",
        max_length=8,
        choices=[
            (Timing.BEFORE.value, "到期前（自然日）"),
            (Timing.DUE.value, "到期当天"),
            (Timing.AFTER.value, "超期后（工作日）"),
            (Timing.WEEKLY.value, "此后每周一次"),
        ],
    )
    days = models.PositiveSmallIntegerField("天数", default=0, help_text="到期当天和每周一次填0")
    tells_reviewer = models.BooleanField("同时提醒核稿人", default=False)
    tells_leader = models.BooleanField("同时提醒签发领导", default=False)
    tells_office = models.BooleanField("同时提醒督查室", default=False)

    class Meta:
        verbose_name = verbose_name_plural = "提醒规则"
        ordering = ("kind", "id")
        constraints = [
            models.UniqueConstraint(
                fields=("kind", "timing", "days"),
                name="reminder_rule_once",
                violation_error_message="这类期限已有同一时点的提醒。",
            ),
            models.CheckConstraint(
                condition=Q(timing__in=COUNTED, days__gte=1, days__lte=FARTHEST) | (~Q(timing__in=COUNTED) & Q(days=0)),
                name="reminder_rule_days",
                violation_error_message=f"到期前和超期后要填1至{FARTHEST}天；到期当天和每周一次填0。",
            ),
        ]

    def __str__(self) -> str:
        counted = {Timing.BEFORE.value: f"到期前{self.days}天", Timing.AFTER.value: f"超期第{self.days}个工作日"}
        return f"{self.get_kind_display()}：{counted.get(self.timing) or self.get_timing_display()}"

    def clean(self) -> None:
        if self.timing in COUNTED and not 1 <= self.days <= FARTHEST:
            raise ValidationError({"days": f"请填1至{FARTHEST}之间的天数。"})
        if self.timing and self.timing not in COUNTED and self.days:
            raise ValidationError({"days": "到期当天和每周一次不用天数，请填0。"})
        if self.kind in OF_PROPOSERS and (self.tells_reviewer or self.tells_leader):
            raise ValidationError("这类事项由提案者办理，没有核稿人和签发领导；需要升级的请选督查室。")

    def offset(self) -> Offset:
        """The row as the pure value ``proposals.occasions`` computes with."""
        return Offset(
            kind=self.kind,
            timing=Timing(self.timing),
            days=self.days,
            reviewer=self.tells_reviewer,
            leader=self.tells_leader,
            office=self.tells_office,
        )


class GatewayAddress(models.Model):
    """Where a person can be reached over a gateway, and that he wants his reminders there too."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="gateways", verbose_name="人员")
    channel = models.CharField("渠道", max_length=8, choices=[(row.value, row.label) for row in GATEWAYS])
    address = models.CharField("账号或手机号", max_length=64)

    class Meta:
        verbose_name = verbose_name_plural = "提醒渠道"
        ordering = ("user_id", "id")
        constraints = [
            models.UniqueConstraint(fields=("user", "channel"), name="one_address_per_gateway"),
            not_blank("address", "gateway_address_not_blank"),
        ]

    def __str__(self) -> str:
        return str(self.get_channel_display())
