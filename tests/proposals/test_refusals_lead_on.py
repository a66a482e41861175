"""A refused step says where the newest state can be seen."""

from __future__ import annotations

import pytest
from django.test import Client, RequestFactory
from django.urls import reverse

from panjin_portal.refusals import has_changed
from proposals.errors import EditConflict, StateChanged, WrongStage
from proposals.services.handling import accept_assignment
from tests.proposals.stages import assigned, submitted
from tests.world import World


def test_a_second_receipt_leads_back_to_the_case(client: Client, world: World) -> None:
    lead, _ = assigned(world)
    accept_assignment(world.sfj_clerk, assignment=lead)
    client.force_login(world.sfj_clerk)
    answer = client.post(reverse("assignment-accept", args=[lead.pk]))
    assert answer.status_code == 409
    assert "<h1>情况已有变化，这一步没有办成</h1>" in answer.content.decode()
    assert f'href="{reverse("proposal-detail", args=[lead.proposal_id])}">查看最新情况' in answer.content.decode()


@pytest.mark.parametrize(("action", "status"), [("proposal-submit", 409), ("proposal-review", 403)])
def test_a_step_of_a_proposal_refused_leads_back_to_it(client: Client, world: World, action: str, status: int) -> None:
    proposal = submitted(world)
    client.force_login(world.minjian_contact)
    answer = client.post(reverse(action, args=[proposal.pk]))
    assert answer.status_code == status
    assert f'href="{reverse("proposal-detail", args=[proposal.pk])}"' in answer.content.decode()


def test_only_what_somebody_overtook_counts_as_a_change() -> None:
    request = RequestFactory().get("/")
    assert has_changed(request, StateChanged("这份草稿刚才已经建立。"))
    assert has_changed(request, EditConflict(mine="甲", theirs="乙", version=2))
    assert not has_changed(request, WrongStage("这个字在字体里没有。"))
