"""A person's notices: unread first, opened ones marked as read, nobody else's."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django.urls import reverse

from panjin_portal.context import site
from proposals.models import Notice, User
from proposals.services.notices import COUNTED_UP_TO, mark_read, notify, unread_count
from tests.proposals.reminders.clocks import DUE, morning
from tests.world import World


def put(person: User, number: int = 1, *, link: str = "/notices/") -> list[Notice]:
    """Notices named 通知0, 通知1 …, oldest first."""
    moment = morning(DUE)
    return [
        Notice.objects.create(
            recipient=person, text=f"通知{count}", link=link, created_at=moment + timedelta(minutes=count)
        )
        for count in range(number)
    ]


@pytest.fixture
def reader(world: World, client: Client) -> Client:
    client.force_login(world.gaj_clerk)
    return client


def test_unread_notices_stand_before_read_ones(reader: Client, world: World) -> None:
    notices = put(world.gaj_clerk, 4)
    mark_read(world.gaj_clerk, notice=notices[3])
    mark_read(world.gaj_clerk, notice=notices[1])

    page = reader.get(reverse("notice-list")).content.decode()

    assert sorted(range(4), key=lambda count: page.index(f"通知{count}<")) == [2, 0, 3, 1]
    assert (page.count("未读</span>"), page.count("已读</span>")) == (2 + 1, 2)  # the head counts them once more
    assert "2 条未读" in page


def test_opening_a_notice_marks_it_and_goes_where_it_leads(reader: Client, world: World) -> None:
    (notice,) = put(world.gaj_clerk, link="/proposals/5/")

    first = reader.get(reverse("notice-open", args=[notice.pk]))
    notice.refresh_from_db()
    read_at = notice.read_at
    second = reader.get(reverse("notice-open", args=[notice.pk]))
    notice.refresh_from_db()

    assert (first.status_code, first["Location"], second["Location"]) == (302, "/proposals/5/", "/proposals/5/")
    assert read_at is not None
    assert notice.read_at == read_at


@pytest.mark.parametrize("link", ["", "//evil.example/", "https://evil.example/", "javascript:alert(1)"])
def test_a_notice_never_leads_out_of_the_portal(reader: Client, world: World, link: str) -> None:
    (notice,) = put(world.gaj_clerk, link=link)

    assert reader.get(reverse("notice-open", args=[notice.pk]))["Location"] == reverse("notice-list")


def test_somebody_elses_notice_is_not_there(reader: Client, world: World) -> None:
    (notice,) = put(world.sfj_clerk)

    assert reader.get(reverse("notice-open", args=[notice.pk])).status_code == 404
    assert "通知0" not in reader.get(reverse("notice-list")).content.decode()
    reader.post(reverse("notice-read-all"))
    notice.refresh_from_db()
    assert notice.read_at is None


def test_all_are_marked_as_read_by_a_button_and_not_by_a_link(reader: Client, world: World) -> None:
    put(world.gaj_clerk, 3)

    assert reader.get(reverse("notice-read-all")).status_code == 405
    answer = reader.post(reverse("notice-read-all"), follow=True).content.decode()

    assert "已将3条通知标为已读" in answer
    assert "没有未读的通知" in answer
    assert "全部标为已读" not in answer
    assert "没有未读的通知。" in reader.post(reverse("notice-read-all"), follow=True).content.decode()


def test_a_stranger_is_asked_to_log_in(world: World, client: Client) -> None:
    (notice,) = put(world.gaj_clerk)

    for address in (reverse("notice-list"), reverse("notice-open", args=[notice.pk])):
        assert client.get(address)["Location"].startswith(reverse("login"))
    assert client.post(reverse("notice-read-all"))["Location"].startswith(reverse("login"))
    notice.refresh_from_db()
    assert notice.read_at is None


def test_an_empty_list_says_what_will_come(reader: Client) -> None:
    assert "还没有通知" in reader.get(reverse("notice-list")).content.decode()


def test_a_text_with_markup_is_shown_as_it_is(reader: Client, world: World) -> None:
    notify([world.gaj_clerk], text="<script>alert(1)</script>", link="/notices/")

    assert "&lt;script&gt;alert(1)" in reader.get(reverse("notice-list")).content.decode()


@pytest.mark.parametrize("number", [1, 45])
def test_the_list_costs_the_same_for_many_as_for_few(
    reader: Client,
    world: World,
    number: int,
    django_assert_max_num_queries: Callable[[int], AbstractContextManager[None]],
) -> None:
    put(world.gaj_clerk, number)

    with django_assert_max_num_queries(8):
        reader.get(reverse("notice-list"))


def test_pages_by_key_reach_every_notice_once(reader: Client, world: World) -> None:
    put(world.gaj_clerk, 45)
    seen: list[str] = []
    address = reverse("notice-list")
    while address:
        context = reader.get(address).context
        seen += [notice.text for notice in context["notices"]]
        address = context["next_url"]

    assert sorted(seen) == sorted(f"通知{count}" for count in range(45))


def test_the_head_counts_no_further_than_it_shows(world: World) -> None:
    Notice.objects.bulk_create(
        Notice(recipient=world.gaj_clerk, text="x", link="/", created_at=morning(DUE)) for _ in range(150)
    )

    assert unread_count(world.gaj_clerk) == COUNTED_UP_TO


def request_of(user: object) -> HttpRequest:
    request = RequestFactory().get("/")
    request.user = user  # type: ignore[assignment]
    return request


def test_the_count_is_asked_for_once_and_only_where_it_is_shown(
    world: World, django_assert_num_queries: Callable[[int], AbstractContextManager[object]]
) -> None:
    put(world.gaj_clerk, 2)

    with django_assert_num_queries(0):
        context = site(request_of(world.gaj_clerk))
    with django_assert_num_queries(1):
        assert (bool(context["unread_notices"]), str(context["unread_notices"])) == (True, "2")
    assert [str(post) for post in context["acting_posts"]] == ["市公安局经办人"]


def test_anonymous_pages_know_nothing_of_notices(db: None) -> None:
    assert not site(request_of(AnonymousUser()))["unread_notices"]
