"""Assessment of bureaus (承办单位考核, DOMAIN 1.13): what counts how much, and what each bureau got."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from proposals.models import Bureau, Session
from proposals.models.checks import not_blank, one_of
from replies.workflow_assessment import SheetState


class AssessmentItem(models.Model):
    """One line of the sheet. Lines without a session are the usual ones; a session with lines of its own has those
    only."""

    class Source(models.TextChoices):
        RECEIPT = "receipt", "按时签收率"
        REPLY = "reply", "按期答复率"
        OPINION = "opinion", "会办意见按时率"
        PUBLICATION = "publication", "按期公开率"
        REFUSED = "refused", "申请改办未获同意率（低的得分高）"
        TALK = "talk", "沟通率"
        CONTENT = "content", "满意率"
        REDO = "redo", "重新办理率（低的得分高）"
        PROMISE = "promise", "承诺兑现率"
        HAND = "hand", "督查室打分"

    session = models.ForeignKey(
        Session,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="assessment_items",
        verbose_name="届次",
        help_text="留空为通用项目；某一届有自己的项目时，只用那一届的",
    )
    name = models.CharField("考核项目", max_length=30)
    points = models.DecimalField(
        "分值", max_digits=4, decimal_places=1, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    source = models.CharField("数字来源", max_length=12, choices=Source.choices)
    is_active = models.BooleanField("启用", default=True)
    position = models.PositiveSmallIntegerField("排序", default=100)

    class Meta:
        verbose_name = verbose_name_plural = "考核项目"
        ordering = ("session_id", "position", "id")
        constraints = [
            not_blank("name", "assessment_item_not_blank"),
            models.CheckConstraint(condition=Q(points__gt=0), name="assessment_points_above_zero"),
            models.UniqueConstraint(
                fields=("session", "name"),
                nulls_distinct=False,
                name="assessment_item_once",
                violation_error_message="这一届已有同名的考核项目。",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class AssessmentSheet(models.Model):
    """The sheet of one session. Published, its scores are the rows of ``AssessmentScore`` and nothing else."""

    session = models.OneToOneField(Session, models.PROTECT, related_name="assessment", verbose_name="届次")
    state = models.CharField(
        "状态", max_length=12, choices=[(s.value, s.label) for s in SheetState], default=SheetState.OPEN
    )
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="开始人")
    opened_at = models.DateTimeField("开始时间")
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="公布人"
    )
    published_at = models.DateTimeField("公布时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "考核表"
        ordering = ("-id",)
        constraints = [
            one_of("state", [s.value for s in SheetState], "assessment_state_known"),
            models.CheckConstraint(
                condition=~Q(state="published") | Q(published_at__isnull=False), name="published_sheet_has_its_day"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.session}承办单位考核表"


class AssessmentScore(models.Model):
    """What one bureau got for one item: by hand while the sheet is open, all of them once it is published. ``name`` and
    ``points`` are those of the item on the day; ``whole`` 0: there was nothing to count, so the item does not count."""

    sheet = models.ForeignKey(AssessmentSheet, models.PROTECT, related_name="scores", verbose_name="考核表")
    bureau = models.ForeignKey(Bureau, models.PROTECT, related_name="+", verbose_name="单位")
    item = models.ForeignKey(AssessmentItem, models.PROTECT, related_name="+", verbose_name="考核项目")
    name = models.CharField("考核项目", max_length=30)
    points = models.DecimalField("分值", max_digits=4, decimal_places=1)
    source = models.CharField("数字来源", max_length=12, choices=AssessmentItem.Source.choices)
    position = models.PositiveSmallIntegerField("序号", default=0)
    part = models.PositiveIntegerField("件数", null=True, blank=True)
    whole = models.PositiveIntegerField("总件数", null=True, blank=True)
    score = models.DecimalField("得分", max_digits=4, decimal_places=1, null=True, blank=True)
    reason = models.CharField("理由", max_length=200, blank=True)
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="打分人"
    )
    given_at = models.DateTimeField("打分时间", null=True, blank=True)
    version = models.PositiveIntegerField("版本", default=1)

    class Meta:
        verbose_name = verbose_name_plural = "考核得分"
        ordering = ("sheet_id", "bureau_id", "position", "id")
        constraints = [
            models.UniqueConstraint(fields=("sheet", "bureau", "item"), name="assessment_score_once"),
            models.CheckConstraint(
                condition=~Q(source="hand") | (Q(score__isnull=False) & ~Q(reason="")), name="hand_score_has_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.bureau}：{self.name}"
