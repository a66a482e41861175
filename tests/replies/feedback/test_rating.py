"""The proposer rates an issued reply once; nobody of the bureaus ever does."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from proposals.errors import InvalidInput, NotAllowed, WrongStage
from proposals.models import Deadline, Event, Notice, Role
from replies.models import Feedback
from replies.services.feedback import Rating, rate_reply
from tests.replies.cases import issued_reply, signed_reply
from tests.world import World, appoint

GOOD = Rating("satisfied", "fairly", "")


def test_a_rating_is_kept_and_stops_the_clock(world: World) -> None:
    reply = issued_reply(world)
    feedback = rate_reply(world.minjian_contact, reply=reply, rating=GOOD)
    assert (feedback.proposer, feedback.attitude, feedback.result) == (world.minjian, "satisfied", "fairly")
    assert Deadline.objects.get(kind="feedback").met_at is not None
    assert Event.objects.get(kind="rate").post == feedback.post
    for person in (world.sfj_clerk, world.sfj_leader, world.office_staff, world.committee_staff):
        assert Notice.objects.filter(recipient=person, text__contains="评价了").exists()


def test_a_proposer_rates_once(world: World) -> None:
    reply = issued_reply(world)
    rate_reply(world.minjian_contact, reply=reply, rating=GOOD)
    with pytest.raises(WrongStage, match="已经评价过"):
        rate_reply(world.minjian_contact, reply=reply, rating=GOOD)
    assert Feedback.objects.count() == 1


def test_each_of_two_proposers_rates_for_himself(world: World) -> None:
    reply = issued_reply(world, proposers=(world.minjian, world.member))
    rate_reply(world.member_user, reply=reply, rating=GOOD)
    assert Deadline.objects.get(kind="feedback", proposer=world.minjian).met_at is None
    rate_reply(world.minjian_contact, reply=reply, rating=Rating("fairly", "fairly"))
    assert Feedback.objects.count() == 2


def test_one_contact_of_two_proposers_rates_for_both_one_after_the_other(world: World) -> None:
    appoint(world.minjian_contact, Role.PROPOSER, proposer=world.member)
    reply = issued_reply(world, proposers=(world.minjian, world.member))
    first = rate_reply(world.minjian_contact, reply=reply, rating=GOOD)
    second = rate_reply(world.minjian_contact, reply=reply, rating=GOOD)
    assert [first.proposer, second.proposer] == [world.minjian, world.member]


def test_dissatisfied_needs_an_opinion_and_says_what_is_missing(world: World) -> None:
    reply = issued_reply(world)
    with pytest.raises(InvalidInput) as refused:
        rate_reply(world.minjian_contact, reply=reply, rating=Rating("satisfied", "dissatisfied", " "))
    assert "不满意" in refused.value.errors["opinion"][0]
    assert not Feedback.objects.exists()
    given = rate_reply(
        world.minjian_contact, reply=reply, rating=Rating("satisfied", "dissatisfied", "第二条没有答复。")
    )
    assert given.opinion == "第二条没有答复。"


def test_fairly_needs_no_opinion() -> None:
    assert Rating("fairly", "fairly").faults() == {}


def test_missing_grades_over_long_and_unprintable_opinions_are_named_at_their_field() -> None:
    assert set(Rating("", "excellent").faults()) == {"attitude", "result"}
    assert "2001" in Rating("fairly", "fairly", "字" * 2001).faults()["opinion"]
    assert "opinion" in Rating("fairly", "fairly", "a\x00b").faults()


def test_only_a_contact_of_the_proposer_rates(world: World) -> None:
    reply = issued_reply(world)
    for person in (world.sfj_clerk, world.gaj_clerk, world.office_staff, world.committee_staff, world.member_user):
        with pytest.raises(NotAllowed):
            rate_reply(person, reply=reply, rating=GOOD)


def test_a_contact_who_also_works_at_a_handling_bureau_never_rates(world: World) -> None:
    reply = issued_reply(world)
    appoint(world.minjian_contact, Role.REVIEWER, bureau=world.gaj)
    with pytest.raises(NotAllowed, match="承办单位任职"):
        rate_reply(world.minjian_contact, reply=reply, rating=GOOD)


def test_a_reply_is_not_rated_before_it_is_issued(world: World) -> None:
    with pytest.raises(WrongStage):
        rate_reply(world.minjian_contact, reply=signed_reply(world), rating=GOOD)


def test_the_form_keeps_what_was_entered_and_names_the_field(world: World) -> None:
    reply = issued_reply(world)
    client = Client()
    client.force_login(world.minjian_contact)
    address = reverse("reply-rate", args=[reply.pk])
    assert client.get(address).status_code == 200
    answer = client.post(address, {"attitude": "fairly", "result": "dissatisfied", "opinion": ""})
    page = answer.content.decode()
    assert answer.status_code == 400
    assert "请写明哪里没有答复到" in page
    assert page.count("checked") == 2
    script = "<script>alert(1)</script>"
    sent = {"attitude": "fairly", "result": "dissatisfied", "opinion": script}
    assert client.post(address, sent).status_code == 302
    assert Feedback.objects.get().opinion == script
    assert client.post(address, sent).status_code == 409
    assert client.get(address).status_code == 409


def test_refusals_by_address(world: World) -> None:
    reply = issued_reply(world)
    address = reverse("reply-rate", args=[reply.pk])
    for person, status in ((world.sfj_clerk, 403), (world.office_staff, 403), (world.other_member_user, 404)):
        client = Client()
        client.force_login(person)
        assert client.get(address).status_code == status
        assert client.post(address, {"attitude": "fairly", "result": "fairly"}).status_code == status
    assert not Feedback.objects.exists()


def test_rating_stays_within_the_query_budget(
    world: World, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    reply = issued_reply(world)
    with django_assert_max_num_queries(17):  # and a redo may have to be opened
        rate_reply(world.minjian_contact, reply=reply, rating=GOOD)
