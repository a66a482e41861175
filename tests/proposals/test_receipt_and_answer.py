"""签收 by the bureau's clerk, and the fact that the reply went out."""

from __future__ import annotations

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from proposals.errors import NotAllowed, WrongStage
from proposals.models import Assignment, Deadline, Event, Proposal
from proposals.permissions import posts_of
from proposals.services.handling import accept_assignment, record_answered
from proposals.services.locking import lock_proposal
from tests.proposals.stages import assigned
from tests.world import World


def answered(world: World, row: Assignment) -> None:
    """What issuing a reply does on this floor."""
    with transaction.atomic():
        locked = lock_proposal(row.proposal_id)
        record_answered(world.sfj_clerk, proposal=locked, assignment=row, post=posts_of(world.sfj_clerk)[0])


def test_signing_for_receipt_names_the_clerk_and_meets_the_deadline(client: Client, world: World) -> None:
    lead, helper = assigned(world)
    url = reverse("assignment-accept", args=[lead.pk])
    client.force_login(world.sfj_clerk)
    page = client.get(url).content.decode()
    assert "签收" in page
    assert "2" in page
    assert [client.post(url).status_code for _ in range(2)] == [302, 409]
    lead.refresh_from_db()
    assert (lead.state, lead.clerk, lead.accepted_by) == ("accepted", world.sfj_clerk, world.sfj_clerk)
    open_receipts = Deadline.objects.filter(kind="receipt", met_at=None)
    assert [row.bureau_id for row in open_receipts] == [helper.bureau_id]
    assert Event.objects.filter(kind="accept").count() == 1


def test_only_a_clerk_of_that_bureau_signs(client: Client, world: World) -> None:
    lead, _ = assigned(world)
    url = reverse("assignment-accept", args=[lead.pk])
    for user, status in (
        (world.sfj_leader, 403),
        (world.gaj_clerk, 403),  # a helper sees the case, the lead's receipt is not his
        (world.office_staff, 403),
        (world.scj_clerk, 404),
    ):
        client.force_login(user)
        assert client.get(url).status_code == status
        assert client.post(url).status_code == status
        with pytest.raises(NotAllowed):
            accept_assignment(user, assignment=lead)


def test_an_answer_ends_the_work_of_all_and_drops_what_helpers_owed(world: World) -> None:
    lead, _ = assigned(world)
    accept_assignment(world.sfj_clerk, assignment=lead)
    answered(world, lead)
    proposal = Proposal.objects.get()
    assert (proposal.state, proposal.answered_at is not None) == ("answered", True)
    assert set(Assignment.objects.values_list("state", flat=True)) == {"done"}
    assert Deadline.objects.get(kind="reply").met_at is not None
    opinion = Deadline.objects.get(kind="opinion")
    assert (opinion.met_at, opinion.cancelled_at is not None) == (None, True)


def test_an_answer_out_of_turn_is_refused(world: World) -> None:
    lead, helper = assigned(world)
    with pytest.raises(WrongStage):
        answered(world, lead)  # not yet signed for
    accept_assignment(world.sfj_clerk, assignment=lead)
    accept_assignment(world.gaj_clerk, assignment=helper)
    with pytest.raises(WrongStage):
        answered(world, helper)  # a helper does not answer
    answered(world, lead)
    with pytest.raises(WrongStage):
        answered(world, lead)
