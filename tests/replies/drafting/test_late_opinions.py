"""A co-handler's opinion that is missing or late is seen by the lead and found by the office."""

from __future__ import annotations

from datetime import timedelta

from django.test import Client
from django.urls import reverse

from panjin_portal.lib.clock import now, today
from proposals.models import Deadline
from replies.models import CoHandlerOpinion
from tests.factories import Case, Stage, Step, case_in
from tests.world import World


def overdue(world: World) -> Case:
    """The reply is being written, and no co-handler has sent what was due yesterday."""
    case = case_in(world, Stage.ACCEPTED)
    case.do(Step.DRAFT)
    yesterday = today() - timedelta(days=1)
    Deadline.objects.filter(proposal=case.proposal, kind="opinion").update(starts_on=yesterday, due_on=yesterday)
    return case


def found(client: Client, case: Case, value: str) -> bool:
    return case.proposal.title in client.get(reverse("proposal-list"), {"opinion": value}).content.decode()


def test_the_lead_sees_what_is_missing_in_the_drafting_room_and_on_the_case_page(world: World, client: Client) -> None:
    case = overdue(world)
    client.force_login(world.sfj_clerk)
    for page in (
        client.get(reverse("reply-edit", args=[case.reply.pk])),
        client.get(reverse("proposal-detail", args=[case.proposal.pk]), {"tab": "handling"}),
    ):
        assert "未送来" in page.content.decode()
        assert "超期" in page.content.decode()


def test_the_office_finds_missing_and_late_opinions(world: World, client: Client) -> None:
    case = overdue(world)
    client.force_login(world.office_staff)
    assert [found(client, case, value) for value in ("overdue", "waiting", "late")] == [True, False, False]
    case.do(Step.OPINIONS)
    assert [found(client, case, value) for value in ("overdue", "waiting", "late")] == [False, False, True]
    client.force_login(world.sfj_clerk)
    assert "迟送" in client.get(reverse("reply-edit", args=[case.reply.pk])).content.decode()


def test_a_proposer_is_not_offered_that_filter(world: World, client: Client) -> None:
    client.force_login(world.minjian_contact)
    assert "会办意见" not in client.get(reverse("proposal-list")).content.decode()


def test_an_opinion_is_read_under_its_own_title(world: World, client: Client) -> None:
    case = case_in(world, Stage.DRAFTING)
    opinion = CoHandlerOpinion.objects.first()
    assert opinion is not None
    assert opinion.submitted_at is not None
    assert opinion.submitted_at <= now()
    client.force_login(world.sfj_clerk)
    page = client.get(reverse("opinion-edit", args=[opinion.assignment_id])).content.decode()
    assert f"{case.proposal.title}（{case.proposal.label}）提案的会办意见" in page
