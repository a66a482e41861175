"""Do what the README tells a newcomer: clone, ``make demo``, look, Ctrl-C, ``make demo`` again.

No variable is set but the port. The first start may take minutes (environment, demo data), the second may not.
"""

import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PORT = 8765
FIRST_SECONDS, SECOND_SECONDS = 420.0, 30.0
DROPPED = re.compile("^(DATABASE_URL|REDIS_URL|PORTAL_|VAR_DIR|DJANGO_|PANJIN_|MAKE|MFLAGS|VIRTUAL_ENV)")


class Failed(Exception):
    """What a newcomer would have stumbled over."""


def page(path: str) -> str:
    """The text of a page of the running demo."""
    with urllib.request.urlopen(f"http://127.0.0.1:{PORT}{path}", timeout=10) as answer:
        return str(answer.read().decode("utf-8"))


def one_start(clone: Path, log: Path, seconds: float) -> tuple[float, str]:
    """Start, wait for the address, read two pages, press Ctrl-C; seconds until the address, and the list page."""
    environment = {key: value for key, value in os.environ.items() if not DROPPED.match(key)}
    environment |= {"PORT": str(PORT), "LANG": "C.UTF-8"}
    began = time.monotonic()
    with log.open("wb") as output:
        started = subprocess.Popen(
            ["make", "demo"],
            cwd=clone,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        while f"http://127.0.0.1:{PORT}/" not in log.read_text(encoding="utf-8", errors="replace"):
            if started.poll() is not None:
                raise Failed(f"make demo ended with status {started.returncode}")
            if time.monotonic() - began > seconds:
                raise Failed(f"no address after {seconds:g} s")
            time.sleep(0.2)
        needed = time.monotonic() - began
        if 'name="password"' not in page("/login/"):
            raise Failed("the log-in page has no password field")
        published = page("/")
        if "005" not in published:
            raise Failed("the published case 005 is not on the public list")
    finally:
        if started.poll() is None:
            os.killpg(started.pid, signal.SIGINT)  # what the terminal does at Ctrl-C
        try:
            started.wait(30)
        except subprocess.TimeoutExpired:
            os.killpg(started.pid, signal.SIGKILL)
            raise Failed("Ctrl-C did not stop it within 30 s") from None
    if "已全部停止" not in log.read_text(encoding="utf-8"):
        raise Failed("it did not say that it stopped")
    return needed, published


def main() -> int:
    """0 when both starts worked."""
    with tempfile.TemporaryDirectory(prefix="portal-demo-") as name:
        clone, log = Path(name) / "clone", Path(name) / "log"
        subprocess.run(["git", "clone", "--quiet", "--no-hardlinks", str(ROOT), str(clone)], check=True)
        try:
            first, before = one_start(clone, log, FIRST_SECONDS)
            print(log.read_text(encoding="utf-8"))
            second, after = one_start(clone, log, SECOND_SECONDS)
            if before.count("005") != after.count("005"):
                raise Failed("the second start shows other data than the first")
        except Failed as failure:
            print(log.read_text(encoding="utf-8", errors="replace")[-4000:])
            print(f"make demo: {failure}", file=sys.stderr)
            return 1
        print(f"  first start {first:.1f} s, second start {second:.1f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
