"""Putting finished files where Django keeps files, whole or not at all."""

from __future__ import annotations

import hashlib
import logging
from typing import IO

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db.models.fields.files import FieldFile

from panjin_portal.lib.storage import save_whole
from panjin_portal.lib.zipping import digest_of
from proposals.errors import PortalError

logger = logging.getLogger(__name__)


def store_by_content(content: bytes, *, folder: str, suffix: str) -> tuple[str, str]:
    """Keep ``content`` under a name made of its SHA-256; the same bytes twice are one file.

    Gives the storage name and the SHA-256 in hex. Raises OSError, and then nothing is left.
    """
    sha256 = hashlib.sha256(content).hexdigest()
    name = f"{folder}/{sha256[:2]}/{sha256}{suffix}"
    if _holds(name, sha256):
        return name, sha256
    return save_whole(name, ContentFile(content)), sha256


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


class Part:
    """A stored file that is read from one place to another only, piece by piece."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._left = 0

    def only(self, first: int, last: int) -> None:
        """Read from byte ``first`` to byte ``last``, both included."""
        self._file.seek(first)
        self._left = last - first + 1

    def read(self, size: int = -1) -> bytes:
        """At most ``size`` bytes of what is left; b"" at the end."""
        piece = self._file.read(self._left if size < 0 else min(size, self._left))
        self._left -= len(piece)
        return piece

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def open_verified(file: FieldFile, sha256: str, size: int, *, is_whole: bool) -> Part:
    """A registered file to be read in parts. Its length is looked at always, its SHA-256 where all of it is sent: who
    asks for a thousand parts shall not have it read a thousand times. Raises FileAltered."""
    try:
        found = file.storage.size(str(file.name))
        handle = file.storage.open(str(file.name), "rb")
    except OSError as error:
        logger.error("stored file %s cannot be read: %s", file.name, error)
        raise FileAltered("文件暂时取不到，请联系管理员检查文件存储。") from error
    if found != size or (is_whole and digest_of(handle) != sha256):
        handle.close()
        logger.error("stored file %s does not match its registered SHA-256", file.name)
        raise FileAltered("文件与登记的校验值不一致，已停止提供，请联系管理员。")
    return Part(handle)
