"""Two people in two processes of their own, who do something at the same moment."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.test import Client

from proposals.models import User
from tests.services import second_process_environment

HEAD_START = 0.02  # seconds in which both read their request, before the moment at which they send it


@dataclass(frozen=True)
class Answer:
    """What came back. ``fault``: the traceback of an exception nothing answered; ``slept``: seconds of idle waiting."""

    status: int
    location: str
    html: str
    fault: str
    slept: float

    @property
    def is_done(self) -> bool:
        """A deed done leads on; a refusal is a page."""
        return self.status in (200, 302)


@dataclass(frozen=True)
class Deed:
    """One request by one person; ``files`` maps a field to (file name, text)."""

    who: User
    url: str
    data: Mapping[str, Any] | None = None
    accept: str = ""
    method: str = "POST"
    files: Mapping[str, tuple[str, str]] | None = None


class Process:
    """A process of the portal on the test database, that answers requests (``tests.races.runner``)."""

    def __init__(self, **environment: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.races.runner"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**second_process_environment(), "DJANGO_SETTINGS_MODULE": "tests.races.settings", **environment},
        )

    def wait_until_ready(self) -> None:
        """Returns when Django is set up there."""
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line == "ready\n", line

    def send(self, deed: Deed, session: str, at: float = 0) -> None:
        """Hand over a request; it starts at ``at`` (``time.monotonic``)."""
        assert self.process.stdin is not None
        wanted = {
            "session": session,
            "method": deed.method,
            "url": deed.url,
            "data": dict(deed.data or {}),
            "files": dict(deed.files or {}),
            "accept": deed.accept,
            "at": at,
        }
        self.process.stdin.write(json.dumps(wanted) + "\n")
        self.process.stdin.flush()

    def answer(self) -> Answer:
        """The answer to the request handed over last."""
        assert self.process.stdout is not None
        return Answer(**json.loads(self.process.stdout.readline()))

    def do(self, deed: Deed) -> Answer:
        """One request, now."""
        self.send(deed, session_of(deed.who))
        return self.answer()

    def stop(self) -> None:
        """End the process."""
        self.process.kill()
        self.process.wait(10)


@contextmanager
def processes(count: int, **environment: str) -> Iterator[list[Process]]:
    """So many processes, started side by side, ended at the end."""
    started = [Process(**environment) for _ in range(count)]
    try:
        for one in started:
            one.wait_until_ready()
        yield started
    finally:
        for one in started:
            one.stop()


def at_once(pair: list[Process], *deeds: Deed) -> tuple[Answer, ...]:
    """Let each process do its deed at the same moment."""
    sessions = {deed.who.pk: session_of(deed.who) for deed in deeds}
    moment = time.monotonic() + HEAD_START
    for process, deed in zip(pair, deeds, strict=True):
        process.send(deed, sessions[deed.who.pk], moment)
    return tuple(process.answer() for process, _ in zip(pair, deeds, strict=True))


def session_of(user: User) -> str:
    """The session of a person who has just logged in: his next request, or his next two, will write to it."""
    client = Client(SERVER_NAME=settings.ALLOWED_HOSTS[0])
    client.force_login(user)
    return client.cookies[settings.SESSION_COOKIE_NAME].value
