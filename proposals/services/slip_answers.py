"""The bureau's side of a supervision slip: a draft that is kept, its files, the report that is handed in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any

from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import F
from django.urls import reverse

from panjin_portal.lib.clock import now
from panjin_portal.lib.uploads import CheckedUpload
from proposals.errors import EditConflict, InvalidInput, StateChanged
from proposals.models import Role, SlipAnswer, SlipFile, SupervisionSlip, User
from proposals.models.deadlines import DeadlineKind
from proposals.permissions_supervision import can
from proposals.services.attachments import MOST, check_files
from proposals.services.deadlines import meet_deadline
from proposals.services.events import record_event
from proposals.services.kept_files import kept_files
from proposals.services.locking import fresh, insist
from proposals.services.notice_wording import say
from proposals.services.notices import holders_of, notify
from proposals.services.slips import locked_slip
from proposals.services.wording import demand_text
from proposals.workflow_supervision import SLIP

ANSWER_MAX = 5000


def save_draft(actor: User, *, slip: SupervisionSlip, text: str, version: int) -> SupervisionSlip:
    """Keep the draft read at ``version``. EditConflict gives both texts back; InvalidInput (text)."""
    with transaction.atomic():
        _, current, _ = locked_slip(actor, slip, "write_slip_answer")
        text = demand_text(text, field="text", most=ANSWER_MAX)
        changed = SupervisionSlip.objects.filter(pk=current.pk, version=version).update(
            draft=text, drafted_by=actor, version=F("version") + 1
        )
        if not changed and current.draft != text:
            is_own = current.drafted_by_id == actor.pk
            raise EditConflict(mine=text, theirs=current.draft, version=current.version, is_own=is_own)
        return SupervisionSlip.objects.get(pk=current.pk)


def add_files(actor: User, *, slip: SupervisionSlip, files: Sequence[UploadedFile[Any]]) -> list[SlipFile]:
    """Put ``files`` to the draft: all of them or none. They are checked and written before the transaction. Raises
    InvalidInput (attachments)."""
    if not files:
        return []
    insist(can(fresh(actor), "write_slip_answer", slip))
    uploads = check_files(files, already=_digests(slip))
    with kept_files("slips", files, uploads) as stored:
        return _enter(actor, slip, uploads, stored)


@transaction.atomic
def _enter(
    actor: User, slip: SupervisionSlip, uploads: Sequence[CheckedUpload], stored: Sequence[str]
) -> list[SlipFile]:
    _, current, _ = locked_slip(actor, slip, "write_slip_answer")
    already = _digests(current)
    if len(already) + len(uploads) > MOST or already & {upload.sha256 for upload in uploads}:
        raise InvalidInput({"attachments": "附件刚被同事改动，请查看现有附件后再上传。"})
    return SlipFile.objects.bulk_create(
        SlipFile(
            slip=current,
            file=name,
            name=upload.name,
            content_type=upload.content_type,
            size=upload.size,
            sha256=upload.sha256,
            uploaded_by=actor,
            uploaded_at=now(),
        )
        for upload, name in zip(uploads, stored, strict=True)
    )


@transaction.atomic
def remove_files(actor: User, *, slip: SupervisionSlip, ids: Iterable[int]) -> int:
    """Take files off the draft; what was handed in stays. Their bytes go once the transaction has ended well."""
    _, current, _ = locked_slip(actor, slip, "write_slip_answer")
    rows = list(SlipFile.objects.filter(slip=current, answer=None, pk__in=list(ids)))
    names = [row.file.name or "" for row in rows]
    SlipFile.objects.filter(pk__in=[row.pk for row in rows]).delete()
    for name in names:
        transaction.on_commit(partial(default_storage.delete, name))
    return len(rows)


@transaction.atomic
def hand_in(actor: User, *, slip: SupervisionSlip, seen_version: int) -> SlipAnswer:
    """报送: the draft as it was seen becomes a report that never changes, with its files; the clock stops. Raises
    InvalidInput (text) for an empty one, WrongStage when it was changed meanwhile."""
    locked, current, post = locked_slip(actor, slip, "answer_slip")
    if seen_version != current.version:
        raise StateChanged("办理情况刚被同事改过，请看过最新的文字再报送。")
    text = demand_text(current.draft, field="text", most=ANSWER_MAX, missing="请先写办理情况，再报送。")
    number = current.answers.count() + 1
    answer = SlipAnswer.objects.create(
        slip=current, number=number, text=text, answered_by=actor, post=post, answered_at=now()
    )
    SlipFile.objects.filter(slip=current, answer=None).update(answer=answer)
    current.state = SLIP.get("answer_slip").target or current.state
    current.save(update_fields=["state"])
    meet_deadline(proposal=locked, kind=DeadlineKind.SLIP, whose=current.bureau, reference=current.reference)
    words = f"{current.bureau.short_name}报送督办单（{current}）的办理情况"
    data = {"slip": current.pk, "answer": number}
    record_event(actor, proposal=locked, kind="answer_slip", post=post, text=words, data=data)
    people = holders_of(roles=[Role.OFFICE_STAFF])
    link = reverse("slip-detail", args=[current.pk])
    notify(people, text=say("slip_answered", locked, words=words), link=link, but=actor)
    return answer


def _digests(slip: SupervisionSlip) -> set[str]:
    """Of the files of the draft: what went with an earlier report may go with the next one again."""
    return set(SlipFile.objects.filter(slip=slip, answer=None).values_list("sha256", flat=True))
