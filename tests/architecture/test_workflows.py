"""The workflow tables themselves: every state is reachable and can end, and the drawing shows today's tables."""

from __future__ import annotations

import pytest
from django.core.management import call_command

from proposals.models import Role
from proposals.workflow import ASSIGNMENT, PROPOSAL, Workflow, faults, row
from proposals.workflow_requests import REQUEST
from proposals.workflow_supervision import SLIP
from replies.workflow import ALL
from replies.workflow_archive import ALL as ARCHIVE
from replies.workflow_assessment import ASSESSMENT
from replies.workflow_awards import AWARD
from replies.workflow_followup import ALL as FOLLOWING

EVERY = [PROPOSAL, ASSIGNMENT, REQUEST, SLIP, *ALL, *FOLLOWING, *ARCHIVE, ASSESSMENT, AWARD]


@pytest.mark.parametrize("workflow", EVERY, ids=lambda w: w.name)
def test_every_state_can_be_reached_and_can_end(workflow: Workflow) -> None:
    assert faults(workflow) == []


@pytest.mark.parametrize("workflow", EVERY, ids=lambda w: w.name)
def test_only_roles_that_exist_are_named(workflow: Workflow) -> None:
    named = {role for transition in workflow.transitions for role in transition.roles}
    assert named <= {role.value for role in Role}


def test_a_dead_end_and_an_island_are_found() -> None:
    states = tuple(PROPOSAL.states[:3])
    first, second, island = (state.value for state in states)
    broken = Workflow("x", frozenset({first}), frozenset({first}), states, (row("go", "去", [first], second, [], ""),))
    assert faults(broken) == [
        f"{island} cannot be reached",
        f"{island} cannot reach an end",
        f"{second} cannot reach an end",
    ]


def test_the_state_diagram_in_the_docs_is_up_to_date() -> None:
    call_command("draw_states", check=True)
