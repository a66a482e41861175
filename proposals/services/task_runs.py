"""Keeping what became of the tasks of the queue, for the operator. Telling it must never stop the work itself."""

from __future__ import annotations

import logging
from datetime import datetime

from django.db import DatabaseError
from django.db.models import F

from panjin_portal.lib.clock import now
from proposals.models import TaskRun

log = logging.getLogger(__name__)


def begun(name: str) -> None:
    """Task ``name`` has begun."""
    try:
        TaskRun.objects.update_or_create(name=name, defaults={"begun_at": now()})
    except DatabaseError as error:
        log.warning("the run of %s is not told: %s", name, type(error).__name__)


def ended(name: str, *, since: datetime) -> None:
    """Task ``name``, begun at ``since``, has done its work."""
    moment = now()
    spent = max(0, int((moment - since).total_seconds() * 1000))
    try:
        TaskRun.objects.filter(name=name).update(ended_at=moment, milliseconds=spent, failures=0)
    except DatabaseError as error:
        log.warning("the end of %s is not told: %s", name, type(error).__name__)


def failed(name: str, error: BaseException) -> None:
    """Task ``name`` ended with ``error``. Only its kind is kept: the words may name a person."""
    try:
        told = TaskRun.objects.filter(name=name)
        told.update(failed_at=now(), error=type(error).__name__, failures=F("failures") + 1)
    except DatabaseError as fault:
        log.warning("the failure of %s is not told: %s", name, type(fault).__name__)


def heard(queue: str) -> None:
    """The clock's heartbeat came through ``queue``: beat, the broker and a worker of this queue are alive."""
    moment = now()
    name = heartbeat_name(queue)
    TaskRun.objects.update_or_create(name=name, defaults={"begun_at": moment, "ended_at": moment})


def heartbeat_name(queue: str) -> str:
    """The row of the heartbeat of one queue."""
    return f"proposals.tasks.heartbeat:{queue}"
