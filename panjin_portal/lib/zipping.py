"""ZIP files that come out the same whenever they are made of the same: fixed order, fixed times, no owner."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import IO

LONGEST_NAME = 80
_FORBIDDEN = '\\/:*?"<>|'
_PLAIN_FILE = 0o644 << 16
_UNIX = 3


@dataclass(frozen=True)
class Entry:
    """One file of the package. ``chunks`` gives its bytes, piece by piece, when it is its turn."""

    path: str
    chunks: Callable[[], Iterable[bytes]]


@dataclass(frozen=True)
class Written:
    """What became of an entry: its SHA-256 in hex and its size in bytes."""

    path: str
    sha256: str
    size: int


def text_entry(path: str, text: str) -> Entry:
    """A file of UTF-8 text."""
    return Entry(path, lambda: [text.encode()])


def safe_name(name: str) -> str:
    """``name`` as one component of a path on any system: no separators, no control characters, not too long."""
    cleaned = "".join("_" if char in _FORBIDDEN or ord(char) < 32 or ord(char) == 127 else char for char in name)
    cleaned = cleaned.strip(" .")
    stem, dot, suffix = cleaned.rpartition(".")
    if dot and len(suffix) <= 8:
        return f"{stem[: LONGEST_NAME - len(suffix) - 1].rstrip(' .') or '_'}.{suffix}"
    return cleaned[:LONGEST_NAME].rstrip(" .") or "_"


def add(package: zipfile.ZipFile, entry: Entry, moment: datetime) -> Written:
    """Write one entry as made at ``moment`` (its own wall clock). Raises what ``chunks`` raises."""
    info = zipfile.ZipInfo(entry.path, date_time=moment.timetuple()[:6])
    info.compress_type, info.external_attr, info.create_system = zipfile.ZIP_DEFLATED, _PLAIN_FILE, _UNIX
    digest, size = hashlib.sha256(), 0
    with package.open(info, "w") as target:
        for chunk in entry.chunks():
            target.write(chunk)
            digest.update(chunk)
            size += len(chunk)
    return Written(entry.path, digest.hexdigest(), size)


def checksum_list(written: Iterable[Written]) -> str:
    """The list as ``sha256sum --check`` reads it, sorted by path."""
    return "".join(f"{one.sha256}  {one.path}\n" for one in sorted(written, key=lambda one: one.path))


def digest_of(file: IO[bytes]) -> str:
    """SHA-256 in hex of all that is in ``file``, which is left at its beginning."""
    file.seek(0)
    found = hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]  # any readable binary file will do
    file.seek(0)
    return found
