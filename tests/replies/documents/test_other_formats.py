"""DOCX and OFD of a signed letter are made when somebody asks, once, by the queue; the public page has its OFD."""

from __future__ import annotations

import zipfile

import pytest
from django.core.files.storage import default_storage
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse

from proposals.errors import InvalidInput, NotAllowed, WrongStage
from proposals.models import Notice, Proposal, User
from replies.documents.making import DOCX_WRITER, OFD_WRITER
from replies.models import Publication, RenderedDocument
from replies.services.issuing import may_issue
from replies.services.rendering import make_format, queue_public_ofds, ready_letter, render_document, sweep
from tests.replies.cases import issued_reply, published, signed_reply
from tests.world import World

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def letter(world: World) -> RenderedDocument:
    return issued_reply(world).documents.get()


@pytest.mark.parametrize(("file_format", "first_entry"), [("docx", "[Content_Types].xml"), ("ofd", "OFD.xml")])
def test_a_file_is_made_by_the_queue_and_kept_under_its_hash(
    world: World, real_typesetter: None, file_format: str, first_entry: str
) -> None:
    made = make_format(world.sfj_clerk, document=issued_reply(world).documents.get(), file_format=file_format)
    assert made.state == "queued"
    assert render_document(made.pk)
    made.refresh_from_db()
    assert (made.state, made.error) == ("ready", "")
    assert made.file.name == f"letters/{made.sha256[:2]}/{made.sha256}.{file_format}"
    assert made.file_name.endswith(f"提案的答复.{file_format}")
    writer = {"docx": DOCX_WRITER, "ofd": OFD_WRITER}[file_format]
    assert made.engine.startswith(f"{file_format} {writer} + ")
    assert made.pages >= 1
    with zipfile.ZipFile(default_storage.open(made.file.name)) as archive:
        assert archive.namelist()[0] == first_entry


def test_asked_twice_it_is_one_job(world: World, letter: RenderedDocument) -> None:
    first = make_format(world.sfj_clerk, document=letter, file_format="docx")
    assert make_format(world.minjian_contact, document=letter, file_format="docx") == first
    assert make_format(world.sfj_clerk, document=first, file_format="pdf") == letter
    with pytest.raises(IntegrityError):
        RenderedDocument.objects.create(
            reply=letter.reply, kind="letter", format="docx", letter=letter.letter,
            letter_digest=letter.letter_digest, queued_at=letter.queued_at,
        )  # fmt: skip


def test_who_may_not_read_the_letter_has_no_file_made_of_it(world: World, letter: RenderedDocument) -> None:
    with pytest.raises(NotAllowed):
        make_format(world.other_member_user, document=letter, file_format="docx")
    address = reverse("document-make", args=[letter.pk])
    assert signed_in(world.scj_clerk).post(address, {"format": "docx"}).status_code == 404
    assert signed_in(world.sfj_clerk).get(address).status_code == 405
    assert RenderedDocument.objects.count() == 1


def test_an_archived_case_gets_no_more_files(world: World, letter: RenderedDocument) -> None:
    Proposal.objects.update(archived_at=letter.queued_at)
    with pytest.raises(WrongStage):
        make_format(world.sfj_clerk, document=letter, file_format="docx")
    page = signed_in(world.sfj_clerk).get(reverse("document-detail", args=[letter.pk])).content.decode()
    assert "生成 DOCX" not in page


def test_an_unknown_format_is_refused_with_a_sentence(world: World, letter: RenderedDocument) -> None:
    with pytest.raises(InvalidInput):
        make_format(world.sfj_clerk, document=letter, file_format="exe")
    answer = signed_in(world.sfj_clerk).post(reverse("document-make", args=[letter.pk]), follow=True)
    assert "请选择 PDF、DOCX 或 OFD。" in answer.content.decode()


