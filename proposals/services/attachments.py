"""Files that come with a proposal. Their bytes are checked and written before the transaction, never inside it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, BinaryIO, cast

from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from panjin_portal.lib.clock import now
from panjin_portal.lib.uploads import CheckedUpload, UploadRefused, check_upload
from proposals.errors import InvalidInput, StateChanged
from proposals.models import Attachment, Proposal, User
from proposals.permissions import can
from proposals.services.events import record_event
from proposals.services.kept_files import kept_files
from proposals.services.locking import fresh, insist, lock_proposal

ALLOWED = frozenset({"pdf", "docx", "doc", "xlsx", "jpg", "png", "txt"})
LARGEST = 20 * 1024 * 1024
MOST = 10


def check_files(files: Sequence[UploadedFile[Any]], *, already: Collection[str]) -> list[CheckedUpload]:
    """Check new files; ``already`` are the SHA-256 of those the proposal has. Raises InvalidInput (attachments)."""
    faults: list[str] = []
    passed: list[CheckedUpload] = []
    seen = set(already)
    if files and len(seen) + len(files) > MOST:
        raise InvalidInput({"attachments": f"附件最多 {MOST} 个，已有 {len(seen)} 个，请减少后再上传。"})
    for file in files:
        try:
            upload = check_upload(cast(BinaryIO, file), file.name or "", allowed=ALLOWED, max_bytes=LARGEST)
        except UploadRefused as refusal:
            faults.append(refusal.message)
            continue
        if upload.sha256 in seen:
            faults.append(f"“{upload.name}”与另一个附件内容相同，不必重复上传。")
        seen.add(upload.sha256)
        passed.append(upload)
    if faults:
        raise InvalidInput({"attachments": faults})
    return passed


def add_attachments(
    actor: User, *, proposal: Proposal, files: Sequence[UploadedFile[Any]], signed_pages: Collection[int] = ()
) -> list[Attachment]:
    """Attach ``files`` to a proposal the actor may edit: all of them or none. ``signed_pages``: places in the list of
    those that are scans of the signed or sealed page. Raises InvalidInput(attachments)."""
    if not files:
        return []
    insist(can(fresh(actor), "edit", Proposal.objects.get(pk=proposal.pk)))
    uploads = check_files(files, already=_digests(proposal))
    with kept_files("attachments", files, uploads) as stored:
        return _enter(actor, proposal, uploads, stored, signed_pages)


@transaction.atomic
def _enter(
    actor: User,
    proposal: Proposal,
    uploads: list[CheckedUpload],
    stored: list[str],
    signed_pages: Collection[int],
) -> list[Attachment]:
    locked = lock_proposal(proposal.pk)
    post = insist(can(fresh(actor), "edit", locked))
    already = _digests(locked)  # somebody may have added files meanwhile
    if len(already) + len(uploads) > MOST or already & {upload.sha256 for upload in uploads}:
        raise InvalidInput({"attachments": "附件刚被他人改动，请查看现有附件后再上传。"})
    rows = Attachment.objects.bulk_create(
        Attachment(
            proposal=locked,
            file=name,
            name=upload.name,
            content_type=upload.content_type,
            size=upload.size,
            sha256=upload.sha256,
            uploaded_by=actor,
            uploaded_at=now(),
            is_signed_page=place in signed_pages,
        )
        for place, (upload, name) in enumerate(zip(uploads, stored, strict=True))
    )
    text = f"上传附件{len(rows)}个"
    digests = [row.sha256 for row in rows]
    record_event(actor, proposal=locked, kind="attach", post=post, text=text, data={"sha256": digests})
    return rows


@transaction.atomic
def remove_attachment(actor: User, *, attachment: Attachment) -> None:
    """Take a file off a proposal the actor may edit; its bytes go once the transaction has ended well."""
    locked = lock_proposal(attachment.proposal_id)
    post = insist(can(fresh(actor), "edit", locked))
    current = Attachment.objects.filter(pk=attachment.pk).first()
    if current is None:
        raise StateChanged("这个附件刚才已经移除。")
    name = current.file.name or ""
    current.delete()
    record_event(
        actor, proposal=locked, kind="detach", post=post, text="移除附件1个", data={"sha256": [current.sha256]}
    )
    transaction.on_commit(lambda: default_storage.delete(name))


def _digests(proposal: Proposal) -> set[str]:
    return set(proposal.attachments.values_list("sha256", flat=True))
