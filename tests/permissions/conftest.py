"""The city, once for each test file of this folder."""

from collections.abc import Iterator
from typing import Any
from unittest.mock import patch

import pytest
from django.template.backends.django import Template
from pytest_django import DjangoDbBlocker

from tests.permissions.city import City, standing_city


@pytest.fixture(scope="module")
def city(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[City]:
    """One case in every stage, and everybody signed in."""
    with django_db_blocker.unblock(), standing_city() as built:
        yield built


@pytest.fixture
def unrendered() -> Iterator[None]:
    """Templates cost most of the time and say nothing here; a refusal is shown as its reason."""

    def shorter(template: str, context: dict[str, Any] | None = None, *args: object, **kwargs: object) -> str:
        return str((context or {}).get("reason", template))

    def named(self: Template, *args: object, **kwargs: object) -> str:
        return str(self.template.name)

    with patch("django.template.loader.render_to_string", shorter), patch.object(Template, "render", named):
        yield
