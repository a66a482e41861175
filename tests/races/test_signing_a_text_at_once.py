"""Co-signing: the invited signs at the moment at which the writer takes the invitation back or changes the text."""

from __future__ import annotations

import pytest
from django.urls import reverse

from proposals.models import Invitation, Proposal
from proposals.workflow_cosigning import InvitationState
from tests.proposals.cosigning.people import invited, my_content, my_draft
from tests.proposals.stages import form_data
from tests.races.conftest import Arena
from tests.races.outcomes import ROUNDS, one_wins
from tests.races.people import Deed, at_once

pytestmark = pytest.mark.django_db  # the arena commits; see conftest


def signing(arena: Arena, proposal: Proposal) -> Deed:
    """孙望潮 signs the text he was shown."""
    url = reverse("proposal-cosign", args=[proposal.pk])
    return Deed(arena.world.other_member_user, url, {"do": "accept", "version": 1, "opinion": "赞成"})


def test_an_invitation_is_accepted_or_taken_back(arena: Arena) -> None:
    world = arena.world
    for _ in range(ROUNDS):
        proposal = my_draft(world)
        (row,) = invited(world, proposal)
        takes_back = Deed(world.member_user, reverse("invitation-withdraw", args=[row.pk]), {"seen": "invited"})
        one_wins(at_once(arena.pair, signing(arena, proposal), takes_back))
        row.refresh_from_db()
        is_signed = row.state == InvitationState.ACCEPTED
        assert arena.deeds(proposal, "accept_cosigning") == int(is_signed)
        assert arena.deeds(proposal, "withdraw_invitation") == int(not is_signed)
        assert not proposal.deadlines.filter(met_at=None, cancelled_at=None).exists()


def test_a_text_is_signed_or_changed(arena: Arena) -> None:
    world = arena.world
    for _ in range(ROUNDS):
        proposal = my_draft(world)
        invited(world, proposal)
        url = reverse("proposal-edit", args=[proposal.pk])
        data = form_data(my_content(world, title="关于改过的题目的建议"), 1)
        one_wins(at_once(arena.pair, signing(arena, proposal), Deed(world.member_user, url, data)))
        proposal.refresh_from_db()
        is_signed = Invitation.objects.filter(proposal=proposal, state=InvitationState.ACCEPTED).exists()
        assert is_signed is (proposal.version == 1)
