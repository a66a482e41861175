"""A city in which reminders are due, on servers of its own, with as many workers and clocks as a test starts."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

from tests.races.servers import ROOT, OwnPostgres, celery_worker, free_port, portal_environment, run_python
from tests.races.smtp import Sink

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


class City:
    """A database server of its own with a city in it; ``due``: (deadline, person, channel) of each reminder due."""

    def __init__(self, postgres: OwnPostgres, folder: Path) -> None:
        self.postgres = postgres
        environment = portal_environment(DATABASE_URL=postgres.url, VAR_DIR=str(folder / "var"))
        self.due = sorted(tuple(row) for row in json.loads(run_python(FOUND, environment, 400)))

    def sql(self, query: str) -> list[tuple[Any, ...]]:
        """Rows out of the database, past the portal."""
        with psycopg.connect(self.postgres.url, autocommit=True) as connection:
            cursor = connection.execute(query)
            return cursor.fetchall() if cursor.description else []

    def forget_what_was_said(self) -> None:
        """As if no run had ever been."""
        self.sql("TRUNCATE proposals_reminder, proposals_notice, proposals_outgoingmail CASCADE")
        self.sql("UPDATE proposals_deadline SET spoken_mark = 0")


class Scene:
    """The city with a mail server, and as many workers and clocks as are started."""

    def __init__(self, city: City, sink: Sink, folder: Path) -> None:
        self.city, self.sink, self.redis_port = city, sink, free_port()
        self.due, self.sql = city.due, city.sql
        self._folder, self._logs = folder, 0
        self.environment = portal_environment(
            DATABASE_URL=city.postgres.url,
            REDIS_URL=f"redis://127.0.0.1:{self.redis_port}/0",
            EMAIL_URL=sink.url,
            VAR_DIR=str(folder / "var"),
            RACES_MOMENT=MOMENT,
            RACES_BEGAN=str(time.time()),
            RACES_TICK="0.5",
        )

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

    def all_out(self) -> bool:
        """Whether every mail is sent but the one to the refused address; hurries those that wait."""
        self.hurry()
        waiting = (
            "SELECT count(*) FROM proposals_outgoingmail AS mail JOIN proposals_user AS person"
            f" ON person.id = mail.recipient_id WHERE mail.state <> 'sent' AND person.email <> '{REFUSED}'"
        )
        return self.sql(waiting) == [(0,)]

    def insist_all_told_once(self) -> None:
        """What was due has one ledger row each, a notice or a mail; every person one mail, taken once."""
        assert self.ledger() == self.due
        by_portal = [row for row in self.due if row[2] == "portal"]
        assert self.sql("SELECT count(*) FROM proposals_notice WHERE reminder_id IS NOT NULL") == [(len(by_portal),)]
        assert self.sql("SELECT count(*) FROM proposals_reminder WHERE channel = 'mail' AND mail_id IS NULL") == [(0,)]
        mails = self.sql(
            "SELECT person.email, mail.message_id, mail.state FROM proposals_outgoingmail AS mail"
            " JOIN proposals_user AS person ON person.id = mail.recipient_id"
        )
        assert len({email for email, _, _ in mails}) == len(mails), "one digest a person"
        assert {state for email, _, state in mails if email not in self.sink.refused} == {"sent"}
        wanted = {(email, message) for email, message, _ in mails if email not in self.sink.refused}
        assert set(self.sink.taken) == wanted
