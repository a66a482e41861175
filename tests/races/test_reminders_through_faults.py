"""Reminders by two workers and two clocks, while workers are killed, the broker is emptied or full, connections are
cut, the database server crashes and the mail server refuses: afterwards each reminder that was due exists exactly once,
and so does each mail.

Servers, workers and clocks are the test's own.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import psycopg
import pytest
import redis

from tests.races.reminding import CASES, CLERKS, REFUSED, City, Scene
from tests.races.servers import own_postgres, own_redis
from tests.races.smtp import mail_sink

pytestmark = [pytest.mark.postgresql, pytest.mark.redis]

# Writing down one reminder takes this long from now on: a run is surely met in the middle.
SLOWLY = """
CREATE FUNCTION slowly() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(0.02); RETURN NEW; END';
CREATE TRIGGER slowly BEFORE INSERT ON proposals_reminder FOR EACH ROW EXECUTE FUNCTION slowly();
"""


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    with own_postgres() as postgres:
        yield City(postgres, tmp_path_factory.mktemp("city"))


@pytest.fixture
def scene(city: City, tmp_path: Path) -> Iterator[Scene]:
    city.forget_what_was_said()
    with mail_sink() as sink:
        yield Scene(city, sink, tmp_path)


def test_every_reminder_exists_once_whatever_breaks(scene: Scene, wait_until: Callable[..., None]) -> None:
    scene.sink.closed = True
    scene.sink.refused.add(REFUSED)
    assert len(scene.due) >= CLERKS * CASES * 2
    with ExitStack() as stack:
        broker = ExitStack()
        broker.enter_context(own_redis(scene.redis_port))
        first, _ = (stack.enter_context(scene.worker()) for _ in range(2))
        for _ in range(2):
            stack.enter_context(scene.beat())

        wait_until(lambda: len(scene.ledger()) > 0, 60)
        os.kill(first.pid, signal.SIGKILL)  # in the middle: not all are told yet, or their mails are not out
        first.wait(10)
        scene.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()")
        broker.close()  # the broker goes, with every message in it
        time.sleep(1)
        stack.enter_context(own_redis(scene.redis_port))
        stack.enter_context(scene.worker())

        wait_until(lambda: len(scene.ledger()) >= len(scene.due), 120)
        wait_until(lambda: scene.sink.turned_away > 0, 60)
        assert not scene.sink.taken
        scene.sink.closed = False
        wait_until(scene.all_out, 120)
        time.sleep(2)  # a few more strikes of both clocks: nothing is told again

    scene.insist_all_told_once()
    (state,) = scene.sql(
        "SELECT mail.state FROM proposals_outgoingmail AS mail JOIN proposals_user AS person"
        f" ON person.id = mail.recipient_id WHERE person.email = '{REFUSED}'"
    )
    assert state != ("sent",)


def test_a_broker_without_room_delays_and_doubles_nothing(scene: Scene, wait_until: Callable[..., None]) -> None:
    with ExitStack() as stack:
        stack.enter_context(own_redis(scene.redis_port))
        broker = stack.enter_context(redis.Redis(port=scene.redis_port))
        broker.config_set("maxmemory-policy", "noeviction")
        stack.enter_context(scene.worker())
        stack.enter_context(scene.worker())
        _fill_up(broker)
        for _ in range(2):
            stack.enter_context(scene.beat())

        wait_until(lambda: _turned_away(broker) >= 4, 60)  # both clocks have struck in vain, more than once
        assert scene.ledger() == []
        assert not scene.sink.taken
        broker.config_set("maxmemory", 0)

        wait_until(lambda: len(scene.ledger()) >= len(scene.due), 120)
        wait_until(scene.all_out, 120)
        time.sleep(2)

    scene.insist_all_told_once()


def test_a_database_that_crashes_in_the_middle_of_a_run_and_comes_back(
    scene: Scene, wait_until: Callable[..., None]
) -> None:
    scene.sql(SLOWLY)
    with ExitStack() as stack:
        stack.enter_context(own_redis(scene.redis_port))
        for _ in range(2):
            stack.enter_context(scene.worker())
            stack.enter_context(scene.beat())

        wait_until(lambda: len(scene.ledger()) > 0, 60)
        scene.city.postgres.crash()
        time.sleep(3)  # the clocks strike on, and every run fails
        with pytest.raises(psycopg.OperationalError):
            scene.ledger()
        scene.city.postgres.start()
        assert 0 < len(scene.ledger()) < len(scene.due)
        scene.sql("DROP FUNCTION slowly CASCADE")

        wait_until(lambda: len(scene.ledger()) >= len(scene.due), 120)
        wait_until(scene.all_out, 120)
        time.sleep(2)

    scene.insist_all_told_once()


def _fill_up(broker: redis.Redis) -> None:
    """From now on it takes nothing more, as when a queue nobody serves has filled its memory."""
    broker.config_set("maxmemory", 1)
    with pytest.raises(redis.ResponseError, match="maxmemory"):
        broker.set("one", "more")


def _turned_away(broker: redis.Redis) -> int:
    """How many writes it has refused for want of room, ours of ``_fill_up`` among them."""
    return int(broker.info("errorstats").get("errorstat_OOM", {}).get("count", 0))
