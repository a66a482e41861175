"""PostgreSQL parses and plans once what a connection asks often, and anew what reads much."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext, suppress
from typing import Any

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction
from django.db.backends.postgresql import base as django_base

from panjin_portal.lib.kept import Kept
from panjin_portal.postgresql.base import MOST_VALUES, Cursor, DatabaseOperations
from proposals.errors import InvalidInput
from proposals.models import Bureau, Proposal
from proposals.workflow import ProposalState
from tests.setup.processes import PRODUCTION, run, settings_of


def how_asked(monkeypatch: pytest.MonkeyPatch, query: str) -> dict[str, Any]:
    """The options with which our cursor hands ``query`` on."""
    seen: list[dict[str, Any]] = []
    monkeypatch.setattr(
        django_base.ServerBindingCursor, "execute", lambda self, query, params=None, **options: seen.append(options)
    )
    Cursor.__new__(Cursor).execute(query, [1])
    return seen[0]


@pytest.mark.parametrize("query", ["SELECT COUNT(*) FROM a", "SELECT b, MAX(c) FROM a WHERE d = %s GROUP BY b"])
def test_what_counts_or_groups_is_planned_for_its_values(monkeypatch: pytest.MonkeyPatch, query: str) -> None:
    assert how_asked(monkeypatch, query) == {"prepare": False}


def test_what_finds_rows_is_left_to_the_driver(monkeypatch: pytest.MonkeyPatch) -> None:
    assert how_asked(monkeypatch, "SELECT b FROM a WHERE c = %s") == {}


def prepared(part: str) -> list[tuple[str, str]]:
    """Name and text of what this connection has prepared with ``part`` in it; nothing on SQLite."""
    if connection.vendor != "postgresql":
        return []
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, statement FROM pg_prepared_statements WHERE statement LIKE %s", [f"%{part}%"])
        return list(cursor.fetchall())


@pytest.mark.django_db
def test_only_postgresql_keeps_statements_and_only_those_that_come_again() -> None:
    for _ in range(8):
        list(Bureau.objects.filter(code="某", short_name="市某局"))
        Bureau.objects.filter(code="某", short_name="市某局").count()
    kept = prepared('"code" = $1 AND "proposals_bureau"."short_name" = $2')
    assert len(kept) == (connection.vendor == "postgresql")
    assert not any("COUNT(" in statement for _, statement in kept)


ASKED = '"code" = $1 AND "proposals_bureau"."letterhead" = $2'


def ask() -> None:
    """What was not asked before, so often that it is prepared."""
    for _ in range(8):
        assert list(Bureau.objects.filter(code="某", letterhead="某")) == []


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("outer", [nullcontext, transaction.atomic])
def test_a_step_that_is_taken_back_forgets_no_statement(outer: Callable[[], AbstractContextManager[None]]) -> None:
    ask()
    kept = prepared(ASKED)
    with outer(), suppress(InvalidInput), transaction.atomic():
        ask()
        raise InvalidInput({"": "不行"})
    assert len(kept) == 1
    assert prepared(ASKED) == kept
    ask()
    with connection.cursor() as cursor:  # a table that goes takes with it what was prepared, as psycopg has it
        cursor.execute("CREATE TEMPORARY TABLE gone (a int)")
        cursor.execute("DROP TABLE gone")
    assert prepared(ASKED) == []


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_a_table_that_somebody_else_changed_is_asked_anew_after_one_failure() -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE changing (a int)")
    try:
        asked = "SELECT a FROM changing WHERE a = %s"
        with connection.cursor() as cursor:
            for _ in range(8):
                cursor.execute(asked, [1])
        with psycopg.connect(**connection.get_connection_params() | {"cursor_factory": None}) as other:
            other.execute("ALTER TABLE changing ALTER a TYPE text")
        assert len(prepared("FROM changing")) == 1
        with connection.cursor() as cursor:
            with pytest.raises(DatabaseError), transaction.atomic():
                cursor.execute(asked, [1])
            cursor.execute("SELECT a FROM changing WHERE a = %s", ["1"])
            assert cursor.fetchall() == []
        assert prepared("FROM changing") == []
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE changing")


@pytest.mark.django_db
def test_a_kept_statement_is_planned_once_for_keys_of_every_size() -> None:
    of_state = Kept(lambda pk: Proposal.objects.filter(pk=pk, state=ProposalState.ASSIGNED, title="100%").order_by())
    try:
        for pk in (1, 2, 3, 4, 5, 6, 40_000, 5_000_000_000) * 2:
            assert of_state(pk) == []
        made, asked = of_state.statement(1), of_state._kept[(connection.vendor, "int")].asked
        if connection.vendor != "postgresql":
            assert asked is made
            return
        assert ("'assigned'" in asked.sql, asked.sql.count("%s"), "100%%" in asked.sql) == (True, 1, True)
        assert ("'assigned'" in made.sql, made.sql.count("%s")) == (False, 3)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT generic_plans, custom_plans FROM pg_prepared_statements WHERE statement LIKE %s", ["%'100%"]
            )
            ((general, special),) = cursor.fetchall()
        assert (general > 0, special) == (True, 5)
    finally:
        Kept.every.remove(of_state)


def test_many_rows_go_in_statements_that_can_carry_their_values() -> None:
    size = DatabaseOperations(connection).bulk_batch_size(["column"] * 11, [object()] * 10_000)
    assert size * 11 <= MOST_VALUES < (size + 1) * 11


def test_the_address_can_forbid_it_for_a_pooler() -> None:
    allowed = settings_of(**PRODUCTION)["DATABASES"]["default"]["OPTIONS"]
    address = PRODUCTION["DATABASE_URL"]
    forbidden = settings_of(**PRODUCTION | {"DATABASE_URL": f"{address}?prepare=no"})["DATABASES"]["default"]["OPTIONS"]
    assert (allowed["server_side_binding"], allowed["prepare_threshold"]) == (True, 5)
    assert not forbidden.keys() & {"prepare", "server_side_binding", "prepare_threshold"}


def test_another_word_for_it_stops_the_start_without_showing_the_address() -> None:
    address = PRODUCTION["DATABASE_URL"]
    answer = run("manage.py", "check", **PRODUCTION | {"DATABASE_URL": f"{address}?prepare=maybe"})
    assert answer.returncode != 0
    assert "prepare 只能是 yes 或 no" in answer.stderr
    assert "portal:portal" not in answer.stderr
