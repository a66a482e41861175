"""Each transition of the ground floor stays within its budget of queries, whatever the number of bureaus."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from proposals.models import Deadline, HandlingRequest, RejectionReason, ReturnReason
from proposals.services import assignment, deciding, extensions, filing, handling, requests, review, suspending
from tests.proposals.stages import assigned, content_for, draft, registered, submitted
from tests.world import World

TRANSITION_QUERIES = 16

Step = Callable[[], object]


def saving(world: World) -> Step:
    proposal, content = draft(world), content_for(world, title="改", asks=("一", "二"))
    return lambda: filing.save_draft(world.minjian_contact, proposal=proposal, content=content, version=1)


def submitting(world: World) -> Step:
    proposal = draft(world)
    return lambda: filing.submit(world.minjian_contact, proposal=proposal)


def registering(world: World) -> Step:
    proposal = submitted(world, by=world.committee_colleague)
    return lambda: review.register(world.committee_staff, proposal=proposal)


def returning(world: World) -> Step:
    proposal = submitted(world)
    return lambda: review.return_for_revision(world.committee_staff, proposal=proposal, opinion="改")


def rejecting(world: World) -> Step:
    proposal, reason = submitted(world), RejectionReason.objects.first()
    return lambda: review.reject(world.committee_staff, proposal=proposal, reason=reason)


def undoing(world: World) -> Step:
    proposal = registered(world)
    return lambda: review.undo_registration(world.committee_staff, proposal=proposal, opinion="错")


def assigning(world: World) -> Step:
    proposal, helpers = registered(world), [world.gaj, world.scj, world.ysj]
    return lambda: assignment.assign(world.office_staff, proposal=proposal, lead=world.sfj, co_handlers=helpers)


def withdrawing(world: World) -> Step:
    _, helper = assigned(world)
    return lambda: assignment.withdraw_assignment(world.office_staff, assignment=helper, reason="无关")


def moving_a_date(world: World) -> Step:
    assigned(world)
    deadline = Deadline.objects.get(kind="reply")
    day = deadline.due_on.replace(day=deadline.due_on.day + 1)
    return lambda: assignment.change_due_date(world.office_staff, deadline=deadline, due_on=day, reason="调研")


def accepting(world: World) -> Step:
    lead, _ = assigned(world)
    return lambda: handling.accept_assignment(world.sfj_clerk, assignment=lead)


def _asked(world: World) -> HandlingRequest:
    lead, _ = assigned(world)
    reason = ReturnReason.objects.all()[0]
    return requests.ask_return(world.sfj_clerk, assignment=lead, reason=reason, text="依据", bureau=world.scj)


def refusing(world: World) -> Step:
    request = _asked(world)
    return lambda: deciding.refuse_request(world.office_staff, request=request, decision="不成立")


def contesting(world: World) -> Step:
    lead, _ = assigned(world)
    reason = ReturnReason.objects.all()[0]
    return lambda: requests.ask_return(world.sfj_clerk, assignment=lead, reason=reason, text="依据", bureau=world.scj)


def extending(world: World) -> Step:
    lead, _ = assigned(world)
    handling.accept_assignment(world.sfj_clerk, assignment=lead)
    day = Deadline.objects.get(kind="reply").due_on + timedelta(days=5)
    request = extensions.ask_extension(world.sfj_clerk, assignment=lead, wanted_on=day, text="核查")
    return lambda: extensions.grant_extension(world.office_staff, request=request, due_on=day)


def suspending_a_case(world: World) -> Step:
    lead, _ = assigned(world)
    return lambda: suspending.suspend(world.office_staff, proposal=lead.proposal, reason="等文件")


def resuming(world: World) -> Step:
    lead, _ = assigned(world)
    suspending.suspend(world.office_staff, proposal=lead.proposal, reason="等文件")
    return lambda: suspending.resume(world.office_staff, proposal=lead.proposal)


@pytest.mark.parametrize(
    "prepare",
    [
        saving,
        submitting,
        registering,
        returning,
        rejecting,
        undoing,
        assigning,
        withdrawing,
        moving_a_date,
        accepting,
        refusing,
        contesting,
        extending,
        suspending_a_case,
        resuming,
    ],
)
def test_a_transition_stays_within_its_budget(world: World, prepare: Callable[[World], Step]) -> None:
    step = prepare(world)
    with CaptureQueriesContext(connection) as queries:
        step()
    asked = [one["sql"] for one in queries if not one["sql"].startswith(("SAVEPOINT", "RELEASE"))]
    assert len(asked) <= TRANSITION_QUERIES, "\n".join(asked)
