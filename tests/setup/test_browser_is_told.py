"""What every answer tells the browser: a strict content policy, no framing by others, no sniffing."""

import pytest
from django.test import Client

DIRECTIVES = {
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "form-action 'self'",
}


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/login/", "/healthz", "/admin/login/", "/no-such-page"])
def test_every_answer_carries_the_strict_policy(client: Client, path: str) -> None:
    policy = client.get(path).headers["Content-Security-Policy"]

    assert {part.strip() for part in policy.split(";")} >= DIRECTIVES
    assert "unsafe" not in policy
    assert "*" not in policy


@pytest.mark.django_db
def test_other_sites_may_not_frame_or_guess_types(client: Client) -> None:
    headers = client.get("/login/").headers

    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"


@pytest.mark.django_db
def test_an_unknown_page_shows_no_debug_text(client: Client) -> None:
    answer = client.get("/no-such-page")

    assert answer.status_code == 404
    assert b"URLconf" not in answer.content
