"""Files and folders on the disk of the server, one after the other: a file that is refused never stops the rest."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from panjin_portal.lib.case_numbers import bare_number
from panjin_portal.lib.uploads import UploadRefused
from proposals.errors import PortalError
from proposals.models import User
from replies.services.import_case import AlreadyHere, bureaus_to_read_by
from replies.services.import_fields import bureau_code_of, fields_of, gaps_in
from replies.services.import_making import gaps_of
from replies.services.import_text import SUFFIXES, read_text, why_no_case
from replies.services.importing import import_reply
from replies.structure.handlers import DEFAULT_BUREAUS, KnownBureau
from replies.structure.reading import read_reply
from replies.structure.sources.opening import MAX_BYTES

logger = logging.getLogger(__name__)

IMPORTED, WITH_WARNINGS, REFUSED, ALREADY, UNREAD = "已导入", "已导入，有提示", "拒绝", "已有", "未读"
READABLE, READABLE_WITH_WARNINGS = "可以导入", "可以导入，有提示"


@dataclass(frozen=True)
class Outcome:
    """What became of one file. ``reply`` is the number of the reply made or found; ``reading`` the JSON record."""

    path: Path
    outcome: str
    reason: str = ""
    warnings: tuple[str, ...] = ()
    gaps: tuple[str, ...] = ()
    reply: int | None = None
    reading: dict[str, Any] = field(default_factory=dict)

    @property
    def is_refused(self) -> bool:
        """Whether nothing was, or could be, stored although nothing of it is here yet."""
        return self.outcome == REFUSED

    def as_read(self) -> dict[str, Any]:
        """The record of docs/import-format.md with the name of the file; ``error`` where no text could be read."""
        return {"file": str(self.path), **(self.reading or {"error": self.reason})}


def files_in(paths: Sequence[Path]) -> list[Path]:
    """The files named, and those below the folders named that the reader knows by their suffix, sorted, each once.

    Hidden files and the lock files of office programs are passed over. UploadRefused for a path that is not there and
    when there is no file at all.
    """
    found: dict[Path, None] = {}
    for path in paths:
        if path.is_dir():
            below = (one for one in path.rglob("*") if one.suffix.lower() in SUFFIXES and one.is_file())
            found |= dict.fromkeys(sorted(one for one in below if not _is_hidden(one.relative_to(path))))
        elif path.exists():
            found[path] = None
        else:
            raise UploadRefused(f"读不到文件 {path}：没有这个文件或文件夹。")
    if not found:
        raise UploadRefused(f"没有可以导入的文件（{'、'.join(SUFFIXES)}）。")
    return list(found)


def passed_over(paths: Sequence[Path]) -> list[Outcome]:
    """The files below the folders named that the reader does not know by their suffix: nobody is to think them read."""
    below = (
        one
        for path in paths
        if path.is_dir()
        for one in sorted(path.rglob("*"))
        if not _is_hidden(one.relative_to(path))
    )
    others = dict.fromkeys(one for one in below if one.is_file() and one.suffix.lower() not in SUFFIXES)
    reason = f"不能导入这种文件，请另存为 {'、'.join(SUFFIXES)} 之一。"
    return [Outcome(path, UNREAD, reason) for path in others]


def read_bytes(path: Path) -> bytes:
    """The bytes of a file, of an oversized one only so many that the reader sees it. Raises UploadRefused."""
    try:
        with path.open("rb") as handle:
            return handle.read(MAX_BYTES + 1)
    except OSError as error:
        raise UploadRefused(f"读不到文件 {path}：{error.strerror}") from error


def try_file(path: Path, bureaus: Sequence[KnownBureau] = DEFAULT_BUREAUS) -> Outcome:
    """What importing the file would give, as far as the file itself and the given bureaus tell."""
    try:
        reading = read_reply(read_text(read_bytes(path), name=path.name), bureaus)
    except UploadRefused as refused:
        return Outcome(path, REFUSED, refused.message)
    record = reading.as_dict()
    refusal = why_no_case(reading)
    if refusal:
        return Outcome(path, REFUSED, refusal, reading=record)
    fields = fields_of(record, salutation=reading.salutation, bureau=bureau_code_of(reading, bureaus))
    lacking = "、".join(
        dict.fromkeys(sentence for name, sentence in fields.missing().items() if name != "bureau" or not fields.signers)
    )
    warnings = tuple(warning.message for warning in reading.warnings)
    if lacking:
        return Outcome(path, REFUSED, f"{lacking}。", warnings, reading=record)
    word = READABLE_WITH_WARNINGS if warnings else READABLE
    return Outcome(path, word, "", warnings, tuple(gaps_in(fields, record)), reading=record)


class Twins:
    """What has been tried so far, so that the second of two files of one case is told as what an import would find."""

    def __init__(self) -> None:
        self._bureaus = bureaus_to_read_by()
        self._first: dict[tuple[str, str], Path] = {}

    def try_file(self, path: Path) -> Outcome:
        """As ``try_file``; ALREADY for a file whose case another file before it holds."""
        tried = try_file(path, self._bureaus)
        session, number = (str(tried.reading.get(key) or "") for key in ("session", "proposal_number"))
        if tried.is_refused or not (session and number):
            return tried
        first = self._first.setdefault((session, bare_number(number)), path)
        if first == path:
            return tried
        reason = f"与前面的文件 {first.name} 是同一件提案（{session}第{number}号），导入时只留前面的。"
        return replace(tried, outcome=ALREADY, reason=reason)


def import_file(actor: User | None, path: Path) -> Outcome:
    """Import one file; whatever is wrong with it becomes its outcome."""
    try:
        reply = import_reply(actor, file_name=path.name, raw=read_bytes(path))
    except UploadRefused as refused:
        return Outcome(path, REFUSED, refused.message)
    except AlreadyHere as here:
        return Outcome(path, ALREADY, here.message, reply=here.reply_id)
    except PortalError as refused:
        return Outcome(path, REFUSED, refused.message)
    source = reply.source
    warnings = tuple(str(warning["message"]) for warning in source.reading["warnings"])
    word = WITH_WARNINGS if warnings else IMPORTED
    return Outcome(path, word, "", warnings, tuple(gaps_of(source)), reply.pk, source.reading)


def _is_hidden(path: Path) -> bool:
    return any(part.startswith((".", "~$")) for part in path.parts)
