"""Every step as a page: who gets it, what it shows, refusals by address and by form, the second click."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from proposals.models import Role
from replies.models import Reply
from replies.workflow import ReplyState
from tests.replies.drafting.case import class_of, countersigning, drafted, reviewing, signed, signing, started
from tests.world import World, appoint

Stage = Callable[..., Reply]
DETAIL_QUERIES = 14
BUREAUS = {"sfj_clerk", "sfj_reviewer", "sfj_leader", "gaj_clerk", "scj_clerk"}
STEPS = ["reply-send-to-review", "reply-review", "reply-countersign", "reply-sign"]
RIGHT = {
    "reply-send-to-review": (drafted, "sfj_clerk", ReplyState.REVIEWING),
    "reply-review": (reviewing, "sfj_reviewer", ReplyState.COUNTERSIGNING),
    "reply-countersign": (countersigning, "gaj_clerk", ReplyState.COUNTERSIGNING),
    "reply-sign": (signing, "sfj_leader", ReplyState.SIGNED),
}


def _form(world: World, reply: Reply, **more: object) -> dict[str, Any]:
    form = {"round": reply.clearance_round, "comment": "", "result_class": class_of(world, "A").pk, "decision": "pass"}
    return {**form, **more}


@pytest.mark.parametrize("name", STEPS)
def test_the_right_person_sees_the_text_and_takes_the_step_once(world: World, client: Client, name: str) -> None:
    stage, who, after = RIGHT[name]
    reply = stage(world)
    client.force_login(getattr(world, who))
    url = reverse(name, args=[reply.pk])
    page = client.get(url)
    assert page.status_code == 200
    assert client.post(url, _form(world, reply)).status_code == 302
    reply.refresh_from_db()
    assert reply.state == after
    again = client.post(url, _form(world, reply))
    assert again.status_code == 409
    assert client.get(url).status_code in {403, 409}


@pytest.mark.parametrize("name", STEPS)
@pytest.mark.parametrize(
    "who", ["office_staff", "minjian_contact", "nobody", "other_member_user", "sfj_clerk_colleague"]
)
def test_the_wrong_person_is_refused_by_address_and_by_form(world: World, client: Client, name: str, who: str) -> None:
    stage, _, _ = RIGHT[name]
    if (name, who) == ("reply-send-to-review", "sfj_clerk_colleague"):
        who = "sfj_reviewer"
    reply = stage(world)
    client.force_login(getattr(world, who))
    url = reverse(name, args=[reply.pk])
    wanted = 403 if who.startswith("sfj") else 404
    assert client.get(url).status_code == wanted
    assert client.post(url, _form(world, reply)).status_code == wanted
    assert client.post(url, _form(world, reply, decision="send_back", comment="退。")).status_code == wanted
    before = reply.state
    reply.refresh_from_db()
    assert reply.state == before


@pytest.mark.parametrize("name", STEPS)
def test_signed_out_people_are_sent_to_the_login(world: World, client: Client, name: str) -> None:
    reply = drafted(world)
    assert "/login/" in client.get(reverse(name, args=[reply.pk]))["Location"]


@pytest.mark.parametrize(
    ("name", "stage", "who"),
    [
        ("reply-review", drafted, "sfj_reviewer"),
        ("reply-sign", reviewing, "sfj_leader"),
        ("reply-countersign", signed, "gaj_clerk"),
        ("reply-send-to-review", signing, "sfj_clerk"),
    ],
)
def test_out_of_turn_is_409_by_address_and_by_form(
    world: World, client: Client, name: str, stage: Stage, who: str
) -> None:
    reply = stage(world)
    client.force_login(getattr(world, who))
    url = reverse(name, args=[reply.pk])
    assert client.get(url).status_code == 409
    assert client.post(url, _form(world, reply)).status_code == 409


def test_sending_back_without_a_comment_stands_at_the_field(world: World, client: Client) -> None:
    reply = signing(world)
    client.force_login(world.sfj_leader)
    url = reverse("reply-sign", args=[reply.pk])
    answer = client.post(url, _form(world, reply, decision="send_back", result_class=""))
    assert answer.status_code == 400
    assert "必须写明意见" in answer.content.decode()
    told = "数字请再核对。\n第二段偏长。"
    assert client.post(url, _form(world, reply, decision="send_back", comment=told)).status_code == 302
    client.force_login(world.sfj_clerk)
    html = client.get(reverse("reply-edit", args=[reply.pk])).content.decode()
    assert "签发时退回修改" in html
    assert "数字请再核对。" in html


def test_signing_needs_a_result_class_and_keeps_the_comment(world: World, client: Client) -> None:
    reply = signing(world)
    client.force_login(world.sfj_leader)
    answer = client.post(
        reverse("reply-sign", args=[reply.pk]), _form(world, reply, result_class="", comment="同意，请尽快印发。")
    )
    assert answer.status_code == 400
    assert "同意，请尽快印发。" in answer.content.decode()


def test_the_same_person_is_told_why_before_filling_in_a_form(world: World, client: Client) -> None:
    appoint(world.sfj_clerk, Role.REVIEWER, bureau=world.sfj)
    reply = reviewing(world)
    client.force_login(world.sfj_clerk)
    url = reverse("reply-review", args=[reply.pk])
    for answer in (client.get(url), client.post(url, _form(world, reply))):
        assert answer.status_code == 403
        assert "同一人不能" in answer.content.decode()
    assert "同一人不能" in client.get(reverse("reply-detail", args=[reply.pk])).content.decode()


def test_handing_in_names_the_asks_nobody_answers(world: World, client: Client) -> None:
    reply = drafted(world)
    reply.matrix_rows.all().delete()
    client.force_login(world.sfj_clerk)
    html = client.get(reverse("reply-send-to-review", args=[reply.pk])).content.decode()
    assert "第2条建议没有标明" in html
    assert "第1条" not in html


def test_handing_in_an_empty_draft_says_what_is_missing(world: World, client: Client) -> None:
    reply = started(world)
    client.force_login(world.sfj_clerk)
    answer = client.post(reverse("reply-send-to-review", args=[reply.pk]), {"comment": ""})
    assert answer.status_code == 400
    assert "办理结果类别" in answer.content.decode()


@pytest.mark.parametrize(
    ("stage", "seen_by"),
    [
        (drafted, {"sfj_clerk", "sfj_reviewer", "sfj_leader"}),
        (countersigning, BUREAUS),
        (
            signed,
            {"sfj_clerk", "sfj_reviewer", "sfj_leader", "gaj_clerk", "scj_clerk", "office_staff", "committee_staff"},
        ),
    ],
)
def test_who_may_read_the_reply_at_which_stage(world: World, client: Client, stage: Stage, seen_by: set[str]) -> None:
    reply = stage(world)
    everybody = {*seen_by, "gaj_clerk", "scj_clerk", "office_staff", "committee_staff", "minjian_contact", "nobody"}
    found = set()
    for who in everybody:
        client.force_login(getattr(world, who))
        if client.get(reverse("reply-detail", args=[reply.pk])).status_code == 200:
            found.add(who)
    assert found == seen_by


def test_the_reading_page_shows_text_chain_and_number_within_its_queries(
    world: World, client: Client, django_assert_max_num_queries: Any
) -> None:
    reply = signed(world)
    client.force_login(world.sfj_clerk)
    url = reverse("reply-detail", args=[reply.pk])
    html = client.get(url).content.decode()
    for word in ("盘司函〔", "执法信息平台已经联通", "何审言", "梁定坤", "安守正", "抄送"):
        assert word in html
    with django_assert_max_num_queries(DETAIL_QUERIES):
        client.get(url)
