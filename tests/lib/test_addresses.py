"""The short way to the address of a row says what ``reverse`` says."""

import pytest
from django.test import override_settings
from django.urls import NoReverseMatch, reverse, set_script_prefix

from panjin_portal.lib.addresses import address


@pytest.mark.parametrize("name", ["proposal-detail", "reply-edit", "assignment-accept", "publication-detail"])
@pytest.mark.parametrize("key", [0, 7, 10_144, 918_273_645])
def test_an_address_is_that_of_reverse(name: str, key: int) -> None:
    assert address(name, key) == reverse(name, args=[key])


def test_an_address_stands_below_the_place_of_the_portal() -> None:
    try:
        set_script_prefix("/tian/")
        assert address("proposal-detail", 7) == reverse("proposal-detail", args=[7])
    finally:
        set_script_prefix("/")
    assert address("proposal-detail", 7).startswith("/proposals/")


def test_an_unknown_name_is_refused_under_its_own_addresses() -> None:
    with pytest.raises(NoReverseMatch):
        address("no-such-page", 7)
    with override_settings(ROOT_URLCONF="proposals.urls_calendar"), pytest.raises(NoReverseMatch):
        address("proposal-detail", 7)
