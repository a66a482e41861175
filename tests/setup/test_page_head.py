"""What every page's head may show: looked up only by the pages that show it."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory
from pytest_django import DjangoAssertNumQueries

from panjin_portal.context import site
from proposals.models import User
from proposals.services.notices import notify
from tests.world import World


@pytest.mark.django_db
def test_a_page_without_head_asks_nothing(
    world: World, rf: RequestFactory, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    request = rf.get("/")
    request.user = world.sfj_clerk

    with django_assert_num_queries(0):
        site(request)


@pytest.mark.django_db
def test_the_head_shows_posts_and_unread_notices(
    world: World, rf: RequestFactory, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    notify([world.sfj_clerk], text="新交办一件", link="/")
    request = rf.get("/")
    request.user = User.objects.get(pk=world.sfj_clerk.pk)

    names = site(request)

    with django_assert_num_queries(2):
        assert names["unread_notices"] == 1
        assert [post.bureau.code for post in names["acting_posts"]] == ["sfj"]
        assert bool(names["unread_notices"])


def test_a_stranger_has_neither(rf: RequestFactory) -> None:
    request = rf.get("/")
    request.user = AnonymousUser()

    names = site(request)

    assert names["unread_notices"] == 0
    assert not names["acting_posts"]
