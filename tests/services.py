"""Plugin: a real Celery worker on the test database, in a process of its own."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest
from celery import Celery
from django.conf import settings
from django.db import connection

from panjin_portal.celery import app

READY_SECONDS = 30.0


def test_database_url() -> str:
    """Address of the database this test process works on, for a second process."""
    name = str(connection.settings_dict["NAME"])
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    return urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}"))


test_database_url.__test__ = False  # type: ignore[attr-defined]  # a helper, not a test


def second_process_environment() -> dict[str, str]:
    """Environment in which ``manage.py`` and Celery run on the test database, files and keys of this process."""
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "panjin_portal.settings",
        "DATABASE_URL": test_database_url(),
        "VAR_DIR": str(settings.VAR_DIR),
        "SECRET_KEY": settings.SECRET_KEY,
        "EVENT_KEY": settings.EVENT_KEY,
        "PYTHONUNBUFFERED": "1",
    }


@pytest.fixture
def wait_until() -> Callable[..., None]:
    """``wait_until(condition, seconds=20)``: look again every 50 ms; fails the test when the time is over."""

    def wait(condition: Callable[[], object], seconds: float = 20.0) -> None:
        end = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > end:
                pytest.fail(f"not reached within {seconds:g} s")
            time.sleep(0.05)

    return wait


@pytest.fixture
def real_worker(transactional_db: None, tmp_path: Path) -> Iterator[Celery]:
    """The Celery application, no longer eager, with a worker (two threads) running on the test database.

    The queue is emptied before and after; the broker is the one of the settings: files, or Redis by ``REDIS_URL``.
    """
    log = tmp_path / "worker.log"
    command = [sys.executable, "-m", "celery", "--quiet", "-A", "panjin_portal", "worker", "-P", "threads", "-c", "2"]
    command += ["--loglevel", "INFO", "--without-gossip", "--without-mingle", "--without-heartbeat"]
    app.conf.update(task_always_eager=False)
    app.control.purge()
    with log.open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT, env=second_process_environment())
    try:
        end = time.monotonic() + READY_SECONDS
        while b" ready." not in log.read_bytes():
            if process.poll() is not None or time.monotonic() > end:
                pytest.fail(f"the worker did not start:\n{log.read_text(errors='replace')[-2000:]}")
            time.sleep(0.1)
        yield app
    finally:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(5)
        app.control.purge()
        app.conf.update(task_always_eager=True)
