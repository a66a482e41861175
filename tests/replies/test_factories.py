"""Every named stage is what it says, and the event chains hold however a case was carried."""

from __future__ import annotations

import pytest

from proposals.queries import wrong_next_due
from proposals.services.verification import verify_events
from tests.factories import Stage, case_in
from tests.world import World

# proposal, reply, publication
EXPECTED = {
    Stage.DRAFT: ("draft", "", ""),
    Stage.SUBMITTED: ("submitted", "", ""),
    Stage.RETURNED: ("returned", "", ""),
    Stage.REJECTED: ("rejected", "", ""),
    Stage.REGISTERED: ("registered", "", ""),
    Stage.ASSIGNED: ("assigned", "", ""),
    Stage.ACCEPTED: ("assigned", "", ""),
    Stage.DRAFTING: ("assigned", "drafting", ""),
    Stage.REVIEWING: ("assigned", "reviewing", ""),
    Stage.COUNTERSIGNING: ("assigned", "countersigning", ""),
    Stage.SIGNING: ("assigned", "signing", ""),
    Stage.SIGNED: ("assigned", "signed", ""),
    Stage.ISSUED: ("answered", "issued", ""),
    Stage.RATED: ("answered", "issued", ""),
    Stage.PREPARING: ("answered", "issued", "preparing"),
    Stage.RELEASING: ("answered", "issued", "releasing"),
    Stage.PUBLISHED: ("answered", "issued", "published"),
    Stage.UNPUBLISHED: ("answered", "issued", "unpublished"),
    Stage.IMPORTED: ("imported", "imported", ""),
    Stage.CONFIRMED: ("imported", "confirmed", ""),
}


@pytest.mark.parametrize("stage", list(Stage))
def test_a_case_stands_where_its_stage_says_and_its_chain_holds(world: World, stage: Stage) -> None:
    case = case_in(world, stage)
    reply, publication = case.proposal.replies.first(), case.proposal.publications.first()
    found = (case.proposal.state, reply.state if reply else "", publication.state if publication else "")
    assert found == EXPECTED[stage]
    assert verify_events().faults == []
    assert list(wrong_next_due()) == []


def test_a_case_without_helpers_goes_from_review_to_signing(world: World) -> None:
    assert case_in(world, Stage.COUNTERSIGNING, helpers=False).reply.state == "signing"


def test_two_cases_of_one_script_get_numbers_of_their_own(world: World) -> None:
    numbers = [case_in(world, Stage.REGISTERED).proposal.number for _ in range(2)]
    assert numbers == ["001", "002"]
