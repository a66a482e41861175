"""What the queue does is written down: each task that begins, ends or fails. Signals of Celery, outside its tasks."""

from __future__ import annotations

from typing import Any

from celery import Task
from celery.signals import task_failure, task_postrun, task_prerun

from panjin_portal.queues import HEARTBEAT, TASKS


def install() -> None:
    """Listen. Tasks that run inside a request (tests, no queue) are not told."""
    task_prerun.connect(_begun, weak=False)
    task_postrun.connect(_ended, weak=False)
    task_failure.connect(_failed, weak=False)


def _is_told(task: Any) -> bool:
    return isinstance(task, Task) and task.name in TASKS and task.name != HEARTBEAT and not task.request.is_eager


def _begun(task: Any = None, **_: Any) -> None:
    from panjin_portal.lib.clock import now
    from proposals.services import task_runs

    if _is_told(task):
        task.request.begun_at = now()
        task_runs.begun(task.name)


def _ended(task: Any = None, state: str = "", **_: Any) -> None:
    from proposals.services import task_runs

    begun_at = getattr(task.request, "begun_at", None) if _is_told(task) else None
    if begun_at is not None and state == "SUCCESS":
        task_runs.ended(task.name, since=begun_at)


def _failed(sender: Any = None, exception: BaseException | None = None, **_: Any) -> None:
    from proposals.services import task_runs

    if _is_told(sender) and exception is not None:
        task_runs.failed(sender.name, exception)
