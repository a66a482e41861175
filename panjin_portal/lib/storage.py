"""Keeping files in Django's storage whole or not at all, and saying why one was not kept."""

import errno
import logging
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.core.files.base import File
from django.core.files.storage import default_storage

logger = logging.getLogger(__name__)

PARTS = "parts"
_FULL_DISK = {errno.ENOSPC, errno.EDQUOT}


def save_whole(name: str, content: File[Any]) -> str:
    """Keep ``content`` under ``name`` and give the name. Raises OSError, and then nothing is left.

    The bytes go to a folder of their own first and are then renamed: a process that dies and a disk that is full leave
    no half file behind a good name.
    """
    try:
        target = Path(default_storage.path(name))
    except NotImplementedError:  # a storage without folders (an object store) writes whole objects anyway
        return default_storage.save(name, content)
    part = f"{PARTS}/{uuid4().hex}.part"
    try:
        default_storage.save(part, content)
        target.parent.mkdir(parents=True, exist_ok=True)
        Path(default_storage.path(part)).replace(target)
    except BaseException:
        default_storage.delete(part)
        raise
    return name


def remove_parts(before: datetime) -> int:
    """Remove what writers left that died before that moment; gives how many files."""
    try:
        folder = Path(default_storage.path(PARTS))
    except NotImplementedError:
        return 0
    removed = 0
    for part in folder.glob("*.part"):
        try:
            if part.stat().st_mtime < before.timestamp():
                part.unlink()
                removed += 1
        except FileNotFoundError:
            continue  # finished or removed by another at this moment
    return removed


def remove_empty_folder(name: str) -> None:
    """Remove the folder where the storage is a disk and nothing lies in it; otherwise nothing happens."""
    try:
        Path(default_storage.path(name)).rmdir()
    except (NotImplementedError, OSError):  # an object store; not there, or somebody has just stored a file in it
        return


def is_full(error: BaseException | None) -> bool:
    """Whether the system refused to write because there is no room left."""
    return isinstance(error, OSError) and error.errno in _FULL_DISK


def why_not_stored(error: OSError) -> str:
    """A Chinese sentence for the person whose file was not kept; the cause goes to the log."""
    logger.error("a file could not be stored: %s", error)
    if is_full(error):
        return "磁盘空间不足，文件没有存下。请管理员清理后重试。"
    return "文件没有存下，请管理员检查存储后重试。"
