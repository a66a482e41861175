"""Are the stored files those that were registered? Every row that names a file and its SHA-256 is looked at."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.apps import apps
from django.core.files.storage import Storage, default_storage
from django.db.models import FileField, Model

from panjin_portal.lib.storage import PARTS
from replies.models import Bundle
from replies.services.bundle_work import note_of

CHUNK = 1 << 20


@dataclass
class FileReport:
    """What was found: a line for each fault, and the names of files that no row knows."""

    checked: int = 0
    faults: list[str] = field(default_factory=list)
    orphans: list[str] = field(default_factory=list)


def verify_files(storage: Storage = default_storage) -> FileReport:
    """Read every registered file and compare it with its row; list what lies in the storage and no row names.

    A file without a registered hash is only looked for. Unfinished parts of files being written count as nothing, and
    the note of a batch that is being made or has failed belongs to its row.
    """
    report = FileReport()
    known: set[str] = set()
    for model, column, sums in _columns():
        rows = model._default_manager.exclude(**{column: ""}).order_by("pk")
        for pk, name, sha256 in rows.values_list("pk", column, sums or column).iterator():
            known.add(name)
            report.checked += 1
            fault = _fault(storage, name, sha256 if sums else "")
            if fault:
                report.faults.append(f"{model._meta.verbose_name} {pk}：{name} {fault}")
    known.update(note_of(pk) for pk in Bundle.objects.values_list("pk", flat=True))
    report.orphans = sorted(name for name in _stored(storage, "") if name not in known)
    return report


def _columns() -> Iterator[tuple[type[Model], str, str]]:
    """Every column with a file, and the column of its hash ("" where there is none)."""
    for model in apps.get_models():
        names = {column.name for column in model._meta.concrete_fields}
        for column in model._meta.concrete_fields:
            if isinstance(column, FileField):
                sums = next((one for one in (f"{column.name}_sha256", "sha256") if one in names), "")
                yield model, column.name, sums


def _fault(storage: Storage, name: str, sha256: str) -> str:
    try:
        if not storage.exists(name):
            return "文件缺失"
        digest = hashlib.sha256()
        with storage.open(name, "rb") as handle:
            while chunk := handle.read(CHUNK):
                digest.update(chunk)
    except OSError as error:
        return f"文件读不出（{error.strerror or error}）"
    return "内容与登记的校验值不一致" if sha256 and digest.hexdigest() != sha256 else ""


def _stored(storage: Storage, folder: str) -> Iterator[str]:
    """Names of all files under a folder, by the storage's own listing: it need not be a disk."""
    try:
        folders, files = storage.listdir(folder)
    except FileNotFoundError:  # nothing was ever stored
        return
    yield from (f"{folder}{name}" for name in files)
    for name in folders:
        if folder or name != PARTS:
            yield from _stored(storage, f"{folder}{name}/")
