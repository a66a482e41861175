"""Files in an S3-compatible store. What it refuses is an OSError, as of a disk: callers know one kind of fault."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from boto3.exceptions import Boto3Error
from botocore.exceptions import BotoCoreError, ClientError
from django.core.files.base import File
from storages.backends.s3 import S3Storage


class ObjectStore(S3Storage):  # type: ignore[misc]  # without stubs
    """One private bucket. Readers never see its addresses: the portal's own views serve every file."""

    def exists(self, name: str) -> bool:
        """Whether there is such a file. Raises OSError."""
        with _as_disk(name):
            return bool(super().exists(name))

    def delete(self, name: str) -> None:
        """Remove a file, or nothing where there is none. Raises OSError."""
        with _as_disk(name):
            super().delete(name)

    def size(self, name: str) -> int:
        """Bytes of a file. Raises OSError."""
        with _as_disk(name):
            return int(super().size(name))

    def listdir(self, path: str) -> tuple[list[str], list[str]]:
        """Folders and files under ``path``. Raises OSError."""
        with _as_disk(path):
            folders, files = super().listdir(path)
            return list(folders), list(files)

    def _open(self, name: str, mode: str = "rb") -> File[Any]:
        with _as_disk(name):
            opened: File[Any] = super()._open(name, mode)
            if "w" not in mode:
                opened.read(0)  # fetched now, so that a fault is one of opening
            return opened

    def _save(self, name: str, content: File[Any]) -> str:
        with _as_disk(name):
            return str(super()._save(name, content))


@contextmanager
def _as_disk(name: str) -> Iterator[None]:
    try:
        yield
    except (BotoCoreError, ClientError, Boto3Error) as error:
        raise OSError(errno.EIO, f"object store: {error}", name) from error
