"""A form about a case that went back to the committee while it was filled in."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from proposals.models import Assignment, Proposal
from proposals.services.review import undo_registration
from tests.proposals.stages import registered, submitted
from tests.world import World

pytestmark = pytest.mark.django_db
OPINION = "请于八月二十日前答复提案者。"


def form_for(client: Client, proposal: Proposal, world: World) -> tuple[int, str]:
    """The office's form of assignment, sent: status and page."""
    client.force_login(world.office_staff)
    answer = client.post(reverse("proposal-assign", args=[proposal.pk]), {"lead": world.sfj.pk, "opinion": OPINION})
    return answer.status_code, answer.content.decode()


def test_the_office_is_told_that_the_registration_was_undone_and_gets_its_words_back(
    client: Client, world: World
) -> None:
    proposal = registered(world)
    number = proposal.number
    undo_registration(world.committee_staff, proposal=proposal, opinion="编号有误。")

    status, page = form_for(client, proposal, world)

    assert status == 409
    assert f"第{number}号已作废" in page
    assert OPINION in page
    assert "编号有误" not in page, "why is the committee's own"
    assert reverse("proposal-detail", args=[proposal.pk]) not in page, "a page it would not find"
    assert not Assignment.objects.exists()


def test_a_case_the_office_never_knew_of_stays_unknown(client: Client, world: World) -> None:
    assert form_for(client, submitted(world), world)[0] == 404


def test_nobody_else_is_told_of_it(client: Client, world: World) -> None:
    proposal = registered(world)
    undo_registration(world.committee_staff, proposal=proposal, opinion="编号有误。")
    client.force_login(world.sfj_clerk)
    assert client.post(reverse("proposal-assign", args=[proposal.pk]), {"lead": world.sfj.pk}).status_code == 404
