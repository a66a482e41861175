"""The matrix speaks of every address of the portal, in every stage in which there is something at it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from tests.permissions.city import City
from tests.permissions.matrix import PEOPLE, STAGES, rows

pytestmark = pytest.mark.django_db  # the city wraps all of them in one transaction


def named_addresses(patterns: list[URLPattern | URLResolver]) -> Iterator[str]:
    """Names of all addresses; the administration counts as one."""
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            assert pattern.name, f"{pattern.pattern} has no name"
            yield pattern.name
        elif pattern.app_name == "admin":
            yield "admin"
        else:
            yield from named_addresses(pattern.url_patterns)


def test_every_address_has_a_row() -> None:
    spoken_of = {row.page.partition("@")[0] for row in rows()}

    assert set(named_addresses(get_resolver().url_patterns)) == spoken_of


def test_no_cell_is_answered_twice() -> None:
    seen = [(row.page, row.stage, method) for row in rows() for method in row.methods]

    assert len(seen) == len(set(seen))


def test_the_table_names_everybody_and_every_stage(city: City) -> None:
    assert all(len(row.cells) == len(PEOPLE) for row in rows())
    assert {name for name in STAGES if name != "ANY"} == set(city.cases)


def test_what_exists_in_a_stage_has_a_row_and_a_row_speaks_of_something(city: City) -> None:
    spoken_of = {(row.page, row.stage) for row in rows()}
    about_cases = {page for page, stage in spoken_of if stage != "ANY"}
    existing = {(page, stage) for page in about_cases for stage in city.cases if city.address(page, stage)}

    assert existing == {(page, stage) for page, stage in spoken_of if stage != "ANY"}
