"""What belongs into the package of a case: its texts, its files, its tables. Reads only; the caller writes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q, QuerySet
from django.db.models.fields.files import FieldFile

from panjin_portal.lib.zipping import Entry, safe_name, text_entry
from proposals.errors import PortalError
from proposals.models import (
    Ask,
    Assignment,
    Attachment,
    Deadline,
    HandlingRequest,
    IssuedNumber,
    LogEntry,
    LogFile,
    LogRevision,
    Mark,
    Proposal,
    ProposalProposer,
    Review,
    SlipAnswer,
    SlipFile,
    StepOpinion,
    SupervisionReport,
    SupervisionSlip,
    Suspension,
    Urging,
)
from replies.documents.letter import from_dict, plain_text
from replies.models import (
    ClearanceStep,
    CoHandlerOpinion,
    Consultation,
    ConsultationFile,
    ConsultationSide,
    CountersignChange,
    Delivery,
    Feedback,
    FollowUp,
    ImportedSource,
    Promise,
    PromiseCheck,
    Publication,
    Redo,
    ReleaseDecision,
    RenderedDocument,
    Reply,
)
from replies.services.archive_rows import Facts, facts_of, readable, row_facts
from replies.workflow import DocumentState, OpinionState

PIECE = 1 << 20


class ContentMissing(PortalError):
    """A registered file cannot be put into the package: it is gone, or its bytes are not those registered."""


@dataclass(frozen=True)
class Table:
    """The rows of one kind, for the data (``rows``) and for the eye (``lines``)."""

    code: str
    label: str
    rows: list[Facts]
    lines: list[list[tuple[str, str]]]


@dataclass(frozen=True)
class Text:
    """A text shown whole in the index."""

    label: str
    body: str


@dataclass(frozen=True)
class CaseContents:
    """Everything of one case: of the archived one, or of one merged into it."""

    proposal: Proposal
    facts: Facts
    tables: list[Table]
    texts: list[Text]
    entries: list[Entry] = field(default_factory=list)


def contents_of(proposal: Proposal, folder: str = "") -> CaseContents:
    """All of one case, its files under ``folder``. Number of queries: one for each kind of row, and names."""
    tables = [_table(code, label, rows) for code, label, rows in _tables(proposal)]
    texts = list(_texts(proposal))
    entries = [
        *(text_entry(f"{folder}{_text_path(text, at)}", text.body) for at, text in enumerate(texts, start=1)),
        *_files(proposal, folder),
    ]
    return CaseContents(proposal, row_facts(proposal), tables, texts, entries)


def _table(code: str, label: str, rows: QuerySet[Any]) -> Table:
    found = facts_of(rows)
    return Table(code, label, found, [readable(row, rows.model) for row in found])


def _tables(case: Proposal) -> Iterator[tuple[str, str, QuerySet[Any]]]:
    yield "proposers", "提案者", ProposalProposer.objects.filter(proposal=case)
    yield "asks", "建议", Ask.objects.filter(proposal=case)
    yield "reviews", "审查", Review.objects.filter(proposal=case)
    yield "review_steps", "审查环节", StepOpinion.objects.filter(proposal=case)
    yield "numbers", "提案编号", IssuedNumber.objects.filter(proposal=case)
    yield "marks", "标记", Mark.objects.filter(proposal=case)
    yield "assignments", "交办", Assignment.objects.filter(proposal=case)
    yield "requests", "承办单位申请", HandlingRequest.objects.filter(assignment__proposal=case)
    yield "suspensions", "中止办理", Suspension.objects.filter(proposal=case)
    yield "deadlines", "期限", Deadline.objects.filter(proposal=case)
    yield "urgings", "催办", Urging.objects.filter(proposal=case)
    yield "slips", "督办单", SupervisionSlip.objects.filter(proposal=case)
    yield "slip_answers", "督办单办理情况", SlipAnswer.objects.filter(slip__proposal=case)
    yield "supervision_log", "督办记录", LogEntry.objects.filter(proposal=case)
    yield "supervision_log_before", "督办记录原文", LogRevision.objects.filter(entry__proposal=case)
    yield "supervision_reports", "督办报告", SupervisionReport.objects.filter(proposal=case)
    yield "consultations", "沟通记录", Consultation.objects.filter(proposal=case)
    yield "consultation_sides", "提案者核对", ConsultationSide.objects.filter(consultation__proposal=case)
    yield "opinions", "会办意见", _opinions(case)
    yield "replies", "答复", Reply.objects.filter(proposal=case)
    yield "clearance", "核签", ClearanceStep.objects.filter(reply__proposal=case)
    yield "countersign_changes", "会签修改", CountersignChange.objects.filter(reply__proposal=case)
    yield "deliveries", "送达", Delivery.objects.filter(reply__proposal=case)
    yield "ratings", "评价", Feedback.objects.filter(reply__proposal=case)
    yield "redos", "重新办理", Redo.objects.filter(reply__proposal=case)
    yield "promises", "承诺", Promise.objects.filter(proposal=case)
    yield "promise_checks", "回头看", PromiseCheck.objects.filter(promise__proposal=case)
    yield "second_answers", "跟踪答复", FollowUp.objects.filter(promise__proposal=case)
    yield "publications", "公开", Publication.objects.filter(proposal=case)
    yield "release", "公开审查意见", ReleaseDecision.objects.filter(publication__proposal=case)


def _opinions(case: Proposal) -> QuerySet[CoHandlerOpinion]:
    """What was handed in; a draft nobody handed in is no document."""
    return CoHandlerOpinion.objects.filter(assignment__proposal=case, state=OpinionState.SUBMITTED)


def _texts(case: Proposal) -> Iterator[Text]:
    """The proposal, the opinions of the co-handlers, every letter that was signed or imported."""
    parts = (("背景情况", case.background), ("问题分析", case.analysis), ("具体建议", case.suggestions))
    body = "\n\n".join(f"{label}\n{text}" for label, text in parts if text)
    yield Text("提案", f"{case.label} {case.title}\n\n{body}\n")
    for opinion in _opinions(case).select_related("assignment__bureau").order_by("pk"):
        lines = filter(None, (opinion.document_number, opinion.heading, opinion.body))
        yield Text(f"{opinion.assignment.bureau.short_name}会办意见", "\n".join(lines) + "\n")
    replies = Reply.objects.filter(proposal=case, signed_letter__isnull=False).select_related("bureau")
    for reply in replies.order_by("pk"):
        letter = plain_text(from_dict(reply.signed_letter or {}))
        yield Text(f"{reply.bureau.short_name}第{reply.answer_round}次答复", f"{letter}\n")
    for row in FollowUp.objects.filter(promise__proposal=case, letter__isnull=False).order_by("pk"):
        yield Text("跟踪答复", f"{plain_text(from_dict(row.letter or {}))}\n")


def _text_path(text: Text, at: int) -> str:
    return f"文本/{at:02}_{safe_name(text.label)}.txt"


def _files(case: Proposal, folder: str) -> Iterator[Entry]:
    """Every stored file, under a name that says what it is and cannot meet another."""
    documents = RenderedDocument.objects.filter(
        Q(reply__proposal=case) | Q(opinion__assignment__proposal=case), state=DocumentState.READY
    ).defer("letter")
    found: list[tuple[str, Iterable[tuple[FieldFile, str, str]]]] = [
        ("提案附件", ((r.file, r.name, r.sha256) for r in Attachment.objects.filter(proposal=case).order_by("pk"))),
        (
            "申请佐证",
            (
                (r.file, r.file_name, r.sha256)
                for r in HandlingRequest.objects.filter(assignment__proposal=case).exclude(file="").order_by("pk")
            ),
        ),
        (
            "督办附件",
            (
                (r.file, r.name, r.sha256)
                for r in SlipFile.objects.filter(slip__proposal=case, answer__isnull=False).order_by("pk")
            ),
        ),
        (
            "督办记录附件",
            ((r.file, r.name, r.sha256) for r in LogFile.objects.filter(entry__proposal=case).order_by("pk")),
        ),
        (
            "沟通附件",
            (
                (r.file, r.name, r.sha256)
                for r in ConsultationFile.objects.filter(consultation__proposal=case).order_by("pk")
            ),
        ),
        (
            "导入原件",
            (
                (r.file, r.file_name, r.sha256)
                for r in ImportedSource.objects.filter(reply__proposal=case).defer("text").order_by("pk")
            ),
        ),
        (
            "答复函",
            ((r.file, r.file_name, r.sha256) for r in documents.filter(publication=None).order_by("pk")),
        ),
        (
            "纸质评价",
            (
                (r.scan, r.scan_name, r.scan_sha256)
                for r in Feedback.objects.filter(reply__proposal=case).exclude(scan="").order_by("pk")
            ),
        ),
        (
            "公开文本",
            ((r.file, r.file_name, r.sha256) for r in documents.filter(publication__isnull=False).order_by("pk")),
        ),
    ]
    for kind, rows in found:
        for at, (file, name, sha256) in enumerate(rows, start=1):
            path = f"{folder}{kind}/{at:02}_{safe_name(name)}"
            yield Entry(path, _Stored(file, name, sha256).chunks)


@dataclass(frozen=True)
class _Stored:
    """A stored file that is read when its turn comes and must be what was registered."""

    file: FieldFile
    name: str
    sha256: str

    def chunks(self) -> Iterator[bytes]:
        digest = hashlib.sha256()
        try:
            with self.file.open("rb") as handle:
                while piece := handle.read(PIECE):
                    digest.update(piece)
                    yield piece
        except FileNotFoundError as missing:
            raise ContentMissing(f"文件“{self.name}”在存储中找不到，归档包没有制成。请联系管理员。") from missing
        if self.sha256 and digest.hexdigest() != self.sha256:
            raise ContentMissing(f"文件“{self.name}”与登记的校验值不一致，归档包没有制成。请联系管理员。")
