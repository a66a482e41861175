"""How the proposer rates the answer (征询意见表, DOMAIN 1.10)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from proposals.models import Post, Proposer
from proposals.models.checks import one_of
from replies.models.replies import Reply
from replies.workflow import RedoState


class Feedback(models.Model):
    """One rating by one proposer of one issued reply. Given once: by a person of the proposer, through the
    link mailed to him, or on a paper form that staff enters with its scan."""

    class Grade(models.TextChoices):
        SATISFIED = "satisfied", "满意"
        FAIRLY = "fairly", "基本满意"
        DISSATISFIED = "dissatisfied", "不满意"

    class Source(models.TextChoices):
        PORTAL = "portal", "本人在平台评价"
        LINK = "link", "本人经一次性链接评价"
        PAPER = "paper", "纸质表，工作人员代录"

    reply = models.ForeignKey(Reply, models.PROTECT, related_name="feedback", verbose_name="答复")
    proposer = models.ForeignKey(Proposer, models.PROTECT, related_name="feedback", verbose_name="提案者")
    attitude = models.CharField("办理态度", max_length=12, choices=Grade.choices)
    result = models.CharField("办理结果", max_length=12, choices=Grade.choices)
    opinion = models.TextField("意见建议", blank=True)
    answers = models.JSONField("征询意见表", default=list, blank=True, help_text="每项：问题与所选")
    source = models.CharField("来自", max_length=8, choices=Source.choices, default=Source.PORTAL)
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    post = models.ForeignKey(Post, models.PROTECT, null=True, blank=True, related_name="+")
    scan = models.FileField("纸质表扫描件", upload_to="ratings/%Y/%m/", max_length=200, blank=True)
    scan_name = models.CharField("文件名", max_length=150, blank=True)
    scan_sha256 = models.CharField(max_length=64, blank=True)
    given_at = models.DateTimeField("评价时间")

    class Meta:
        verbose_name = verbose_name_plural = "评价"
        ordering = ("reply_id", "id")
        constraints = [
            one_of("attitude", ["satisfied", "fairly", "dissatisfied"], "feedback_attitude_known"),
            one_of("result", ["satisfied", "fairly", "dissatisfied"], "feedback_result_known"),
            one_of("source", ["portal", "link", "paper"], "feedback_source_known"),
            models.CheckConstraint(
                condition=Q(source="link", given_by__isnull=True)
                | (~Q(source="link") & Q(given_by__isnull=False, post__isnull=False)),
                name="feedback_has_its_giver",
            ),
            models.CheckConstraint(
                condition=~Q(source="paper") | (~Q(scan="") & ~Q(scan_sha256="")), name="paper_rating_has_its_scan"
            ),
            models.UniqueConstraint(fields=("reply", "proposer"), name="feedback_once_per_proposer"),
        ]

    def __str__(self) -> str:
        return f"{self.proposer}：{self.get_result_display()}"


class RatingLink(models.Model):
    """A link by mail for a proposer without an account, bound to him and one reply, good for one rating.

    The table knows the token by its hash only; the mail is written at the moment it is sent.
    """

    reply = models.ForeignKey(Reply, models.PROTECT, related_name="rating_links", verbose_name="答复")
    proposer = models.ForeignKey(Proposer, models.PROTECT, related_name="rating_links", verbose_name="提案者")
    salt = models.CharField(max_length=32, unique=True, editable=False)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="发送人")
    created_at = models.DateTimeField("生成时间")
    expires_at = models.DateTimeField("有效至")
    mailed_at = models.DateTimeField("发出时间", null=True, blank=True)
    used_at = models.DateTimeField("使用时间", null=True, blank=True)
    revoked_at = models.DateTimeField("作废时间", null=True, blank=True)
    attempts = models.PositiveSmallIntegerField("发送次数", default=0)
    next_try_at = models.DateTimeField("下次发送", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "评价链接"
        ordering = ("-id",)
        constraints = [
            models.UniqueConstraint(
                fields=("reply", "proposer"),
                condition=Q(used_at__isnull=True, revoked_at__isnull=True),
                name="one_live_rating_link",
            )
        ]
        indexes = [
            models.Index(
                fields=("next_try_at",),
                condition=Q(mailed_at__isnull=True, used_at__isnull=True, revoked_at__isnull=True),
                name="rating_link_to_mail",
            )
        ]

    def __str__(self) -> str:
        return f"{self.proposer}的评价链接"


class Redo(models.Model):
    """What a dissatisfied proposer sets off: another answer of the same bureau, or after the last one a meeting."""

    reply = models.OneToOneField(Reply, models.PROTECT, related_name="redo", verbose_name="不满意的答复")
    feedback = models.ForeignKey(Feedback, models.PROTECT, related_name="+", verbose_name="评价")
    state = models.CharField("状态", max_length=12, choices=[(s.value, s.label) for s in RedoState])
    opened_at = models.DateTimeField("提出时间")
    met_on = models.DateField("会商日期", null=True, blank=True)
    place = models.CharField("会商地点", max_length=80, blank=True)
    people = models.CharField("参加人", max_length=300, blank=True)
    record = models.TextField("会商情况", blank=True)
    outcome = models.TextField("会商结果", blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="记录人"
    )
    recorded_at = models.DateTimeField("记录时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "重新办理"
        ordering = ("reply_id",)
        constraints = [
            one_of("state", [s.value for s in RedoState], "redo_state_known"),
            models.CheckConstraint(
                condition=~Q(state="met") | (Q(met_on__isnull=False) & ~Q(record="") & ~Q(outcome="")),
                name="meeting_has_its_record",
            ),
        ]
        indexes = [models.Index(fields=("state", "reply"), name="redo_state")]

    def __str__(self) -> str:
        return f"{self.reply}：{self.get_state_display()}"
