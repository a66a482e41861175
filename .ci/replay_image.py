"""Replay the Dockerfile without a container engine: ``python .ci/replay_image.py``.

A clean virtual environment stands for the image, a temporary folder for its file system. What .dockerignore lets
through is copied; every RUN line is executed there, but for the ones that make users. Then the image's own command
is asked to load the application, and each compose service's program to show its help.
"""

import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NEEDS_ROOT = ("useradd", "install -d")
PRODUCTION = {
    "SECRET_KEY": "replay-0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFGHIJ",
    "EVENT_KEY": "replay-zyxwvutsrqponmlkjihgfedcba-9876543210",
    "ALLOWED_HOSTS": "portal.example",
    "PUBLIC_BASE_URL": "https://portal.example",
    "DATABASE_URL": "postgres://portal:portal@127.0.0.1:5432/portal",
    "REDIS_URL": "redis://127.0.0.1:6379/0",
    "EMAIL_URL": "smtp://mail.example:25",
    "DEFAULT_FROM_EMAIL": "portal@portal.example",
    "SITE_NAME": "replay",
    "SITE_ID_CODE": "0000000000",
    "FONT_DIRS": "",
    "SESSION_IDLE_MINUTES": "30",
    "SESSION_MAX_HOURS": "12",
    "OFFICE_HOURS": "08:00-18:00",
    "WECOM_URL": "",
    "DINGTALK_URL": "",
    "SMS_URL": "",
    "SIGN_PKCS12": "",
    "SIGN_PASSPHRASE": "",
    "SIGN_TSA_URL": "",
    "FILES_URL": "",
    "BUNDLE_DAYS": "30",
    "LOG_LEVEL": "INFO",
}


def instructions() -> list[tuple[str, str]]:
    """The Dockerfile as (instruction, argument) pairs, continued lines joined, comments dropped."""
    lines = [line for line in (ROOT / "Dockerfile").read_text(encoding="utf-8").splitlines() if line[:1] != "#"]
    joined = re.sub(r"\\\n", " ", "\n".join(lines))
    return [(name, rest.strip()) for name, _, rest in (row.partition(" ") for row in joined.splitlines() if row)]


def copy_context(target: Path) -> None:
    """Copy what .dockerignore names with ``!``; everything else is left out by its first line."""
    for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines():
        if not line.startswith("!"):
            continue
        source, place = ROOT / line[1:], target / line[1:]
        place.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, place, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy2(source, place)


def main() -> int:
    """0 when every step worked; a failing step prints its own output and ends the replay."""
    with tempfile.TemporaryDirectory(prefix="portal-image-") as name:
        folder = Path(name)
        app, venv, data = folder / "app", folder / "venv", folder / "data"
        subprocess.run([sys.executable, "-m", "venv", str(venv)], check=True)
        copy_context(app)
        environment = {"PATH": f"{venv / 'bin'}:/usr/bin:/bin", "HOME": name, "LANG": "C.UTF-8"}
        environment |= {key: value for key, value in os.environ.items() if key.startswith("PIP_")} | {"PIP_QUIET": "1"}

        def run(command: str, **more: str) -> None:
            print(f"  RUN {command[:100]}", flush=True)
            subprocess.run(["sh", "-c", command], cwd=app, env=environment | more, check=True)

        command = ""
        for instruction, argument in instructions():
            argument = argument.replace("/app/", f"{app}/").replace("/data", str(data))
            if instruction == "RUN" and not argument.startswith(NEEDS_ROOT):
                run(argument)
            elif instruction == "ENV":
                environment |= dict(item.split("=", 1) for item in shlex.split(argument))
            elif instruction == "CMD":
                command = argument
        (data / "var").mkdir(parents=True)
        program = " ".join(re.findall(r'"([^"]*)"', command))
        run(f"{program} --check-config", **PRODUCTION)
        run("python manage.py check --deploy --fail-level WARNING", **PRODUCTION)
        for part in ("worker", "beat"):
            run(f"celery -A panjin_portal {part} --help > /dev/null", **PRODUCTION)
    print("  image replayed")
    return 0


if __name__ == "__main__":
    sys.exit(main())
