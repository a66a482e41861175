"""Rendered files. A row with a state before it is a task (DESIGN section 3)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from proposals.models import Proposal
from replies.models.opinions import CoHandlerOpinion
from replies.models.publications import Publication
from replies.models.replies import Reply
from replies.workflow import DocumentState


class RenderedDocument(models.Model):
    """One file rendered out of one frozen letter; the letter itself is kept in the row.

    It belongs to a reply or, for 会办意见, to the opinion, which may be signed before there is any reply. Papers made
    when somebody asks for them have no row (``replies.views.papers`` says why).
    """

    class Kind(models.TextChoices):
        LETTER = "letter", "答复函"
        PUBLIC_COPY = "public_copy", "公开文本"
        FOLLOW_UP = "follow_up", "跟踪答复函"
        OPINION = "opinion", "会办意见"

    class Format(models.TextChoices):
        PDF = "pdf", "PDF"
        DOCX = "docx", "DOCX"
        OFD = "ofd", "OFD"

    reply = models.ForeignKey(
        Reply, models.PROTECT, null=True, blank=True, related_name="documents", verbose_name="答复"
    )
    opinion = models.ForeignKey(
        CoHandlerOpinion, models.PROTECT, null=True, blank=True, related_name="documents", verbose_name="会办意见"
    )
    publication = models.ForeignKey(
        Publication, models.PROTECT, null=True, blank=True, related_name="documents", verbose_name="公开"
    )
    kind = models.CharField("类别", max_length=12, choices=Kind.choices)
    format = models.CharField("格式", max_length=8, choices=Format.choices, default=Format.PDF)
    state = models.CharField(
        "状态",
        max_length=8,
        choices=[(s.value, s.label) for s in DocumentState],
        default=DocumentState.QUEUED,
    )
    letter = models.JSONField("文本")
    letter_digest = models.CharField("文本摘要", max_length=64)
    lease_until = models.DateTimeField("占用到", null=True, blank=True)
    attempts = models.PositiveSmallIntegerField("尝试次数", default=0)
    error = models.CharField("失败原因", max_length=300, blank=True)
    file = models.FileField("文件", upload_to="letters/%Y/%m/", max_length=200, blank=True)
    file_name = models.CharField("文件名", max_length=150, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    size = models.PositiveIntegerField("字节数", default=0)
    pages = models.PositiveSmallIntegerField("页数", default=0)
    engine = models.CharField("引擎", max_length=120, blank=True)
    queued_at = models.DateTimeField("排队时间")
    finished_at = models.DateTimeField("完成时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "生成文件"
        ordering = ("-id",)
        constraints = [
            models.CheckConstraint(
                condition=Q(reply__isnull=False, opinion__isnull=True) & ~Q(kind="opinion")
                | Q(reply__isnull=True, opinion__isnull=False, publication__isnull=True, kind="opinion"),
                name="document_of_reply_or_opinion",
            ),
            models.UniqueConstraint(
                fields=("opinion", "kind", "format", "letter_digest"),
                condition=Q(opinion__isnull=False),
                name="one_opinion_file_per_text",
            ),
            models.CheckConstraint(
                condition=~Q(state="ready") | (~Q(sha256="") & ~Q(file="")), name="ready_document_has_file"
            ),
            models.UniqueConstraint(
                fields=("reply", "kind", "format", "letter_digest"),
                condition=Q(publication__isnull=True),
                name="one_letter_file_per_text",
            ),
            models.UniqueConstraint(
                fields=("publication", "kind", "format", "letter_digest"),
                condition=Q(publication__isnull=False),
                name="one_public_file_per_text",
            ),
        ]
        indexes = [
            models.Index(fields=("lease_until",), condition=Q(state__in=["queued", "running"]), name="document_open")
        ]

    @property
    def proposal(self) -> Proposal:
        """The case it is about."""
        if self.opinion is not None:
            return self.opinion.assignment.proposal
        assert self.reply is not None  # document_of_reply_or_opinion
        return self.reply.proposal

    @property
    def bureau_id(self) -> int:
        """The bureau whose paper it is."""
        if self.opinion is not None:
            return self.opinion.assignment.bureau_id
        assert self.reply is not None
        return self.reply.bureau_id

    @property
    def title(self) -> str:
        """What stands in the notices about it."""
        if self.opinion is not None:
            return self.opinion.title
        assert self.reply is not None
        return self.reply.title

    @property
    def is_signed(self) -> bool:
        """Whether the file carries a digital signature."""
        return "PAdES " in self.engine

    def __str__(self) -> str:
        return self.file_name or self.get_kind_display()
