"""Packages of archived cases: a row first, then a task; a lease instead of a lock; every step may be repeated.

The same rows give the same bytes, and a file is named by its bytes: a worker that dies in the middle costs time and
leaves no second file. Nothing here runs inside a transaction.
"""

from __future__ import annotations

import json
import logging
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import IO, Any

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from kombu.exceptions import OperationalError as BrokerDown

from panjin_portal.lib.clock import SHANGHAI, now
from panjin_portal.lib.storage import save_whole, why_not_stored
from panjin_portal.lib.zipping import Entry, Written, add, checksum_list, digest_of, safe_name, text_entry
from proposals.models import Event, Proposal
from proposals.services.notices import notify
from proposals.services.verification import faults_of_case
from replies.models import ArchivePackage
from replies.services.archive_contents import CaseContents, ContentMissing, contents_of
from replies.workflow import DocumentState

logger = logging.getLogger(__name__)

LEASE = timedelta(minutes=15)  # a case with all its files is written in seconds; a slow disk has time
MAX_ATTEMPTS = 5
WAITED_TOO_LONG = timedelta(seconds=30)
SWEEP_SIZE = 20
IN_MEMORY = 8 << 20
FORMAT = 1


@dataclass(frozen=True)
class Chain:
    """The event log of one case up to the archiving, and what is wrong with it."""

    proposal: Proposal
    head: tuple[int, str]
    events: list[dict[str, Any]]
    faults: list[str]


def send_when_committed(pk: int) -> None:
    """Hand the job to the queue once the row is there. With the broker down nothing is lost: the sweep comes by."""
    transaction.on_commit(lambda: _send(pk))


def _send(pk: int) -> bool:
    from replies.tasks import build_package as task

    try:
        task.apply_async(args=(pk,), retry=False)
    except (BrokerDown, OSError) as error:
        logger.warning("queue not reachable, package %s waits for the sweep: %s", pk, error)
        return False
    return True


def build_package(pk: int) -> bool:
    """Make the ZIP of job ``pk``. True when this call finished it, well or badly; False when there was nothing to
    do."""
    lease = _claim(pk)
    if lease is None:
        return False
    package = ArchivePackage.objects.select_related("proposal__session", "archived_by", "post__bureau").get(pk=pk)
    try:
        with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY) as target:
            count = write_package(package, target)
            sha256 = digest_of(target)
            size = target.seek(0, 2)
            name = _store(target, sha256)
    except ContentMissing as error:
        return _fail(package, lease, error.message)
    except OSError as error:
        return _fail(package, lease, why_not_stored(error))
    return _finish(package, lease, name, sha256, size, count)


def _claim(pk: int) -> datetime | None:
    """Take the lease by one conditional UPDATE: of two workers exactly one gets it."""
    moment = now()
    until = moment + LEASE
    free = Q(state=DocumentState.QUEUED) | Q(state=DocumentState.RUNNING, lease_until__lt=moment)
    taken = ArchivePackage.objects.filter(free, pk=pk, attempts__lt=MAX_ATTEMPTS, reopened_at=None).update(
        state=DocumentState.RUNNING, lease_until=until, attempts=F("attempts") + 1
    )
    return until if taken else None


def write_package(package: ArchivePackage, target: IO[bytes]) -> int:
    """Write the whole ZIP into ``target``; how many files it holds. Raises ContentMissing for a file that is not what
    was registered."""
    moment = package.archived_at.astimezone(SHANGHAI)
    cases = [contents_of(package.proposal), *(_merged(one) for one in merged_into(package.proposal))]
    chains = [_chain(case.proposal, package) for case in cases]
    entries = [
        *(entry for case in cases for entry in case.entries),
        text_entry("metadata.json", _json(_metadata(package, cases))),
        text_entry("events.json", _json([_chain_data(chain) for chain in chains])),
    ]
    with zipfile.ZipFile(target, "w", allowZip64=True) as archive:
        written = [add(archive, entry, moment) for entry in sorted(entries, key=lambda entry: entry.path)]
        written.append(add(archive, _index(package, cases, chains, written), moment))
        add(archive, text_entry("SHA256SUMS.txt", checksum_list(written)), moment)
    return len(written) + 1


def merged_into(main: Proposal) -> QuerySet[Proposal]:
    """What was answered together with ``main``, and is archived with it."""
    return Proposal.objects.filter(merged_into=main).select_related("session").order_by("pk")


def _merged(case: Proposal) -> CaseContents:
    return contents_of(case, folder=f"并案/{safe_name(case.label)}/")


