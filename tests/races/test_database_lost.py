"""The database goes away in the middle of a transaction: nothing is half saved, the words come back, work goes on.

The server is the test's own. The transaction is caught at its last step: another connection holds the table of notices,
so everything has been written and nothing committed.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest

from tests.races.servers import Browser, OwnPostgres, Page, own_postgres, portal_environment, run_python, web_server
from tests.world import PASSWORD

pytestmark = pytest.mark.postgresql

OPINION = "案由明确，建议具体，同意立案。"
FOUND = """
from django.core.management import call_command
call_command("migrate", verbosity=0)
from tests.world import build_world
from tests.proposals.stages import submitted
world = build_world()
print(submitted(world).pk)
"""
VERIFY = 'from django.core.management import call_command; call_command("verify_events")'


class Office:
    """A portal on a database server of its own, with one proposal to be reviewed and a person before that page."""

    def __init__(self, server: OwnPostgres, environment: dict[str, str], browser: Browser, pk: int) -> None:
        self.server, self.environment, self.browser, self.pk = server, environment, browser, pk
        self.review = f"/proposals/{pk}/review/"

    def sql(self, query: str) -> Any:
        """One value out of the database, past the portal."""
        with psycopg.connect(self.server.url) as connection:
            row = connection.execute(query).fetchone()
            return row[0] if row else None

    def state(self) -> tuple[Any, ...]:
        """What a registration changes: stage, register of numbers, reviews, events, head of the chain, notices."""
        return (
            self.sql(f"SELECT state || number || last_event_number FROM proposals_proposal WHERE id = {self.pk}"),
            self.sql("SELECT count(*) FROM proposals_issuednumber"),
            self.sql("SELECT count(*) FROM proposals_review"),
            self.sql("SELECT count(*) FROM proposals_event"),
            self.sql("SELECT count(*) FROM proposals_notice"),
        )

    @contextmanager
    def caught(self) -> Iterator[Future[Page]]:
        """A registration that has written everything but its notices, and waits."""
        with ThreadPoolExecutor(1) as pool, psycopg.connect(self.server.url) as holder:
            holder.execute("LOCK TABLE proposals_notice IN SHARE MODE")
            answer = pool.submit(self.browser.post, self.review, {"outcome": "register", "opinion": OPINION})
            while not self.sql("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"):
                assert not answer.done(), answer.result()
            yield answer


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with own_postgres() as server:
        environment = portal_environment(
            DATABASE_URL=server.url, VAR_DIR=str(tmp_path_factory.mktemp("var")), SESSION_IDLE_MINUTES="30"
        )
        pk = int(run_python(FOUND, environment))
        with web_server(environment) as port:
            browser = Browser(port)
            browser.log_in("tian", PASSWORD)
            yield Office(server, environment, browser, pk)


def cut(office: Office) -> None:
    """The connection of the waiting request is cut by the server."""
    office.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")


def crash(office: Office) -> None:
    """The whole server goes."""
    office.server.crash()


@pytest.mark.parametrize("happens", [cut, crash])
def test_nothing_is_half_saved_and_the_words_come_back(office: Office, happens: Callable[[Office], None]) -> None:
    before = office.state()
    try:
        with office.caught() as waiting:
            happens(office)
            answer = waiting.result(60)
    except psycopg.OperationalError:
        assert happens is crash  # the connection that held the table went with the server
    assert answer.status == 503
    assert "没有得到确认" in answer.text
    assert OPINION in answer.text
    if happens is crash:
        assert office.browser.get("/work/").status == 503
        assert office.browser.get("/healthz").status == 503
        script = office.browser.post(office.review, {"outcome": "register"}, accept="application/json")
        assert (script.status, "没有得到确认" in json.loads(script.text)["message"]) == (503, True)
        office.server.start()
    assert office.state() == before
    assert office.browser.get("/work/").status == 200  # at once, over a new connection, still logged in


def test_afterwards_the_same_form_goes_through_and_the_number_has_no_gap(office: Office) -> None:
    answer = office.browser.post(office.review, {"outcome": "register", "opinion": OPINION})
    assert answer.status == 302
    assert office.sql(f"SELECT state || number FROM proposals_proposal WHERE id = {office.pk}") == "registered001"
    assert "，0处异常" in run_python(VERIFY, office.environment)
