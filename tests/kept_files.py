"""Plugin: a file that has been typeset in this run is not typeset again.

Equal texts give equal bytes, in any process (tests/documents/test_rendering_in_a_process.py), and most cases of the
tests carry the same texts. So what the child process answered is kept for the rest of the run, for all its test
processes; each text is still set once by the real child, within the portal's own limits. A refusal is not kept.
The tests of the typesetting itself, in ``tests/documents``, keep nothing.
"""

import hashlib
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from replies.documents import process
from replies.documents.book import volumes

TYPESETTING = Path(__file__).parent / "documents"
_asked = process.ask_worker


def ask_once(
    work: Mapping[str, Any], folders: Sequence[Path], seconds: float, megabytes: int
) -> tuple[dict[str, Any], bytes]:
    """``process.ask_worker``, or the answer it has given in this run to the same work under the same limits."""
    asked = json.dumps([work, [str(folder) for folder in folders], seconds, megabytes], sort_keys=True)
    kept = _folder() / hashlib.sha256(asked.encode("utf-8", "replace")).hexdigest()
    if kept.exists():
        head, _, content = kept.read_bytes().partition(b"\n")
        return json.loads(head), content
    answer, content = _asked(work, folders, seconds, megabytes)
    half = kept.with_suffix(f".{os.getpid()}")
    half.write_bytes(json.dumps(answer).encode() + b"\n" + content)
    half.replace(kept)
    return answer, content


def _folder() -> Path:
    folder = Path(os.environ["PORTAL_TEST_ROOT"]) / "typeset"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture(autouse=True)
def kept_files(request: pytest.FixtureRequest) -> Iterator[None]:
    """Let the portal ask once, unless its typesetting is what is tested."""
    if TYPESETTING in request.path.parents:
        yield
        return
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(process, "ask_worker", ask_once)
        patch.setattr(volumes, "ask_worker", ask_once)
        yield
