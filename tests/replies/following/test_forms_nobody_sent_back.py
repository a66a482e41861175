"""A form nobody sends back is told apart for ever, is no content in any figure, and is not waited for without end."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from panjin_portal.lib import clock
from panjin_portal.lib.clock import today
from proposals.models import Deadline, Event, Proposal
from proposals.permissions_board import visible_clocks
from proposals.reminders import PROPOSERS_DAYS
from proposals.services.unanswered import end_unanswered_ratings
from proposals.services.verification import verify_events
from replies.models import Feedback, Reply
from replies.services.feedback import Rating, rate_reply
from replies.statistics import Scope, by_rating, by_silence, satisfaction_rate
from tests.factories import Stage, case_in
from tests.world import World


@pytest.fixture
def reply(world: World) -> Reply:
    """Issued; the form was due today."""
    issued = case_in(world, Stage.ISSUED).reply
    Deadline.objects.filter(kind="feedback").update(due_on=today(), starts_on=today())
    return issued


def form() -> Deadline:
    return Deadline.objects.get(kind="feedback")


def after(days: int) -> date:
    return today() + timedelta(days)


def test_the_clock_ends_when_nothing_is_said_any_more_and_not_before(world: World, reply: Reply) -> None:
    with clock.at(after(PROPOSERS_DAYS)):
        assert end_unanswered_ratings() == 0
        assert visible_clocks(world.office_staff).filter(kind="feedback").exists()
    with clock.at(after(PROPOSERS_DAYS + 1)):
        assert end_unanswered_ratings() == 1
        assert end_unanswered_ratings() == 0
        assert not visible_clocks(world.office_staff).filter(kind="feedback").exists()

    ended = form()
    assert (ended.met_at, ended.cancelled_at) == (None, ended.lapsed_at)
    assert ended.lapsed_at is not None
    event = Event.objects.get(kind="rating_lapsed")
    assert (event.proposal, event.actor) == (reply.proposal, None)
    assert event.text.startswith(f"{world.minjian}（截止{ended.due_on}）期满{PROPOSERS_DAYS}天仍没有反馈意见")
    assert "单列，不计入满意率，不作满意" in event.text
    assert Proposal.objects.get(pk=reply.proposal_id).next_due_on != ended.due_on
    assert verify_events().faults == []


def test_the_figures_are_the_same_before_and_after_it_ends(world: World, reply: Reply) -> None:
    world.session.silence = "counted"
    world.session.save()
    with clock.at(after(PROPOSERS_DAYS + 1)):
        scope = Scope(world.office_staff, today())

        def figures() -> tuple[int, int, str, int]:
            silent, counted = by_silence(scope)
            rating = by_rating(scope)["rating"]
            return silent.count, counted, satisfaction_rate(rating, counted), sum(one.count for one in rating)

        before = figures()
        end_unanswered_ratings()
        assert before == figures() == (1, 1, "0.0%", 0)
        assert not Feedback.objects.exists()


def test_the_case_page_says_so_and_waits_for_nobody(world: World, reply: Reply, client: Client) -> None:
    with clock.at(after(PROPOSERS_DAYS + 1)):
        end_unanswered_ratings()
        client.force_login(world.office_staff)
        address = reverse("proposal-detail", args=[reply.proposal_id])
        rating = client.get(address, {"tab": "rating"}).content.decode()
        handling = client.get(address, {"tab": "handling"}).content.decode()
        listed = client.get(reverse("proposal-list"), {"rating": "silent"}).content.decode()

    assert "逾期未反馈" in rating
    assert "期满未反馈" in handling
    assert f"等{world.minjian}评价" not in rating
    assert reply.proposal.title in listed


def test_a_rating_that_comes_after_all_counts_and_is_silence_no_more(world: World, reply: Reply) -> None:
    with clock.at(after(PROPOSERS_DAYS + 1)):
        end_unanswered_ratings()
        rate_reply(world.minjian_contact, reply=reply, rating=Rating("satisfied", "satisfied"))
        silent, _ = by_silence(Scope(world.office_staff, today()))

    assert form().met_at is not None
    assert silent.count == 0
    assert Feedback.objects.get().result == "satisfied"


def test_what_is_archived_stays_untouched(world: World, reply: Reply) -> None:
    with clock.at(after(PROPOSERS_DAYS + 1)):
        Proposal.objects.filter(pk=reply.proposal_id).update(archived_at=clock.now())
        assert end_unanswered_ratings() == 0
    assert form().lapsed_at is None


def test_a_clock_that_runs_has_not_lapsed(world: World, reply: Reply) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Deadline.objects.filter(kind="feedback").update(lapsed_at=clock.now())
