"""The reply (答复) and its tree of sections."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from proposals.models import Ask, Assignment, Bureau, Proposal, ResultClass
from proposals.models.checks import not_blank, one_of
from replies.structure.outline import Scheme
from replies.workflow import ReplyState


class Reply(models.Model):
    """One answer of one bureau to one proposal: drafted, cleared, signed, issued, or imported as published."""

    proposal = models.ForeignKey(Proposal, models.PROTECT, related_name="replies", verbose_name="提案")
    bureau = models.ForeignKey(Bureau, models.PROTECT, related_name="replies", verbose_name="答复单位")
    assignment = models.ForeignKey(
        Assignment, models.PROTECT, null=True, blank=True, related_name="replies", verbose_name="交办"
    )
    replaces = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="replaced_by", verbose_name="替代的答复"
    )
    redo_of = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="next_round", verbose_name="上一次答复"
    )
    answer_round = models.PositiveSmallIntegerField("第几次答复", default=1)
    is_outdated = models.BooleanField("已有更新一次的答复", default=False, editable=False)
    state = models.CharField(
        "状态", max_length=16, choices=[(s.value, s.label) for s in ReplyState], default=ReplyState.DRAFTING
    )
    clearance_round = models.PositiveSmallIntegerField("送审轮次", default=0)
    # Counts the changes made to the text after it was sent out to be countersigned.
    edition = models.PositiveSmallIntegerField("会签期间的改动", default=0, editable=False)
    version = models.PositiveIntegerField("版本", default=1)
    scheme = models.CharField(
        "层次序号",
        max_length=8,
        choices=[(Scheme.SHORT.value, "一、→ 1. →（1）"), (Scheme.FULL.value, "一、→（一）→ 1. →（1）")],
        default=Scheme.SHORT,
    )
    title = models.CharField("标题", max_length=200)
    addressee = models.CharField("主送", max_length=300)
    opening = models.TextField("开头语", blank=True)
    closing = models.TextField("结尾", blank=True, help_text="每行一段")
    result_class = models.ForeignKey(
        ResultClass, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="办理结果类别"
    )
    contact_person = models.CharField("联系人", max_length=40, blank=True)
    contact_phone = models.CharField("联系电话", max_length=40, blank=True)
    copies = models.CharField("抄送", max_length=300, blank=True, help_text="用顿号隔开")
    document_number = models.CharField("发文字号", max_length=60, blank=True)
    signer_names = models.CharField("落款", max_length=300, blank=True, help_text="多个单位用顿号隔开")
    signed_on = models.DateField("成文日期", null=True, blank=True)
    signed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    signed_letter = models.JSONField("签发文本", null=True, blank=True, editable=False)
    signed_digest = models.CharField("签发文本摘要", max_length=64, blank=True, editable=False)
    signed_matrix = models.JSONField("签发时的逐条对照", null=True, blank=True, editable=False)
    signed_matrix_digest = models.CharField("逐条对照摘要", max_length=64, blank=True, editable=False)
    drafted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="经办人"
    )
    created_at = models.DateTimeField("建稿时间")
    issued_at = models.DateTimeField("印发时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "答复"
        ordering = ("-id",)
        indexes = [
            models.Index(fields=("state", "bureau"), name="reply_state_bureau"),
            # All that the statistics ask of a reply: they read this, not the texts. Not a partial index: SQLite takes
            # one for conditions without a value (IS NULL) only, for it does not know what a parameter will be.
            models.Index(fields=("proposal", "state", "is_outdated", "result_class", "id"), name="reply_counted"),
        ]
        constraints = [
            not_blank("title", "reply_title_not_blank"),
            one_of("state", [s.value for s in ReplyState], "reply_state_known"),
            models.UniqueConstraint(
                fields=("proposal", "bureau"),
                condition=~Q(state__in=["issued", "confirmed", "superseded"]),
                name="one_open_reply_per_bureau",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["signed", "issued"])
                | (Q(signed_letter__isnull=False) & ~Q(signed_digest="") & Q(signed_on__isnull=False)),
                name="signed_reply_has_signed_text",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def reference(self) -> str:
        """How a deadline names this answer: in a 分办 each one is rated by itself."""
        return reference_of(self.pk)

    @property
    def stage(self) -> ReplyState:
        """The state as the enum of ``replies.workflow``."""
        return ReplyState(self.state)

    @property
    def is_frozen(self) -> bool:
        """True once the text may never change again."""
        return self.state in {
            ReplyState.SIGNED,
            ReplyState.ISSUED,
            ReplyState.CONFIRMED,
            ReplyState.SUPERSEDED,
        }


def reference_of(pk: int) -> str:
    """``Reply.reference`` of the reply with this key."""
    return f"reply:{pk}"


class ReplySection(models.Model):
    """One heading with its paragraphs, or text without a heading. Numbering is generated, never stored."""

    reply = models.ForeignKey(Reply, models.CASCADE, related_name="sections")
    parent = models.ForeignKey("self", models.CASCADE, null=True, blank=True, related_name="children")
    position = models.PositiveIntegerField("顺序", help_text="在同一上级之内，从 1 起")
    heading = models.CharField("小标题", max_length=200, blank=True)
    run_in = models.BooleanField("标题与正文同行", default=False)
    body = models.TextField("正文", blank=True, help_text="每行一段")
    printed_marker = models.CharField("原件序号", max_length=12, blank=True, editable=False)
    version = models.PositiveIntegerField("版本", default=1)
    asks = models.ManyToManyField(Ask, blank=True, related_name="sections", verbose_name="回应的建议")
    supplied_by = models.ForeignKey(
        Bureau, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="提供单位"
    )
    source_opinion = models.ForeignKey(
        "replies.CoHandlerOpinion",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="sections",
        verbose_name="来源会办意见",
    )

    class Meta:
        verbose_name = verbose_name_plural = "答复段落"
        ordering = ("reply_id", "position", "id")
        indexes = [models.Index(fields=("reply", "parent", "position"), name="section_tree")]

    def __str__(self) -> str:
        return self.heading or self.body[:40]


class DocumentNumber(models.Model):
    """Register of document numbers (发文字号): bureau word, year, serial; one per signed reply, follow-up letter or
    co-handler's opinion, gap-free."""

    bureau = models.ForeignKey(Bureau, models.PROTECT, related_name="document_numbers")
    word = models.CharField("机关代字", max_length=20)
    year = models.PositiveSmallIntegerField("年份")
    serial = models.PositiveIntegerField("序号")
    reply = models.OneToOneField(Reply, models.PROTECT, null=True, blank=True, related_name="number_row")
    follow_up = models.OneToOneField(
        "replies.FollowUp", models.PROTECT, null=True, blank=True, related_name="number_row"
    )
    opinion = models.OneToOneField(
        "replies.CoHandlerOpinion", models.PROTECT, null=True, blank=True, related_name="number_row"
    )
    issued_at = models.DateTimeField("编号时间")

    class Meta:
        verbose_name = verbose_name_plural = "发文字号"
        ordering = ("word", "year", "serial")
        constraints = [
            not_blank("word", "document_word_not_blank"),
            models.UniqueConstraint(fields=("word", "year", "serial"), name="document_number_once"),
            models.CheckConstraint(
                condition=Q(reply__isnull=False, follow_up__isnull=True, opinion__isnull=True)
                | Q(reply__isnull=True, follow_up__isnull=False, opinion__isnull=True)
                | Q(reply__isnull=True, follow_up__isnull=True, opinion__isnull=False),
                name="document_number_of_one_letter",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.word}〔{self.year}〕{self.serial}号"
