"""An opinion that waits for its signature ends with the work of its bureau; what a leader sent back he still reads."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from panjin_portal.lib.clock import now
from proposals.errors import WrongStage
from proposals.models import Event, Notice
from proposals.workflow import AssignmentState
from replies.models import CoHandlerOpinion
from replies.services.opinion_ending import end_opinions
from replies.services.opinion_signing import return_opinion, sign_opinion, withdraw_opinion
from replies.services.opinions import save_opinion, submit_opinion
from replies.worklist.assembling import work_of
from tests.replies.drafting.case import assigned, share_of
from tests.world import World

TEXT = "我局已派民警驻点。"


@pytest.fixture
def opinion(world: World) -> CoHandlerOpinion:
    """公安局's, with its leader."""
    share = share_of(assigned(world), world.gaj)
    save_opinion(world.gaj_clerk, assignment=share, version=0, heading="", body=TEXT)
    return submit_opinion(world.gaj_clerk, assignment=share)


def move(opinion: CoHandlerOpinion, state: str) -> None:
    opinion.assignment.state = state
    opinion.assignment.save()


def url_of(opinion: CoHandlerOpinion) -> str:
    return reverse("opinion-edit", args=[opinion.assignment_id])


@pytest.mark.parametrize(("state", "why"), [("withdrawn", "不再会办"), ("done", "提案已经答复")])
def test_it_ends_with_an_event_and_the_clerks_are_told_once(
    world: World, opinion: CoHandlerOpinion, state: str, why: str
) -> None:
    move(opinion, state)
    assert end_opinions() == 1
    assert end_opinions() == 0
    opinion.refresh_from_db()
    assert (opinion.state, opinion.body) == ("ended", TEXT)
    event = Event.objects.get(kind="end_opinion")
    assert (event.actor, why in event.text) == (None, True)
    told = Notice.objects.get(recipient=world.gaj_clerk, kind="opinion_ended")
    assert why in told.text
    assert told.link == (reverse("notice-list") if state == "withdrawn" else url_of(opinion))
    assert not Notice.objects.filter(recipient=world.sfj_clerk, kind="opinion_ended").exists()


def test_its_leaders_who_were_asked_to_sign_are_told_too(world: World, opinion: CoHandlerOpinion) -> None:
    assert Notice.objects.filter(recipient=world.gaj_leader, kind="opinion_to_sign").count() == 1
    move(opinion, AssignmentState.DONE)
    end_opinions()
    told = Notice.objects.get(recipient=world.gaj_leader, kind="opinion_ended")
    assert "不再签发" in told.text
    assert not Notice.objects.filter(recipient=world.sfj_leader, kind="opinion_ended").exists()


def test_nobody_finds_it_among_his_work_signs_it_or_takes_it_back(world: World, opinion: CoHandlerOpinion) -> None:
    move(opinion, AssignmentState.DONE)
    end_opinions()
    for user in (world.gaj_leader, world.gaj_clerk):
        found = work_of(user)
        assert not [line for line in (*found.owed, *found.waiting) if "会办意见" in f"{line.next_label}{line.note}"]
    deeds: tuple[Callable[[], object], ...] = (
        lambda: sign_opinion(world.gaj_leader, opinion=opinion),
        lambda: return_opinion(world.gaj_leader, opinion=opinion, comment="改"),
        lambda: withdraw_opinion(world.gaj_clerk, opinion=opinion),
        lambda: save_opinion(world.gaj_clerk, assignment=opinion.assignment, version=1, heading="", body="改"),
    )
    for deed in deeds:
        with pytest.raises(WrongStage):
            deed()


def test_its_bureau_still_reads_it_and_is_told_what_became_of_it(
    world: World, opinion: CoHandlerOpinion, client: Client
) -> None:
    move(opinion, AssignmentState.DONE)
    end_opinions()
    for user in (world.gaj_leader, world.gaj_clerk):
        client.force_login(user)
        page = client.get(url_of(opinion)).content.decode()
        assert TEXT in page
        assert "不再签发" in page
        assert reverse("opinion-sign", args=[opinion.assignment_id]) not in page


def test_what_goes_on_was_signed_or_is_being_written_does_not_end(world: World, opinion: CoHandlerOpinion) -> None:
    assert end_opinions() == 0
    move(opinion, AssignmentState.CONTESTED)
    assert end_opinions() == 0
    move(opinion, AssignmentState.ACCEPTED)
    sign_opinion(world.gaj_leader, opinion=opinion)
    move(opinion, AssignmentState.DONE)
    assert end_opinions() == 0
    opinion.refresh_from_db()
    assert opinion.state == "submitted"


def test_an_archived_case_is_left_as_it_is(opinion: CoHandlerOpinion) -> None:
    move(opinion, AssignmentState.DONE)
    proposal = opinion.assignment.proposal
    proposal.archived_at = now()
    proposal.save()
    assert end_opinions() == 0


def test_a_leader_reads_what_he_sent_back_with_his_words_and_writes_nothing(
    world: World, opinion: CoHandlerOpinion, client: Client
) -> None:
    return_opinion(world.gaj_leader, opinion=opinion, comment="请补充数据。")
    client.force_login(world.gaj_leader)
    page = client.get(url_of(opinion))
    assert page.status_code == 200
    shown = page.content.decode()
    assert TEXT in shown
    assert "请补充数据。" in shown
    assert "<textarea" not in shown
    assert client.post(url_of(opinion), {"version": 1, "body": "改"}).status_code == 403
    for stranger, status in ((world.sfj_leader, 403), (world.sfj_clerk, 403), (world.scj_clerk, 403)):
        client.force_login(stranger)
        assert client.get(url_of(opinion)).status_code == status
