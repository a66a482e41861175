"""Logging in tells a stranger nothing, stops guessing, and leads back to where the person was, on our own site only."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.conf import settings
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone

from tests.world import PASSWORD, World


def answer_to(username: str, password: str, **more: str) -> str:
    """The page after a failed attempt, without the token and the name that was typed."""
    response = Client().post(reverse("login"), {"username": username, "password": password, **more})
    assert response.status_code == 200
    page = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", response.content.decode())
    return page.replace(username, "…")


def test_an_unknown_name_and_a_wrong_password_get_the_same_answer(world: World) -> None:
    assert answer_to("sfj_clerk", "wrong") == answer_to("nobody-of-that-name", "wrong")


def test_a_closed_account_gets_the_same_answer_as_a_wrong_password(world: World) -> None:
    world.sfj_clerk.is_active = False
    world.sfj_clerk.save()

    assert answer_to("sfj_clerk", PASSWORD) == answer_to("nobody-of-that-name", "wrong")


@override_settings(AXES_ENABLED=True)
@pytest.mark.parametrize("username", ["sfj_clerk", "nobody-of-that-name"])
def test_five_failures_lock_known_and_unknown_names_alike(world: World, username: str) -> None:
    client = Client(REMOTE_ADDR="192.0.2.9")
    statuses = [
        client.post(reverse("login"), {"username": username, "password": "wrong"}).status_code for _ in range(6)
    ]

    assert statuses == [200, 200, 200, 200, 429, 429]
    refused = client.post(reverse("login"), {"username": username, "password": PASSWORD})
    assert refused.status_code == 429
    assert "请十五分钟后再试" in refused.content.decode()


@pytest.mark.parametrize(
    "target",
    ["https://evil.example/", "//evil.example/", "/\\evil.example", "http:///evil.example", "javascript:alert(1)"],
)
def test_log_in_leads_to_our_own_pages_only(world: World, target: str) -> None:
    response = Client().post(reverse("login"), {"username": "sfj_clerk", "password": PASSWORD, "next": target})

    assert response["Location"] == reverse(settings.LOGIN_REDIRECT_URL)


def test_log_in_leads_back_to_the_page_that_was_asked_for(world: World) -> None:
    client, page = Client(), reverse("proposal-list") + "?state=assigned"
    sent = client.get(page)
    form = client.get(sent["Location"])

    assert f'value="{page}"' in form.content.decode()
    after = client.post(reverse("login"), {"username": "sfj_clerk", "password": PASSWORD, "next": page})
    assert after["Location"] == page


def test_an_idle_session_ends_and_the_log_in_comes_back_to_the_page(
    world: World, clock_at: Callable[[datetime], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    client = Client()
    client.force_login(world.sfj_clerk)
    page = reverse("notice-list")
    assert client.get(page).status_code == 200
    later = timezone.now() + timedelta(minutes=settings.SESSION_IDLE_MINUTES + 1)
    monkeypatch.setattr("django.contrib.sessions.backends.db.timezone.now", lambda: later)

    response = client.get(page)

    assert response.status_code == 302
    assert response["Location"] == f"{reverse('login')}?next={page}"


def test_log_in_gives_a_session_of_a_new_name(world: World) -> None:
    client = Client()
    session = client.session
    session["planted"] = True
    session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = planted = session.session_key or ""

    client.post(reverse("login"), {"username": "sfj_clerk", "password": PASSWORD})

    assert client.cookies[settings.SESSION_COOKIE_NAME].value != planted


def test_log_out_needs_a_button_not_a_link(world: World) -> None:
    client = Client()
    client.force_login(world.sfj_clerk)

    assert client.get(reverse("logout")).status_code == 405
    assert client.get(reverse("notice-list")).status_code == 200
    client.post(reverse("logout"))
    assert client.get(reverse("notice-list")).status_code == 302
