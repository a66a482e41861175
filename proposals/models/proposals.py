"""The proposal, its asks, its proposers and its attachments."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from proposals.models.checks import not_blank, one_of
from proposals.models.organisations import Bureau
from proposals.models.proposers import Proposer
from proposals.models.sessions import Session
from proposals.models.vocabulary import Topic
from proposals.workflow import ProposalState


class Proposal(models.Model):
    """One proposal from draft to archive. ``id`` is the serial that is never re-used; ``number`` the official one."""

    class Kind(models.TextChoices):
        SESSION = "session", "会议提案"
        INTERIM = "interim", "平时提案"

    class Source(models.TextChoices):
        PORTAL = "portal", "在本平台提交"
        IMPORTED = "imported", "由已公开的答复导入"

    session = models.ForeignKey(Session, models.PROTECT, related_name="proposals", verbose_name="届次")
    kind = models.CharField("提案时间", max_length=10, choices=Kind.choices, default=Kind.SESSION)
    source = models.CharField("来源", max_length=10, choices=Source.choices, default=Source.PORTAL)
    state = models.CharField(
        "状态", max_length=16, choices=[(s.value, s.label) for s in ProposalState], default=ProposalState.DRAFT
    )
    number = models.CharField("提案号", max_length=20, blank=True)
    title = models.CharField("案由", max_length=100)
    background = models.TextField("背景情况", blank=True)
    analysis = models.TextField("问题分析", blank=True)
    suggestions = models.TextField("具体建议", blank=True)
    version = models.PositiveIntegerField("文本版本", default=1)
    topic = models.ForeignKey(
        Topic, models.PROTECT, null=True, blank=True, related_name="proposals", verbose_name="主题"
    )
    publicity_consent = models.BooleanField("同意公开提案", default=True)
    publicity_reason = models.CharField("不同意公开的理由", max_length=20, blank=True)
    wants_meeting = models.BooleanField("愿意与承办单位面商", default=False)
    may_excerpt = models.BooleanField("同意摘编刊发", default=False)
    open_to_cosigning = models.BooleanField("允许其他委员附议", default=False)
    research = models.CharField("调研情况", max_length=200, blank=True)
    raised_before = models.CharField("往届提出情况", max_length=100, blank=True)
    proposers = models.ManyToManyField(Proposer, through="ProposalProposer", related_name="proposals")
    suggested_bureaus = models.ManyToManyField(Bureau, blank=True, related_name="+", verbose_name="建议承办单位")
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="merged", verbose_name="并入的主提案"
    )
    answered_outside_by = models.ForeignKey(
        Bureau,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="平台外答复单位",
        help_text="只用于导入的提案：它们没有交办，这里记下原件的答复单位",
    )
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="录入人")
    created_by_committee = models.BooleanField("由提案委代录", default=False)
    created_at = models.DateTimeField("录入时间")
    submitted_at = models.DateTimeField("提交时间", null=True, blank=True)
    registered_at = models.DateTimeField("立案时间", null=True, blank=True)
    assigned_at = models.DateTimeField("交办时间", null=True, blank=True)
    answered_at = models.DateTimeField("答复时间", null=True, blank=True)
    # Read-only while it stands (``services.locking``); the packages are the upper floor's.
    archived_at = models.DateTimeField("归档时间", null=True, blank=True)
    # Nearest open deadline, kept along with the head of the event chain (``services.events``): lists sort by it.
    next_due_on = models.DateField("最近期限", null=True, blank=True, editable=False)
    next_due_provisional = models.BooleanField("最近期限暂定", default=False, editable=False)
    last_event_number = models.PositiveIntegerField(default=0, editable=False)
    last_event_hash = models.CharField(max_length=64, blank=True, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "提案"
        ordering = ("-id",)
        constraints = [
            not_blank("title", "proposal_title_not_blank"),
            one_of("state", [s.value for s in ProposalState], "proposal_state_known"),
            models.UniqueConstraint(
                fields=("session", "number"), condition=~Q(number=""), name="proposal_number_once_per_session"
            ),
            models.CheckConstraint(
                condition=Q(publicity_consent=True) | ~Q(publicity_reason="") | Q(state=ProposalState.DRAFT),
                name="proposal_refused_publicity_has_reason",
            ),
            models.CheckConstraint(
                condition=Q(state=ProposalState.MERGED, merged_into__isnull=False)
                | (~Q(state=ProposalState.MERGED) & Q(merged_into__isnull=True)),
                name="proposal_merged_has_main",
            ),
        ]
        indexes = [
            models.Index(fields=("state", "-id"), name="proposal_state_id"),
            models.Index(fields=("session", "-id"), name="proposal_session_id"),
            # All that the statistics ask of a case, so that they read this and not the texts.
            models.Index(
                fields=("session", "state", "created_by_committee", "created_by", "next_due_on", "id"),
                name="proposal_counted",
            ),
            models.Index(fields=("next_due_on", "-id"), name="proposal_next_due"),
            models.Index(fields=("submitted_at",), name="proposal_submitted"),
            # Whether a number is taken: the unique one has a condition with a value, which SQLite never takes.
            models.Index(fields=("session", "number"), name="proposal_session_number"),
            # What the lamp board leaves out; asked as a set, PostgreSQL read every case for it.
            models.Index(fields=("id",), condition=models.Q(archived_at__isnull=False), name="proposal_archived"),
        ]

    def __str__(self) -> str:
        return f"{self.label} {self.title}" if self.number else self.title

    @property
    def label(self) -> str:
        """``第005号`` once numbered, ``流水号 12`` before."""
        return case_label(self.number, self.pk)

    @property
    def matter(self) -> str:
        """What it is about: the title without 的提案 or 的建议 behind it."""
        return self.title.strip().removesuffix("的提案").removesuffix("的建议")

    @property
    def stage(self) -> ProposalState:
        """The state as the enum of ``proposals.workflow``."""
        return ProposalState(self.state)


def case_label(number: str | None, pk: int) -> str:
    """``第005号`` once numbered, ``流水号 12`` before."""
    return f"第{number}号" if number else f"流水号 {pk}"


class ProposalProposer(models.Model):
    """A proposer of a proposal; position 1 is the first proposer (第一提案人)."""

    proposal = models.ForeignKey(Proposal, models.CASCADE, related_name="proposal_proposers")
    proposer = models.ForeignKey(Proposer, models.PROTECT, related_name="proposal_proposers", verbose_name="提案者")
    position = models.PositiveSmallIntegerField("顺序", default=1)
    # Signed a text that somebody else writes: reads, rates and is answered like the others, but does not edit.
    is_cosigner = models.BooleanField("应邀联名", default=False)

    class Meta:
        verbose_name = verbose_name_plural = "提案者"
        ordering = ("proposal_id", "position")
        constraints = [
            models.UniqueConstraint(fields=("proposal", "proposer"), name="proposer_once_per_proposal"),
            models.UniqueConstraint(fields=("proposal", "position"), name="proposer_position_once"),
        ]

    def __str__(self) -> str:
        return str(self.proposer)


class Ask(models.Model):
    """One numbered request (建议) of a proposal; replies say which section answers it."""

    proposal = models.ForeignKey(Proposal, models.CASCADE, related_name="asks")
    position = models.PositiveSmallIntegerField("序号")
    text = models.TextField("建议内容")

    class Meta:
        verbose_name = verbose_name_plural = "建议"
        ordering = ("proposal_id", "position")
        constraints = [
            not_blank("text", "ask_text_not_blank"),
            models.UniqueConstraint(fields=("proposal", "position"), name="ask_position_once"),
        ]

    def __str__(self) -> str:
        return f"{self.position}. {self.text[:40]}"


class Attachment(models.Model):
    """A file handed in with the proposal. Served only by a permission-checked view."""

    proposal = models.ForeignKey(Proposal, models.CASCADE, related_name="attachments")
    file = models.FileField("文件", upload_to="attachments/%Y/%m/", max_length=200)
    name = models.CharField("文件名", max_length=150)
    is_signed_page = models.BooleanField("签章页", default=False)
    content_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField("字节数")
    sha256 = models.CharField(max_length=64)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField("上传时间")

    class Meta:
        verbose_name = verbose_name_plural = "附件"
        ordering = ("proposal_id", "id")
        constraints = [
            not_blank("name", "attachment_name_not_blank"),
            models.UniqueConstraint(fields=("proposal", "sha256"), name="attachment_once_per_proposal"),
        ]

    def __str__(self) -> str:
        return self.name
