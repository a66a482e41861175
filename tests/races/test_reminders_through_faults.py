"""Reminders by two workers and two clocks, while workers are killed, the broker is emptied, connections are cut and the
mail server refuses: afterwards each reminder that was due exists exactly once, and so does each mail.

Servers, workers and clocks are the test's own.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.races.servers import (
    ROOT,
    OwnPostgres,
    celery_worker,
    free_port,
    own_postgres,
    own_redis,
    portal_environment,
    run_python,
)
from tests.races.smtp import Sink, mail_sink

pytestmark = [pytest.mark.postgresql, pytest.mark.redis]

MOMENT = "2026-03-02T09:30"  # a Monday in office hours
CLERKS, CASES = 12, 12
REFUSED = "clerk3@mail.example"
FOUND = f"""
from datetime import date, timedelta
import json
from django.core.management import call_command
call_command("migrate", verbosity=0)
from proposals.models import Deadline, Post, User
from proposals.reminders import due_reminders, plan_of
from proposals.services.calendar import load_calendar
from tests.world import build_world
from tests.proposals.stages import assigned
world = build_world()
day = date(2026, 3, 2)
for number in range({CLERKS}):
    name = f"clerk{{number}}"
    user = User.objects.create_user(name, email=f"{{name}}@mail.example", display_name=name)
    Post.objects.create(user=user, role="clerk", bureau=world.sfj, starts_on=date(2020, 1, 1))
for _ in range({CASES}):
    assigned(world)
from proposals.models import Notice
Notice.objects.update(awaits_mail=False)
Deadline.objects.update(starts_on=day - timedelta(days=90), due_on=day)
rows = due_reminders(plan_of(day, load_calendar()))
due = [(row.deadline_id, row.user_id, channel) for row in rows for channel in row.channels]
print(json.dumps(due))
"""


class Scene:
    """Own servers and a city in which reminders are due; ``due``: (deadline, person, channel) of each."""

    def __init__(self, postgres: OwnPostgres, sink: Sink, folder: Path) -> None:
        self.postgres, self.sink, self.redis_port = postgres, sink, free_port()
        self._folder, self._logs = folder, 0
        self.environment = portal_environment(
            DATABASE_URL=postgres.url,
            REDIS_URL=f"redis://127.0.0.1:{self.redis_port}/0",
            EMAIL_URL=sink.url,
            VAR_DIR=str(folder / "var"),
            RACES_MOMENT=MOMENT,
            RACES_BEGAN=str(time.time()),
            RACES_TICK="0.5",
        )
        self.due = sorted(tuple(row) for row in json.loads(run_python(FOUND, self.environment, 400)))

    def sql(self, query: str) -> list[tuple[Any, ...]]:
        """Rows out of the database, past the portal."""
        with psycopg.connect(self.postgres.url, autocommit=True) as connection:
            cursor = connection.execute(query)
            return cursor.fetchall() if cursor.description else []

    def ledger(self) -> list[tuple[Any, ...]]:
        """What was reminded of."""
        return sorted(self.sql("SELECT deadline_id, recipient_id, channel FROM proposals_reminder"))

    def worker(self) -> Any:
        """A worker, killed at the end if it still runs."""
        self._logs += 1
        return celery_worker(self.environment, self._folder / f"worker{self._logs}.log")

    @contextmanager
    def beat(self) -> Iterator[subprocess.Popen[bytes]]:
        """A clock that strikes twice a second, with a schedule file of its own."""
        self._logs += 1
        command = [sys.executable, "-m", "celery", "--quiet", "-A", "panjin_portal", "beat", "--pidfile", ""]
        command += ["--schedule", str(self._folder / f"schedule{self._logs}")]
        with (self._folder / f"beat{self._logs}.log").open("wb") as output:
            clock = subprocess.Popen(command, env=self.environment, cwd=ROOT, stdout=output, stderr=subprocess.STDOUT)
        try:
            yield clock
        finally:
            clock.kill()
            clock.wait(10)

    def hurry(self) -> None:
        """Let the pauses between two attempts at a mail, and the leases of the dead, be over."""
        self.sql("UPDATE proposals_outgoingmail SET next_try_at = '2026-03-01' WHERE state = 'pending'")


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    with own_postgres() as postgres, mail_sink() as sink:
        yield Scene(postgres, sink, tmp_path)


def test_every_reminder_exists_once_whatever_breaks(scene: Scene, wait_until: Callable[..., None]) -> None:
    scene.sink.closed = True
    scene.sink.refused.add(REFUSED)
    assert len(scene.due) >= CLERKS * CASES * 2
    with ExitStack() as stack:
        redis = ExitStack()
        redis.enter_context(own_redis(scene.redis_port))
        first, _ = (stack.enter_context(scene.worker()) for _ in range(2))
        for _ in range(2):
            stack.enter_context(scene.beat())

        wait_until(lambda: len(scene.ledger()) > 0, 60)
        os.kill(first.pid, signal.SIGKILL)  # in the middle: not all are told yet, or their mails are not out
        first.wait(10)
        scene.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()")
        redis.close()  # the broker goes, with every message in it
        time.sleep(1)
        stack.enter_context(own_redis(scene.redis_port))
        stack.enter_context(scene.worker())

        wait_until(lambda: len(scene.ledger()) >= len(scene.due), 120)
        wait_until(lambda: scene.sink.turned_away > 0, 60)
        assert not scene.sink.taken
        scene.sink.closed = False
        wait_until(lambda: _hurried(scene) and _all_out(scene), 120)
        time.sleep(2)  # a few more strikes of both clocks: nothing is told again

    assert scene.ledger() == scene.due
    told_in_portal = [row for row in scene.due if row[2] == "portal"]
    assert scene.sql("SELECT count(*) FROM proposals_notice WHERE reminder_id IS NOT NULL") == [(len(told_in_portal),)]
    assert scene.sql("SELECT count(*) FROM proposals_reminder WHERE channel = 'mail' AND mail_id IS NULL") == [(0,)]
    mails = scene.sql(
        "SELECT person.email, mail.message_id, mail.state FROM proposals_outgoingmail AS mail"
        " JOIN proposals_user AS person ON person.id = mail.recipient_id"
    )
    assert len({email for email, _, _ in mails}) == len(mails), "one digest a person"
    assert {state for email, _, state in mails if email != REFUSED} == {"sent"}
    assert set(scene.sink.taken) == {(email, message) for email, message, _ in mails if email != REFUSED}
    assert [state for email, _, state in mails if email == REFUSED] != ["sent"]


def _hurried(scene: Scene) -> bool:
    scene.hurry()
    return True


def _all_out(scene: Scene) -> bool:
    waiting = (
        "SELECT count(*) FROM proposals_outgoingmail AS mail JOIN proposals_user AS person"
        f" ON person.id = mail.recipient_id WHERE mail.state <> 'sent' AND person.email <> '{REFUSED}'"
    )
    return scene.sql(waiting) == [(0,)]
