"""The child process that reads one page: ``python -m replies.services.import_worker SECONDS MEGABYTES``.

Reads JSON {"name", "raw" (base64), "bureaus"} on standard input and writes JSON on standard output: the fields of
``PageFound`` or {"refused"}. Sets its limits before anything else is loaded; needs neither Django nor a database.
"""

import base64
import json
import sys
from dataclasses import asdict
from pathlib import Path
from types import ModuleType
from typing import Any

from replies.documents.worker import limit


def main(arguments: list[str]) -> int:
    """Read what standard input holds; 0 also for a refusal."""
    limit(int(arguments[0]), int(arguments[1]))
    without_composition()
    sys.stdout.write(json.dumps(answer(json.load(sys.stdin))))
    sys.stdout.flush()
    return 0


def without_composition() -> None:
    """Let ``panjin_portal.lib`` be imported without the queue and the settings its package brings along: they take
    longer to load than a page takes to be read."""
    bare = ModuleType("panjin_portal")
    bare.__path__ = [str(Path(__file__).resolve().parents[2] / "panjin_portal")]
    sys.modules["panjin_portal"] = bare


def answer(request: dict[str, Any]) -> dict[str, Any]:
    """The page as data, or why there is none."""
    from panjin_portal.lib.uploads import UploadRefused
    from replies.services.import_process import read_page
    from replies.structure.handlers import KnownBureau

    bureaus = [KnownBureau(one["code"], tuple(one["names"])) for one in request["bureaus"]]
    try:
        return asdict(read_page(base64.b64decode(request["raw"]), name=request["name"], bureaus=bureaus))
    except UploadRefused as refused:
        return {"refused": refused.message}


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
