"""The city of the permission tests, once for each test file of this folder."""

from collections.abc import Iterator

import pytest
from pytest_django import DjangoDbBlocker

from tests.permissions.city import City, standing_city


@pytest.fixture(scope="module")
def city(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[City]:
    """One case in every stage, and everybody signed in."""
    with django_db_blocker.unblock(), standing_city() as built:
        yield built
