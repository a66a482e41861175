"""Files a step brings along: written before its transaction, taken away again when the step fails."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import PurePath
from typing import Any
from uuid import uuid4

from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile

from panjin_portal.lib.clock import now
from panjin_portal.lib.storage import save_whole, why_not_stored
from panjin_portal.lib.uploads import CheckedUpload
from proposals.errors import InvalidInput


@contextmanager
def kept_files(
    folder: str, files: Sequence[UploadedFile[Any]], uploads: Sequence[CheckedUpload], *, field: str = "attachments"
) -> Iterator[list[str]]:
    """Write ``files`` below ``folder`` and give their stored names, in order; the block is the step that enters them.

    ``uploads``: the same files, checked. When writing or the block fails none of them is left. Raises InvalidInput at
    ``field`` where the storage refused, and whatever the block raises.
    """
    stored: list[str] = []
    try:
        for file, upload in zip(files, uploads, strict=True):
            suffix = PurePath(upload.name).suffix.lower()
            stored.append(save_whole(f"{folder}/{now():%Y/%m}/{uuid4().hex}{suffix}", file))
        yield stored
    except BaseException as error:
        for name in stored:
            default_storage.delete(name)
        if isinstance(error, OSError):
            raise InvalidInput({field: why_not_stored(error)}) from error
        raise
