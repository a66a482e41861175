"""The city of the tests itself: seeding is repeatable and everybody has the post the tests rely on."""

from __future__ import annotations

from proposals.models import Bureau, Workday
from proposals.permissions import has_role, visible_proposals
from proposals.services.reference import seed_reference
from tests.world import World


def test_seeding_twice_changes_nothing(world: World) -> None:
    before = (Bureau.objects.count(), Workday.objects.count())
    seed_reference(range(2022, 2028))
    assert (Bureau.objects.count(), Workday.objects.count()) == before


def test_a_bureau_renamed_by_the_city_stays_renamed(world: World) -> None:
    Bureau.objects.filter(code="sfj").update(short_name="司法")
    seed_reference([2026])
    assert Bureau.objects.get(code="sfj").short_name == "司法"


def test_the_administrator_holds_no_post_and_the_stranger_sees_nothing(world: World) -> None:
    assert not has_role(world.admin, "committee_staff", "clerk")
    assert not visible_proposals(world.nobody).exists()
