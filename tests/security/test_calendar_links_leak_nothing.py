"""The calendar link in a city where every case carries planted words: it tells its owner's open cases by their titles
and nothing else of them, no number, no name, never itself; once it is revoked, nothing at all."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from proposals.services.calendar_feeds import make_feed, revoke_feed
from tests.permissions.city import City
from tests.permissions.matrix import PEOPLE
from tests.security.crawling import MARK
from tests.security.test_nothing_leaks import NUMBERS, SIGNED_IN, allowed
from tests.security.walking import whole_text

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("leaks")]

# Who has an open deadline of some case that carries a mark.
WITH_EVENTS = {"T1", "D1", "C1", "RV", "H1", "P", "A"}


@pytest.fixture(autouse=True)
def _patient() -> None:
    """The limit on how often one address may ask is tested elsewhere."""
    cache.clear()


def read(token: str, **headers: str) -> tuple[int, str]:
    """Status, and headers and body in one with the folded lines of the file put together."""
    answer: Any = Client().get(reverse("calendar-feed", args=[token]), headers=headers)
    return answer.status_code, whole_text(answer).replace("\r\n ", "")


@pytest.mark.parametrize("column", SIGNED_IN)
def test_a_feed_tells_the_titles_its_owner_may_read_and_nothing_else(city: City, column: str) -> None:
    user = getattr(city.world, PEOPLE[column])
    token = make_feed(user)
    status, text = read(token)
    marks = set(MARK.findall(text))

    assert status == 200
    assert marks <= {(kind, stage) for kind, stage in allowed(column) if kind == "title"}
    assert bool(marks) == (column in WITH_EVENTS)
    assert [number for number in NUMBERS if number in text] == []
    names = {user.display_name, user.username, user.email, city.world.member.name, city.world.sfj_clerk.display_name}
    assert [name for name in names if name and name in text] == []
    assert token not in text


@pytest.mark.parametrize("column", SIGNED_IN)
def test_a_revoked_link_tells_nothing(city: City, column: str) -> None:
    user = getattr(city.world, PEOPLE[column])
    token = make_feed(user)
    _, before = read(token)
    tag = next((line for line in before.splitlines() if line.startswith("ETag")), "")
    revoke_feed(user)

    for headers in ({}, {"If-None-Match": tag or '"x"'}, {"If-Modified-Since": "Mon, 01 Jan 2035 00:00:00 GMT"}):
        status, text = read(token, **headers)
        assert status == 404
        assert MARK.findall(text) == []
        assert "BEGIN:VEVENT" not in text
        assert token not in text


def test_a_new_link_ends_the_old_one_at_once(city: City) -> None:
    user = getattr(city.world, PEOPLE["T1"])
    old, new = make_feed(user), make_feed(user)

    assert read(old)[0] == 404
    assert MARK.findall(read(old)[1]) == []
    assert MARK.findall(read(new)[1])


def test_the_address_with_something_behind_it_opens_nothing(city: City) -> None:
    token = make_feed(getattr(city.world, PEOPLE["T1"]))
    for odd in (token[:-1], token + "A", token.swapcase(), token[::-1]):
        assert read(odd)[0] == 404
