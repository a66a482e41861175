"""Talks between a bureau and the proposers (沟通记录, DOMAIN 1.10), with what the proposers say to the record."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from proposals.models import Bureau, ConsultationMethod, Post, Proposal, Proposer
from proposals.models.checks import not_blank, one_of
from replies.handling_workflow import SideState

NO_VISIT = "委员本人提出不需要走访"


class Consultation(models.Model):
    """One talk as the bureau tells it; never changed afterwards, but its writer may put a corrected record in its place
    (``replaces``), which is asked about anew. ``method`` is empty when the member said that he needs
    no visit (委员本人提出不需要走访): then ``content`` is his reason."""

    class Phase(models.TextChoices):
        BEFORE = "before", "办前"
        DURING = "during", "办中"
        AFTER = "after", "办后"

    proposal = models.ForeignKey(Proposal, models.PROTECT, related_name="consultations", verbose_name="提案")
    bureau = models.ForeignKey(Bureau, models.PROTECT, related_name="consultations", verbose_name="承办单位")
    phase = models.CharField("阶段", max_length=8, choices=Phase.choices)
    method = models.ForeignKey(
        ConsultationMethod, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="方式"
    )
    is_waiver = models.BooleanField(NO_VISIT, default=False)
    held_on = models.DateField("日期")
    people = models.CharField("参加人员", max_length=200)
    content = models.TextField("沟通内容")
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="记录人")
    post = models.ForeignKey(Post, models.PROTECT, related_name="+", verbose_name="岗位")
    recorded_at = models.DateTimeField("记录时间")
    replaces = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="replaced_by", verbose_name="更正的记录"
    )

    class Meta:
        verbose_name = verbose_name_plural = "沟通记录"
        ordering = ("proposal_id", "held_on", "id")
        constraints = [
            one_of("phase", ["before", "during", "after"], "consultation_phase_known"),
            not_blank("content", "consultation_content_not_blank"),
            models.CheckConstraint(
                condition=Q(is_waiver=True, method__isnull=True) | Q(is_waiver=False, method__isnull=False),
                name="consultation_has_method_or_is_waiver",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_phase_display()}{self.how}"

    @property
    def how(self) -> str:
        """The method, or that the member wanted no visit."""
        return NO_VISIT if self.is_waiver else str(self.method)


class ConsultationSide(models.Model):
    """What one proposer says to the record: nothing yet, that it is right, or his own text beside it."""

    consultation = models.ForeignKey(Consultation, models.PROTECT, related_name="sides")
    proposer = models.ForeignKey(Proposer, models.PROTECT, related_name="+", verbose_name="提案者")
    state = models.CharField(
        "状态", max_length=10, choices=[(s.value, s.label) for s in SideState], default=SideState.WAITING
    )
    text = models.TextField("提案者的说明", blank=True)
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    given_at = models.DateTimeField("核对时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "提案者核对"
        ordering = ("consultation_id", "id")
        constraints = [
            one_of("state", [s.value for s in SideState], "consultation_side_state_known"),
            models.UniqueConstraint(fields=("consultation", "proposer"), name="consultation_side_once"),
            models.CheckConstraint(condition=~Q(state="corrected") | ~Q(text=""), name="correction_has_text"),
        ]

    def __str__(self) -> str:
        return f"{self.proposer}：{self.get_state_display()}"


class ConsultationFile(models.Model):
    """A file of a talk: minutes, a photograph. Served only by a permission-checked view."""

    consultation = models.ForeignKey(Consultation, models.PROTECT, related_name="files")
    file = models.FileField("文件", upload_to="consultations/%Y/%m/", max_length=200)
    name = models.CharField("文件名", max_length=150)
    content_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField("字节数")
    sha256 = models.CharField(max_length=64)

    class Meta:
        verbose_name = verbose_name_plural = "沟通附件"
        ordering = ("consultation_id", "id")
        constraints = [models.UniqueConstraint(fields=("consultation", "sha256"), name="consultation_file_once")]

    def __str__(self) -> str:
        return self.name
