"""Everybody may fetch the public list as a sheet, but no address as often as it likes."""

from __future__ import annotations

from unittest.mock import patch

import pytest
from django.core.cache import cache
from django.test import Client, override_settings
from django.urls import reverse

from replies.views import rates

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def two_at_most(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rates, "SHEETS", 2)


def fetch(client: Client, do: str = "file") -> int:
    return client.get(reverse("public-export"), {"do": do} if do else {}).status_code


def test_the_sheet_after_the_last_allowed_one_is_refused_with_a_page_that_says_when() -> None:
    client = Client(REMOTE_ADDR="192.0.2.50")
    assert [fetch(client) for _ in range(2)] == [200, 200]

    refused = client.get(reverse("public-export"), {"do": "file"})

    assert refused.status_code == 429
    assert refused["Retry-After"] == "600"
    assert "每 10 分钟最多导出 2 份" in refused.content.decode()
    assert fetch(client, do="") == 200, "choosing columns costs nothing"
    assert fetch(Client(REMOTE_ADDR="192.0.2.51")) == 200, "another address"


@override_settings(BEHIND_PROXY=True)
def test_behind_the_proxy_visitors_are_counted_one_by_one_and_cannot_choose_their_address() -> None:
    def visitor(forwarded: str) -> Client:
        return Client(REMOTE_ADDR="127.0.0.1", headers={"x-forwarded-for": forwarded})

    assert [fetch(visitor(f"203.0.113.{number}, 192.0.2.52")) for number in range(3)] == [200, 200, 429]
    assert fetch(visitor("192.0.2.53")) == 200


def test_without_its_cache_the_list_is_still_handed_out() -> None:
    with patch.object(cache, "add", side_effect=ConnectionError("no server")):
        assert fetch(Client(REMOTE_ADDR="192.0.2.54")) == 200
