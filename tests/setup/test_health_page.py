"""``/healthz`` and the command that compose runs in the containers."""

import os
import time
from pathlib import Path

import pytest
from django.db import DatabaseError, connection
from django.test import Client

from panjin_portal import health


@pytest.mark.django_db
def test_the_health_page_answers_ok_while_the_database_answers(client: Client) -> None:
    answer = client.get("/healthz")

    assert answer.status_code == 200
    assert answer.content == b"ok\n"


@pytest.mark.django_db
def test_the_health_page_says_503_and_nothing_more_without_a_database(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse() -> None:
        raise DatabaseError("password of the database server")

    monkeypatch.setattr(connection, "cursor", refuse)

    answer = client.get("/healthz")

    assert answer.status_code == 503
    assert b"password" not in answer.content


def test_beat_counts_as_healthy_only_while_its_schedule_file_is_young(tmp_path: Path) -> None:
    schedule = tmp_path / "beat-schedule"
    assert not health.beat_is_healthy(schedule, seconds=60)

    written = tmp_path / "beat-schedule.dat"
    written.write_text("x", encoding="ascii")
    assert health.beat_is_healthy(schedule, seconds=60)

    long_ago = time.time() - 600
    os.utime(written, (long_ago, long_ago))
    assert not health.beat_is_healthy(schedule, seconds=60)


def test_the_web_check_fails_when_nobody_listens() -> None:
    assert not health.web_is_healthy(1, "localhost")


def test_an_unknown_part_is_a_usage_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert health.main(["queue"]) == 2
    assert "web|beat" in capsys.readouterr().err
