"""What a command writes for the person who called it: a file whole or not at all, and why not in one line."""

from __future__ import annotations

import errno
import os
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

from django.core.management.base import CommandError

_WHY = {
    errno.ENOENT: "没有这个文件夹",
    errno.ENOTDIR: "没有这个文件夹",
    errno.EISDIR: "这是文件夹，请写文件名",
    errno.EACCES: "没有写入的权限",
    errno.EROFS: "这里只能读",
    errno.ENOSPC: "磁盘空间不足",
    errno.EDQUOT: "磁盘空间不足",
    errno.ENAMETOOLONG: "文件名太长",
}


def insist_on_place(path: Path) -> None:
    """CommandError for a path that can be no file, before the work is done."""
    try:
        fault = errno.EISDIR if path.is_dir() or not path.name else 0 if path.parent.is_dir() else errno.ENOENT
    except OSError as error:  # a name no file can have
        fault = error.errno or errno.ENOENT
    if fault:
        raise CommandError(f"写不了文件 {path}：{_WHY.get(fault, os.strerror(fault))}。")


def write_file(path: Path, content: bytes) -> None:
    """Write a file whole or not at all. Raises CommandError."""
    insist_on_place(path)
    part = path.with_name(f".{uuid4().hex}.part")
    try:
        part.write_bytes(content)
        part.replace(path)
    except OSError as error:
        with suppress(OSError):
            part.unlink()
        raise CommandError(f"写不了文件 {path}：{_WHY.get(error.errno or 0, error.strerror)}。") from error
