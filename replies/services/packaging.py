"""Packages of archived cases: a row first, then a task; a lease instead of a lock; every step may be repeated.

The same rows give the same bytes, and a file is named by its bytes: a worker that dies in the middle costs time and
leaves no second file. Nothing here runs inside a transaction.
"""

from __future__ import annotations

import json
import tempfile
import zipfile
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import IO, Any

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db.models import Q, QuerySet
from django.template.loader import render_to_string
from django.urls import reverse

from panjin_portal.lib.clock import SHANGHAI, now
from panjin_portal.lib.storage import save_whole, why_not_stored
from panjin_portal.lib.zipping import Entry, Written, add, checksum_list, digest_of, safe_name, text_entry
from proposals.models import Event, Proposal
from proposals.services.notices import notify
from proposals.services.queueing import JobKind
from proposals.services.verification import faults_of_case
from replies.models import ArchivePackage
from replies.services.archive_contents import CaseContents, ContentMissing, contents_of
from replies.workflow import DocumentState

LEASE = timedelta(minutes=15)  # a case with all its files is written in seconds; a slow disk has time
JOBS = JobKind(
    label="归档包",
    model=ArchivePackage,
    task="replies.tasks.build_package",
    waiting=DocumentState.QUEUED,
    running=DocumentState.RUNNING,
    failed=DocumentState.FAILED,
    lease=LEASE,
    among=Q(reopened_at=None),
    at_once=20,
)
IN_MEMORY = 8 << 20
FORMAT = 1


@dataclass(frozen=True)
class Chain:
    """The event log of one case up to the archiving, and what is wrong with it."""

    proposal: Proposal
    head: tuple[int, str]
    events: list[dict[str, Any]]
    faults: list[str]


def build_package(pk: int) -> bool:
    """Make the ZIP of job ``pk``. True when this call finished it, well or badly; False when there was nothing to
    do."""
    lease = JOBS.claim(pk)
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


def _finish(package: ArchivePackage, lease: datetime, name: str, sha256: str, size: int, entries: int) -> bool:
    done = JOBS.finish(
        package.pk,
        lease,
        state=DocumentState.READY,
        file=name,
        sha256=sha256,
        size=size,
        entries=entries,
        error="",
        finished_at=now(),
    )
    if done:
        _tell(package, f"归档包已制成：{package.proposal}")
    return done


def _fail(package: ArchivePackage, lease: datetime, reason: str) -> bool:
    done = JOBS.finish(package.pk, lease, state=DocumentState.FAILED, error=reason[:300], finished_at=now())
    if done:
        _tell(package, f"归档包没有制成：{reason}")
    return done


def _tell(package: ArchivePackage, text: str) -> None:
    notify([package.archived_by_id], text=text, link=reverse("package-detail", args=[package.pk]))


def sweep() -> int:
    """Send again what the broker lost. Gives how many."""
    return JOBS.sweep(lambda row, lease, why: _fail(row, lease, f"{why}请重试或联系管理员。"), "proposal")
