"""The style guide is for staff; a stranger to it learns nothing."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.world import World

pytestmark = pytest.mark.django_db


def test_staff_see_every_part(client: Client, world: World) -> None:
    client.force_login(world.admin)
    html = client.get(reverse("styleguide")).content.decode()
    for part in ("超期 3 天", "今天没有待办", "有内容需要更正", "还有 1 个会办单位没有会签", "已自动保存"):
        assert part in html
    assert "style=" not in html


def test_someone_without_administration_gets_404(client: Client, world: World) -> None:
    client.force_login(world.committee_staff)
    assert client.get(reverse("styleguide")).status_code == 404


def test_a_stranger_is_asked_to_log_in(client: Client) -> None:
    answer = client.get(reverse("styleguide"))
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith(reverse("login"))
