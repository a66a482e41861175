"""Queues, limits and the schedule: every task has its line, and no limit outlasts the lease of what it works on."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings

from panjin_portal.celery import app
from panjin_portal.queues import HEARTBEAT, QUEUES, SECONDS_TO_END, TASKS
from proposals.services import mailing
from replies.services.job_kinds import JOB_KINDS


def own_tasks() -> set[str]:
    app.loader.import_default_modules()
    return {name for name in app.tasks if not name.startswith("celery.")}


def test_every_task_has_a_line_and_every_line_a_task() -> None:
    assert own_tasks() == set(TASKS)


@pytest.mark.parametrize("name", sorted(TASKS))
def test_a_task_is_sent_to_its_queue(name: str) -> None:
    route: Any = app.amqp.router.route({}, name)

    assert route["queue"].name == TASKS[name].queue in QUEUES


@pytest.mark.parametrize("kind", JOB_KINDS.values(), ids=JOB_KINDS)
def test_the_work_is_ended_before_its_lease_runs_out(kind: Any) -> None:
    assert TASKS[kind.task].limit < kind.lease.total_seconds()


def test_a_run_of_mails_is_ended_before_the_lease_of_its_first_mail() -> None:
    assert TASKS["proposals.tasks.send_pending_mail"].limit < mailing.LEASE.total_seconds()


def test_limits_ask_before_they_end() -> None:
    limits = settings.CELERY_TASK_ANNOTATIONS

    assert all(0 < one["soft_time_limit"] == one["time_limit"] - SECONDS_TO_END for one in limits.values())
    assert app.tasks["replies.tasks.render_document"].time_limit == 150


def test_a_heartbeat_goes_through_every_queue_once_a_minute() -> None:
    beats = [entry for entry in settings.CELERY_BEAT_SCHEDULE.values() if entry["task"] == HEARTBEAT]

    assert sorted((entry["args"][0], entry["options"]["queue"]) for entry in beats) == [
        (name, name) for name in sorted(QUEUES)
    ]
    assert {str(entry["schedule"]) for entry in beats} == {"<crontab: * * * * * (m/h/dM/MY/d)>"}


def test_what_the_clock_sends_is_in_the_schedule() -> None:
    timed = {name for name, line in TASKS.items() if line.every is not None}

    assert {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()} == timed | {HEARTBEAT}
