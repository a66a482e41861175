"""The page of a bureau says what its format changes: signed letters never, papers printed on demand at once."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from tests.world import World

pytestmark = pytest.mark.django_db


def test_the_page_of_a_bureau_says_which_papers_follow_the_present_choice(client: Client, world: World) -> None:
    client.force_login(world.admin)
    page = client.get(reverse("admin:proposals_bureau_change", args=[world.supervision.pk])).content.decode()
    assert "已经签发的不变；交办通知、催办通知书、督办通知书随时印制，按现在所选的格式。" in page
