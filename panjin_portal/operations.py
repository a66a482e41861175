"""The operator's page of system management: are the clock, the broker and the workers alive, what waits, what failed.

``late_parts`` is the same question with a short answer, for a machine that watches (``/healthz/queues``).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST
from kombu.exceptions import ChannelError, OperationalError

from panjin_portal.celery import app
from panjin_portal.lib.clock import now
from panjin_portal.queues import QUEUES, TASKS
from proposals.errors import NotAllowed
from proposals.models import OutgoingMail, TaskRun, User
from proposals.models.reminders import DeliveryState
from proposals.services.queue_state import GivenUp, Standing, given_up, standing_of, standing_of_mails, try_again
from proposals.services.task_runs import heartbeat_name
from replies.services.job_kinds import JOB_KINDS

SILENT_SECONDS = 300  # a heartbeat comes every minute
WAITING_SECONDS = 900
RIGHT = "proposals.view_taskrun"
RIGHT_TO_RETRY = "proposals.change_taskrun"


@dataclass(frozen=True)
class QueueLine:
    """A queue: messages the broker holds (None: it does not answer), and when its heartbeat last came through."""

    name: str
    label: str
    messages: int | None
    heard_at: datetime | None
    is_silent: bool


@dataclass(frozen=True)
class RunLine:
    """A task and its last run; ``run`` is None when it never ran."""

    label: str
    name: str
    run: TaskRun | None


@dataclass(frozen=True)
class FailureGroup:
    """What was given up of one kind."""

    kind: str
    label: str
    rows: list[GivenUp]


@require_GET
def operations(request: HttpRequest) -> HttpResponse:
    """Queues, rows that wait, last runs, failures."""
    if not request.user.has_perm(RIGHT):
        raise NotAllowed("运行状况由系统管理员查看。")
    runs = {run.name: run for run in TaskRun.objects.all()}
    failures = [FailureGroup(key, kind.label, given_up(kind)) for key, kind in JOB_KINDS.items()]
    context = {
        **admin.site.each_context(request),
        "title": "运行状况",
        "queues": list(_queues(runs)),
        "standings": _standings(),
        "runs": [
            RunLine(line.label, name, runs.get(name)) for name, line in TASKS.items() if line.every or name in runs
        ],
        "failures": [group for group in failures if group.rows],
        "failed_mails": OutgoingMail.objects.filter(state=DeliveryState.FAILED).count(),
        "mails_url": f"{reverse('admin:proposals_outgoingmail_changelist')}?state__exact={DeliveryState.FAILED.value}",
        "may_retry": request.user.has_perm(RIGHT_TO_RETRY),
        "moment": now(),
    }
    return render(request, "admin/operations.html", context)


@require_POST
def operations_retry(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Put one failed row back in line."""
    if not request.user.has_perm(RIGHT_TO_RETRY) or not isinstance(request.user, User):
        raise NotAllowed("重新排队由系统管理员办理。")
    if kind not in JOB_KINDS:
        raise Http404
    try_again(request.user, kind=JOB_KINDS[kind], pk=pk)
    messages.success(request, f"{JOB_KINDS[kind].label}已重新排队，一分钟内开始办理。")
    return redirect("admin:operations")


def late_parts() -> list[str]:
    """What is not as it should be, one line each: queues without heartbeat, rows that have waited too long (five
    queries, whatever waits). Empty when all is well."""
    runs = {run.name: run for run in TaskRun.objects.all()}
    moment = now()
    silent = [f"{line.name}: no heartbeat" for line in _queues(runs, ask_broker=False) if line.is_silent]
    names = (*JOB_KINDS, "mails")
    waiting = [
        f"{name}: waiting for more than {WAITING_SECONDS} s"
        for name, standing in zip(names, _standings(), strict=True)
        if standing.waits_longer_than(WAITING_SECONDS, moment)
    ]
    return silent + waiting


def _standings() -> list[Standing]:
    return [*(standing_of(kind) for kind in JOB_KINDS.values()), standing_of_mails()]


def _queues(runs: dict[str, TaskRun], *, ask_broker: bool = True) -> Iterator[QueueLine]:
    moment = now()
    counts = _messages() if ask_broker else {}
    for name, label in QUEUES.items():
        run = runs.get(heartbeat_name(name))
        heard_at = run.ended_at if run else None
        is_silent = heard_at is None or (moment - heard_at).total_seconds() > SILENT_SECONDS
        yield QueueLine(name, label, counts.get(name), heard_at, is_silent)


def _messages() -> dict[str, int]:
    """How many messages wait in each queue; empty when the broker does not answer within its time-out."""
    counts: dict[str, int] = {}
    try:
        with app.connection_for_read() as connection:
            connection.ensure_connection(max_retries=1, timeout=2)
            channel: Any = connection.default_channel
            for name in QUEUES:
                try:
                    counts[name] = channel.queue_declare(name, passive=True).message_count
                except ChannelError:  # nothing was ever put into it
                    counts[name] = 0
    except (OperationalError, OSError):
        return {}
    return counts
