"""Reading uploaded pages in the background: a row first, then a task; a lease instead of a lock; all may be repeated.

The files come from outside, and a worker thread cannot be stopped: they are taken apart in a child process with limits
of time and memory. Who loses the lease writes nothing.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q
from django.urls import reverse

from panjin_portal.lib.clock import now
from panjin_portal.lib.uploads import UploadRefused
from proposals.services.notice_wording import say
from proposals.services.notices import notify
from proposals.services.queueing import MAX_ATTEMPTS, JobKind
from replies.models import ImportBatch, ImportedSource, ImportItem
from replies.services.import_case import known_bureaus
from replies.services.import_process import read_in_process
from replies.services.storing import FileAltered, read_verified
from replies.workflow import ImportState

SECONDS, MEGABYTES = 60.0, 1024
LEASE = timedelta(minutes=3)  # longer than SECONDS plus reading the file
JOBS = JobKind(
    label="导入文件",
    model=ImportItem,
    task="replies.tasks.read_import_item",
    waiting=ImportState.WAITING,
    running=ImportState.READING,
    failed=ImportState.REFUSED,
    lease=LEASE,
    fault=Q(attempts__gte=MAX_ATTEMPTS),
)
OPEN_STATES = (ImportState.WAITING, ImportState.READING)


def read_item(pk: int) -> bool:
    """Read the file of item ``pk``. True when this call finished it, well or badly; False when there was nothing to do
    (already done, or another worker holds the lease)."""
    lease = JOBS.claim(pk)
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
    done = JOBS.finish(item.pk, lease, **outcome, changed_at=now())
    if done:
        _tell_when_all_are_read(item.batch_id)
    return done


def _tell_when_all_are_read(batch_id: int) -> None:
    """Tell the uploader once, by a conditional UPDATE: of two workers with the last two files exactly one does it."""
    if ImportItem.objects.filter(batch=batch_id, state__in=OPEN_STATES).exists():
        return
    if ImportBatch.objects.filter(pk=batch_id, told_at=None).update(told_at=now()):
        batch = ImportBatch.objects.select_related("created_by").get(pk=batch_id)
        link = reverse("import-batch", args=[batch_id])
        notify([batch.created_by], text=say("import_read"), link=link)


def sweep() -> int:
    """Send again what the broker lost. Gives how many. A file that kills its workers is refused."""
    return JOBS.sweep(_give_up)


def _give_up(item: ImportItem, lease: datetime, why: str) -> None:
    reason = f"{why}请检查文件，另存为文本后再上传。"
    _finish(item, lease, {"state": ImportState.REFUSED, "error": reason})
