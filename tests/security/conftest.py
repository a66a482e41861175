"""The city of the permission tests, once for each test file of this folder."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import DjangoDbBlocker

from tests.permissions.city import City, standing_city


@pytest.fixture(scope="module")
def city(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[City]:
    """One case in every stage, and everybody signed in."""
    with django_db_blocker.unblock(), standing_city() as built:
        yield built


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A file stays on one worker: another would build the city once more for its share of it."""
    for item in items:
        if item.path.parent == Path(__file__).parent and not item.get_closest_marker("xdist_group"):
            item.add_marker(pytest.mark.xdist_group(item.path.stem))