def _chain(case: Proposal, package: ArchivePackage) -> Chain:
    number, digest = package.heads[str(case.pk)]
    rows = Event.objects.filter(proposal=case, number__lte=number).select_related(
        "actor", "post__bureau", "post__proposer"
    )
    events = list(rows.order_by("number", "pk"))
    return Chain(
        case, (number, digest), [_event(row) for row in events], faults_of_case(case.pk, events, (number, digest))
    )


def _event(row: Event) -> dict[str, Any]:
    return {
        "number": row.number,
        "at": row.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "day": row.at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M"),
        "kind": row.kind,
        "actor_id": row.actor_id,
        "actor": str(row.actor) if row.actor else "系统",
        "post_id": row.post_id,
        "post": str(row.post) if row.post else "",
        "text": row.text,
        "data": row.data,
        "previous_hash": row.previous_hash,
        "hash": row.hash,
    }


def _chain_data(chain: Chain) -> dict[str, Any]:
    return {
        "case": chain.proposal.pk,
        "label": chain.proposal.label,
        "last_number": chain.head[0],
        "last_hash": chain.head[1],
        "is_sound": not chain.faults,
        "faults": chain.faults,
        "events": chain.events,
    }


def _metadata(package: ArchivePackage, cases: list[CaseContents]) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "package": package.number,
        "archived_at": package.archived_at.astimezone(SHANGHAI).isoformat(timespec="seconds"),
        "archived_by": str(package.archived_by),
        "archived_as": str(package.post),
        "session": package.proposal.session.name,
        "cases": [
            {"label": case.proposal.label, "proposal": case.facts, **{one.code: one.rows for one in case.tables}}
            for case in cases
        ],
    }


def _index(package: ArchivePackage, cases: list[CaseContents], chains: list[Chain], written: list[Written]) -> Entry:
    context = {
        "package": package,
        "main": cases[0],
        "cases": cases,
        "chains": chains,
        "written": sorted(written, key=lambda one: one.path),
    }
    return text_entry("index.html", render_to_string("replies/archive/index.html", context))


def _json(data: object) -> str:
    return json.dumps(data, ensure_ascii=False, sort_keys=True, indent=1) + "\n"


def _store(content: IO[bytes], sha256: str) -> str:
    """Keep the package under a name made of its SHA-256: made twice it is one file."""
    name = f"archives/{sha256[:2]}/{sha256}.zip"
    if default_storage.exists(name):
        with default_storage.open(name, "rb") as stored:
            if digest_of(stored) == sha256:
                return name
    content.seek(0)
    return save_whole(name, File(content))


def _held(package: ArchivePackage, lease: datetime) -> QuerySet[ArchivePackage]:
    return ArchivePackage.objects.filter(
        pk=package.pk, state=DocumentState.RUNNING, lease_until=lease, reopened_at=None
    )


def _finish(package: ArchivePackage, lease: datetime, name: str, sha256: str, size: int, entries: int) -> bool:
    done = _held(package, lease).update(
        state=DocumentState.READY,
        file=name,
        sha256=sha256,
        size=size,
        entries=entries,
        error="",
        lease_until=None,
        finished_at=now(),
    )
    if done:
        _tell(package, f"归档包已制成：{package.proposal}")
    return bool(done)


def _fail(package: ArchivePackage, lease: datetime, reason: str) -> bool:
    done = _held(package, lease).update(
        state=DocumentState.FAILED, error=reason[:300], lease_until=None, finished_at=now()
    )
    if done:
        _tell(package, f"归档包没有制成：{reason}")
    return bool(done)


def _tell(package: ArchivePackage, text: str) -> None:
    notify([package.archived_by_id], text=text, link=reverse("package-detail", args=[package.pk]))


def sweep() -> int:
    """Send again what the broker lost: rows queued for 30 s and rows whose lease ran out. Gives how many. A row begun
    five times without an end fails; a person may try again."""
    moment = now()
    lost = Q(state=DocumentState.RUNNING, lease_until__lt=moment)
    for package in _stuck(lost):
        if package.lease_until is not None:
            _fail(package, package.lease_until, f"连续{MAX_ATTEMPTS}次没有完成，已停止。请重试或联系管理员。")
    waiting = Q(state=DocumentState.QUEUED, queued_at__lt=moment - WAITED_TOO_LONG)
    rows = ArchivePackage.objects.filter(waiting | lost, attempts__lt=MAX_ATTEMPTS, reopened_at=None).order_by("id")
    sent = 0
    for pk in list(rows.values_list("pk", flat=True)[:SWEEP_SIZE]):
        if not _send(pk):
            break  # the next one would wait for the same silent broker
        sent += 1
    return sent


def _stuck(lost: Q) -> Iterator[ArchivePackage]:
    rows = ArchivePackage.objects.filter(lost, attempts__gte=MAX_ATTEMPTS)
    yield from rows.select_related("proposal")
