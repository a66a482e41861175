"""A form that does not come from our own page is refused, and the page says what to do."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.test import Client

from tests.permissions.city import City
from tests.permissions.matrix import rows

pytestmark = pytest.mark.django_db  # the city wraps all of them in one transaction

SENDABLE = {
    row.page: (row.stage, who)
    for row in rows()
    if "POST" in row.methods
    for who, cell in row.cells.items()
    if cell == "ok" and who != "--"
}


@pytest.mark.parametrize("page", sorted(SENDABLE))
def test_a_form_without_its_token_is_refused_with_advice(city: City, page: str) -> None:
    stage, who = SENDABLE[page]
    client = Client(enforce_csrf_checks=True)
    client.cookies[settings.SESSION_COOKIE_NAME] = city.sessions[who]

    response = client.post(city.address(page, stage) or "", {})

    assert response.status_code == 403
    assert "请返回上一页，刷新后再提交" in response.content.decode()
