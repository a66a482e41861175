"""The gate every uploaded file passes: name, size and true type."""

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from typing import IO

from panjin_portal.lib.packages import Mismatch
from panjin_portal.lib.sniffing import CHUNK_BYTES, KINDS

LONGEST_NAME = 120
LONGEST_EXTENSION = 10
NAMELESS = "附件"
# Every kind that can be recognised; a caller allows these or fewer.
RECOGNISED = frozenset(KINDS)

_NOT_IN_NAMES = re.compile(r'[<>:"|?*]')
_RESERVED_ON_WINDOWS = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)


@dataclass(frozen=True)
class CheckedUpload:
    """A file that passed: cleaned base name, media type told from the bytes, size in bytes, SHA-256 in hex."""

    name: str
    content_type: str
    size: int
    sha256: str


class UploadRefused(Exception):
    """A file that may not come in; `message` says in Chinese why and what to do."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def check_upload(file: IO[bytes], name: str, *, allowed: frozenset[str], max_bytes: int) -> CheckedUpload:
    """Check a seekable file that was sent under `name`; afterwards it stands at its start again.

    `allowed` are extensions without dot, some of RECOGNISED (ValueError otherwise). The type is sniffed and must be
    that of the extension. Raises UploadRefused for an extension that is not allowed, an empty or oversized file, and
    a content of another kind, damaged, locked by a password, with macros or built to swell when unpacked.
    """
    if not allowed <= RECOGNISED:
        raise ValueError(f"cannot recognise {sorted(allowed - RECOGNISED)}")
    cleaned = clean_name(name)
    extension = cleaned.rpartition(".")[2].lower()
    if extension not in allowed:
        accepted = "、".join(sorted(allowed))
        raise UploadRefused(f"“{cleaned}”的类型不能上传，请使用以下类型的文件：{accepted}。")
    try:
        size, sha256 = _measure(file, cleaned, max_bytes)
        KINDS[extension].check(file)
    except Mismatch as mismatch:
        advice = "请用原来的程序打开检查，另存后再上传"
        raise UploadRefused(f"“{cleaned}”{mismatch.reason}，{advice}。") from mismatch
    finally:
        file.seek(0)
    return CheckedUpload(name=cleaned, content_type=KINDS[extension].content_type, size=size, sha256=sha256)


def clean_name(name: str) -> str:
    """The base name of an upload, fit to be shown and offered for download: no path, nothing invisible.

    At most 120 characters, the extension kept. Not a name for storage: that one is the server's to choose.
    """
    base = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    visible = "".join(" " if c.isspace() else c for c in base if c.isspace() or unicodedata.category(c)[0] != "C")
    tidy = " ".join(_NOT_IN_NAMES.sub("_", visible).split())
    stem, dot, extension = tidy.rstrip(". ").rpartition(".")
    if not dot or len(extension) > LONGEST_EXTENSION or " " in extension:  # a dot in a sentence, no extension
        stem, suffix = tidy, ""
    else:
        suffix = f".{extension}"
    stem = stem.strip(". ")
    if _RESERVED_ON_WINDOWS.match(stem):
        stem = f"_{stem}"
    return (stem[: LONGEST_NAME - len(suffix)].rstrip(". ") or NAMELESS) + suffix


def _measure(file: IO[bytes], name: str, max_bytes: int) -> tuple[int, str]:
    digest = hashlib.sha256()
    size = 0
    file.seek(0)
    while chunk := file.read(CHUNK_BYTES):
        size += len(chunk)
        if size > max_bytes:
            raise UploadRefused(f"“{name}”超过 {_readable(max_bytes)}，请压缩或拆分后再上传。")
        digest.update(chunk)
    if size == 0:
        raise UploadRefused(f"“{name}”是空文件，请重新选择。")
    return size, digest.hexdigest()


def _readable(size: int) -> str:
    for unit, name in ((1024 * 1024, "MB"), (1024, "KB")):
        if size >= unit:
            return f"{size / unit:.1f}".removesuffix(".0") + f" {name}"
    return f"{size} 字节"
