"""Work for the queue stands as rows; this is how every kind of row is handed over, claimed, finished and swept.

The row is the truth and the message only a hint: a lost message costs a delay until the sweep, a doubled one finds the
row taken. A lease stands instead of a lock, so no transaction is open while the work is done, and the work of a killed
worker is done again when its lease has run out. Who has lost the lease writes nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar

from django.db import transaction
from django.db.models import F, Model, Q, QuerySet
from django.utils.module_loading import import_string
from kombu.exceptions import OperationalError as BrokerDown

from panjin_portal.lib.clock import now

logger = logging.getLogger(__name__)

MAX_ATTEMPTS = 5
WAITED_TOO_LONG = timedelta(seconds=30)
Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True)
class JobKind(Generic[Row]):
    """One kind of row that the queue works on. The model has the columns ``state``, ``lease_until``, ``attempts`` and
    ``queued_at``.

    ``label``: what the rows are called. ``task``: dotted name of the Celery task, called with the row's key. ``lease``:
    longer than one piece of work can take. ``among``: rows that count at all. ``at_once``: how many a sweep sends.
    ``fault``: which of the failed rows the queue gave up; the others hold what nobody can read, however often.
    """

    label: str
    model: type[Row]
    task: str
    waiting: str
    running: str
    failed: str
    lease: timedelta
    among: Q = field(default_factory=Q)
    at_once: int = 50
    fault: Q = field(default_factory=Q)

    @property
    def rows(self) -> QuerySet[Row]:
        """The rows of this kind."""
        return self.model._default_manager.filter(self.among)

    @property
    def given_up(self) -> QuerySet[Row]:
        """The rows nobody works on any more, though they could succeed."""
        return self.rows.filter(self.fault, state=self.failed)

    def send_when_committed(self, *pks: int) -> None:
        """Hand the rows to the queue once they are stored. With the broker down nothing is lost: the sweep comes by."""
        transaction.on_commit(lambda: self.send(pks))

    def send(self, pks: Sequence[int]) -> int:
        """Hand rows to the queue; how many the broker took. The first refusal ends it: the next row would wait for the
        same silent broker."""
        task = import_string(self.task)
        for sent, pk in enumerate(pks):
            try:
                task.apply_async(args=(pk,), retry=False)
            except (BrokerDown, OSError) as error:
                name = self.model._meta.model_name
                logger.warning("queue not reachable, %s from %s on wait for the sweep: %s", name, pk, error)
                return sent
        return len(pks)

    def claim(self, pk: int) -> datetime | None:
        """Take the lease by one conditional UPDATE: of two workers exactly one gets it. None when there is nothing to
        do: done already, or another worker has it."""
        moment = now()
        until = moment + self.lease
        free = Q(state=self.waiting) | self._lost(moment)
        taken = self.rows.filter(free, pk=pk, attempts__lt=MAX_ATTEMPTS).update(
            state=self.running, lease_until=until, attempts=F("attempts") + 1
        )
        return until if taken else None

    def finish(self, pk: int, lease: datetime, **columns: Any) -> bool:
        """Write what came of the work and give the lease back. False when it had been lost: then nothing is written."""
        held = self.rows.filter(pk=pk, state=self.running, lease_until=lease)
        return held.update(**columns, lease_until=None) == 1

    def note(self, pk: int, lease: datetime, **columns: Any) -> bool:
        """Write how far the work is, and keep the lease as it is. False when it had been lost: then nothing is
        written. Without columns it only asks, and locks the row for the rest of the transaction."""
        held = self.rows.filter(pk=pk, state=self.running, lease_until=lease)
        return held.update(**(columns or {"lease_until": lease})) == 1

    def hand_back(self, pk: int, lease: datetime) -> bool:
        """Put the row back in line after a run that got somewhere: its attempts count anew."""
        done = self.finish(pk, lease, state=self.waiting, attempts=0, queued_at=now())
        if done:
            self.send((pk,))
        return done

    def sweep(self, give_up: Callable[[Row, datetime, str], object], *related: str) -> int:
        """Send again what the broker lost: rows that wait for 30 s and rows whose lease ran out. Gives how many.

        A row that was begun ``MAX_ATTEMPTS`` times without an end has killed its workers: ``give_up`` (row, its lease,
        what happened in Chinese) fails it, and a person may try again. ``related`` names the rows it needs beside it.
        """
        moment = now()
        dead = self.rows.filter(self._lost(moment), attempts__gte=MAX_ATTEMPTS).select_related(*related)
        for row in dead:
            lease = getattr(row, "lease_until", None)
            if lease is not None:
                give_up(row, lease, f"连续{MAX_ATTEMPTS}次没有完成，已停止。")
        waiting = Q(state=self.waiting, queued_at__lt=moment - WAITED_TOO_LONG)
        lost = self.rows.filter(waiting | self._lost(moment), attempts__lt=MAX_ATTEMPTS).order_by("pk")
        return self.send(list(lost.values_list("pk", flat=True)[: self.at_once]))

    def try_again(self, pk: int) -> bool:
        """Put a row that was given up back in line, with all its attempts. False when it had not failed, or has been
        put back by somebody else. Needs a transaction."""
        done = (
            self.given_up.filter(pk=pk).update(
                state=self.waiting, attempts=0, error="", queued_at=now(), lease_until=None
            )
            == 1
        )
        if done:
            self.send_when_committed(pk)
        return done

    def _lost(self, moment: datetime) -> Q:
        return Q(state=self.running, lease_until__lt=moment)
