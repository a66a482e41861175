"""The co-handler's opinion: written, handed in once, taken over once with its source."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from panjin_portal.lib.clock import today
from proposals.errors import EditConflict, InvalidInput, NotAllowed, WrongStage
from proposals.models import Deadline, Event, Notice, Proposal
from proposals.workflow import AssignmentState
from replies.models import CoHandlerOpinion, Reply
from replies.queries import outline_of
from replies.services.drafting import start_reply
from replies.services.opinion_signing import sign_opinion
from replies.services.opinions import save_opinion, submit_opinion, take_over_opinion
from replies.structure.outline import to_text
from tests.replies.drafting.case import assigned, drafted, lead_of, reviewing, share_of
from tests.world import World

HEADING = "公安机关规范执法"
NUMBERED = "我局办理情况如下。\n1.完善制度。已印发两项制度。\n2.加强培训。培训执法人员三百人次。"


def _write(
    world: World, proposal: Proposal, body: str = NUMBERED, heading: str = "公安机关规范执法"
) -> CoHandlerOpinion:
    share = share_of(proposal, world.gaj)
    return save_opinion(world.gaj_clerk, assignment=share, version=0, heading=heading, body=body)


def _hand_in(
    world: World, proposal: Proposal, body: str = NUMBERED, heading: str = "公安机关规范执法"
) -> CoHandlerOpinion:
    _write(world, proposal, body, heading)
    sent = submit_opinion(world.gaj_clerk, assignment=share_of(proposal, world.gaj))
    return sign_opinion(world.gaj_leader, opinion=sent)


def test_a_second_save_of_an_opinion_with_an_old_version_keeps_both_texts(world: World) -> None:
    proposal = assigned(world)
    first = _write(world, proposal, "甲的意见。")
    save_opinion(world.gaj_clerk, assignment=first.assignment, version=1, heading="", body="乙的意见。")
    with pytest.raises(EditConflict) as conflict:
        save_opinion(world.gaj_clerk, assignment=first.assignment, version=1, heading="", body="丙的意见。")
    assert (conflict.value.mine, conflict.value.theirs) == ("丙的意见。", "乙的意见。")


def test_the_same_text_again_makes_nobodys_page_an_old_one(world: World) -> None:
    proposal = assigned(world)
    first = _write(world, proposal, "甲的意见。")
    same = {"heading": first.heading, "body": first.body}
    again = save_opinion(world.gaj_clerk, assignment=first.assignment, version=first.version, **same)
    assert again.version == first.version
    assert save_opinion(world.gaj_clerk, assignment=first.assignment, version=0, **same).version == first.version
    new = save_opinion(world.gaj_clerk, assignment=first.assignment, version=first.version, heading="", body="乙。")
    assert new.version == first.version + 1


def test_an_opinion_bears_the_number_its_bureau_sent_it_with(world: World, client: Client) -> None:
    share = share_of(assigned(world), world.gaj)
    client.force_login(world.gaj_clerk)
    sent = {"version": "0", "document_number": "盘公字〔2026〕7号", "heading": "", "body": "我局意见如下。"}
    client.post(reverse("opinion-edit", args=[share.pk]), {**sent, "do": "submit"})
    assert "盘公字〔2026〕7号" in client.get(reverse("opinion-submit", args=[share.pk])).content.decode()
    sign_opinion(world.gaj_leader, opinion=submit_opinion(world.gaj_clerk, assignment=share))
    page = client.get(reverse("opinion-edit", args=[share.pk])).content.decode()
    assert "盘公字〔2026〕7号" in page
    assert "提案的会办意见" in page


def test_handing_in_freezes_the_text_meets_the_deadline_and_tells_the_lead(world: World) -> None:
    proposal = assigned(world)
    Deadline.objects.create(
        proposal=proposal,
        assignment=share_of(proposal, world.gaj),
        kind="opinion",
        bureau=world.gaj,
        recipient_role="clerk",
        starts_on=today(),
        due_on=today() + timedelta(days=30),
        explanation="测试",
        link="/",
    )
    opinion = _hand_in(world, proposal)
    assert Deadline.objects.get().met_at is not None
    assert Event.objects.filter(proposal=proposal, kind="submit_opinion").exists()
    assert Notice.objects.filter(recipient=world.sfj_clerk, text__contains="会办意见").exists()
    with pytest.raises(WrongStage):
        save_opinion(world.gaj_clerk, assignment=opinion.assignment, version=1, heading="", body="再改。")
    with pytest.raises(WrongStage):
        submit_opinion(world.gaj_clerk, assignment=opinion.assignment)


def test_an_empty_opinion_is_not_handed_in(world: World, client: Client) -> None:
    proposal = assigned(world)
    share = share_of(proposal, world.gaj)
    with pytest.raises(InvalidInput):
        submit_opinion(world.gaj_clerk, assignment=share)
    save_opinion(world.gaj_clerk, assignment=share, version=0, heading="只有标题", body="")
    client.force_login(world.gaj_clerk)
    answer = client.post(reverse("opinion-submit", args=[share.pk]))
    assert answer.status_code == 400
    assert "还没有正文" in answer.content.decode()


def test_typed_numbering_becomes_the_outline_and_the_source_is_kept(world: World) -> None:
    reply = drafted(world)
    opinion = _hand_in(world, reply.proposal)
    new = take_over_opinion(world.sfj_clerk, opinion=opinion, reply=reply)
    assert to_text(outline_of(reply)).split("\n")[2:] == [
        "二、公安机关规范执法",
        "我局办理情况如下。",
        "1.完善制度。已印发两项制度。",
        "2.加强培训。培训执法人员三百人次。",
    ]
    assert {(row.supplied_by, row.source_opinion) for row in new} == {(world.gaj, opinion)}
    opinion.refresh_from_db()
    assert opinion.taken_over_by == reply
    assert Event.objects.filter(kind="take_over").count() == 1


def test_an_opinion_can_stand_below_a_chosen_section(world: World) -> None:
    reply = drafted(world)
    opinion = _hand_in(world, reply.proposal)
    take_over_opinion(world.sfj_clerk, opinion=opinion, reply=reply, under=reply.sections.get().pk)
    assert "1.公安机关规范执法\n我局办理情况如下。\n（1）完善制度。" in to_text(outline_of(reply))


def test_what_is_too_deep_for_its_place_becomes_paragraphs(world: World) -> None:
    reply = drafted(world)
    opinion = _hand_in(world, reply.proposal, body="一、甲\n（一）乙\n1.丙\n（1）丁")
    take_over_opinion(world.sfj_clerk, opinion=opinion, reply=reply, under=reply.sections.get().pk)
    text = to_text(outline_of(reply))
    assert all(word in text for word in "甲乙丙丁")


def test_an_opinion_is_taken_over_once(world: World, client: Client) -> None:
    reply = drafted(world)
    opinion = _hand_in(world, reply.proposal)
    client.force_login(world.sfj_clerk)
    url = reverse("opinion-take-over", args=[opinion.pk])
    assert "完善制度。" in client.get(url).content.decode()
    assert client.post(url, {"under": ""}).status_code == 302
    assert client.post(url, {"under": ""}).status_code == 409
    with pytest.raises(WrongStage, match="已经采用过"):
        take_over_opinion(world.sfj_clerk, opinion=opinion, reply=reply)
    assert reply.sections.filter(source_opinion=opinion).count() == 3


def test_an_opinion_without_heading_or_numbers_is_one_text(world: World) -> None:
    reply = drafted(world)
    opinion = _hand_in(world, reply.proposal, body="一句意见。\n又一句。", heading="")
    new = take_over_opinion(world.sfj_clerk, opinion=opinion, reply=reply)
    assert [(row.heading, row.body) for row in new] == [("", "一句意见。\n又一句。")]


@pytest.mark.parametrize("who", ["gaj_leader", "scj_clerk", "sfj_clerk", "office_staff", "nobody"])
def test_only_the_co_handlers_clerk_writes_and_hands_in(world: World, who: str) -> None:
    share = share_of(assigned(world), world.gaj)
    with pytest.raises(NotAllowed):
        save_opinion(getattr(world, who), assignment=share, version=0, heading="", body="意见。")
    with pytest.raises(NotAllowed):
        submit_opinion(getattr(world, who), assignment=share)


def test_the_lead_writes_no_opinion_and_nobody_before_receipt(world: World) -> None:
    with pytest.raises(NotAllowed, match="主办单位直接拟写"):
        save_opinion(world.sfj_clerk, assignment=lead_of(assigned(world)), version=0, heading="", body="意见。")
    waiting = assigned(world, state=AssignmentState.PENDING, number="006")
    with pytest.raises(WrongStage, match="请先签收"):
        _write(world, waiting)


@pytest.mark.parametrize(
    ("who", "status"), [("sfj_reviewer", 403), ("gaj_clerk", 403), ("scj_clerk", 404), ("nobody", 404)]
)
def test_only_the_leads_clerk_takes_over(world: World, client: Client, who: str, status: int) -> None:
    reply = drafted(world)
    opinion = _hand_in(world, reply.proposal)
    client.force_login(getattr(world, who))
    url = reverse("opinion-take-over", args=[opinion.pk])
    assert client.get(url).status_code == client.post(url, {"under": ""}).status_code == status
    with pytest.raises(NotAllowed):
        take_over_opinion(getattr(world, who), opinion=opinion, reply=reply)


def test_after_handing_in_the_reply_nothing_is_taken_over(world: World) -> None:
    reply = reviewing(world)
    opinion = _hand_in(world, reply.proposal)
    with pytest.raises(WrongStage):
        take_over_opinion(world.sfj_clerk, opinion=opinion, reply=reply)


def test_the_opinion_page_saves_shows_conflicts_and_leads_on_to_handing_in(world: World, client: Client) -> None:
    share = share_of(assigned(world), world.gaj)
    client.force_login(world.gaj_clerk)
    url = reverse("opinion-edit", args=[share.pk])
    assert client.get(url).status_code == 200
    assert client.post(url, {"version": 0, "heading": "", "body": "第一稿。"}).status_code == 302
    stale = client.post(url, {"version": 0, "heading": "", "body": "另一稿。"})
    assert stale.status_code == 409
    assert "第一稿。" in stale.content.decode()
    assert "另一稿。" in stale.content.decode()
    assert "您在另一个页面保存过这段文字" in stale.content.decode()
    assert "他人" not in stale.content.decode()
    CoHandlerOpinion.objects.update(written_by=world.sfj_clerk)
    assert "已被他人保存过" in client.post(url, {"version": 0, "heading": "", "body": "另一稿。"}).content.decode()
    on = client.post(url, {"version": 1, "heading": "", "body": "第二稿。", "do": "submit"})
    assert on["Location"] == reverse("opinion-submit", args=[share.pk])
    assert "第二稿。" in client.get(on["Location"]).content.decode()
    assert client.post(on["Location"], {"version": 2}).status_code == 302
    assert client.post(on["Location"], {"version": 2}).status_code == 409
    assert "待签发" in client.get(url).content.decode()
    bad = client.post(url, {"version": 2, "body": "a\x00b"})
    assert bad.status_code in {400, 409}


def test_autosave_of_an_opinion_counts_versions_and_reports_conflicts(world: World, client: Client) -> None:
    share = share_of(assigned(world), world.gaj)
    url = reverse("opinion-autosave", args=[share.pk])
    assert client.post(url, {}).status_code == 401
    client.force_login(world.gaj_clerk)
    assert client.post(url, {"version": 0, "body": "一。"}).json()["version"] == 1
    assert client.post(url, {"version": 1, "body": "二。"}).json()["version"] == 2
    late = client.post(url, {"version": 1, "body": "三。"})
    assert late.status_code == 409
    assert late.json()["message"].startswith("会办意见在您的另一个页面保存过。")
    CoHandlerOpinion.objects.update(written_by=world.sfj_clerk)
    assert client.post(url, {"version": 1, "body": "三。"}).json()["message"].startswith("会办意见刚被同事改过。")


def test_the_editor_shows_who_has_not_sent_an_opinion(world: World, client: Client) -> None:
    reply = start_reply(world.sfj_clerk, assignment=lead_of(assigned(world)))
    _hand_in(world, reply.proposal)
    client.force_login(world.sfj_clerk)
    html = client.get(reverse("reply-edit", args=[reply.pk])).content.decode()
    assert html.count("会办意见未送来") == 2
    assert "采用到答复稿" in html
    assert Reply.objects.count() == 1


def test_an_opinion_given_back_with_an_error_is_not_called_saved(world: World, client: Client) -> None:
    page = reverse("opinion-edit", args=[share_of(assigned(world), world.gaj).pk])
    client.force_login(world.gaj_clerk)
    assert " data-unsaved" not in client.get(page).content.decode()
    refused = client.post(page, {"version": 0, "document_number": "字" * 41, "body": "改过的文字"})
    assert refused.status_code == 400
    assert " data-unsaved" in refused.content.decode()
