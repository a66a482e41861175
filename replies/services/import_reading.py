"""Reading uploaded pages in the background: a row first, then a task; a lease instead of a lock; all may be repeated.

The files come from outside, and a worker thread cannot be stopped: they are taken apart in a child process with limits
of time and memory. Who loses the lease writes nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.urls import reverse
from kombu.exceptions import OperationalError as BrokerDown

from panjin_portal.lib.clock import now
from panjin_portal.lib.uploads import UploadRefused
from proposals.services.notice_wording import say
from proposals.services.notices import notify
from replies.models import ImportBatch, ImportedSource, ImportItem
from replies.services.import_case import known_bureaus
from replies.services.import_process import read_in_process
from replies.services.storing import FileAltered, read_verified
from replies.workflow import ImportState

logger = logging.getLogger(__name__)

SECONDS, MEGABYTES = 60.0, 1024
LEASE = timedelta(minutes=3)  # longer than SECONDS plus reading the file
MAX_ATTEMPTS = 5
WAITED_TOO_LONG = timedelta(seconds=30)
SWEEP_SIZE = 50
OPEN_STATES = (ImportState.WAITING, ImportState.READING)


def send_when_committed(pks: Sequence[int]) -> None:
    """Hand the files to the queue once their rows are there. With the broker down nothing is lost: the sweep comes."""
    transaction.on_commit(lambda: _send(pks))


def _send(pks: Sequence[int]) -> None:
    from replies.tasks import read_import_item as task

    for pk in pks:
        try:
            task.apply_async(args=(pk,), retry=False)
        except (BrokerDown, OSError) as error:  # no use in waiting for it once per file
            logger.warning("queue not reachable, import items from %s on wait for the sweep: %s", pk, error)
            return


def read_item(pk: int) -> bool:
    """Read the file of item ``pk``. True when this call finished it, well or badly; False when there was nothing to do
    (already done, or another worker holds the lease)."""
    lease = _claim(pk)
    if lease is None:
        return False
    item = ImportItem.objects.get(pk=pk)
    known = ImportedSource.objects.filter(sha256=item.sha256).select_related("reply").first()
    if known is not None:
        outcome: dict[str, Any] = {
            "state": ImportState.DUPLICATE,
            "reply": known.reply,
            "error": f"同一份文件已经导入过：{known.reply.title}",
        }
    else:
        outcome = _read(item)
    return _finish(item, lease, outcome)


def _claim(pk: int) -> datetime | None:
    """Take the lease by one conditional UPDATE: of two workers exactly one gets it."""
    moment = now()
    until = moment + LEASE
    free = Q(state=ImportState.WAITING) | Q(state=ImportState.READING, lease_until__lt=moment)
    taken = ImportItem.objects.filter(free, pk=pk, attempts__lt=MAX_ATTEMPTS).update(
        state=ImportState.READING, lease_until=until, attempts=F("attempts") + 1
    )
    return until if taken else None


def _read(item: ImportItem) -> dict[str, Any]:
    """The columns that say what came of it."""
    try:
        raw = read_verified(item.file, item.sha256)
        found = read_in_process(raw, name=item.file_name, bureaus=known_bureaus(), seconds=SECONDS, megabytes=MEGABYTES)
    except (FileAltered, UploadRefused) as refused:
        return {"state": ImportState.REFUSED, "error": refused.message}
    return {
        "state": ImportState.REFUSED if found.refusal else ImportState.READ,
        "error": found.refusal,
        "text": found.text,
        "reading": found.reading,
        "salutation": found.salutation,
        "bureau_code": found.bureau_code,
    }


def _finish(item: ImportItem, lease: datetime, outcome: dict[str, Any]) -> bool:
    outcome["error"] = str(outcome.get("error", ""))[:500]
    held = ImportItem.objects.filter(pk=item.pk, state=ImportState.READING, lease_until=lease)
    done = held.update(**outcome, lease_until=None, changed_at=now())
    if done:
        _tell_when_all_are_read(item.batch_id)
    return bool(done)


def _tell_when_all_are_read(batch_id: int) -> None:
    """Tell the uploader once, by a conditional UPDATE: of two workers with the last two files exactly one does it."""
    if ImportItem.objects.filter(batch=batch_id, state__in=OPEN_STATES).exists():
        return
    if ImportBatch.objects.filter(pk=batch_id, told_at=None).update(told_at=now()):
        batch = ImportBatch.objects.select_related("created_by").get(pk=batch_id)
        link = reverse("import-batch", args=[batch_id])
        notify([batch.created_by], text=say("import_read"), link=link)


def sweep() -> int:
    """Send again what the broker lost: files that wait for 30 s and those whose lease ran out. Gives how many.

    A file that was begun five times without an end has killed its workers: it is refused.
    """
    moment = now()
    lost = Q(state=ImportState.READING, lease_until__lt=moment)
    for item in ImportItem.objects.filter(lost, attempts__gte=MAX_ATTEMPTS):
        if item.lease_until is not None:
            reason = f"连续{MAX_ATTEMPTS}次没有读完，已停止。请检查文件，另存为文本后再上传。"
            _finish(item, item.lease_until, {"state": ImportState.REFUSED, "error": reason})
    waiting = Q(state=ImportState.WAITING, queued_at__lt=moment - WAITED_TOO_LONG)
    open_rows = ImportItem.objects.filter(waiting | lost, attempts__lt=MAX_ATTEMPTS).order_by("id")
    found = list(open_rows.values_list("pk", flat=True)[:SWEEP_SIZE])
    _send(found)
    return len(found)
