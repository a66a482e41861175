"""A second process of the portal: takes requests as JSON lines, sends them through the views, answers in JSON.

Started by ``tests.races.people.Person``. A request may name a moment (``at``, on the clock both processes share) at
which it starts: that is how two of them meet.
"""

from __future__ import annotations

import json
import os
import sys
import time
import traceback
from typing import Any, SupportsIndex

import django

slept = 0.0
_sleep = time.sleep


def sleep_and_count(seconds: float | SupportsIndex) -> None:
    """``time.sleep`` that adds up how long this process has waited of its own accord, however busy the machine is."""
    global slept
    slept += float(seconds)
    _sleep(seconds)


def main() -> None:
    """Answer until standard input ends."""
    time.sleep = sleep_and_count  # before anybody imports it by name
    django.setup()
    from django.db import connection

    if os.environ.get("RACES_EAGER"):
        make_typesetting_quick()
    connection.ensure_connection()
    print("ready", flush=True)
    for line in sys.stdin:
        print(json.dumps(ask(json.loads(line))), flush=True)


def make_typesetting_quick() -> None:
    """Let the words of a letter stand for its PDF, and read pages here: their child processes are not tried here."""
    from unittest.mock import patch

    from replies.services import import_reading, rendering
    from tests.replies.cases import quick_pdf
    from tests.replies.importing.batches import read_here

    patch.object(rendering, "render_in_process", quick_pdf).start()
    patch.object(import_reading, "read_in_process", read_here).start()


def ask(wanted: dict[str, Any]) -> dict[str, Any]:
    """One request: ``session``, ``method``, ``url``, ``data``, ``accept``, ``at``, ``files`` (field: [name, text])."""
    from django.conf import settings
    from django.core.files.uploadedfile import SimpleUploadedFile
    from django.test import Client

    client = Client(raise_request_exception=False, SERVER_NAME=settings.ALLOWED_HOSTS[0])
    if wanted.get("session"):
        client.cookies[settings.SESSION_COOKIE_NAME] = wanted["session"]
    headers = {"accept": wanted["accept"]} if wanted.get("accept") else {}
    data = dict(wanted.get("data") or {})
    for name, (file_name, text) in (wanted.get("files") or {}).items():
        data[name] = SimpleUploadedFile(file_name, text.encode())
    while time.monotonic() < wanted.get("at", 0):
        pass  # not asleep: both start within microseconds
    before = slept
    send = client.post if wanted["method"] == "POST" else client.get
    response: Any = send(wanted["url"], data, headers=headers)
    fault = response.exc_info
    return {
        "status": response.status_code,
        "location": response.get("Location", ""),
        "html": b"".join(response).decode(errors="replace"),
        "fault": "".join(traceback.format_exception(*fault)) if fault else "",
        "slept": slept - before,
    }


if __name__ == "__main__":
    main()
