"""What a bureau asks the office about its assignment, and the rules of a session about it (DOMAIN 1.8, 1.9)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from proposals.models.assignments import Assignment
from proposals.models.checks import in_order, not_blank, one_of
from proposals.models.organisations import Bureau
from proposals.models.proposals import Proposal
from proposals.models.sessions import Session
from proposals.workflow import AssignmentState
from proposals.workflow_requests import RequestState


class AssignmentPolicy(models.Model):
    """Rules of one session about returns and extensions that are no time limit; those are ``DeadlineRule`` rows. A
    session without a row has the defaults of the columns."""

    class Late(models.TextChoices):
        REFUSED = "refused", "不再受理"
        LEADER = "leader", "由签发领导提出的可以受理"

    class Basis(models.TextChoices):
        DUE = "due", "自原截止日起"
        START = "start", "自起算日起"

    session = models.OneToOneField(Session, models.CASCADE, related_name="assignment_policy", verbose_name="届次")
    late_return = models.CharField("逾期申请改办", max_length=10, choices=Late.choices, default=Late.REFUSED)
    extension_basis = models.CharField("延期上限的算法", max_length=8, choices=Basis.choices, default=Basis.DUE)

    class Meta:
        verbose_name = verbose_name_plural = "交办规则"

    def __str__(self) -> str:
        return f"{self.session}交办规则"


class ReturnReason(models.Model):
    """A ground for asking for re-assignment (申请改办理由)."""

    text = models.CharField("理由", max_length=60, unique=True)
    is_active = models.BooleanField("启用", default=True)
    position = models.PositiveSmallIntegerField("排序", default=100)

    class Meta:
        verbose_name = verbose_name_plural = "申请改办理由"
        ordering = ("position", "id")
        constraints = [not_blank("text", "return_reason_not_blank")]

    def __str__(self) -> str:
        return self.text


class HandlingRequest(models.Model):
    """One request of a bureau about one assignment: 增办建议, 申请改办, 申请延期. Rows stay as history."""

    class Kind(models.TextChoices):
        ADD = "add", "增办建议"
        RETURN = "return", "申请改办"
        EXTENSION = "extension", "申请延期"

    assignment = models.ForeignKey(Assignment, models.PROTECT, related_name="requests", verbose_name="交办")
    kind = models.CharField("事项", max_length=10, choices=Kind.choices)
    state = models.CharField(
        "状态",
        max_length=12,
        choices=[(s.value, s.label) for s in RequestState],
        default=RequestState.PENDING,
    )
    reason = models.ForeignKey(
        ReturnReason, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="理由"
    )
    text = models.TextField("说明")
    bureau = models.ForeignKey(Bureau, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="建议单位")
    wanted_on = models.DateField("申请延至", null=True, blank=True)
    due_before = models.DateField("申请时的截止日", null=True, blank=True)
    is_late = models.BooleanField("逾期提出", default=False)
    file = models.FileField("佐证材料", upload_to="requests/%Y/%m/", max_length=200, blank=True)
    file_name = models.CharField("文件名", max_length=150, blank=True)
    content_type = models.CharField("文件类型", max_length=100, blank=True)
    sha256 = models.CharField("文件校验值", max_length=64, blank=True)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="申请人")
    asked_at = models.DateTimeField("申请时间")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="决定人"
    )
    decided_at = models.DateTimeField("决定时间", null=True, blank=True)
    decision = models.CharField("决定说明", max_length=200, blank=True)
    granted_bureau = models.ForeignKey(
        Bureau, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="决定由其办理"
    )
    granted_on = models.DateField("批准延至", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "承办单位申请"
        ordering = ("-id",)
        constraints = [
            one_of("state", [s.value for s in RequestState], "request_state_known"),
            not_blank("text", "request_says_why"),
            models.UniqueConstraint(
                fields=("assignment", "kind"), condition=Q(state="pending"), name="one_open_request_of_a_kind"
            ),
        ]
        indexes = [models.Index(fields=("state", "id"), name="request_state")]

    def __str__(self) -> str:
        return f"{self.assignment}{self.get_kind_display()}"

    @property
    def standing(self) -> RequestState:
        """Where it stands: what waits although its share is done or withdrawn has lapsed."""
        over = self.assignment.state in {AssignmentState.DONE, AssignmentState.WITHDRAWN}
        return RequestState.LAPSED if over and self.state == RequestState.PENDING else RequestState(self.state)


class Suspension(models.Model):
    """A time in which a case was not worked on (中止办理); open while ``ended_on`` is empty."""

    proposal = models.ForeignKey(Proposal, models.PROTECT, related_name="suspensions", verbose_name="提案")
    reason = models.CharField("理由", max_length=200)
    started_on = models.DateField("中止日")
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="办理人")
    ended_on = models.DateField("恢复日", null=True, blank=True)
    end_reason = models.CharField("恢复说明", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "中止办理"
        ordering = ("proposal_id", "id")
        constraints = [
            not_blank("reason", "suspension_says_why"),
            in_order("started_on", "ended_on", "suspension_dates_in_order"),
            models.UniqueConstraint(
                fields=("proposal",), condition=Q(ended_on__isnull=True), name="one_open_suspension"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.started_on}中止办理"


class LeaveCover(models.Model):
    """A colleague who stands in for an absent clerk of a bureau, from a day to a day, both included (顶岗)."""

    bureau = models.ForeignKey(Bureau, models.PROTECT, related_name="covers", verbose_name="单位")
    absent = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="离岗经办人")
    substitute = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="顶岗人")
    starts_on = models.DateField("起")
    ends_on = models.DateField("止")
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="登记人")
    set_at = models.DateTimeField("登记时间")

    class Meta:
        verbose_name = verbose_name_plural = "顶岗"
        ordering = ("-starts_on", "-id")
        constraints = [
            in_order("starts_on", "ends_on", "cover_dates_in_order"),
            models.CheckConstraint(condition=~Q(absent=models.F("substitute")), name="cover_is_somebody_else"),
        ]
        indexes = [models.Index(fields=("bureau", "absent", "ends_on"), name="cover_of_absent")]

    def __str__(self) -> str:
        return f"{self.absent} → {self.substitute}"