def test_the_page_of_the_letter_offers_the_others_shows_them_being_made_and_finds_them_again(
    world: World, letter: RenderedDocument
) -> None:
    client, page = signed_in(world.sfj_clerk), reverse("document-detail", args=[letter.pk])
    assert "生成 DOCX" in client.get(page).content.decode()
    answer = client.post(reverse("document-make", args=[letter.pk]), {"format": "docx"})
    made = RenderedDocument.objects.get(format="docx")
    assert answer["Location"] == reverse("document-detail", args=[made.pk])
    waiting = client.get(answer["Location"]).content.decode()
    assert "data-poll=" in waiting
    assert "完成后在答复页面的“文件”里也能找到" in waiting
    shown = client.get(page).content.decode()
    assert "DOCX 等待生成" in shown
    assert "生成 OFD" in shown
    render_document(made.pk)
    assert "下载 DOCX" in client.get(page).content.decode()
    own = client.get(answer["Location"]).content.decode()
    assert "<iframe" not in own
    assert "下载 DOCX" in own
    assert "看 PDF" in own
    assert (
        f">{made.get_kind_display()} DOCX<"
        in client.get(reverse("reply-detail", args=[letter.reply_id])).content.decode()
    )


def test_the_file_comes_with_its_type_and_is_always_saved(world: World, letter: RenderedDocument) -> None:
    for file_format, media_type in (("docx", DOCX), ("ofd", "application/ofd")):
        made = make_format(world.sfj_clerk, document=letter, file_format=file_format)
        render_document(made.pk)
        answer = signed_in(world.sfj_clerk).get(reverse("document-file", args=[made.pk]))
        assert answer["Content-Type"] == media_type
        assert answer["Content-Disposition"].startswith(f'attachment; filename="document-{made.pk}.{file_format}";')


def test_only_the_pdf_counts_where_the_letter_is_issued(world: World) -> None:
    reply = signed_reply(world)
    letter = reply.documents.get()
    made = make_format(world.sfj_clerk, document=letter, file_format="docx")
    render_document(made.pk)
    assert ready_letter(reply) == letter
    RenderedDocument.objects.filter(pk=letter.pk).update(state="failed", error="磁盘空间不足")
    assert not may_issue(world.sfj_clerk, reply)
    assert ready_letter(reply) is None


def test_nobody_is_told_of_a_file_he_did_not_ask_for(world: World, letter: RenderedDocument) -> None:
    before = Notice.objects.count()
    render_document(make_format(world.sfj_clerk, document=letter, file_format="ofd").pk)
    assert Notice.objects.count() == before


def test_a_published_text_gets_its_ofd_by_the_sweep_once(world: World) -> None:
    publication = published(world)
    sweep()
    made = RenderedDocument.objects.get(publication=publication, format="ofd")
    assert made.letter_digest == publication.letter_digest
    assert made.file_name.endswith("（公开文本）.ofd")
    assert queue_public_ofds() == 0
    assert RenderedDocument.objects.filter(publication=publication).count() == 2


def test_what_is_not_public_gets_none(world: World) -> None:
    publication = published(world)
    Publication.objects.filter(pk=publication.pk).update(state="releasing")
    assert queue_public_ofds() == 0


def test_the_public_page_offers_the_ofd_beside_the_pdf_once_it_is_there(world: World) -> None:
    publication = published(world)
    page = reverse("public-page", args=[publication.index_number])
    file = reverse("public-file", args=[publication.index_number])
    queue_public_ofds()
    made = RenderedDocument.objects.get(publication=publication, format="ofd")
    assert "（公开文本）.ofd" not in Client().get(page).content.decode()
    assert Client().get(f"{file}?format=ofd").status_code == 404
    render_document(made.pk)
    assert f"{file}?format=ofd" in Client().get(page).content.decode()
    answer = Client().get(f"{file}?format=ofd")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/ofd")
    assert Client().get(file)["Content-Type"] == "application/pdf"
    assert Client().get(f"{file}?format=docx").status_code == 404
