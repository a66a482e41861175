"""A signed letter whose file cannot be made goes back to the clerk and comes out again under its number."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from proposals.errors import InvalidInput, NotAllowed, WrongStage
from proposals.models import Event, Notice
from replies.models import DocumentNumber, RenderedDocument, Reply
from replies.queries import latest_return
from replies.services.clearance import pass_review, send_to_review
from replies.services.countersigning import countersign
from replies.services.issuing import issue_reply
from replies.services.rendering import make_format, render_document, retry_rendering
from replies.services.signing import sign_reply
from replies.services.unsigning import return_signed
from tests.replies.drafting.case import class_of, signed, write
from tests.world import World

WHY = "请把“𠮷”改成“吉”。"


def stuck(world: World) -> Reply:
    """Signed, and the file failed for good."""
    reply = signed(world)
    RenderedDocument.objects.update(state="failed", error="字库里没有“𠮷”（U+20BB7），不能生成公文。")
    return reply


def signed_again(world: World, reply: Reply) -> Reply:
    reply = pass_review(world.sfj_reviewer, reply=send_to_review(world.sfj_clerk, reply=reply))
    for who in (world.gaj_clerk, world.scj_clerk, world.ysj_clerk):
        reply = countersign(who, reply=reply)
    return sign_reply(world.sfj_leader, reply=reply, result_class=class_of(world, "A"))


@pytest.mark.parametrize("who", ["sfj_clerk", "sfj_leader"])
def test_clerk_and_leader_take_the_signature_back_and_the_text_is_open_again(world: World, who: str) -> None:
    old = stuck(world)
    reply = return_signed(getattr(world, who), reply=old, comment=WHY)
    assert (reply.state, reply.signed_letter, reply.signed_digest, reply.signed_on) == ("drafting", None, "", None)
    write(world, reply.sections.get(), heading="执法信息平台已经联通", body="由吉野同志负责落实。", asks=[1])
    event = Event.objects.get(kind="return_signed")
    assert "盘司函〔" in event.text
    assert WHY in event.text
    assert event.data["letter_digest"] == old.signed_digest
    returned = latest_return(reply)
    assert returned is not None
    assert (returned.comment, returned.step) == (WHY, "sign")
    assert reply.clearance_steps.get(step="sign", decision="passed").is_void
    told = Notice.objects.filter(text__contains="签发已撤回", recipient=world.sfj_clerk).exists()
    assert told == (who != "sfj_clerk")


def test_the_mended_letter_is_signed_under_the_same_number_and_issued(world: World) -> None:
    old = stuck(world)
    reply = return_signed(world.sfj_clerk, reply=old, comment=WHY)
    write(world, reply.sections.get(), heading="执法信息平台已经联通", body="由吉野同志负责落实。", asks=[1])
    reply = signed_again(world, reply)
    assert (reply.state, reply.document_number) == ("signed", old.document_number)
    assert DocumentNumber.objects.get().reply_id == reply.pk
    assert reply.signed_digest != old.signed_digest
    render_document(reply.documents.get(letter_digest=reply.signed_digest).pk)
    assert issue_reply(world.sfj_clerk, reply=reply).state == "issued"


def test_a_text_signed_again_unchanged_is_made_anew_for_a_font_may_have_been_added(world: World) -> None:
    reply = signed_again(world, return_signed(world.sfj_clerk, reply=stuck(world), comment=WHY))
    document = reply.documents.get()
    assert (document.state, document.error) == ("queued", "")
    assert render_document(document.pk)
    assert issue_reply(world.sfj_clerk, reply=reply).state == "issued"


@pytest.mark.parametrize("state", ["queued", "ready"])
def test_a_letter_that_has_not_failed_stays_signed(world: World, state: str) -> None:
    reply = signed(world)
    if state == "ready":
        render_document(reply.documents.get().pk)
    assert reply.documents.get().state == state
    with pytest.raises(WrongStage, match="没有生成失败"):
        return_signed(world.sfj_leader, reply=reply, comment=WHY)
    reply.refresh_from_db()
    assert reply.state == "signed"


def test_it_takes_a_reason_and_somebody_of_the_bureau(world: World) -> None:
    reply = stuck(world)
    with pytest.raises(InvalidInput, match="写明原因"):
        return_signed(world.sfj_leader, reply=reply, comment=" ")
    for stranger in (world.sfj_reviewer, world.gaj_clerk, world.gaj_leader, world.office_staff, world.minjian_contact):
        with pytest.raises(NotAllowed):
            return_signed(stranger, reply=reply, comment=WHY)
    return_signed(world.sfj_leader, reply=reply, comment=WHY)
    with pytest.raises(WrongStage):
        return_signed(world.sfj_leader, reply=reply, comment=WHY)


def test_nothing_is_made_any_more_of_the_text_whose_signature_was_taken_back(world: World) -> None:
    reply = return_signed(world.sfj_clerk, reply=stuck(world), comment=WHY)
    document = reply.documents.get()
    with pytest.raises(WrongStage, match="已经撤回"):
        retry_rendering(world.sfj_clerk, document=document)
    with pytest.raises(WrongStage, match="已经撤回"):
        make_format(world.sfj_clerk, document=document, file_format="docx")


def test_the_page_of_the_failed_file_leads_to_it(world: World, client: Client) -> None:
    reply = stuck(world)
    document, url = reply.documents.get(), reverse("reply-return-signed", args=[reply.pk])
    client.force_login(world.sfj_clerk)
    page = reverse("document-detail", args=[document.pk])
    assert url in client.get(page).content.decode()
    assert "撤回签发" in client.get(url).content.decode()
    refused = client.post(url, {"comment": ""})
    assert refused.status_code == 400
    assert "必须写明原因" in refused.content.decode()
    assert client.post(url, {"comment": WHY}).status_code == 302
    html = client.get(page).content.decode()
    assert url not in html
    chain = client.get(reverse("reply-detail", args=[reply.pk])).content.decode()
    assert "签发已撤回" in chain
    assert client.post(url, {"comment": WHY}).status_code == 409


def test_the_page_is_not_offered_while_the_file_is_fine_or_to_others(world: World, client: Client) -> None:
    reply = stuck(world)
    document, url = reply.documents.get(), reverse("reply-return-signed", args=[reply.pk])
    client.force_login(world.gaj_clerk)
    assert url not in client.get(reverse("document-detail", args=[document.pk])).content.decode()
    RenderedDocument.objects.update(state="queued")
    client.force_login(world.sfj_clerk)
    assert url not in client.get(reverse("document-detail", args=[document.pk])).content.decode()
