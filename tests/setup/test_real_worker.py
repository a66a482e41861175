"""The queue in earnest: a task sent from this process is run by a worker in another, on the same database."""

from collections.abc import Callable
from typing import Any

import pytest
from celery import Celery
from django.conf import settings
from django.contrib.contenttypes.models import ContentType

from panjin_portal.queues import HEARTBEAT, QUEUES
from proposals.models import TaskRun
from proposals.services.task_runs import heartbeat_name

pytestmark = pytest.mark.worker


def names_of_tasks(app: Celery) -> set[str]:
    """The tasks the running worker knows, asked over the broker."""
    answers = app.control.inspect(timeout=5).registered() or {}
    return {name for tasks in answers.values() for name in tasks}


def test_the_worker_answers_and_knows_every_task_of_the_schedule(real_worker: Celery) -> None:
    scheduled = {str(entry["task"]) for entry in settings.CELERY_BEAT_SCHEDULE.values()}

    assert scheduled <= names_of_tasks(real_worker)


@pytest.mark.redis
def test_the_worker_takes_its_work_from_redis(real_worker: Celery) -> None:
    assert real_worker.connection().as_uri().startswith("redis://")
    assert names_of_tasks(real_worker)


def test_a_message_is_taken_off_the_queue(real_worker: Celery, wait_until: Callable[..., None]) -> None:
    before = ContentType.objects.count()
    real_worker.send_task("replies.tasks.sweep_documents")

    wait_until(lambda: not messages_waiting(real_worker))

    assert ContentType.objects.count() == before


def test_a_heartbeat_is_heard_and_a_run_is_told(real_worker: Celery, wait_until: Callable[..., None]) -> None:
    for queue in QUEUES:
        real_worker.send_task(HEARTBEAT, args=(queue,), queue=queue)
    real_worker.send_task("replies.tasks.sweep_documents")

    wait_until(lambda: TaskRun.objects.filter(ended_at__isnull=False).count() == len(QUEUES) + 1)

    assert set(TaskRun.objects.values_list("name", flat=True)) == {
        "replies.tasks.sweep_documents",
        *(heartbeat_name(queue) for queue in QUEUES),
    }


def messages_waiting(app: Celery) -> int:
    """Messages in the queue nobody has taken yet."""
    with app.connection() as connection:
        channel: Any = connection.default_channel  # each transport has a class of its own
        return int(channel.queue_declare("documents", passive=False).message_count)
