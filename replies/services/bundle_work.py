"""What a maker of bundles works with: the row under its lease, how far it is, and the files that are finished.

A run ends by itself after ``SHIFT`` so that eight bundles on two workers all come along: what is finished stays, the
rest goes back into the queue. So a maker asks ``finished`` before it makes a volume, reports after each piece, and
calls ``rest`` only where the next run will not do the same work again.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import QuerySet

from panjin_portal.lib.storage import save_whole
from panjin_portal.lib.zipping import digest_of
from proposals.errors import PortalError
from proposals.models import Proposal, User
from proposals.permissions import visible_proposals
from proposals.services.locking import fresh
from proposals.services.queueing import JobKind
from replies.models import Bundle, BundleFile
from replies.workflow import DocumentState

LEASE = timedelta(minutes=10)  # longer than the limit of the task, which is longer than a shift and one volume
SHIFT = timedelta(minutes=4)
IN_MEMORY = 8 << 20
FOLDER = "bundles"
NOTE = "plan.json"
JOBS = JobKind(
    label="汇编与打包",
    model=Bundle,
    task="replies.tasks.make_bundle",
    waiting=DocumentState.QUEUED,
    running=DocumentState.RUNNING,
    failed=DocumentState.FAILED,
    lease=LEASE,
    at_once=20,
)


class LeaseLost(Exception):
    """Somebody else works on the bundle, or it is gone: this run writes nothing more."""


class ShiftOver(Exception):
    """This run has lasted long enough; the next one goes on from what is finished."""


class BundleFailed(PortalError):
    """The bundle cannot be made; the message says why, in Chinese, to who asked for it."""


@dataclass
class BundleWork:
    """One run over one bundle. ``left_out``: pairs (case, why) a maker adds to; stored when the bundle is finished."""

    bundle: Bundle
    lease: datetime
    left_out: list[tuple[str, str]] = field(default_factory=list)
    _begun: float = field(default_factory=time.monotonic)

    @property
    def owner(self) -> User:
        """Who asked, with the posts held today: what he may not read now does not go in."""
        return self.bundle.created_by

    def cases(self) -> QuerySet[Proposal]:
        """The chosen cases that who asked may still see, in no order. Those he may not are in no list of this run."""
        return visible_proposals(fresh(self.owner), among=self.bundle.selection)

    def report(self, done: int, total: int | None = None) -> None:
        """So many pieces are made. Raises LeaseLost."""
        columns = {"done": done} if total is None else {"done": done, "total": total}
        if not JOBS.note(self.bundle.pk, self.lease, **columns):
            raise LeaseLost
        for name, value in columns.items():
            setattr(self.bundle, name, value)

    def rest(self) -> None:
        """To be called where what was made so far will not be made again. Raises ShiftOver after ``SHIFT``."""
        if time.monotonic() - self._begun > SHIFT.total_seconds():
            raise ShiftOver

    def finished(self, file_format: str, number: int = 1) -> BundleFile | None:
        """The volume of that number in that format, when this run or one before has finished it and its file is
        there."""
        row = self.bundle.files.filter(format=file_format, number=number).first()
        return row if row is not None and row.file.name and default_storage.exists(row.file.name) else None

    def store(
        self,
        content: IO[bytes],
        *,
        file_format: str,
        name: str,
        number: int = 1,
        pages: int = 0,
        first_page: int = 0,
    ) -> BundleFile:
        """Keep a finished volume: stored whole, and then one row. ``content``: a seekable binary file, read from its
        beginning; ``name``: what readers save it as. Raises OSError, and then nothing is left, and LeaseLost.

        A bundle has a folder of its own, so that its files can go when its day has come without asking who else names
        them; the same bytes made twice are still one file.
        """
        sha256 = digest_of(content)
        size = content.seek(0, 2)
        content.seek(0)
        stored = f"{folder_of(self.bundle.pk)}/{sha256}.{file_format}"
        save_whole(stored, File(content))
        with transaction.atomic():
            if JOBS.note(self.bundle.pk, self.lease):  # locks the row: nobody removes the bundle meanwhile
                facts = {"name": name, "file": stored, "sha256": sha256, "size": size}
                facts |= {"pages": pages, "first_page": first_page}
                row, _ = BundleFile.objects.update_or_create(
                    bundle=self.bundle, format=file_format, number=number, defaults=facts
                )
                return row
        if not Bundle.objects.filter(pk=self.bundle.pk).exists():  # else who has the lease now may have made the same
            default_storage.delete(stored)
        raise LeaseLost


def spool() -> IO[bytes]:
    """A file without a name to write a volume into: small ones stay in memory. It lies beside the queue's files, for
    the folder for temporary files may be memory too."""
    Path(settings.VAR_DIR).mkdir(parents=True, exist_ok=True)
    return tempfile.SpooledTemporaryFile(max_size=IN_MEMORY, dir=str(settings.VAR_DIR))


def folder_of(pk: int) -> str:
    """Where the files of a bundle lie."""
    return f"{FOLDER}/{pk}"


def note_of(pk: int) -> str:
    """What a run notes for the next one, beside the files: it is gone when a book is finished."""
    return f"{folder_of(pk)}/{NOTE}"


def stored_names(pk: int) -> Iterator[str]:
    """All that lies in the folder of a bundle, named by a row or not."""
    try:
        _, files = default_storage.listdir(folder_of(pk))
    except FileNotFoundError:  # nothing was ever stored
        return
    yield from (f"{folder_of(pk)}/{name}" for name in files)
