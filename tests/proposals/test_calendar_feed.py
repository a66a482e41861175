"""The calendar link: a secret shown once, revocable, that gives what its owner may see at the moment it is read."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from icalendar import Calendar

from panjin_portal import logs
from panjin_portal.lib import clock
from proposals.models import CalendarFeed, Deadline, Event, Post
from proposals.services.assignment import change_due_date
from proposals.services.calendar_feeds import make_feed, reader_of
from proposals.services.suspending import suspend
from proposals.views import feed_rate
from tests.proposals.stages import assigned, draft
from tests.world import World

NOON = datetime(2022, 6, 30, 12, 0, tzinfo=clock.SHANGHAI)
FEED_QUERIES = 8


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    cache.clear()
    with clock.at(NOON):
        yield


def link(token: str) -> str:
    return reverse("calendar-feed", args=[token])


def events_of(client: Client, token: str) -> dict[str, Any]:
    answer = client.get(link(token))
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    found: Any = Calendar.from_ical(answer.content)
    assert found["VERSION"] == "2.0"
    return {str(event["UID"]): event for event in found.walk("VEVENT")}


def titles(events: dict[str, Any]) -> list[str]:
    return [str(event["SUMMARY"]) for event in events.values()]


def test_the_file_holds_the_open_deadlines_of_the_persons_bureau(client: Client, world: World) -> None:
    share, helper = assigned(world)
    found = events_of(client, make_feed(world.sfj_clerk))
    mine = Deadline.objects.filter(bureau=world.sfj, met_at=None, cancelled_at=None)
    assert mine
    assert len(found) == len(mine)
    for row in mine:
        event = next(one for uid, one in found.items() if uid.startswith(f"deadline-{row.pk}@"))
        assert event["DTSTART"].dt == row.due_on
        assert type(event["DTSTART"].dt) is date
        assert int(event["SEQUENCE"]) == row.version
        assert share.proposal.title in event["SUMMARY"]
        assert event.get("DESCRIPTION") is None
        assert event["STATUS"] == "CONFIRMED"
        assert str(event["URL"]).startswith("http")
    theirs = events_of(client, make_feed(world.gaj_clerk))
    assert not set(found) & set(theirs)
    assert helper.bureau.short_name in "".join(titles(theirs))
    assert len(events_of(client, make_feed(world.office_staff))) == len(found) + len(theirs)
    assert events_of(client, make_feed(world.scj_clerk)) == {}
    assert events_of(client, make_feed(world.nobody)) == {}


def test_a_moved_deadline_keeps_its_name_and_counts_on(client: Client, world: World) -> None:
    assigned(world)
    token = make_feed(world.sfj_clerk)
    row = Deadline.objects.get(bureau=world.sfj, kind="reply")
    before = events_of(client, token)
    change_due_date(world.office_staff, deadline=row, due_on=row.due_on + timedelta(7), reason="重新核定")
    after = events_of(client, token)
    assert set(before) == set(after)
    uid = next(uid for uid in after if uid.startswith(f"deadline-{row.pk}@"))
    assert int(after[uid]["SEQUENCE"]) > int(before[uid]["SEQUENCE"])
    assert after[uid]["DTSTART"].dt == row.due_on + timedelta(7)


def test_what_is_met_or_suspended_is_gone(client: Client, world: World) -> None:
    share = assigned(world)[0]
    token = make_feed(world.sfj_clerk)
    Deadline.objects.filter(bureau=world.sfj, kind="receipt").update(met_at=NOON)
    assert all("签收" not in event["SUMMARY"] for event in events_of(client, token).values())
    suspend(world.office_staff, proposal=share.proposal, reason="等省里的方案")
    assert events_of(client, token) == {}


def test_a_provisional_date_says_so(client: Client, world: World) -> None:
    assigned(world)
    Deadline.objects.update(is_provisional=True)
    for event in events_of(client, make_feed(world.sfj_clerk)).values():
        assert event["STATUS"] == "TENTATIVE"
        assert "暂定" in event["SUMMARY"]


def test_its_link_opens_for_who_does_not_owe_the_step(client: Client, world: World) -> None:
    assigned(world)
    for user in (world.office_staff, world.sfj_leader, world.sfj_clerk):
        (address, *_) = {str(event["URL"]) for event in events_of(client, make_feed(user)).values()}
        client.force_login(user)
        assert client.get(address.removeprefix(settings.PUBLIC_BASE_URL)).status_code == 200


def test_no_person_and_no_number_stands_in_it(client: Client, world: World) -> None:
    for share in assigned(world):
        share.clerk = world.sfj_clerk
        share.save()
    text = client.get(link(make_feed(world.office_staff))).content.decode().replace("\r\n ", "")
    assert world.minjian.name not in text
    for secret in ("林小满", "司文清", "0427", "panjin.example", "@panjin", world.sfj_clerk.username):
        assert secret not in text, secret


def test_rights_are_asked_again_each_time(client: Client, world: World) -> None:
    assigned(world)
    token = make_feed(world.sfj_clerk)
    assert events_of(client, token)
    Post.objects.filter(user=world.sfj_clerk).update(ends_on=NOON.date() - timedelta(1))
    assert events_of(client, token) == {}
    world.sfj_clerk.is_active = False
    world.sfj_clerk.save()
    assert client.get(link(token)).status_code == 404


def test_somebody_elses_draft_is_in_nobodys_calendar(client: Client, world: World) -> None:
    secret = draft(world, title="不能看的草稿")
    Deadline.objects.create(
        proposal=secret,
        kind="cosign",
        proposer=world.member,
        recipient_role="proposer",
        starts_on=NOON.date(),
        due_on=NOON.date() + timedelta(3),
        explanation="五日",
        link="/",
    )
    for who in ("committee_staff", "office_staff", "other_member_user", "member_user", "sfj_clerk"):
        found = titles(events_of(client, make_feed(getattr(world, who))))
        assert not [title for title in found if "不能看的草稿" in title], who


def test_the_link_is_shown_once_and_a_new_one_ends_the_old(client: Client, world: World) -> None:
    client.force_login(world.sfj_clerk)
    page = reverse("calendar-link")
    assert "没有订阅链接" in client.get(page).content.decode()
    first = client.post(page).context["address"]
    second = client.post(page)
    address = second.context["address"]
    assert address in second.content.decode()
    assert second["Cache-Control"] == "no-store, private"
    assert address.rpartition("/")[2] not in client.get(page).content.decode()
    client.logout()
    assert client.get(first.partition("//")[2].partition("/")[2].join(["/", ""])).status_code == 404
    token = address.rpartition("/")[2].removesuffix(".ics")
    assert len(token) == 43
    assert client.get(link(token)).status_code == 200
    assert not CalendarFeed.objects.filter(token_hash__contains=token[:10])
    assert CalendarFeed.objects.filter(user=world.sfj_clerk, revoked_at=None).count() == 1
    client.force_login(world.sfj_clerk)
    client.post(reverse("calendar-link-revoke"))
    assert client.get(link(token)).status_code == 404
    assert client.post(reverse("calendar-link-revoke")).status_code == 302
    kinds = Event.objects.filter(kind="calendar_link").count()
    assert kinds == 3
    assert token not in str(list(Event.objects.values("text", "data")))


def test_a_token_that_was_never_given_out_opens_nothing(client: Client, world: World) -> None:
    make_feed(world.sfj_clerk)
    for token in ("x" * 43, "x", "%00", CalendarFeed.objects.get().token_hash):
        assert client.get(link(token)).status_code == 404
    assert reader_of("") is None
    assert client.post(link("x")).status_code == 405


def test_the_log_never_says_the_token(client: Client, world: World) -> None:
    token = make_feed(world.sfj_clerk)
    record = logging.LogRecord("gunicorn", logging.INFO, "", 0, "GET %s 200", (link(token),), None)
    assert logs.WithoutTokens().filter(record)
    assert token not in record.getMessage()
    assert "/feed/…" in record.getMessage()
    rated = logging.LogRecord("gunicorn", logging.INFO, "", 0, "GET /rate/abc/ 200", (), None)
    logs.WithoutTokens().filter(rated)
    assert rated.getMessage() == "GET /rate/…/ 200"


def test_an_address_that_asks_too_often_is_told_to_wait(
    client: Client, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed_rate, "FETCHES", 2)
    token = make_feed(world.sfj_clerk)
    assert [client.get(link(token)).status_code for _ in range(3)] == [200, 200, 429]
    assert client.get(link(token))["Retry-After"] == "600"


def test_the_number_of_queries_does_not_grow(client: Client, world: World, django_assert_max_num_queries) -> None:  # type: ignore[no-untyped-def]
    for _ in range(4):
        assigned(world)
    token = make_feed(world.office_staff)
    with django_assert_max_num_queries(FEED_QUERIES):
        client.get(link(token))
