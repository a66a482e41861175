"""Talks with the proposers: who records them, who sees and answers them, and when a reply may not go on without."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from panjin_portal.lib.clock import today
from proposals.errors import InvalidInput, NotAllowed, WrongStage
from proposals.models import ConsultationMethod, Event, Notice, Proposal, Proposer, User
from proposals.workflow import AssignmentState
from replies.models import Consultation, HandlingRule
from replies.permissions import visible_consultations
from replies.rules import best_rule, rule_for
from replies.services.clearance import pass_review
from replies.services.consultations import Talk, answer_consultation, record_consultation
from replies.workflow import ReplyState
from tests.replies.drafting.case import assigned, reviewing
from tests.world import World

READERS = {"sfj_clerk", "sfj_reviewer", "gaj_clerk", "office_staff", "committee_staff", "member_user"}
STRANGERS = {"minjian_contact", "other_member_user", "nobody", "admin"}


def talk(*, waiver: bool = False, on: date | None = None, content: str = "委员补充了两点意见。") -> Talk:
    method = None if waiver else ConsultationMethod.objects.get(name="电话")
    return Talk("during", method, on or today(), "司文清、赵青禾", content)


def recorded(world: World, proposal: Proposal, by: User | None = None, *, waiver: bool = False) -> Consultation:
    return record_consultation(by or world.sfj_clerk, proposal=proposal, talk=talk(waiver=waiver))


def of_member(world: World) -> Proposal:
    return assigned(world, proposers=(world.member,))


def test_the_people_of_a_case_read_the_record_and_nobody_else(world: World) -> None:
    row = recorded(world, of_member(world))
    for name in READERS | STRANGERS:
        sees = visible_consultations(getattr(world, name)).filter(pk=row.pk).exists()
        assert sees == (name in READERS), name


def test_a_record_tells_the_proposer_and_stands_in_the_log_without_its_words(world: World) -> None:
    row = recorded(world, of_member(world))
    notice = Notice.objects.get(recipient=world.member_user)
    assert notice.link == reverse("consultation-detail", args=[row.pk])
    event = Event.objects.get(proposal=row.proposal, kind="record_consultation")
    assert "办中沟通（电话" in event.text
    assert "补充" not in event.text


@pytest.mark.parametrize("who", ["office_staff", "committee_staff", "member_user", "scj_clerk", "nobody"])
def test_only_a_bureau_at_work_records(world: World, who: str) -> None:
    proposal = assigned(world, helpers=[world.gaj])
    with pytest.raises(NotAllowed):
        recorded(world, proposal, by=getattr(world, who))


def test_a_bureau_signs_for_receipt_before_it_records(world: World) -> None:
    proposal = assigned(world, state=AssignmentState.PENDING)
    with pytest.raises(WrongStage, match="先签收"):
        recorded(world, proposal)


def test_a_talk_of_tomorrow_or_without_words_is_not_taken(world: World) -> None:
    proposal = of_member(world)
    for faulty, field in (
        (talk(on=today() + timedelta(days=1)), "held_on"),
        (talk(on=date(1900, 1, 1)), "held_on"),
        (talk(on=date(proposal.session.opens_on.year - 2, 12, 31)), "held_on"),
        (talk(content=" \n"), "content"),
        (talk(waiver=True, content=""), "content"),
    ):
        with pytest.raises(InvalidInput) as refusal:
            record_consultation(world.sfj_clerk, proposal=proposal, talk=faulty)
        assert set(refusal.value.errors) == {field}
    assert not Consultation.objects.exists()


def test_the_proposer_corrects_once_and_both_texts_stay(world: World) -> None:
    row = recorded(world, of_member(world))
    with pytest.raises(NotAllowed):
        answer_consultation(world.other_member_user, consultation=row)
    with pytest.raises(NotAllowed):
        answer_consultation(world.sfj_clerk, consultation=row)
    answer_consultation(world.member_user, consultation=row, correction="我没有同意第二点。")
    with pytest.raises(WrongStage, match="已经核对过"):
        answer_consultation(world.member_user, consultation=row)
    row.refresh_from_db()
    assert (row.content, row.sides.get().text) == ("委员补充了两点意见。", "我没有同意第二点。")
    assert Notice.objects.filter(recipient=world.sfj_clerk, text__contains="另作说明").exists()


def test_each_proposer_of_a_joint_proposal_answers_for_himself(world: World) -> None:
    row = recorded(world, assigned(world, proposers=(world.member, world.minjian)))
    answer_consultation(world.member_user, consultation=row)
    states = dict(row.sides.values_list("proposer", "state"))
    assert states == {world.member.pk: "confirmed", world.minjian.pk: "waiting"}


def test_a_reply_to_a_member_does_not_pass_review_before_its_bureau_has_talked(world: World) -> None:
    reply = reviewing(world, proposers=(world.member,))
    recorded(world, reply.proposal, by=world.gaj_clerk)
    with pytest.raises(InvalidInput, match="至少要与提案者沟通一次"):
        pass_review(world.sfj_reviewer, reply=reply)
    recorded(world, reply.proposal)
    assert pass_review(world.sfj_reviewer, reply=reply).state == ReplyState.COUNTERSIGNING


def test_by_default_nothing_is_demanded_for_an_organisation(world: World) -> None:
    assert pass_review(world.sfj_reviewer, reply=reviewing(world)).state == ReplyState.COUNTERSIGNING


def test_the_members_word_that_he_wants_no_visit_counts_until_he_contradicts(world: World) -> None:
    reply = reviewing(world, proposers=(world.member,))
    row = recorded(world, reply.proposal, waiver=True)
    answer_consultation(world.member_user, consultation=row, correction="我没有这样说过。")
    with pytest.raises(InvalidInput, match="沟通一次"):
        pass_review(world.sfj_reviewer, reply=reply)
    recorded(world, reply.proposal, waiver=True)
    assert pass_review(world.sfj_reviewer, reply=reply).state == ReplyState.COUNTERSIGNING


def test_a_rule_may_demand_a_real_talk_for_every_proposal(world: World) -> None:
    HandlingRule.objects.create(session=world.session, consultation="all", waiver_counts=False)
    reply = reviewing(world)
    recorded(world, reply.proposal, waiver=True)
    with pytest.raises(InvalidInput, match="沟通一次"):
        pass_review(world.sfj_reviewer, reply=reply)


def test_the_rule_made_for_key_proposals_goes_before_the_one_for_the_kind(world: World) -> None:
    proposal = assigned(world)
    general, kind, key = (
        HandlingRule(session=world.session, proposal_kind=kind, key_only=key)
        for kind, key in (("", False), ("session", False), ("", True))
    )
    assert best_rule(proposal, [general, kind, key], is_for_key=False) is kind
    assert best_rule(proposal, [general, kind, key], is_for_key=True) is key
    assert rule_for(proposal).consultation == "members"


def _form(**more: object) -> dict[str, object]:
    method = ConsultationMethod.objects.get(name="电话").pk
    return {
        "phase": "before",
        "method": method,
        "held_on": f"{today()}",
        "people": "双方",
        "content": "谈了三条建议。",
    } | more


def test_the_pages_from_the_record_to_the_answer(world: World, client: Client) -> None:
    proposal = of_member(world)
    client.force_login(world.sfj_clerk)
    new = reverse("consultation-new", args=[proposal.pk])
    wrong = client.post(new, _form(people=""))
    assert wrong.status_code == 400
    assert "谈了三条建议。" in wrong.content.decode()
    file = SimpleUploadedFile("记录.txt", "会议记录".encode())
    assert client.post(new, {**_form(), "attachments": file}).status_code == 302
    row = Consultation.objects.get()
    handed = reverse("consultation-file", args=[row.files.get().pk])
    client.force_login(world.member_user)
    case = client.get(reverse("proposal-detail", args=[proposal.pk]), {"tab": "handling"}).content.decode()
    assert reverse("consultation-detail", args=[row.pk]) in case
    answer = reverse("consultation-answer", args=[row.pk])
    assert answer in client.get(reverse("consultation-detail", args=[row.pk])).content.decode()
    assert client.post(answer, {"answer": "correct", "text": ""}).status_code == 400
    assert client.post(answer, {"answer": "confirm", "text": ""}).status_code == 302
    assert b"".join(client.get(handed).streaming_content).decode() == "会议记录"  # type: ignore[attr-defined]
    client.force_login(world.other_member_user)
    assert {client.get(url).status_code for url in (new, answer, handed)} == {404}


def test_a_bad_file_is_refused_at_its_field_and_nothing_is_kept(world: World, client: Client) -> None:
    client.force_login(world.sfj_clerk)
    new = reverse("consultation-new", args=[of_member(world).pk])
    answer = client.post(new, {**_form(), "attachments": SimpleUploadedFile("x.exe", b"MZ")})
    assert answer.status_code == 400
    assert "不能上传" in answer.content.decode()
    assert not Consultation.objects.exists()


def test_the_reviewer_is_led_to_the_missing_record(world: World, client: Client) -> None:
    reply = reviewing(world, proposers=(world.member,))
    client.force_login(world.sfj_reviewer)
    page = client.get(reverse("reply-review", args=[reply.pk])).content.decode()
    assert reverse("consultation-new", args=[reply.proposal_id]) in page
    form = {"round": reply.clearance_round, "comment": "已核。", "decision": "pass"}
    blocked = client.post(reverse("reply-review", args=[reply.pk]), form)
    assert blocked.status_code == 400
    assert world.member.kind == Proposer.Kind.MEMBER
