"""The people of ``matrix.LIKENESSES``, and the proposer who stands second on every case."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from proposals.models import Proposal, ProposalProposer, Proposer, Role
from tests import world as people
from tests.permissions.matrix import LIKENESSES
from tests.world import World


def appoint_likenesses(world: World, day: date) -> None:
    """The people of ``matrix.LIKENESSES``, appointed when all is done: nothing was addressed to them."""
    places: dict[str, dict[str, Any]] = {
        "H2": {"role": Role.CLERK, "bureau": world.gaj},
        "HR": {"role": Role.REVIEWER, "bureau": world.gaj},
        "XL": {"role": Role.LEADER, "bureau": world.scj},
        "P2": {"role": Role.PROPOSER, "proposer": world.minjian},
        "CO": {"role": Role.PROPOSER, "proposer": second_proposer()},
        "OLD": {"role": Role.CLERK, "bureau": world.sfj},
        "GONE": {"role": Role.COMMITTEE_STAFF, "bureau": world.committee},
    }
    assert set(places) == set(LIKENESSES)
    for column, post in places.items():
        held = people.appoint(people.person(column.lower(), f"同类{column}"), **post)
        if column == "OLD":
            held.ends_on = day - timedelta(days=1)
            held.save()


def second_proposer() -> Proposer:
    """A party that stands second on every case."""
    second = Proposer.objects.create(kind=Proposer.Kind.PARTY, name="农工党盘锦市委员会")
    ProposalProposer.objects.bulk_create(
        ProposalProposer(proposal=proposal, proposer=second, position=2) for proposal in Proposal.objects.all()
    )
    return second
