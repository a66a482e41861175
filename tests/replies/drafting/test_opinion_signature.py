"""The signature of a co-handler's leader on its opinion: nothing unsigned reaches the lead."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from panjin_portal.lib.clock import today
from proposals.errors import InvalidInput, NotAllowed, PortalError, WrongStage
from proposals.models import Deadline, Event, Notice, Post, Role
from proposals.workflow import AssignmentState
from replies.models import CoHandlerOpinion, HandlingRule
from replies.permissions import visible_opinions
from replies.services.opinion_signing import opinion_digest, return_opinion, sign_opinion, withdraw_opinion
from replies.services.opinions import save_opinion, submit_opinion, take_over_opinion
from replies.worklist.assembling import work_of
from tests.replies.drafting.case import assigned, drafted, share_of
from tests.world import SINCE, World

TEXT = "我局已派民警驻点。"
TRANSITION_QUERIES = 16


def _sent(world: World, proposal: object = None) -> CoHandlerOpinion:
    share = share_of(proposal or assigned(world), world.gaj)  # type: ignore[arg-type]
    save_opinion(world.gaj_clerk, assignment=share, version=0, heading="", body=TEXT)
    return submit_opinion(world.gaj_clerk, assignment=share)


def _clock(opinion: CoHandlerOpinion) -> Deadline:
    share = opinion.assignment
    return Deadline.objects.create(
        proposal=share.proposal,
        assignment=share,
        kind="opinion",
        bureau=share.bureau,
        recipient_role="clerk",
        starts_on=today(),
        due_on=today() + timedelta(days=30),
        explanation="测试",
        link="/",
    )


def _steps(world: World, who: str) -> list[str]:
    return [line.next_label for line in work_of(getattr(world, who)).owed]


def test_an_unsigned_opinion_is_neither_seen_nor_taken_over_by_the_lead_and_its_clock_runs_on(world: World) -> None:
    reply = drafted(world)
    opinion = _sent(world, reply.proposal)
    clock = _clock(opinion)
    assert opinion.state == "signing"
    assert not visible_opinions(world.sfj_clerk).exists()
    with pytest.raises(WrongStage):
        take_over_opinion(world.sfj_clerk, opinion=opinion, reply=reply)
    assert not Notice.objects.filter(recipient=world.sfj_clerk, text__contains="送来会办意见").exists()
    sign_opinion(world.gaj_leader, opinion=opinion)
    clock.refresh_from_db()
    assert clock.met_at is not None
    assert Notice.objects.filter(recipient=world.sfj_clerk, text__contains="送来会办意见").count() == 1
    assert take_over_opinion(world.sfj_clerk, opinion=opinion, reply=reply)


def test_what_is_signed_is_frozen_and_bears_who_signed_it_in_which_post(world: World) -> None:
    opinion = sign_opinion(world.gaj_leader, opinion=_sent(world))
    opinion.refresh_from_db()
    assert (opinion.signed_by, opinion.signed_post.role) == (world.gaj_leader, "leader")  # type: ignore[union-attr]
    assert opinion.signed_digest == opinion_digest(opinion)
    assert Event.objects.filter(kind="sign_opinion", actor=world.gaj_leader).count() == 1
    again: Callable[[], object]
    for again in (
        lambda: save_opinion(world.gaj_clerk, assignment=opinion.assignment, version=1, heading="", body="改"),
        lambda: sign_opinion(world.gaj_leader, opinion=opinion),
        lambda: return_opinion(world.gaj_leader, opinion=opinion, comment="再改"),
        lambda: withdraw_opinion(world.gaj_clerk, opinion=opinion),
    ):
        with pytest.raises(WrongStage):
            again()


def test_the_leader_sends_it_back_with_his_opinion_and_the_text_stays(world: World, client: Client) -> None:
    opinion = _sent(world)
    with pytest.raises(InvalidInput):
        return_opinion(world.gaj_leader, opinion=opinion, comment=" ")
    return_opinion(world.gaj_leader, opinion=opinion, comment="请补充数据。")
    opinion.refresh_from_db()
    assert (opinion.state, opinion.body) == ("drafting", TEXT)
    assert Notice.objects.filter(recipient=world.gaj_clerk, text__contains="会办意见已退回").count() == 1
    client.force_login(world.gaj_clerk)
    page = client.get(reverse("opinion-edit", args=[opinion.assignment_id])).content.decode()
    assert "请补充数据。" in page
    assert "退回意见：请补充数据。" in client.get(reverse("work")).content.decode()
    assert not Event.objects.filter(text__contains="请补充数据").exists()
    save_opinion(world.gaj_clerk, assignment=opinion.assignment, version=1, heading="", body=f"{TEXT}共三人。")
    again = submit_opinion(world.gaj_clerk, assignment=opinion.assignment)
    assert (again.state, again.returned_with) == ("signing", "")


def test_the_clerk_takes_it_back_before_it_is_signed(world: World, client: Client) -> None:
    opinion = _sent(world)
    client.force_login(world.gaj_clerk)
    url = reverse("opinion-withdraw", args=[opinion.assignment_id])
    assert TEXT in client.get(url).content.decode()
    assert client.post(url)["Location"] == reverse("opinion-edit", args=[opinion.assignment_id])
    with pytest.raises(WrongStage):
        sign_opinion(world.gaj_leader, opinion=opinion)
    assert client.post(url).status_code == 409
    assert _steps(world, "gaj_leader") == []


def test_who_wrote_or_sent_it_does_not_sign_it(world: World) -> None:
    post = Post.objects.create(user=world.gaj_clerk, role=Role.LEADER, bureau=world.gaj, starts_on=SINCE)
    opinion = _sent(world)
    with pytest.raises(PortalError, match="起草以外的人"):
        sign_opinion(world.gaj_clerk, opinion=opinion)
    assert "签发会办意见" not in _steps(world, "gaj_clerk")
    post.delete()
    assert sign_opinion(world.gaj_leader, opinion=opinion).state == "submitted"


def test_without_a_leader_the_clerk_is_told_what_is_missing_and_nothing_moves(world: World, client: Client) -> None:
    share = share_of(assigned(world), world.gaj)
    save_opinion(world.gaj_clerk, assignment=share, version=0, heading="", body=TEXT)
    Post.objects.filter(user=world.gaj_leader).delete()
    client.force_login(world.gaj_clerk)
    answer = client.post(reverse("opinion-submit", args=[share.pk]), {"version": 1})
    assert answer.status_code == 400
    assert "没有能签发的领导" in answer.content.decode()
    assert CoHandlerOpinion.objects.get().state == "drafting"


@pytest.mark.parametrize("who", ["gaj_clerk", "sfj_leader", "scj_leader", "office_staff", "nobody", "admin"])
def test_only_a_leader_of_the_bureau_signs_or_sends_back(world: World, who: str) -> None:
    opinion = _sent(world)
    with pytest.raises(NotAllowed):
        sign_opinion(getattr(world, who), opinion=opinion)
    with pytest.raises(NotAllowed):
        return_opinion(getattr(world, who), opinion=opinion, comment="改")


def test_another_text_than_the_one_read_is_not_signed(world: World) -> None:
    with pytest.raises(WrongStage, match="刚被改过"):
        sign_opinion(world.gaj_leader, opinion=_sent(world), seen_version=2)


def test_a_bureau_taken_off_the_case_signs_nothing(world: World) -> None:
    opinion = _sent(world)
    share = opinion.assignment
    share.state = AssignmentState.WITHDRAWN
    share.save()
    with pytest.raises(WrongStage):
        sign_opinion(world.gaj_leader, opinion=opinion)
    assert _steps(world, "gaj_leader") == []


def test_where_the_rule_demands_no_signature_it_goes_to_the_lead_at_once(world: World) -> None:
    HandlingRule.objects.create(session=world.session, opinion_signed=False)
    opinion = _sent(world)
    assert (opinion.state, opinion.signed_by) == ("submitted", None)
    assert visible_opinions(world.sfj_clerk).get() == opinion
    assert Notice.objects.filter(recipient=world.sfj_clerk, text__contains="送来会办意见").count() == 1
    assert not Notice.objects.filter(recipient=world.gaj_leader).exists()


def test_the_leader_finds_it_on_his_page_signs_and_the_line_is_gone(world: World, client: Client) -> None:
    opinion = _sent(world)
    assert _steps(world, "gaj_leader") == ["签发会办意见"]
    assert "等领导签发" in work_of(world.gaj_clerk).waiting[0].note
    assert "写会办意见" not in _steps(world, "gaj_clerk")
    assert Notice.objects.filter(recipient=world.gaj_leader, text__contains="请签发会办意见").count() == 1
    client.force_login(world.gaj_leader)
    url = reverse("opinion-sign", args=[opinion.assignment_id])
    assert url in client.get(reverse("proposal-detail", args=[opinion.assignment.proposal_id])).content.decode()
    shown = client.get(url).content.decode()
    assert TEXT in shown
    assert '意见<span class="optional">（视情况必填）' in shown
    empty = client.post(url, {"version": 1, "do": "return", "comment": ""})
    assert empty.status_code == 400
    assert "必须写明意见" in empty.content.decode()
    stale = client.post(url, {"version": "abc", "do": "sign"}).content.decode()
    assert "页面已过期" in stale
    assert "输入整数" not in stale
    for incomplete in ({"do": "sign"}, {"do": "sign", "version": ""}, {"version": 1}):
        assert client.post(url, incomplete).status_code == 400, incomplete
    assert client.post(url, {"version": 1, "do": "sign"}).status_code == 302
    assert client.post(url, {"version": 1, "do": "sign"}).status_code == 409
    assert _steps(world, "gaj_leader") == []
    page = client.get(reverse("opinion-edit", args=[opinion.assignment_id])).content.decode()
    assert "安国平签发" in page


def test_each_step_stays_within_its_budget(world: World) -> None:
    share = share_of(assigned(world), world.gaj)
    save_opinion(world.gaj_clerk, assignment=share, version=0, heading="", body=TEXT)
    opinion, submitting = counted(lambda: submit_opinion(world.gaj_clerk, assignment=share))
    _, returning = counted(lambda: return_opinion(world.gaj_leader, opinion=opinion, comment="改"))
    opinion = submit_opinion(world.gaj_clerk, assignment=share)
    _, signing = counted(lambda: sign_opinion(world.gaj_leader, opinion=opinion))

    assert max(submitting, returning, signing) <= TRANSITION_QUERIES


def counted(step: Callable[[], CoHandlerOpinion]) -> tuple[CoHandlerOpinion, int]:
    """What the step gives, and how many statements it asked."""
    with CaptureQueriesContext(connection) as queries:
        opinion = step()
    return opinion, sum(not one["sql"].startswith(("SAVEPOINT", "RELEASE")) for one in queries)


@pytest.mark.parametrize("seen", ["9" * 5000, "abc", "0"])
def test_a_version_nobody_can_have_read_sends_nothing(world: World, client: Client, seen: str) -> None:
    share = share_of(assigned(world), world.gaj)
    save_opinion(world.gaj_clerk, assignment=share, version=0, heading="", body=TEXT)
    client.force_login(world.gaj_clerk)
    assert client.post(reverse("opinion-submit", args=[share.pk]), {"version": seen}).status_code == 409
    assert CoHandlerOpinion.objects.get().state == "drafting"
