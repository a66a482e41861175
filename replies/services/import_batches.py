"""Uploading pages together and dropping what is not wanted.

Neither writes an event: what was never stored belongs to no case, and the rows themselves say who did what and when.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any
from uuid import uuid4

from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction

from panjin_portal.lib.clock import now
from panjin_portal.lib.storage import save_whole, why_not_stored
from panjin_portal.lib.uploads import clean_name
from proposals.errors import InvalidInput
from proposals.models import User
from proposals.services.locking import fresh, insist
from replies.models import ImportBatch, ImportedSource, ImportItem
from replies.permissions import can
from replies.services.import_reading import JOBS
from replies.services.import_text import SUFFIXES
from replies.services.importing import may_import
from replies.structure.sources.opening import MAX_BYTES, MAX_TEXT_BYTES
from replies.workflow import ImportState

MOST_FILES = 200
MOST_BYTES = 50 * 1024 * 1024
MEGABYTE = 1024 * 1024
FOLDER = "import-uploads"
PLAIN = (".txt", ".htm", ".html")  # text and markup without pictures in it
# A file in one of these states will become, or is, a case; of the others the same file may come again.
_UNDER_WAY = (ImportState.WAITING, ImportState.READING, ImportState.READ)


@dataclass
class _Incoming:
    """One file on its way in."""

    upload: UploadedFile[Any]
    name: str
    size: int
    error: str = ""
    sha256: str = ""
    stored: str = ""
    reply_id: int | None = None
    twin_id: int | None = None


def open_batch(actor: User, *, files: Sequence[UploadedFile[Any]], key: str) -> ImportBatch:
    """Take in files and queue them for reading. The same ``key`` of the same person again gives the batch of before.

    A file of a wrong kind, empty or too large is kept as a refused line, one that is here already as a duplicate;
    neither stops the rest. Raises InvalidInput on ``uploads``: none, too many, too much, no file that could be read, no
    room on the disk (nothing is half stored then); NotAllowed.
    """
    insist(may_import(fresh(actor)))
    known = ImportBatch.objects.filter(created_by=actor, key=key).first()
    if known is not None:
        return known
    incoming = _checked(files)
    _find_duplicates(incoming)
    try:
        for one in incoming:
            if not one.error:
                _store(one)
        return _enter(actor, incoming, key)
    except IntegrityError:  # the same form came twice at once
        _discard(incoming)
        return ImportBatch.objects.get(created_by=actor, key=key)
    except OSError as error:
        _discard(incoming)
        raise InvalidInput({"uploads": why_not_stored(error)}) from error
    except BaseException:
        _discard(incoming)
        raise


def _checked(files: Sequence[UploadedFile[Any]]) -> list[_Incoming]:
    if not files:
        raise InvalidInput({"uploads": "请选择文件。"})
    if len(files) > MOST_FILES:
        raise InvalidInput({"uploads": f"一次最多 {MOST_FILES} 个文件，现在有 {len(files)} 个，请分几次上传。"})
    if sum(file.size or 0 for file in files) > MOST_BYTES:
        raise InvalidInput({"uploads": f"一次最多共 {MOST_BYTES // MEGABYTE} MB，请分几次上传。"})
    incoming = []
    for file in files:
        name = clean_name(file.name or "")
        incoming.append(_Incoming(file, name, file.size or 0, _fault(name, file.size or 0)))
    if all(one.error for one in incoming):
        raise InvalidInput({"uploads": [f"“{one.name}”：{one.error}" for one in incoming]})
    return incoming


def _fault(name: str, size: int) -> str:
    if PurePath(name).suffix.lower() not in SUFFIXES:
        return f"不能导入这种文件，请使用 {'、'.join(suffix.lstrip('.') for suffix in SUFFIXES)} 文件。"
    if not size:
        return "文件是空的，请重新选择。"
    most = MAX_TEXT_BYTES if PurePath(name).suffix.lower() in PLAIN else MAX_BYTES
    return f"文件超过 {most // MEGABYTE} MB，不像一份答复。" if size > most else ""


def _find_duplicates(incoming: list[_Incoming]) -> None:
    """Mark what is in the batch already, in another one under way, or stored: two queries for any number of files."""
    for one in incoming:
        one.sha256 = "" if one.error else _digest(one.upload)
    wanted = {one.sha256 for one in incoming if one.sha256}
    sources = ImportedSource.objects.filter(sha256__in=wanted).values_list("sha256", "reply_id", "reply__title")
    stored = {sha256: (reply_id, title) for sha256, reply_id, title in sources}
    rows = ImportItem.objects.filter(sha256__in=wanted, state__in=_UNDER_WAY).order_by("-id")
    waiting = {row.sha256: row for row in rows.only("sha256", "batch_id")}
    first: dict[str, str] = {}
    for one in incoming:
        if not one.sha256:
            continue
        if one.sha256 in stored:
            one.reply_id, title = stored[one.sha256]
            one.error = f"同一份文件已经导入过：{title}"
        elif one.sha256 in waiting:
            row = waiting[one.sha256]
            one.twin_id, one.error = row.pk, f"同一份文件已在导入批次 {row.batch_id} 里，还没有存入。"
        elif one.sha256 in first:
            one.error = f"与本批的“{first[one.sha256]}”内容完全相同。"
        else:
            first[one.sha256] = one.name


def _digest(upload: UploadedFile[Any]) -> str:
    digest = hashlib.sha256()
    for chunk in upload.chunks():
        digest.update(chunk)
    return digest.hexdigest()


def _store(one: _Incoming) -> None:
    # The name is noted before the bytes are written, so that a full disk leaves nothing behind.
    one.stored = f"{FOLDER}/{now():%Y/%m}/{uuid4().hex}{PurePath(one.name).suffix.lower()}"
    one.upload.seek(0)
    save_whole(one.stored, one.upload)


def _discard(incoming: Iterable[_Incoming]) -> None:
    for one in incoming:
        if one.stored:
            default_storage.delete(one.stored)


@transaction.atomic
def _enter(actor: User, incoming: Sequence[_Incoming], key: str) -> ImportBatch:
    insist(may_import(fresh(actor)))
    moment = now()
    batch = ImportBatch.objects.create(created_by=actor, key=key, created_at=moment)
    rows = ImportItem.objects.bulk_create(
        ImportItem(
            batch=batch,
            position=position,
            file_name=one.name,
            file=one.stored,
            sha256=one.sha256,
            size=one.size,
            state=_first_state(one),
            error=one.error[:500],
            reply_id=one.reply_id,
            twin_id=one.twin_id,
            queued_at=moment,
        )
        for position, one in enumerate(incoming, start=1)
    )
    JOBS.send_when_committed(*[row.pk for row in rows if row.state == ImportState.WAITING])
    return batch


def _first_state(one: _Incoming) -> ImportState:
    if not one.error:
        return ImportState.WAITING
    return ImportState.DUPLICATE if one.sha256 else ImportState.REFUSED


@transaction.atomic
def drop_item(actor: User, *, item: ImportItem) -> ImportItem:
    """Take a file out of its batch: its text goes, its bytes go once the transaction has ended well, the row stays and
    says who did it. The same file may be uploaded again. Raises WrongStage while it is read or once it is stored."""
    row = ImportItem.objects.select_for_update().get(pk=item.pk)
    insist(can(fresh(actor), "drop_item", row))
    stored = row.file.name or ""
    row.state, row.file, row.text, row.reading, row.corrections = ImportState.DROPPED, "", "", None, {}
    row.changed_by, row.changed_at = actor, now()
    row.save(update_fields=["state", "file", "text", "reading", "corrections", "changed_by", "changed_at"])
    if stored:
        transaction.on_commit(lambda: default_storage.delete(stored))
    return row
