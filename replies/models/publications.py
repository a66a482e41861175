"""Published text is its own record: exactly what the release chain let out (DESIGN section 3)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from proposals.models import Bureau, Post, Proposal, Role
from proposals.models.checks import not_blank, one_of
from replies.models.replies import Reply
from replies.workflow import PublicationState


class ReleaseStep(models.Model):
    """One step of the release chain, as data; default 初审、复审、批准 in the lead bureau (DOMAIN 1.14)."""

    position = models.PositiveSmallIntegerField("顺序", unique=True)
    name = models.CharField("环节", max_length=20)
    role = models.CharField("岗位", max_length=24, choices=Role.choices)
    is_active = models.BooleanField("启用", default=True)

    class Meta:
        verbose_name = verbose_name_plural = "公开审查环节"
        ordering = ("position",)
        constraints = [not_blank("name", "release_step_name_not_blank")]

    def __str__(self) -> str:
        return self.name


class Publication(models.Model):
    """The exact text, metadata and files that three people released. Public pages read only this table."""

    MISSING_ALLOWED = ("issuing_body", "created_on", "document_number", "topic_class", "keywords")

    reply = models.ForeignKey(Reply, models.PROTECT, related_name="publications", verbose_name="答复")
    proposal = models.ForeignKey(Proposal, models.PROTECT, related_name="publications", verbose_name="提案")
    bureau = models.ForeignKey(Bureau, models.PROTECT, related_name="publications", verbose_name="答复单位")
    state = models.CharField(
        "状态",
        max_length=12,
        choices=[(s.value, s.label) for s in PublicationState],
        default=PublicationState.PREPARING,
    )
    version = models.PositiveIntegerField("版本", default=1)
    round = models.PositiveSmallIntegerField("审查轮次", default=0)
    index_number = models.CharField("索引号", max_length=40, unique=True)
    original_index_number = models.CharField("原件索引号", max_length=40, blank=True)
    issuing_body = models.CharField("发文机关", max_length=80, blank=True)
    created_on = models.DateField("成文日期", null=True, blank=True)
    title = models.CharField("标题", max_length=200)
    document_number = models.CharField("发文字号", max_length=60, blank=True)
    topic_class = models.CharField("主题分类", max_length=60, blank=True)
    keywords = models.CharField("主题词", max_length=120, blank=True, help_text="用空格隔开")
    missing_fields = models.JSONField("原件无", default=list, blank=True)
    letter = models.JSONField("公开文本", null=True, blank=True)
    letter_digest = models.CharField("公开文本摘要", max_length=64, blank=True)
    prepared_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField("建立时间")
    published_on = models.DateField("发布日期", null=True, blank=True)
    published_at = models.DateTimeField("发布时间", null=True, blank=True)
    unpublished_at = models.DateTimeField("撤下时间", null=True, blank=True)
    withhold_reason = models.CharField("不予公开的理由", max_length=200, blank=True)
    unpublish_reason = models.CharField("撤下原因", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "公开"
        ordering = ("-published_on", "-id")
        constraints = [
            not_blank("index_number", "publication_index_number_not_blank"),
            not_blank("title", "publication_title_not_blank"),
            one_of("state", [s.value for s in PublicationState], "publication_state_known"),
            models.CheckConstraint(
                condition=~Q(state="published")
                | (
                    Q(published_on__isnull=False, published_at__isnull=False, letter__isnull=False)
                    & ~Q(letter_digest="")
                ),
                name="published_text_is_complete",
            ),
            models.CheckConstraint(
                condition=~Q(state="unpublished") | ~Q(unpublish_reason=""), name="unpublish_has_reason"
            ),
            models.CheckConstraint(condition=~Q(state="withheld") | ~Q(withhold_reason=""), name="withheld_has_reason"),
            models.UniqueConstraint(
                fields=("reply",), condition=~Q(state="unpublished"), name="one_live_publication_per_reply"
            ),
        ]
        indexes = [
            models.Index(fields=("state", "-published_on", "-id"), name="publication_list"),
            models.Index(fields=("bureau", "state"), name="publication_bureau_state"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def stage(self) -> PublicationState:
        """The state as the enum of ``replies.workflow``."""
        return PublicationState(self.state)


class ReleaseDecision(models.Model):
    """One signature of the release chain. Three different people, enforced by the table."""

    class Decision(models.TextChoices):
        PASSED = "passed", "通过"
        RETURNED = "returned", "退回"

    publication = models.ForeignKey(Publication, models.PROTECT, related_name="decisions")
    round = models.PositiveSmallIntegerField("轮次")
    position = models.PositiveSmallIntegerField("顺序")
    name = models.CharField("环节", max_length=20)
    decision = models.CharField("意见", max_length=10, choices=Decision.choices)
    comment = models.TextField("说明", blank=True)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    post = models.ForeignKey(Post, models.PROTECT, related_name="+")
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = verbose_name_plural = "公开审查意见"
        ordering = ("publication_id", "id")
        constraints = [
            models.UniqueConstraint(fields=("publication", "round", "position"), name="release_step_once_per_round"),
            models.UniqueConstraint(
                fields=("publication", "round", "actor"),
                name="release_by_different_people",
                violation_error_message="同一人不能办公开审查的两个环节。",
            ),
            models.CheckConstraint(
                condition=~Q(decision="returned") | ~Q(comment=""), name="release_return_has_comment"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}{self.get_decision_display()}"
