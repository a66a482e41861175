"""Reading one uploaded page with limits: a child process that is killed when it takes too long or too much.

The parent asks ``python -m replies.services.import_worker``; both speak JSON.
"""

from __future__ import annotations

import base64
import json
import logging
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from math import ceil
from pathlib import Path
from typing import Any

from panjin_portal.lib.uploads import UploadRefused
from replies.services.import_fields import bureau_code_of
from replies.services.import_text import read_text, why_no_case
from replies.structure.handlers import KnownBureau
from replies.structure.reading import read_reply

logger = logging.getLogger(__name__)

_TOP = Path(__file__).resolve().parents[2]
_WORKER = "replies.services.import_worker"


@dataclass(frozen=True)
class PageFound:
    """What a file holds: its text, the record of docs/import-format.md, what the record leaves out, and why it is not
    stored as a reply ("" when it may be)."""

    text: str
    reading: dict[str, Any]
    salutation: str
    bureau_code: str
    refusal: str


def read_page(raw: bytes, *, name: str, bureaus: Sequence[KnownBureau]) -> PageFound:
    """Read a file here and now. Raises UploadRefused when there is no text to be had from it."""
    text = read_text(raw, name=name)
    reading = read_reply(text, bureaus)
    return PageFound(
        text=text,
        reading=reading.as_dict(),
        salutation=reading.salutation,
        bureau_code=bureau_code_of(reading, bureaus),
        refusal=why_no_case(reading),
    )


def read_in_process(
    raw: bytes, *, name: str, bureaus: Sequence[KnownBureau], seconds: float, megabytes: int
) -> PageFound:
    """As ``read_page``, in a child that is killed after ``seconds`` and cannot take more than ``megabytes`` of address
    space. Raises UploadRefused, for its limits too."""
    request = {"name": name, "raw": base64.b64encode(raw).decode(), "bureaus": [asdict(bureau) for bureau in bureaus]}
    try:
        done = subprocess.run(
            [sys.executable, "-m", _WORKER, str(ceil(seconds)), str(megabytes)],
            input=json.dumps(request).encode(),
            capture_output=True,
            timeout=seconds,
            cwd=_TOP,
            env=_environment(),
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise UploadRefused(f"读取超过{seconds:g}秒，已停止。请另存为文本后再上传。") from error
    if done.returncode != 0:
        logger.error("reading ended with code %s: %s", done.returncode, done.stderr.decode(errors="replace")[-500:])
        raise UploadRefused("这份文件读不了：内容过大、过于复杂或已损坏。请另存为文本后再上传。")
    answer = json.loads(done.stdout)
    if "refused" in answer:
        raise UploadRefused(answer["refused"])
    return PageFound(**answer)


def _environment() -> dict[str, str]:
    """What the child needs and no secret."""
    kept = {name: value for name, value in os.environ.items() if name in {"PATH", "LANG", "LC_ALL", "TMPDIR"}}
    return {**kept, "MALLOC_ARENA_MAX": "1", "PYTHONDONTWRITEBYTECODE": "1"}
