"""The editor page: saving, autosave, bad input, who may open it."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from replies.models import Reply
from replies.services.sections import add_section
from tests.replies.drafting.case import class_of, drafted, reviewing, write
from tests.replies.drafting.editor_page import fields_of
from tests.world import World

DETAIL_QUERIES = 14


@pytest.fixture
def reply(world: World) -> Reply:
    return drafted(world)


def test_the_page_shows_the_text_beside_the_asks(world: World, client: Client, reply: Reply) -> None:
    client.force_login(world.sfj_clerk)
    html = client.get(reverse("reply-edit", args=[reply.pk])).content.decode()
    assert "执法信息平台已经联通" in html
    assert "一、" in html
    assert "已逐条回应" in html
    assert "营商环境是城市发展的基础。" in html


def test_saving_the_form_changes_text_links_and_head(world: World, client: Client, reply: Reply) -> None:
    section = reply.sections.get()
    asks = list(reply.proposal.asks.values_list("pk", flat=True))
    client.force_login(world.sfj_clerk)
    url = reverse("reply-edit", args=[reply.pk])
    data: dict[str, Any] = fields_of(client.get(url))
    data |= {
        "head-title": "改过的标题",
        "head-result_class": str(class_of(world, "B").pk),
        f"s{section.pk}-heading": "改过的小标题。",
        f"s{section.pk}-run_in": "on",
        f"s{section.pk}-asks": [str(pk) for pk in asks[:2]],
        f"s{section.pk}-supplied_by": str(world.gaj.pk),
    }
    answer = client.post(url, data, follow=True)
    assert "已保存" in answer.content.decode()
    reply.refresh_from_db()
    section.refresh_from_db()
    assert (reply.title, reply.result_class) == ("改过的标题", class_of(world, "B"))
    assert (section.heading, section.run_in, section.supplied_by) == ("改过的小标题。", True, world.gaj)
    assert set(section.asks.values_list("pk", flat=True)) == set(asks[:2])


def test_an_untouched_page_saves_nothing(world: World, client: Client, reply: Reply) -> None:
    client.force_login(world.sfj_clerk)
    url = reverse("reply-edit", args=[reply.pk])
    before = reply.revisions.count()
    client.post(url, fields_of(client.get(url)))
    assert reply.revisions.count() == before


def test_bad_input_stands_at_its_field_and_everything_typed_is_kept(world: World, client: Client, reply: Reply) -> None:
    section = reply.sections.get()
    client.force_login(world.sfj_clerk)
    url = reverse("reply-edit", args=[reply.pk])
    data = {
        **fields_of(client.get(url)),
        "head-title": "",
        "head-contact_person": "司文静",
        f"s{section.pk}-body": "正文里有\x07控制字符。",
    }
    assert " data-unsaved" not in client.get(url).content.decode()
    answer = client.post(url, data)
    html = answer.content.decode()
    assert answer.status_code == 400
    assert " data-unsaved" in html  # the browser holds it for the copy that is not stored
    assert "控制字符" in html
    assert "司文静" in html
    reply.refresh_from_db()
    assert reply.contact_person != "司文静"


def test_markup_is_only_text(world: World, client: Client, reply: Reply) -> None:
    section = reply.sections.get()
    write(world, section, heading="<script>alert(1)</script>", body="<b>粗</b>")
    client.force_login(world.sfj_clerk)
    for name in ("reply-edit", "reply-detail", "reply-history"):
        html = client.get(reverse(name, args=[reply.pk])).content.decode()
        assert "<script>alert" not in html
        assert "<b>粗" not in html


def test_an_over_long_text_is_refused_at_its_field(world: World, client: Client, reply: Reply) -> None:
    section = reply.sections.get()
    client.force_login(world.sfj_clerk)
    url = reverse("reply-edit", args=[reply.pk])
    data = {**fields_of(client.get(url)), f"s{section.pk}-body": "长" * 20_001}
    assert client.post(url, data).status_code == 400


def test_a_foreign_ask_or_bureau_cannot_be_chosen(world: World, client: Client, reply: Reply) -> None:
    section = reply.sections.get()
    client.force_login(world.sfj_clerk)
    url = reverse("reply-edit", args=[reply.pk])
    page = fields_of(client.get(url))
    for field, value in (("asks", "999999"), ("supplied_by", str(world.committee.pk))):
        assert client.post(url, {**page, f"s{section.pk}-{field}": value}).status_code == 400


def test_a_part_whose_fields_did_not_come_along_is_not_emptied(world: World, client: Client, reply: Reply) -> None:
    section = reply.sections.get()
    client.force_login(world.sfj_clerk)
    url = reverse("reply-edit", args=[reply.pk])
    version = fields_of(client.get(url))["version"]
    client.post(url, {"version": version, "do": "save"})
    section.refresh_from_db()
    assert section.body


def test_autosave_gives_the_version_the_page_goes_on_with(world: World, client: Client, reply: Reply) -> None:
    section = reply.sections.get()
    client.force_login(world.sfj_clerk)
    page = fields_of(client.get(reverse("reply-edit", args=[reply.pk])))
    url = reverse("reply-autosave", args=[reply.pk])
    for words in ("第一次。", "第二次。"):
        page[f"s{section.pk}-body"] = words
        answer = client.post(url, page)
        assert answer.status_code == 200
        page["version"] = answer.json()["version"]
    section.refresh_from_db()
    assert section.body == "第二次。"


def test_autosave_of_an_expired_login_answers_401_in_json(client: Client, reply: Reply) -> None:
    answer = client.post(reverse("reply-autosave", args=[reply.pk]), {})
    assert answer.status_code == 401
    assert answer["Content-Type"] == "application/json"


def test_autosave_after_handing_in_is_refused_with_the_reason(world: World, client: Client) -> None:
    reply = reviewing(world)
    client.force_login(world.sfj_clerk)
    answer = client.post(reverse("reply-autosave", args=[reply.pk]), {"version": ""})
    assert answer.status_code == 409
    assert "核稿" in answer.json()["message"]


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("sfj_clerk", 200),
        ("sfj_clerk_colleague", 200),
        ("sfj_reviewer", 403),
        ("gaj_clerk", 404),
        ("office_staff", 404),
        ("minjian_contact", 404),
        ("nobody", 404),
    ],
)
def test_who_may_open_the_editor(world: World, client: Client, reply: Reply, who: str, status: int) -> None:
    client.force_login(getattr(world, who))
    assert client.get(reverse("reply-edit", args=[reply.pk])).status_code == status
    assert client.post(reverse("reply-autosave", args=[reply.pk]), {"version": ""}).status_code == status


def test_the_editor_is_closed_once_the_reply_is_handed_in(world: World, client: Client) -> None:
    reply = reviewing(world)
    client.force_login(world.sfj_clerk)
    assert client.get(reverse("reply-edit", args=[reply.pk])).status_code == 409
    assert client.post(reverse("reply-edit", args=[reply.pk]), {"version": ""}).status_code == 409


def test_the_page_asks_the_database_no_more_for_more_sections(
    world: World, client: Client, reply: Reply, django_assert_max_num_queries: Any
) -> None:
    for number in range(6):
        write(world, add_section(world.sfj_clerk, reply=reply), heading=f"第{number}节", body="正文。", asks=[1, 2])
    client.force_login(world.sfj_clerk)
    client.get(reverse("reply-edit", args=[reply.pk]))
    with django_assert_max_num_queries(DETAIL_QUERIES):
        client.get(reverse("reply-edit", args=[reply.pk]))
