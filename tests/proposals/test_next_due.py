"""The nearest deadline kept on the case is the nearest that runs; where it is not, it is found."""

from __future__ import annotations

from datetime import date, timedelta

from proposals.models import Deadline, Proposal
from proposals.queries import wrong_next_due
from proposals.services.assignment import change_due_date
from proposals.services.events import refresh_next_due
from proposals.services.handling import accept_assignment
from tests.proposals.stages import assigned, registered
from tests.world import World


def kept(proposal: Proposal) -> date | None:
    return Proposal.objects.get(pk=proposal.pk).next_due_on


def test_it_follows_opening_meeting_and_moving(world: World) -> None:
    assert kept(registered(world)) is None
    lead, helper = assigned(world)
    receipt = Deadline.objects.filter(kind="receipt").order_by("due_on")[0]
    assert kept(lead.proposal) == receipt.due_on
    accept_assignment(world.sfj_clerk, assignment=lead)
    accept_assignment(world.gaj_clerk, assignment=helper)
    opinion = Deadline.objects.get(kind="opinion", proposal=lead.proposal)
    assert kept(lead.proposal) == opinion.due_on
    later = opinion.due_on + timedelta(days=1)
    change_due_date(world.office_staff, deadline=opinion, due_on=later, reason="调研")
    assert kept(lead.proposal) == later
    assert list(wrong_next_due()) == []


def test_a_column_that_lies_is_found_and_mended(world: World) -> None:
    lead, _ = assigned(world)
    Deadline.objects.filter(kind="receipt").update(due_on=date(2031, 1, 1))
    assert list(wrong_next_due()) == [lead.proposal]
    refresh_next_due([lead.proposal])
    assert list(wrong_next_due()) == []
    told = Proposal.objects.get(pk=lead.proposal_id).next_due_provisional
    Proposal.objects.filter(pk=lead.proposal_id).update(next_due_provisional=not told)
    assert list(wrong_next_due()) == [lead.proposal]


def test_a_case_without_clocks_that_claims_one_is_found(world: World) -> None:
    proposal = registered(world)
    Proposal.objects.filter(pk=proposal.pk).update(next_due_on=date(2026, 3, 2))
    assert list(wrong_next_due()) == [proposal]
