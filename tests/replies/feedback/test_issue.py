"""Issuing sends out a signed letter that exists as a file, answers the proposal and starts two clocks."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from panjin_portal.lib import clock
from proposals.errors import NotAllowed, WrongStage
from proposals.models import Deadline, Event, Notice
from replies.models import RenderedDocument, Reply
from replies.services.issuing import issue_reply
from tests.replies.cases import ISSUE_DAY, issued_reply, signed_reply
from tests.world import World

# Two transitions in one transaction, both clocks, the search text, the copies with the bureaus they go to, and the
# savepoint of a test.
ISSUE_QUERIES = 20


def test_issue_answers_the_proposal_and_starts_feedback_and_publication(world: World) -> None:
    with clock.at(ISSUE_DAY):
        reply = issued_reply(world)
    assert (reply.state, reply.issued_at) == ("issued", ISSUE_DAY)
    reply.proposal.refresh_from_db()
    assert reply.proposal.state == "answered"
    feedback = Deadline.objects.get(kind="feedback")
    assert (feedback.proposer, feedback.recipient_role) == (world.minjian, "proposer")
    assert feedback.link == reverse("reply-rate", args=[reply.pk])
    publication = Deadline.objects.get(kind="publication")
    assert (publication.bureau, publication.link) == (world.sfj, reverse("publication-prepare", args=[reply.pk]))
    assert Event.objects.filter(kind="issue", actor=world.sfj_clerk).count() == 1


def test_every_proposer_is_asked(world: World) -> None:
    issued_reply(world, proposers=(world.minjian, world.member))
    asked = Deadline.objects.filter(kind="feedback").values_list("proposer_id", flat=True)
    assert set(asked) == {world.minjian.pk, world.member.pk}
    told = set(Notice.objects.filter(text__contains="评价").values_list("recipient_id", flat=True))
    assert told == {world.minjian_contact.pk, world.member_user.pk}


def test_the_committee_and_the_office_are_told(world: World) -> None:
    issued_reply(world)
    for person in (world.committee_staff, world.office_staff):
        assert Notice.objects.filter(recipient=person, text__contains="已印发").exists()


@pytest.mark.parametrize(("state", "word"), [("queued", "排队"), ("running", "正在"), ("failed", "重新生成")])
def test_a_letter_without_a_file_cannot_be_issued_and_says_why(world: World, state: str, word: str) -> None:
    reply = signed_reply(world, is_rendered=False)
    RenderedDocument.objects.update(state=state)
    with pytest.raises(WrongStage, match=word):
        issue_reply(world.sfj_clerk, reply=reply)


def test_a_file_of_another_text_does_not_count(world: World) -> None:
    reply = signed_reply(world)
    RenderedDocument.objects.update(letter_digest="0" * 64)
    with pytest.raises(WrongStage):
        issue_reply(world.sfj_clerk, reply=reply)


def test_a_reply_is_issued_once(world: World) -> None:
    reply = issued_reply(world)
    with pytest.raises(WrongStage):
        issue_reply(world.sfj_clerk, reply=reply)
    assert Event.objects.filter(kind="issue").count() == 1


def test_only_the_bureaus_clerk_issues(world: World) -> None:
    reply = signed_reply(world)
    for stranger in (world.sfj_reviewer, world.sfj_leader, world.gaj_clerk, world.minjian_contact, world.nobody):
        with pytest.raises(NotAllowed):
            issue_reply(stranger, reply=reply)
    assert issue_reply(world.sfj_clerk_colleague, reply=reply).state == "issued"


def test_an_unsigned_reply_cannot_be_issued(world: World) -> None:
    reply = signed_reply(world)
    Reply.objects.update(state="signing")
    with pytest.raises(WrongStage):
        issue_reply(world.sfj_clerk, reply=reply)


def test_issue_by_page_and_its_refusals_by_address(world: World) -> None:
    reply = signed_reply(world)
    address = reverse("reply-issue", args=[reply.pk])
    expected = (
        (world.sfj_clerk, 200),
        (world.sfj_leader, 403),
        (world.gaj_clerk, 403),
        (world.minjian_contact, 404),
        (world.nobody, 404),
    )
    for person, status in expected:
        client = Client()
        client.force_login(person)
        assert client.get(address).status_code == status, person
        if status != 200:
            assert client.post(address).status_code == status
    client.force_login(world.sfj_clerk)
    assert client.post(address).status_code == 302
    assert client.post(address).status_code == 409
    assert client.get(address).status_code == 409


def test_issue_stays_within_the_query_budget(
    world: World, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    reply = signed_reply(world, proposers=(world.minjian, world.member, world.other_member))
    with django_assert_max_num_queries(ISSUE_QUERIES):
        issue_reply(world.sfj_clerk, reply=reply)
