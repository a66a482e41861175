"""Putting finished files where Django keeps files, whole or not at all."""

from __future__ import annotations

import errno
import hashlib
import logging
from pathlib import Path
from uuid import uuid4

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db.models.fields.files import FieldFile

from proposals.errors import PortalError

logger = logging.getLogger(__name__)

FULL_DISK = frozenset({errno.ENOSPC, errno.EDQUOT})


def store_by_content(content: bytes, *, folder: str, suffix: str) -> tuple[str, str]:
    """Keep ``content`` under a name made of its SHA-256; the same bytes twice are one file.

    Gives the storage name and the SHA-256 in hex. The bytes go to a neighbouring name first and are then renamed, so
    a worker that dies or a full disk leaves no half file behind a good name. Raises OSError.
    """
    sha256 = hashlib.sha256(content).hexdigest()
    name = f"{folder}/{sha256[:2]}/{sha256}{suffix}"
    if _holds(name, sha256):
        return name, sha256
    try:
        target = Path(default_storage.path(name))
    except NotImplementedError:  # a storage without folders (an object store) writes whole objects anyway
        return default_storage.save(name, ContentFile(content)), sha256
    part = f"{name}.{uuid4().hex}.part"
    try:
        default_storage.save(part, ContentFile(content))
        Path(default_storage.path(part)).replace(target)
    except OSError:
        default_storage.delete(part)
        raise
    return name, sha256


def why_not_stored(error: OSError) -> str:
    """What to tell people when a file could not be written; the details are logged."""
    logger.error("a file could not be stored: %s", error)
    if error.errno in FULL_DISK:
        return "磁盘空间不足，文件没有存下。请管理员清理后重试。"
    return "文件没有存下，请管理员检查存储后重试。"


def _holds(name: str, sha256: str) -> bool:
    """Whether the file is there and undamaged; a damaged one is written again."""
    if not default_storage.exists(name):
        return False
    with default_storage.open(name, "rb") as handle:
        return hashlib.sha256(handle.read()).hexdigest() == sha256


class FileAltered(PortalError):
    """The stored bytes are not those that were registered: nothing is served."""

    status = 409


def read_verified(file: FieldFile, sha256: str) -> bytes:
    """The bytes of a registered file. Raises FileAltered when it is gone or its SHA-256 is another."""
    try:
        with file.open("rb") as handle:
            content: bytes = handle.read()
    except OSError as error:
        logger.error("stored file %s cannot be read: %s", file.name, error)
        raise FileAltered("文件暂时取不到，请联系管理员检查文件存储。") from error
    if hashlib.sha256(content).hexdigest() != sha256:
        logger.error("stored file %s does not match its registered SHA-256", file.name)
        raise FileAltered("文件与登记的校验值不一致，已停止提供，请联系管理员。")
    return content
