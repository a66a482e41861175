"""Not content: the bureau answers again, every round stays; after the last one the office records a meeting."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from panjin_portal.lib.clock import today
from proposals.errors import NotAllowed, WrongStage
from proposals.models import Deadline, Notice
from proposals.permissions import can_see_statistics
from replies.models import Feedback, Redo, Reply
from replies.services.feedback import Rating, rate_reply
from replies.services.publishing import prepare_publication
from replies.services.redo import MeetingRecord, record_meeting, start_redo
from replies.statistics import Scope, by_rating, by_result, by_silence, satisfaction_rate
from replies.worklist import work_of
from tests.factories import Stage, case_in
from tests.replies.following.stages import BAD, answered_again, disappointed
from tests.world import World

MEETING = MeetingRecord(today(), "市政协三楼", "民建、市司法局、提案委", "当面说明了办理情况。", "同意转为持续关注。")


def test_dissatisfied_opens_a_redo_with_its_own_clock_and_tells_the_bureau(world: World) -> None:
    redo = disappointed(world)
    assert redo.state == "open"
    deadline = Deadline.objects.get(kind="redo")
    assert (deadline.bureau, deadline.met_at) == (world.sfj, None)
    assert deadline.due_on >= today() + timedelta(85)
    assert any(item.next_label == "重新办理" for item in work_of(world.sfj_clerk).owed)
    assert Notice.objects.filter(recipient=world.sfj_leader, text__contains="须重新办理").exists()


def test_fairly_content_opens_one_only_where_the_session_says_so(world: World) -> None:
    rate_reply(world.minjian_contact, reply=case_in(world, Stage.ISSUED).reply, rating=Rating("satisfied", "fairly"))
    assert not Redo.objects.exists()
    world.session.fairly_redoes = True
    world.session.save()
    rate_reply(world.minjian_contact, reply=case_in(world, Stage.ISSUED).reply, rating=Rating("satisfied", "fairly"))
    assert Redo.objects.get().state == "open"


def test_the_next_answer_takes_text_links_and_matrix_along_and_is_cleared_on_its_own(world: World) -> None:
    redo = disappointed(world)
    draft = start_redo(world.sfj_clerk, redo=redo)
    assert (draft.answer_round, draft.redo_of, draft.clearance_round) == (2, redo.reply, 0)
    assert draft.title.endswith("第二次答复")
    old = [(row.heading, sorted(row.asks.values_list("position", flat=True))) for row in redo.reply.sections.all()]
    new = [(row.heading, sorted(row.asks.values_list("position", flat=True))) for row in draft.sections.all()]
    assert sorted(new) == sorted(old)
    with pytest.raises(WrongStage):
        start_redo(world.sfj_clerk, redo=redo)
    for stranger in (world.sfj_leader, world.gaj_clerk, world.office_staff, world.minjian_contact):
        with pytest.raises(NotAllowed):
            start_redo(stranger, redo=redo)


def test_both_answers_stay_issued_the_new_one_is_first_and_is_rated_again(world: World, client: Client) -> None:
    redo = disappointed(world)
    new = answered_again(world, redo)
    old = Reply.objects.get(pk=redo.reply_id)
    assert (old.state, old.is_outdated, new.state) == ("issued", True, "issued")
    assert Redo.objects.get(pk=redo.pk).state == "done"
    assert Deadline.objects.get(kind="redo").met_at is not None
    client.force_login(world.minjian_contact)
    page = client.get(reverse("proposal-detail", args=[old.proposal_id]), {"tab": "reply"}).content.decode()
    assert new.document_number in page
    assert old.document_number in page
    with pytest.raises(WrongStage, match="再次答复"):
        rate_reply(world.minjian_contact, reply=old, rating=BAD)
    rate_reply(world.minjian_contact, reply=new, rating=Rating("satisfied", "satisfied"))
    assert Feedback.objects.count() == 2


def test_the_case_says_what_happens_to_the_proposer_too(world: World, client: Client) -> None:
    redo = disappointed(world)
    client.force_login(world.minjian_contact)
    address = reverse("proposal-detail", args=[redo.reply.proposal_id])
    assert "等市司法局重新办理" in client.get(address).content.decode()
    start_redo(world.sfj_clerk, redo=redo)
    assert "正在第2次办理" in client.get(address).content.decode()


def test_statistics_and_publication_take_the_last_answer(world: World) -> None:
    redo = disappointed(world)
    new = answered_again(world, redo)
    assert can_see_statistics(world.office_staff)
    scope = Scope(world.office_staff, today())
    assert sum(figure.count for figure in by_result(scope)) == 1
    assert sum(figure.count for figure in by_rating(scope)["rating"]) == 0  # the new one is not rated yet
    with pytest.raises(WrongStage, match="再次答复"):
        prepare_publication(world.sfj_clerk, reply=redo.reply)
    assert prepare_publication(world.sfj_clerk, reply=new).reply == new


def test_the_third_dissatisfaction_ends_in_a_meeting_the_office_records(world: World, client: Client) -> None:
    redo = disappointed(world)
    for number in (2, 3):
        reply = answered_again(world, redo)
        assert reply.answer_round == number
        rate_reply(world.minjian_contact, reply=reply, rating=BAD)
        redo = Redo.objects.get(reply=reply)
    assert redo.state == "meeting"
    assert not Deadline.objects.filter(kind="redo", met_at=None).exists()
    with pytest.raises(WrongStage):
        start_redo(world.sfj_clerk, redo=redo)
    for stranger in (world.committee_staff, world.sfj_clerk, world.minjian_contact):
        with pytest.raises(NotAllowed):
            record_meeting(stranger, redo=redo, meeting=MEETING)
    assert any(item.next_label == "记录会商" for item in work_of(world.office_staff).owed)
    client.force_login(world.office_staff)
    address = reverse("redo-meeting", args=[redo.pk])
    assert client.post(address, {"met_on": today().isoformat(), "place": "市政协"}).status_code == 400
    long_ago = client.post(address, {**vars(MEETING), "met_on": "1960-01-01"})
    assert list(long_ago.context["form"].errors) == ["met_on"]
    assert client.post(address, {**vars(MEETING), "met_on": today().isoformat()}).status_code == 302
    client.force_login(world.minjian_contact)
    page = client.get(reverse("proposal-detail", args=[redo.reply.proposal_id]), {"tab": "rating"}).content.decode()
    assert MEETING.outcome in page


def test_no_answer_in_time_is_shown_as_such_and_never_as_content(world: World, client: Client) -> None:
    reply = case_in(world, Stage.ISSUED).reply
    Deadline.objects.filter(kind="feedback").update(due_on=today(), starts_on=today())
    from panjin_portal.lib import clock

    with clock.at(today() + timedelta(1)):
        scope = Scope(world.office_staff, today())
        figure, counted = by_silence(scope)
        assert (figure.count, counted) == (1, 0)
        assert sum(one.count for one in by_rating(scope)["rating"]) == 0
        world.session.silence = "counted"
        world.session.save()
        _, counted = by_silence(scope)
        assert counted == 1
        assert satisfaction_rate(by_rating(scope)["rating"], counted) == "0.0%"
        client.force_login(world.office_staff)
        listed = client.get(f"{reverse('proposal-list')}?{figure.query}").content.decode()
        assert reply.proposal.title in listed
        page = client.get(reverse("proposal-detail", args=[reply.proposal_id]), {"tab": "rating"}).content.decode()
        assert "逾期未反馈" in page
