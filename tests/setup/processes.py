"""Starting the project's own programs with a chosen environment, for the tests of this folder."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PRODUCTION = {
    "PORTAL_MODE": "production",
    "SECRET_KEY": "test-0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFGHIJKLM",
    "EVENT_KEY": "test-zyxwvutsrqponmlkjihgfedcba-9876543210",
    "ALLOWED_HOSTS": "portal.example",
    "PUBLIC_BASE_URL": "https://portal.example",
    "DATABASE_URL": "postgres://portal:portal@127.0.0.1:5432/portal",
    "REDIS_URL": "redis://:secret@127.0.0.1:6379/0",
    "EMAIL_URL": "submission://user:secret@mail.example:587",
    "DEFAULT_FROM_EMAIL": "portal@portal.example",
    "SITE_NAME": "提案办理门户",
    "SITE_ID_CODE": "0000000000",
    "FONT_DIRS": "",
    "SESSION_IDLE_MINUTES": "30",
    "SESSION_MAX_HOURS": "12",
    "BUNDLE_DAYS": "30",
    "OFFICE_HOURS": "08:00-18:00",
    "WECOM_URL": "",
    "DINGTALK_URL": "",
    "SMS_URL": "",
    "SIGN_PKCS12": "",
    "SIGN_PASSPHRASE": "",
    "SIGN_TSA_URL": "",
    "FILES_URL": "",
    "LOG_LEVEL": "INFO",
    "PORT": "8000",
    "VAR_DIR": "/tmp/portal-var",
    "MEDIA_ROOT": "/tmp/portal-files",
    "STATIC_ROOT": "/tmp/portal-static",
}


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """``python *arguments`` at the repository's top with nothing set but ``environment`` (and the path)."""
    bare = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/"), "LANG": "C.UTF-8"}
    return subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env=bare | environment, capture_output=True, text=True, timeout=90
    )


def settings_of(**environment: str) -> dict[str, Any]:
    """All settings a process with that environment sees, as JSON gives them back."""
    code = (
        "import json; from panjin_portal import settings as s;"
        "print(json.dumps({name: getattr(s, name) for name in dir(s) if name.isupper()}, default=str))"
    )
    answer = run("-c", code, **environment)
    assert answer.returncode == 0, answer.stderr
    found: dict[str, Any] = json.loads(answer.stdout)
    return found
