"""The people of ``matrix.LIKENESSES``, and the proposer who stands second on every case."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from proposals.models import Proposal, ProposalProposer, Proposer, Role
from tests import world as people
from tests.permissions.matrix import LIKENESSES
from tests.world import World


def appoint_likenesses(world: World, day: date, one_case: Proposal) -> None:
    """The people of ``matrix.LIKENESSES``, appointed when all is done: nothing was addressed to them. ``one_case``: of
    ``matrix.ONE_CASE``, which one of them stands on and another began before he lost his post."""
    places: dict[str, dict[str, Any]] = {
        "H2": {"role": Role.CLERK, "bureau": world.gaj},
        "HR": {"role": Role.REVIEWER, "bureau": world.gaj},
        "XL": {"role": Role.LEADER, "bureau": world.scj},
        "P2": {"role": Role.PROPOSER, "proposer": world.minjian},
        "CO": {"role": Role.PROPOSER, "proposer": second_proposer()},
        "IN": {"role": Role.PROPOSER, "proposer": world.member},
        "SE": {"role": Role.PROPOSER, "proposer": last_proposer(one_case)},
        "EX": {"role": Role.PROPOSER, "proposer": world.minjian},
        "OLD": {"role": Role.CLERK, "bureau": world.sfj},
        "GONE": {"role": Role.COMMITTEE_STAFF, "bureau": world.committee},
    }
    assert set(places) == set(LIKENESSES)
    for column, post in places.items():
        held = people.appoint(people.person(column.lower(), f"同类{column}"), **post)
        if column in {"OLD", "EX"}:
            held.ends_on = day - timedelta(days=1)
            held.save()
        if column == "EX":
            Proposal.objects.filter(pk=one_case.pk).update(created_by=held.user)


def last_proposer(proposal: Proposal) -> Proposer:
    """A member who stands on this case alone, behind the second proposer of all."""
    member = Proposer.objects.create(kind=Proposer.Kind.MEMBER, name="冯晚晴", member_number="9009")
    ProposalProposer.objects.create(proposal=proposal, proposer=member, position=3, is_cosigner=True)
    return member


def second_proposer() -> Proposer:
    """A party that stands second on every case."""
    second = Proposer.objects.create(kind=Proposer.Kind.PARTY, name="农工党盘锦市委员会")
    ProposalProposer.objects.bulk_create(
        ProposalProposer(proposal=proposal, proposer=second, position=2) for proposal in Proposal.objects.all()
    )
    return second
