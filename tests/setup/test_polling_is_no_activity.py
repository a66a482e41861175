"""A page that asks by itself does not keep a log-in alive behind a person who has gone."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from panjin_portal.lib import clock
from panjin_portal.lib.clock import SHANGHAI
from proposals.models import Login
from tests.world import World

MORNING = datetime(2026, 3, 2, 9, 0, tzinfo=SHANGHAI)
SCRIPTS = Path(__file__).parents[2] / "static" / "js"
At = Callable[[datetime], None]


@pytest.fixture
def office(client: Client, world: World, clock_at: At, monkeypatch: pytest.MonkeyPatch) -> Client:
    monkeypatch.setattr("django.utils.timezone.now", clock.now)  # Django reckons the end of a session by its own
    clock_at(MORNING)
    client.force_login(world.office_staff)
    assert client.get(reverse("board")).status_code == 200
    return client


def asked_until_the_end(office: Client, clock_at: At, headers: dict[str, str]) -> int:
    """Ask for the changing part of the board every five minutes; the status just after the idle time."""
    status = 0
    for minutes in range(5, settings.SESSION_IDLE_MINUTES + 2, 5):
        clock_at(MORNING + timedelta(minutes=minutes, seconds=1))
        status = office.get(reverse("board-live"), headers=headers).status_code
        if minutes < settings.SESSION_IDLE_MINUTES:
            assert status == 200
    return status


def test_a_board_that_keeps_itself_fresh_ends_with_the_idle_time(office: Client, clock_at: At) -> None:
    assert asked_until_the_end(office, clock_at, {"X-Polled": "1"}) == 302


def test_a_person_who_asks_stays(office: Client, clock_at: At) -> None:
    assert asked_until_the_end(office, clock_at, {}) == 200


def test_what_a_script_asks_is_not_told_as_use_of_the_log_in(office: Client, clock_at: At) -> None:
    clock_at(MORNING + timedelta(minutes=20))
    office.get(reverse("board-live"), headers={"X-Polled": "1"})
    assert Login.objects.get().seen_at == MORNING


@pytest.mark.parametrize("script", ["live.js", "progress.js"])
def test_the_scripts_that_ask_by_themselves_say_so(script: str) -> None:
    text = (SCRIPTS / script).read_text(encoding="utf-8")
    asking = re.findall(r"fetch\(.*?\}\)", text, re.DOTALL)
    assert asking
    assert all('"X-Polled": "1"' in one for one in asking)
