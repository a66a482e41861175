"""Supervision slips (督办单): what the office demands of a bureau by a day, and what the bureau reports."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from proposals.deadlines import shown_day
from proposals.models.checks import not_blank, one_of
from proposals.models.organisations import Bureau
from proposals.models.people import Post
from proposals.models.proposals import Proposal
from proposals.workflow_supervision import SlipState


class SupervisionSlip(models.Model):
    """One slip to one bureau about one case. ``subject`` and ``subject_link``: what of the case it is about (a
    promise), as the floor above names it. ``draft`` is the bureau's text until it is handed in; ``version`` is its."""

    proposal = models.ForeignKey(Proposal, models.PROTECT, related_name="slips", verbose_name="提案")
    bureau = models.ForeignKey(Bureau, models.PROTECT, related_name="slips", verbose_name="督办单位")
    word = models.CharField("代字", max_length=20)
    year = models.PositiveSmallIntegerField("年份")
    serial = models.PositiveIntegerField("序号")
    state = models.CharField(
        "状态", max_length=12, choices=[(s.value, s.label) for s in SlipState], default=SlipState.ISSUED
    )
    subject = models.CharField("督办的事项", max_length=300, blank=True)
    subject_link = models.CharField("事项页面", max_length=200, blank=True)
    text = models.TextField("督办要求")
    due_on = models.DateField("报送期限")
    due_is_provisional = models.BooleanField("期限暂定", default=False, editable=False)
    key = models.CharField(max_length=40, editable=False)
    draft = models.TextField("办理情况（草稿）", blank=True)
    version = models.PositiveIntegerField("版本", default=1)
    drafted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="拟稿人"
    )
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="发出人")
    post = models.ForeignKey(Post, models.PROTECT, related_name="+", verbose_name="岗位")
    issued_at = models.DateTimeField("发出时间")
    closed_at = models.DateTimeField("办结时间", null=True, blank=True)
    withdraw_reason = models.CharField("撤回理由", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "督办单"
        ordering = ("-id",)
        constraints = [
            not_blank("text", "slip_says_something"),
            one_of("state", [s.value for s in SlipState], "slip_state_known"),
            models.UniqueConstraint(fields=("year", "serial"), name="slip_number_once"),
            models.UniqueConstraint(fields=("proposal", "key"), name="slip_once_per_form"),
            models.CheckConstraint(
                condition=~Q(state="withdrawn") | ~Q(withdraw_reason=""), name="withdrawn_slip_says_why"
            ),
        ]
        indexes = [
            models.Index(fields=("state", "id"), name="slip_state"),
            models.Index(fields=("bureau", "state"), name="slip_of_bureau"),
        ]

    def __str__(self) -> str:
        return f"{self.word}〔{self.year}〕{self.serial}号"

    @property
    def stage(self) -> SlipState:
        """The state as the enum of ``proposals.workflow_supervision``."""
        return SlipState(self.state)

    @property
    def shown_due(self) -> str:
        """The day as text, with 暂定 while it may still move."""
        return shown_day(self.due_on, provisional=self.due_is_provisional)

    @property
    def reference(self) -> str:
        """What tells its clock from others of the same bureau and case."""
        return f"slip:{self.pk}"


class SlipAnswer(models.Model):
    """One report of the bureau as it was handed in, and what the office said to it; never changed afterwards."""

    class Decision(models.TextChoices):
        WAITING = "", "待审核"
        ACCEPTED = "accepted", "同意办结"
        RETURNED = "returned", "退回重报"

    slip = models.ForeignKey(SupervisionSlip, models.PROTECT, related_name="answers", verbose_name="督办单")
    number = models.PositiveSmallIntegerField("第几次报送")
    text = models.TextField("办理情况")
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="报送人")
    post = models.ForeignKey(Post, models.PROTECT, related_name="+", verbose_name="岗位")
    answered_at = models.DateTimeField("报送时间")
    decision = models.CharField("审核", max_length=10, choices=Decision.choices, default="", blank=True)
    opinion = models.TextField("审核意见", blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="审核人"
    )
    decided_at = models.DateTimeField("审核时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "督办单办理情况"
        ordering = ("slip_id", "number")
        constraints = [
            not_blank("text", "slip_answer_says_something"),
            one_of("decision", ["", "accepted", "returned"], "slip_decision_known"),
            models.UniqueConstraint(fields=("slip", "number"), name="slip_answer_number_once"),
            models.CheckConstraint(
                condition=~Q(decision="returned") | ~Q(opinion=""), name="returned_slip_answer_says_why"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.slip}第{self.number}次报送"


class SlipFile(models.Model):
    """A file to the report of a bureau; without ``answer`` it belongs to the draft. Served by a permission-checked view
    only."""

    slip = models.ForeignKey(SupervisionSlip, models.PROTECT, related_name="files", verbose_name="督办单")
    answer = models.ForeignKey(
        SlipAnswer, models.PROTECT, null=True, blank=True, related_name="files", verbose_name="办理情况"
    )
    file = models.FileField("文件", upload_to="slips/%Y/%m/", max_length=200)
    name = models.CharField("文件名", max_length=150)
    content_type = models.CharField("文件类型", max_length=100)
    size = models.PositiveIntegerField("字节数")
    sha256 = models.CharField("SHA-256", max_length=64)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="上传人")
    uploaded_at = models.DateTimeField("上传时间")

    class Meta:
        verbose_name = verbose_name_plural = "督办单附件"
        ordering = ("slip_id", "id")
        constraints = [
            models.UniqueConstraint(
                fields=("slip", "sha256"), condition=Q(answer=None), name="slip_file_once_in_draft"
            ),
            models.UniqueConstraint(fields=("answer", "sha256"), name="slip_file_once_in_report"),
        ]

    def __str__(self) -> str:
        return self.name
