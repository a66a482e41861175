"""The log of a key proposal's supervision: entries with files, corrections with their history, the report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.urls import reverse

from panjin_portal.lib.clock import now, today
from panjin_portal.lib.uploads import CheckedUpload
from proposals.errors import EditConflict, InvalidInput
from proposals.models import LogEntry, LogFile, LogRevision, Proposal, Session, SupervisionReport, User
from proposals.models.supervision_log import LogKind
from proposals.permissions_log import may_correct, may_keep_log
from proposals.services.attachments import check_files
from proposals.services.events import record_event
from proposals.services.kept_files import kept_files
from proposals.services.locking import fresh, insist, lock_proposal
from proposals.services.notice_wording import say
from proposals.services.notices import clerks_of, notify
from proposals.services.supervision_drafts import (
    CONTENT_MAX,
    PEOPLE_MAX,
    REASON_MAX,
    REPORT_MAX,
    OpenPage,
    close_draft,
)
from proposals.services.wording import day_fault, demand_text, one_line
from proposals.workflow import AssignmentState


@dataclass(frozen=True)
class Deed:
    """What an entry tells."""

    kind: str
    held_on: date | None
    people: str
    content: str

    def cleaned(self, session: Session) -> Deed:
        """With cleaned texts, for a case of ``session``. Raises InvalidInput (kind, held_on, people, content)."""
        if self.kind not in LogKind.values:
            raise InvalidInput({"kind": "请选择督办的方式。"})
        if self.held_on is None:
            raise InvalidInput({"held_on": "请填写日期。"})
        if fault := day_fault(self.held_on, session):
            raise InvalidInput({"held_on": fault})
        people = demand_text(self.people, field="people", most=PEOPLE_MAX, missing="请写明参加人员。")
        content = demand_text(self.content, field="content", most=CONTENT_MAX, missing="请写明内容。")
        return Deed(self.kind, self.held_on, one_line(people), content)


def add_entry(
    actor: User,
    *,
    proposal: Proposal,
    deed: Deed,
    files: Sequence[UploadedFile[Any]] = (),
    draft: int | None = None,
) -> LogEntry:
    """Write down what was done, with its files: all or nothing. Files are checked and written before the transaction.
    ``draft``: the version of the writer's draft as his page knows it. Raises InvalidInput (also: attachments),
    DraftConflict."""
    insist(may_keep_log(fresh(actor), proposal))
    deed = deed.cleaned(proposal.session)
    uploads = check_files(files, already=())
    with kept_files("supervision", files, uploads) as stored:
        return _enter(actor, proposal, deed, uploads, stored, draft)


@transaction.atomic
def _enter(
    actor: User,
    proposal: Proposal,
    deed: Deed,
    uploads: Sequence[CheckedUpload],
    stored: Sequence[str],
    draft: int | None,
) -> LogEntry:
    locked = lock_proposal(proposal.pk)
    post = insist(may_keep_log(fresh(actor), locked))
    close_draft(actor, page=OpenPage(locked), text=deed.content, version=draft)
    entry = LogEntry.objects.create(
        proposal=locked,
        kind=deed.kind,
        held_on=deed.held_on or today(),  # a cleaned deed has its day
        people=deed.people,
        content=deed.content,
        written_by=actor,
        post=post,
        written_at=now(),
    )
    LogFile.objects.bulk_create(
        LogFile(
            entry=entry,
            file=name,
            name=upload.name,
            content_type=upload.content_type,
            size=upload.size,
            sha256=upload.sha256,
        )
        for upload, name in zip(uploads, stored, strict=True)
    )
    words = f"督办记录：{entry}"
    data = {"entry": entry.pk, "sha256": [upload.sha256 for upload in uploads]}
    record_event(actor, proposal=locked, kind="log_supervision", post=post, text=words, data=data, clocks_moved=False)
    at_work = locked.assignments.exclude(state=AssignmentState.WITHDRAWN).values_list("bureau_id", flat=True)
    text = say("log_entered", locked, words=entry)
    notify(clerks_of(at_work), text=text, link=reverse("log-detail", args=[entry.pk]), but=actor)
    return entry


@transaction.atomic
def correct_entry(
    actor: User, *, entry: LogEntry, deed: Deed, reason: str, version: int, draft: int | None = None
) -> LogEntry:
    """Correct what one wrote oneself; what stood before is kept. ``draft`` as in ``add_entry``. Raises InvalidInput,
    EditConflict for an old ``version``, DraftConflict."""
    locked = lock_proposal(entry.proposal_id)
    current = LogEntry.objects.get(pk=entry.pk)
    current.proposal = locked
    post = insist(may_correct(fresh(actor), current))
    deed = deed.cleaned(locked.session)
    reason = one_line(demand_text(reason, field="reason", most=REASON_MAX, missing="请写明为什么更正。"))
    if version != current.version:
        raise EditConflict(mine=deed.content, theirs=current.content, version=current.version)
    close_draft(actor, page=OpenPage(locked, entry=current), text=deed.content, version=draft)
    LogRevision.objects.create(
        entry=current,
        version=current.version,
        kind=current.kind,
        held_on=current.held_on,
        people=current.people,
        content=current.content,
        replaced_at=now(),
        reason=reason,
    )
    current.kind, current.people, current.content = deed.kind, deed.people, deed.content
    current.held_on = deed.held_on or current.held_on
    current.version, current.corrected_at = current.version + 1, now()
    current.save(update_fields=["kind", "held_on", "people", "content", "version", "corrected_at"])
    words = f"更正督办记录（{current}）：{reason}"
    data = {"entry": current.pk, "version": current.version}
    record_event(actor, proposal=locked, kind="correct_log", post=post, text=words, data=data, clocks_moved=False)
    return current


@transaction.atomic
def write_report(
    actor: User, *, proposal: Proposal, text: str, seen_number: int, draft: int | None = None
) -> SupervisionReport:
    """Save the report as read at ``seen_number`` (0: none yet); earlier ones are kept. The same text again saves
    nothing. ``draft`` as in ``add_entry``. Raises InvalidInput (text), EditConflict with both texts, DraftConflict."""
    locked = lock_proposal(proposal.pk)
    post = insist(may_keep_log(fresh(actor), locked))
    text = demand_text(text, field="text", most=REPORT_MAX, missing="请写督办报告的内容。")
    last = SupervisionReport.objects.filter(proposal=locked).first()
    number = last.number if last else 0
    if last is not None and last.text != text and seen_number != number:
        raise EditConflict(mine=text, theirs=last.text, version=number)
    close_draft(actor, page=OpenPage(locked, is_report=True), text=text, version=draft)
    if last is not None and last.text == text:
        return last
    report = SupervisionReport.objects.create(
        proposal=locked, number=number + 1, text=text, written_by=actor, post=post, written_at=now()
    )
    data = {"report": report.pk, "number": report.number}
    words = f"写督办报告（第{report.number}稿）"
    record_event(actor, proposal=locked, kind="write_report", post=post, text=words, data=data, clocks_moved=False)
    return report
