"""A session ends after its idle time; too many wrong passwords are refused for a while."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext

from panjin_portal.lib.clock import SHANGHAI

MORNING = datetime(2026, 3, 2, 9, 0, tzinfo=SHANGHAI)
PASSWORD = "long enough 47"


@pytest.fixture
def clerk(client: Client, db: None) -> Client:
    """A signed-in person."""
    client.force_login(get_user_model().objects.create_user("clerk", password=PASSWORD, display_name="经办人"))
    return client


def session_writes(client: Client) -> int:
    """How often one request writes the session."""
    with CaptureQueriesContext(
        connection,
    ) as queries:
        client.get("/healthz")
    return sum("UPDATE" in query["sql"] and "proposals_login" in query["sql"] for query in queries)


def test_the_session_is_written_at_most_once_a_minute(clerk: Client, clock_at: Callable[[datetime], None]) -> None:
    clock_at(MORNING)
    assert session_writes(clerk) == 1

    clock_at(MORNING + timedelta(seconds=59))
    assert session_writes(clerk) == 0

    clock_at(MORNING + timedelta(seconds=61))
    assert session_writes(clerk) == 1


def test_an_idle_session_lives_as_long_as_the_setting_says() -> None:
    assert settings.SESSION_COOKIE_AGE == settings.SESSION_IDLE_MINUTES * 60


def test_a_stranger_gets_no_session(client: Client, db: None) -> None:
    client.get("/healthz")

    assert settings.SESSION_COOKIE_NAME not in client.cookies


@override_settings(AXES_ENABLED=True)
def test_the_sixth_password_is_not_even_looked_at(clerk: Client) -> None:
    stranger = Client(REMOTE_ADDR="192.0.2.7")
    wrong = {"username": "clerk", "password": "wrong"}
    answers = [stranger.post("/login/", wrong).status_code for _ in range(5)]
    assert answers == [200, 200, 200, 200, 429]

    refused = stranger.post("/login/", {"username": "clerk", "password": PASSWORD})

    assert refused.status_code == 429
    assert "十五分钟" in refused.content.decode()


@override_settings(AXES_ENABLED=True)
def test_a_lock_does_not_hit_the_same_person_elsewhere(clerk: Client) -> None:
    stranger = Client(REMOTE_ADDR="192.0.2.7")
    for _ in range(5):
        stranger.post("/login/", {"username": "clerk", "password": "wrong"})

    answer = Client(REMOTE_ADDR="192.0.2.8").post("/login/", {"username": "clerk", "password": PASSWORD})

    assert answer.status_code == 302


def test_a_password_has_ten_characters_and_is_not_common(db: None) -> None:
    from django.contrib.auth.password_validation import validate_password
    from django.core.exceptions import ValidationError

    for bad in ("Short-1", "password123", "1234567890123"):
        with pytest.raises(ValidationError):
            validate_password(bad)
    validate_password("会说话的石头-2026")
