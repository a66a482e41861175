"""The working pages of a publication: each step by form, each refusal by address."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from proposals.models import User
from replies.models import Publication
from replies.services.publishing import findings
from tests.replies.cases import PHONE, issued_reply, published, released, signed_reply
from tests.world import World


def as_(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def fields(publication: Publication, **changes: object) -> dict[str, object]:
    return {
        "title": publication.title,
        "issuing_body": publication.issuing_body,
        "created_on": str(publication.created_on or ""),
        "document_number": publication.document_number,
        "topic_class": "政治建设",
        "keywords": publication.keywords,
        "version": publication.version,
        **changes,
    }


def test_the_whole_way_by_forms(world: World) -> None:
    reply = issued_reply(world, extra=f"服务站电话{PHONE}。")
    clerk = as_(world.sfj_clerk)
    prepare = reverse("publication-prepare", args=[reply.pk])
    assert clerk.get(prepare).status_code == 200
    assert clerk.post(prepare).status_code == 302
    publication = Publication.objects.get()
    detail = reverse("publication-detail", args=[publication.pk])
    start = reverse("publication-start", args=[publication.pk])
    decide = reverse("publication-decide", args=[publication.pk])
    assert clerk.get(detail).status_code == 200
    assert clerk.post(detail, fields(publication)).status_code == 302
    stale = clerk.post(detail, fields(publication, keywords="后来的词"))
    assert stale.status_code == 400
    assert "后来的词" in stale.content.decode()
    publication.refresh_from_db()
    assert PHONE in clerk.get(start).content.decode()
    refused = clerk.post(start)
    assert refused.status_code == 400
    assert "请写明理由" in refused.content.decode()
    (hit,) = findings(publication)
    assert clerk.post(start, {f"harmless_{hit.key}": "公布的服务热线"}).status_code == 302
    assert clerk.post(start).status_code == 409
    assert as_(world.sfj_reviewer).get(decide).status_code == 403
    for person in (world.sfj_clerk, world.sfj_reviewer):
        assert as_(person).get(decide).status_code == 200
        assert as_(person).post(decide, {"decision": "pass", "comment": ""}).status_code == 302
        assert as_(person).post(decide, {"decision": "pass", "comment": ""}).status_code == 403
    leader = as_(world.sfj_leader)
    waiting = leader.post(decide, {"decision": "pass"})
    assert waiting.status_code == 409
    assert "PDF" in waiting.content.decode()


def test_sending_back_without_a_comment_is_refused_at_the_field(world: World) -> None:
    publication = released(world)
    decide = reverse("publication-decide", args=[publication.pk])
    answer = as_(world.sfj_clerk).post(decide, {"decision": "return", "comment": ""})
    assert answer.status_code == 400
    assert "退回时请写明" in answer.content.decode()
    assert as_(world.sfj_clerk).post(decide, {"decision": "return", "comment": "补主题词"}).status_code == 302


def test_gaps_are_named_before_and_after_the_button(world: World) -> None:
    reply = issued_reply(world)
    clerk = as_(world.sfj_clerk)
    clerk.post(reverse("publication-prepare", args=[reply.pk]))
    publication = Publication.objects.get()
    start = reverse("publication-start", args=[publication.pk])
    led_back = clerk.get(start, follow=True)
    assert led_back.redirect_chain == [(reverse("publication-detail", args=[publication.pk]), 302)]
    assert "还不能送公开审查：请填写主题分类" in led_back.content.decode()
    answer = clerk.post(start)
    assert answer.status_code == 400
    assert Publication.objects.get().state == "preparing"


def test_taking_down_by_form(world: World) -> None:
    publication = published(world)
    address = reverse("publication-unpublish", args=[publication.pk])
    leader = as_(world.sfj_leader)
    assert leader.get(address).status_code == 200
    assert leader.post(address, {"reason": ""}).status_code == 400
    assert leader.post(address, {"reason": "内容有误"}).status_code == 302
    assert leader.post(address, {"reason": "内容有误"}).status_code == 409


@pytest.mark.parametrize("name", ["publication-start", "publication-decide", "publication-unpublish"])
def test_steps_out_of_turn_are_refused_by_address(world: World, name: str) -> None:
    publication = released(world)
    address = reverse(name, args=[publication.pk])
    for stranger in (world.gaj_clerk, world.minjian_contact, world.nobody):
        assert as_(stranger).get(address).status_code == 404
        assert as_(stranger).post(address, {"decision": "pass", "reason": "x"}).status_code == 404
    for insider in (world.office_staff, world.committee_staff):
        assert as_(insider).post(address, {"decision": "pass", "reason": "x"}).status_code == 403
    assert Client().get(address).status_code == 302
    publication.refresh_from_db()
    assert (publication.state, publication.decisions.count()) == ("releasing", 0)


def test_a_stranger_is_led_from_the_working_page_to_the_public_one(world: World) -> None:
    publication = published(world)
    answer = as_(world.other_member_user).get(reverse("publication-detail", args=[publication.pk]))
    assert answer.status_code == 302
    assert answer["Location"] == reverse("public-page", args=[publication.index_number])
    assert as_(world.office_staff).get(reverse("publication-detail", args=[publication.pk])).status_code == 200


def test_preparing_is_refused_before_issue_and_for_others(world: World) -> None:
    reply = signed_reply(world)
    address = reverse("publication-prepare", args=[reply.pk])
    assert as_(world.sfj_clerk).get(address).status_code == 409
    assert as_(world.sfj_clerk).post(address).status_code == 409
    assert as_(world.gaj_clerk).post(address).status_code == 403
    assert as_(world.scj_clerk).post(address).status_code == 404
    assert not Publication.objects.exists()
