"""One answer for a main proposal and what was merged into it: addressed to all, rated by each, read by each."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from panjin_portal.lib.clock import today
from proposals.errors import NotAllowed
from proposals.models import ConsultationMethod, Deadline, Notice, Proposal
from proposals.services.merging import merge
from replies.demo.script import Script
from replies.models import FollowUp, Promise, Redo
from replies.permissions import visible_replies
from replies.services.consultations import Talk, answer_consultation, record_consultation
from replies.services.feedback import Rating, enter_paper_rating, rate_reply, unrated_proposers
from replies.services.follow_ups import sign_follow_up
from replies.services.promises import keep_promise
from replies.services.redo import MeetingRecord, record_meeting
from replies.worklist import work_of
from tests.factories import SCRIPT, Case, Stage, Step, cast_of
from tests.proposals.stages import submitted
from tests.replies.following.stages import PROMISING
from tests.world import World

SCAN = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
REST = (*["register", "assign", "accept", "draft", "send", "review", "sign", "issue"],)


@pytest.fixture
def case(world: World) -> tuple[Case, Proposal]:
    """民建's case answered and issued, with one of 赵青禾 merged into it before it was assigned."""
    return merged(world, SCRIPT)


def merged(world: World, script: Script) -> tuple[Case, Proposal]:
    walk = Case(world.session, script, cast_of(world, helpers=False)).to(Stage.SUBMITTED)
    one = submitted(world, by=world.member_user, proposer_ids=(world.member.pk,), title="关于园区法律服务站的建议")
    merge(world.committee_staff, proposal=one, main=walk.proposal)
    for step in REST:
        walk.do(Step(step))
    return walk, one


def test_the_answer_goes_to_every_proposer_and_each_rates_it(
    case: tuple[Case, Proposal], world: World, client: Client
) -> None:
    walk, one = case
    reply = walk.reply
    assert reply.addressee == "民建盘锦市委员会、赵青禾委员"
    assert "和并案办理的关于园区法律服务站的提案" in reply.opening
    clocks = Deadline.objects.filter(kind="feedback", met_at=None)
    assert {clock.proposer for clock in clocks} == {world.minjian, world.member}
    assert reply in visible_replies(world.member_user)
    assert reply not in visible_replies(world.other_member_user)

    line = next(line for line in work_of(world.member_user).owed if line.next_label == "评价答复")
    assert (line.proposal_id, line.deadline is not None) == (one.pk, True)
    client.force_login(world.member_user)
    assert client.get(line.next_url).status_code == 200
    page = client.get(reverse("proposal-detail", args=[one.pk])).content.decode()
    assert "评价答复" in page
    assert "已答复" in page
    assert world.minjian.phone not in page
    answer = client.get(reverse("proposal-detail", args=[one.pk]), {"tab": "reply"}).content.decode()
    assert reply.document_number in answer
    assert client.get(reverse("proposal-detail", args=[walk.proposal.pk])).status_code == 404

    rate_reply(world.member_user, reply=reply, rating=Rating("satisfied", "satisfied"))
    with pytest.raises(NotAllowed):
        rate_reply(world.other_member_user, reply=reply, rating=Rating("satisfied", "satisfied"))
    rate_reply(world.minjian_contact, reply=reply, rating=Rating("fairly", "fairly"))
    assert {row.proposer for row in reply.feedback.all()} == {world.minjian, world.member}
    assert not Deadline.objects.filter(kind="feedback", met_at=None).exists()
    rated = client.get(reverse("proposal-detail", args=[one.pk]), {"tab": "rating"}).content.decode()
    assert "赵青禾" in rated
    assert "民建盘锦市委员会" not in rated.split('aria-label="提案内容"')[1]
    assert not any(line.next_label == "评价答复" for line in work_of(world.member_user).owed)


def test_the_paper_form_of_a_merged_proposer_can_be_entered(case: tuple[Case, Proposal], world: World) -> None:
    reply = case[0].reply
    assert unrated_proposers(reply) == [world.minjian, world.member]
    scan = SimpleUploadedFile("征询意见表.pdf", SCAN)
    good = Rating("satisfied", "satisfied")
    enter_paper_rating(world.committee_staff, reply=reply, proposer=world.member, rating=good, scan=scan)
    assert unrated_proposers(reply) == [world.minjian]


def test_a_talk_is_told_to_merged_proposers_who_answer_it_and_read_their_own_side_only(
    case: tuple[Case, Proposal], world: World, client: Client
) -> None:
    walk, one = case
    told = Talk("after", ConsultationMethod.objects.first(), today(), "双方", "电话里说明了后续安排。")
    row = record_consultation(world.sfj_clerk, proposal=walk.proposal, talk=told)
    page = reverse("consultation-detail", args=[row.pk])
    assert Notice.objects.filter(recipient=world.member_user, link=page).exists()
    answer_consultation(world.minjian_contact, consultation=row, correction="还谈了付款的事。")
    client.force_login(world.member_user)
    html = client.get(page).content.decode()
    assert "电话里说明了后续安排。" in html
    assert "还谈了付款的事。" not in html
    assert reverse("proposal-detail", args=[one.pk]) in html
    assert reverse("proposal-detail", args=[walk.proposal.pk]) not in html
    answer_consultation(world.member_user, consultation=row)
    client.force_login(world.other_member_user)
    assert client.get(page).status_code == 404


def test_second_answers_meetings_and_pauses_are_told_to_merged_proposers_at_their_own_case(world: World) -> None:
    walk, one = merged(world, PROMISING)
    promise = Promise.objects.earliest("pk")
    keep_promise(world.sfj_clerk, promise=promise, evidence="已办。", text="已经办成。")
    second = sign_follow_up(world.sfj_leader, follow_up=FollowUp.objects.get())
    link = reverse("follow-up-detail", args=[second.pk])
    assert Notice.objects.filter(recipient=world.member_user, link=link).exists()
    world.session.most_rounds = 1
    world.session.save()
    rate_reply(world.member_user, reply=walk.reply, rating=Rating("fairly", "dissatisfied", "没有答复到。"))
    said = MeetingRecord(today(), "会议室", "三方", "逐条说明。", "取得谅解。")
    record_meeting(world.office_staff, redo=Redo.objects.get(), meeting=said)
    own = Notice.objects.filter(recipient=world.member_user, text__contains="会商").latest("pk")
    assert own.link.startswith(reverse("proposal-detail", args=[one.pk]))
