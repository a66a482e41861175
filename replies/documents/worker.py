"""The child process that makes one file of a letter: `python -m replies.documents.worker SECONDS MEGABYTES`.

Reads JSON {"font_dirs", and "data" and "kind", or "volume" for one of a book} on standard input, writes one JSON line
{"pages", "engine", of a volume "layout"} or {"unshowable"}, {"refused"} or {"starved"} and then the file's bytes on
standard output. Imports neither Django nor the portal,
so that it starts in a tenth of a second. Its limits are set here, before typst is loaded, and not by a hook
between fork and exec, which is unsafe in a parent with threads.
"""

import json
import resource
import sys
from pathlib import Path
from typing import Any


def main(arguments: list[str]) -> int:
    """Typeset what standard input describes; 0 also for a refusal, which the answer's first line tells."""
    seconds, megabytes = int(arguments[0]), int(arguments[1])
    limit(seconds, megabytes)
    request: dict[str, Any] = json.load(sys.stdin.buffer)
    answer, content = typeset_request(request)
    sys.stdout.buffer.write(json.dumps(answer).encode() + b"\n" + content)
    sys.stdout.buffer.flush()
    return 0


def limit(seconds: int, megabytes: int) -> None:
    """Hold this process to so many seconds of processor time and so many megabytes of address space."""
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        resource.setrlimit(resource.RLIMIT_AS, (megabytes * 2**20, megabytes * 2**20))
    except (ValueError, OSError):
        # macOS has no limit on address space; time is still limited.
        return


def typeset_request(request: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    """Return the answer's first line and the file's bytes (none after a refusal)."""
    try:
        from replies.documents.engine import TypesettingError, UnshowableText
        from replies.documents.fontset import FontsUnavailable
        from replies.documents.formats import Format
        from replies.documents.making import make
    except (ImportError, MemoryError) as error:
        return {"starved": str(error)}, b""
    try:
        folders = [Path(folder) for folder in request["font_dirs"]]
        if "volume" in request:
            from replies.documents.book.making import make_volume

            volume = make_volume(request["volume"], folders)
            answer = {"pages": volume.pages, "engine": volume.engine, "layout": vars(volume.layout)}
            return answer, volume.content
        made = make(request["data"], folders, Format(request["kind"]))
    except UnshowableText as refused:
        return {"unshowable": refused.text}, b""
    except TypesettingError as refused:
        return {"refused": str(refused)}, b""
    except (FontsUnavailable, MemoryError) as error:
        return {"starved": str(error)}, b""
    return {"pages": made.pages, "engine": made.engine}, made.content


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
