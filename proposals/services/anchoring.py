"""A daily line over all chain heads, kept in a file outside the database.

Whoever rewrites a whole chain, head included, still meets yesterday's line: the heads it names must be found again.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

from panjin_portal.lib.clock import now
from proposals.models import Proposal, SiteChainHead

SITE = "site"


@dataclass(frozen=True)
class Anchor:
    """One line: when, the heads as chain -> (number, hash), and the seal over them."""

    at: str
    heads: dict[str, tuple[int, str]]
    seal: str

    def is_sound(self) -> bool:
        """Whether the line itself is as it was written."""
        return hmac.compare_digest(self.seal, _seal(self.at, self.heads))


def write_anchor() -> Anchor:
    """Append today's line to ``EVENT_ANCHOR_FILE`` and flush it to disk. OSError when the disk refuses."""
    at, heads = now().isoformat(timespec="seconds"), dict(_heads())
    anchor = Anchor(at, heads, _seal(at, heads))
    path = Path(settings.EVENT_ANCHOR_FILE)
    path.parent.mkdir(parents=True, exist_ok=True)
    line = json.dumps({"at": at, "heads": heads, "seal": anchor.seal}, sort_keys=True) + "\n"
    with path.open("a+b") as file:
        if _is_torn(file):
            file.write(b"\n")
        file.write(line.encode("ascii"))
        file.flush()
        os.fsync(file.fileno())
    return anchor


def last_anchor() -> Anchor | None:
    """The newest line, or None when no anchor was ever written. ValueError when the last line cannot be read."""
    path = Path(settings.EVENT_ANCHOR_FILE)
    if not path.is_file():
        return None
    with path.open(encoding="ascii") as file:
        newest = deque(file, maxlen=1)  # one line in memory, however many days the file holds
    if not newest:
        return None
    raw = json.loads(newest[0])
    return Anchor(raw["at"], {chain: (head[0], head[1]) for chain, head in raw["heads"].items()}, raw["seal"])


def _is_torn(file: BinaryIO) -> bool:
    """Whether the last line was cut off by a crash, so that the next one must not be glued to it."""
    if file.seek(0, os.SEEK_END) == 0:
        return False
    file.seek(-1, os.SEEK_END)
    return file.read(1) != b"\n"


def _heads() -> Iterator[tuple[str, tuple[int, str]]]:
    site = SiteChainHead.objects.first()
    if site is not None:
        yield SITE, (site.last_event_number, site.last_event_hash)
    columns = ("pk", "last_event_number", "last_event_hash")
    for pk, number, digest in Proposal.objects.order_by("pk").values_list(*columns).iterator():
        yield str(pk), (number, digest)


def _seal(at: str, heads: dict[str, tuple[int, str]]) -> str:
    content = json.dumps([at, {chain: list(head) for chain, head in heads.items()}], sort_keys=True)
    return hmac.new(settings.EVENT_KEY.encode(), content.encode(), hashlib.sha256).hexdigest()
