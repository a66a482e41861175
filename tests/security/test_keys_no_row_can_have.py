"""Addresses with a number that no row can have for a key: nobody's page, and never an error of the server."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.urls.converters import IntConverter

from tests.world import World

KEY = 10**20


def addresses(resolver: URLResolver) -> Iterator[str]:
    """Every address of the portal with one number in it, and nothing else, made with ``KEY``."""
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            if not pattern.namespace:  # system management finds its rows by itself
                yield from addresses(pattern)
            continue
        assert isinstance(pattern, URLPattern)
        numbers = [name for name, one in pattern.pattern.converters.items() if isinstance(one, IntConverter)]
        if len(numbers) == len(pattern.pattern.converters) == 1 and pattern.name:
            yield reverse(pattern.name, kwargs={numbers[0]: KEY})


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_key_no_row_can_have_finds_nothing(world: World, client: Client, method: str) -> None:
    found = sorted(set(addresses(get_resolver())))
    assert len(found) > 100
    client.force_login(world.committee_staff)

    answers = {address: getattr(client, method)(address).status_code for address in found}

    assert set(answers.values()) <= {404, 405}, {at: code for at, code in answers.items() if code not in (404, 405)}
    assert 404 in answers.values()
