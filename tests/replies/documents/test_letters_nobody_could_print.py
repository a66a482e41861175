"""A character that no font has is told while the text can still be changed, never after the signature."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from proposals.errors import InvalidInput
from proposals.models import Proposal
from replies.models import CoHandlerOpinion, DocumentNumber, FollowUp, Promise, Reply, ReplySection
from replies.services import follow_ups
from replies.services.clearance import send_back, send_to_review
from replies.services.opinion_signing import return_opinion, sign_opinion
from replies.services.opinions import save_opinion, submit_opinion
from replies.services.promises import keep_promise
from replies.services.signing import sign_reply
from replies.structure.checks import FindingCode
from tests.replies.drafting.case import assigned, class_of, drafted, share_of, signing
from tests.replies.following.stages import promised
from tests.world import World

RARE = ["𠮷", "🎉", "ሴ"]


def put_in(reply: Reply, character: str) -> None:
    """As texts stored before the check existed stand there."""
    ReplySection.objects.filter(reply=reply).update(body=f"由{character}野同志负责落实。")


@pytest.mark.parametrize("character", RARE)
def test_the_editor_names_the_character_among_its_remarks(world: World, client: Client, character: str) -> None:
    reply = drafted(world)
    client.force_login(world.sfj_clerk)
    page = reverse("reply-edit", args=[reply.pk])
    with CaptureQueriesContext(
        connection,
    ) as before:
        assert "字库里没有" not in client.get(page).content.decode()
    put_in(reply, character)
    with CaptureQueriesContext(connection) as after:
        html = client.get(page).content.decode()
    assert f"字库里没有“{character}”" in html
    assert "请改用规范汉字" in html
    assert f'<a href="#s{reply.sections.get().pk}">' in html
    assert len(after) <= len(before)


def test_the_editor_names_each_place_where_it_is(world: World, client: Client) -> None:
    reply = drafted(world)
    first = reply.sections.get()
    second = ReplySection.objects.create(
        reply=reply, position=first.position + 1, heading="下一步打算", body="由🎉同志负责。"
    )
    Reply.objects.filter(pk=reply.pk).update(title="关于𠮷的答复")
    client.force_login(world.sfj_clerk)
    remarks = [
        one
        for one in client.get(reverse("reply-edit", args=[reply.pk])).context["remarks"]
        if one.finding.code == FindingCode.UNSHOWABLE
    ]
    assert [one.placed and one.placed.row.pk for one in remarks] == [None, second.pk]
    outside, inside = (one.finding.message for one in remarks)
    assert ("“𠮷”" in outside, "标题“关于𠮷的答复”" in outside, "🎉" in outside) == (True, True, False)
    assert ("“🎉”" in inside, "正文“由🎉同志负责。”" in inside, "𠮷" in inside) == (True, True, False)


def test_a_draft_with_such_a_character_is_not_sent_to_review_and_says_where_it_stands(
    world: World, client: Client
) -> None:
    reply = drafted(world)
    put_in(reply, "𠮷")
    with pytest.raises(InvalidInput, match=r"字库里没有“𠮷”（U\+20BB7）.*正文“由𠮷野同志负责落…”"):
        send_to_review(world.sfj_clerk, reply=reply)
    client.force_login(world.sfj_clerk)
    url = reverse("reply-send-to-review", args=[reply.pk])
    assert "字库里没有“𠮷”" in client.get(url).content.decode()
    answer = client.post(url, {"comment": "请核"})
    assert answer.status_code == 400
    assert "请核" in answer.content.decode()
    reply.refresh_from_db()
    assert (reply.state, reply.clearance_round) == ("drafting", 0)
    put_in(reply, "吉")
    assert send_to_review(world.sfj_clerk, reply=reply).state == "reviewing"


def test_the_title_is_looked_at_and_named(world: World) -> None:
    reply = drafted(world)
    Reply.objects.filter(pk=reply.pk).update(title="关于𠮷的答复")
    with pytest.raises(InvalidInput, match="标题“关于𠮷的答复”"):
        send_to_review(world.sfj_clerk, reply=reply)


def test_the_annexed_matrix_is_looked_at_where_the_session_annexes_it(world: World) -> None:
    reply = drafted(world)
    reply.matrix_rows.update(explanation="并入𠮷一并办理。")
    type(world.session).objects.update(matrix_in_letter=True)
    with pytest.raises(InvalidInput, match="附件“"):
        send_to_review(world.sfj_clerk, reply=reply)
    type(world.session).objects.update(matrix_in_letter=False)
    assert send_to_review(world.sfj_clerk, reply=reply).state == "reviewing"


def test_what_came_to_the_leader_all_the_same_is_not_signed_but_can_be_sent_back(world: World, client: Client) -> None:
    reply = signing(world)
    put_in(reply, "🎉")
    client.force_login(world.sfj_leader)
    form: dict[str, Any] = {"round": reply.clearance_round, "result_class": class_of(world, "A").pk}
    answer = client.post(reverse("reply-sign", args=[reply.pk]), {**form, "decision": "pass", "comment": "同意印发。"})
    html = answer.content.decode()
    assert answer.status_code == 400
    assert "字库里没有“🎉”" in html
    assert "退回经办人修改" in html
    assert "同意印发。" in html
    with pytest.raises(InvalidInput) as refused:
        sign_reply(world.sfj_leader, reply=reply, result_class=class_of(world, "A"))
    assert list(refused.value.errors) == ["comment"]
    reply.refresh_from_db()
    assert (reply.state, reply.document_number, DocumentNumber.objects.count()) == ("signing", "", 0)
    assert send_back(world.sfj_leader, reply=reply, comment="请换字。").state == "drafting"


def opinion_with(world: World, body: str) -> CoHandlerOpinion:
    share = share_of(assigned(world), world.gaj)
    return save_opinion(world.gaj_clerk, assignment=share, version=0, heading="", body=body)


def test_an_opinion_with_such_a_character_is_not_handed_in_and_keeps_its_words(world: World, client: Client) -> None:
    opinion = opinion_with(world, "由𠮷野同志驻点。")
    client.force_login(world.gaj_clerk)
    answer = client.post(reverse("opinion-submit", args=[opinion.assignment_id]), {"version": opinion.version})
    html = answer.content.decode()
    assert answer.status_code == 400
    assert "字库里没有“𠮷”" in html
    assert "由𠮷野同志驻点。" in html
    opinion.refresh_from_db()
    assert opinion.state == "drafting"


def test_an_opinion_whose_case_has_such_a_title_says_that_only_a_font_helps(world: World) -> None:
    opinion = opinion_with(world, "我局已派民警驻点。")
    Proposal.objects.update(title="关于𠮷的建议")
    with pytest.raises(InvalidInput, match=r"标题“.*案由登记后不能改，请联系管理员添加"):
        submit_opinion(world.gaj_clerk, assignment=opinion.assignment)


def test_the_leader_does_not_sign_such_an_opinion_and_sends_it_back(world: World, client: Client) -> None:
    opinion = submit_opinion(world.gaj_clerk, assignment=opinion_with(world, "我局已派民警驻点。").assignment)
    CoHandlerOpinion.objects.update(body="由𠮷野同志驻点。")
    client.force_login(world.gaj_leader)
    form = {"version": opinion.version, "do": "sign", "comment": "同意。"}
    answer = client.post(reverse("opinion-sign", args=[opinion.assignment_id]), form)
    assert answer.status_code == 400
    assert "字库里没有“𠮷”" in answer.content.decode()
    with pytest.raises(InvalidInput):
        sign_opinion(world.gaj_leader, opinion=opinion)
    opinion.refresh_from_db()
    assert (opinion.state, opinion.document_number, DocumentNumber.objects.count()) == ("signing", "", 0)
    assert return_opinion(world.gaj_leader, opinion=opinion, comment="请换字。").state == "drafting"


def test_a_second_answer_is_checked_when_it_is_written_and_again_at_its_signature(world: World, client: Client) -> None:
    promise: Promise = promised(world)[0]
    with pytest.raises(InvalidInput) as refused:
        keep_promise(world.sfj_clerk, promise=promise, evidence="已纳入。", text="由𠮷野同志落实。")
    assert list(refused.value.errors) == ["text"]
    promise.refresh_from_db()
    assert promise.state == "open"
    keep_promise(world.sfj_clerk, promise=promise, evidence="已纳入。", text="联合检查已覆盖全部园区。")
    row = FollowUp.objects.get()
    FollowUp.objects.update(text="由𠮷野同志落实。")
    client.force_login(world.sfj_leader)
    answer = client.post(reverse("follow-up-sign", args=[row.pk]), follow=True)
    assert "字库里没有“𠮷”" in answer.content.decode()
    row.refresh_from_db()
    assert (row.state, row.document_number) == ("signing", "")
    row = follow_ups.return_follow_up(world.sfj_leader, follow_up=row, comment="请换字。")
    with pytest.raises(InvalidInput):
        follow_ups.resubmit_follow_up(world.sfj_clerk, follow_up=row, version=row.version, text="由𠮷野同志落实。")
    mended = follow_ups.resubmit_follow_up(world.sfj_clerk, follow_up=row, version=row.version, text="已落实。")
    assert follow_ups.sign_follow_up(world.sfj_leader, follow_up=mended).state == "issued"
