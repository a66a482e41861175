"""会办意见 as a letter of its own: queued when its leader signs, read by its bureau and the lead, nobody else."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from proposals.models import User
from replies.documents.letter import from_dict
from replies.documents.pdf import render_pdf
from replies.models import CoHandlerOpinion, HandlingRule, RenderedDocument
from replies.permissions import visible_documents
from replies.services.opinion_signing import sign_opinion
from replies.services.opinions import save_opinion, submit_opinion
from replies.services.rendering import render_document, retry_rendering
from tests.documents.samples import pages_of
from tests.replies.drafting.case import assigned, share_of
from tests.world import World

pytestmark = pytest.mark.django_db
BODY = "一、已经完成的工作\n涉企报警由专班处理。\n二、下一步\n办理进度可以在网上查到。"


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    settings.MEDIA_ROOT = tmp_path


def sent(world: World) -> CoHandlerOpinion:
    share = share_of(assigned(world), world.gaj)
    save_opinion(world.gaj_clerk, assignment=share, heading="", body=BODY, version=0)
    return submit_opinion(world.gaj_clerk, assignment=share)


def signed(world: World) -> CoHandlerOpinion:
    return sign_opinion(world.gaj_leader, opinion=sent(world))


def test_nothing_is_queued_before_the_leader_signs(world: World) -> None:
    sent(world)
    assert not RenderedDocument.objects.exists()


def test_the_signed_opinion_is_a_row_with_its_letter_to_the_lead(world: World) -> None:
    opinion = signed(world)
    document = RenderedDocument.objects.get(opinion=opinion)
    letter = from_dict(document.letter)
    assert opinion.document_number.startswith("盘公函〔")
    assert (document.kind, document.reply_id) == ("opinion", None)
    assert (letter.masthead, letter.number) == (world.gaj.name, opinion.document_number)
    assert letter.addressee == world.sfj.name
    assert letter.title.endswith("提案的会办意见")
    assert letter.signers == (world.gaj.name,)
    assert letter.signed_on is not None


def test_the_file_says_what_was_signed(world: World) -> None:
    document = RenderedDocument.objects.get(opinion=signed(world))
    assert render_document(document.pk)
    document.refresh_from_db()
    assert document.state == "ready"
    with pages_of(render_pdf(from_dict(document.letter))) as pages:
        text = "".join(c["text"] for page in pages for c in page.chars)
    for line in BODY.splitlines():
        assert line in text


def test_an_opinion_that_needs_no_signature_has_no_file(world: World) -> None:
    HandlingRule.objects.create(session=world.session, opinion_signed=False)
    sent(world)
    assert not RenderedDocument.objects.exists()


def test_its_bureau_and_the_lead_have_the_file_and_nobody_else(world: World, client: Client) -> None:
    document = RenderedDocument.objects.get(opinion=signed(world))
    render_document(document.pk)

    def answer(user: User, page: str) -> int:
        client.force_login(user)
        return client.get(reverse(page, args=[document.pk])).status_code

    for user in (world.gaj_clerk, world.gaj_leader, world.sfj_clerk, world.sfj_leader):
        assert visible_documents(user).filter(pk=document.pk).exists()
        assert answer(user, "document-file") == answer(user, "document-detail") == 200
    for user in (world.scj_clerk, world.minjian_contact, world.committee_staff, world.office_staff, world.admin):
        assert answer(user, "document-file") == answer(user, "document-detail") == 404


def test_the_page_of_the_opinion_leads_to_the_file(world: World, client: Client) -> None:
    opinion = signed(world)
    document = RenderedDocument.objects.get(opinion=opinion)
    client.force_login(world.sfj_clerk)
    page = client.get(reverse("opinion-edit", args=[opinion.assignment_id])).content.decode()
    assert reverse("document-detail", args=[document.pk]) in page


def test_the_page_of_the_file_bears_the_title_of_the_opinion(world: World, client: Client) -> None:
    opinion = signed(world)
    client.force_login(world.gaj_clerk)
    page = client.get(reverse("document-detail", args=[RenderedDocument.objects.get().pk])).content.decode()
    assert f"<h1>{opinion.title}</h1>" in page


def test_a_failed_file_is_made_again_by_a_clerk_of_its_bureau(world: World) -> None:
    document = RenderedDocument.objects.get(opinion=signed(world))
    RenderedDocument.objects.filter(pk=document.pk).update(state="failed", error="内存不足")
    assert retry_rendering(world.gaj_clerk, document=document).state == "queued"
