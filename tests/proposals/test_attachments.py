"""Attachments: sniffed, limited, handed out only to those who may see the case, always as a download."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from proposals.errors import InvalidInput, NotAllowed, WrongStage
from proposals.models import Attachment, Proposal
from proposals.services import attachments as service
from proposals.services.attachments import add_attachments, remove_attachment
from tests.proposals.stages import content_for, draft, form_data, submitted
from tests.world import World

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def text_file(name: str = "调研记录.txt", content: bytes = "走访了五家企业。".encode()) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


@pytest.fixture
def attachment(world: World) -> Attachment:
    """A file on a submitted proposal of 民建."""
    proposal = draft(world)
    (row,) = add_attachments(world.minjian_contact, proposal=proposal, files=[text_file()])
    return row


def test_files_come_with_the_form_and_go_out_under_their_own_name(client: Client, world: World) -> None:
    proposal = draft(world)
    client.force_login(world.minjian_contact)
    sent = form_data(content_for(world), 1, attachments=[text_file(), SimpleUploadedFile("附表.pdf", PDF)])
    assert client.post(reverse("proposal-edit", args=[proposal.pk]), sent).status_code == 302
    row = Attachment.objects.get(name="调研记录.txt")
    assert "调研记录" not in str(row.file.name)
    answer = client.get(reverse("attachment-download", args=[row.pk]))
    assert b"".join(answer.streaming_content) == "走访了五家企业。".encode()  # type: ignore[attr-defined]
    disposition = answer.headers["Content-Disposition"]
    assert disposition.startswith("attachment")
    assert "filename*=utf-8''%E8%B0%83%E7%A0%94%E8%AE%B0%E5%BD%95.txt" in disposition
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in answer.headers["Cache-Control"]


@pytest.mark.parametrize(
    "file",
    [
        SimpleUploadedFile("装作.pdf", b"MZ\x90\x00 not a pdf"),
        SimpleUploadedFile("程序.exe", b"MZ\x90\x00"),
        SimpleUploadedFile("空.txt", b""),
        SimpleUploadedFile("页面.html", b"<script>alert(1)</script>"),
    ],
    ids=["wrong type", "program", "empty", "page"],
)
def test_a_bad_file_is_refused_at_its_field_and_the_text_is_kept(
    client: Client, world: World, file: SimpleUploadedFile
) -> None:
    proposal = draft(world)
    client.force_login(world.minjian_contact)
    sent = form_data(content_for(world, analysis="写好的分析"), 1, attachments=[text_file(), file])
    answer = client.post(reverse("proposal-edit", args=[proposal.pk]), sent)
    assert answer.status_code == 400
    assert "attachments" in answer.context["form"].errors
    assert "写好的分析" in answer.content.decode()
    assert not Attachment.objects.exists()
    assert Proposal.objects.get().version == 1


def test_size_number_and_doubles_are_limited(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    proposal = draft(world)
    monkeypatch.setattr(service, "LARGEST", 100)
    monkeypatch.setattr(service, "MOST", 2)
    for files in (
        [text_file(content=b"a" * 101)],
        [text_file(), text_file("另名.txt")],
        [text_file(content=bytes([n])) for n in b"abc"],
    ):
        with pytest.raises(InvalidInput):
            add_attachments(world.minjian_contact, proposal=proposal, files=files)
    assert not Attachment.objects.exists()


def test_a_file_that_cannot_be_entered_leaves_no_bytes_behind(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    proposal = draft(world)
    stored: list[str] = []
    save = default_storage.save

    def noted_save(name: str, file: File[Any]) -> str:
        stored.append(save(name, file))
        return stored[-1]

    def too_late(pk: int) -> Proposal:
        raise WrongStage("刚刚提交")

    monkeypatch.setattr(default_storage, "save", noted_save)
    monkeypatch.setattr(service, "lock_proposal", too_late)
    with pytest.raises(WrongStage):
        add_attachments(world.minjian_contact, proposal=proposal, files=[text_file()])
    assert stored
    assert not default_storage.exists(stored[0])


def test_a_stranger_does_not_know_of_the_file(client: Client, world: World, attachment: Attachment) -> None:
    url = reverse("attachment-download", args=[attachment.pk])
    assert client.get(url).status_code == 302  # to the log-in
    for user, status in (
        (world.minjian_contact, 200),
        (world.other_member_user, 404),
        (world.sfj_clerk, 404),
        (world.committee_staff, 404),  # not handed in yet
    ):
        client.force_login(user)
        assert client.get(url).status_code == status


def test_a_lost_file_is_said_to_be_missing(client: Client, world: World, attachment: Attachment) -> None:
    default_storage.delete(str(attachment.file.name))
    client.force_login(world.minjian_contact)
    assert client.get(reverse("attachment-download", args=[attachment.pk])).status_code == 404


def test_removing_asks_first_and_ends_with_the_draft(
    client: Client, world: World, attachment: Attachment, django_capture_on_commit_callbacks: Any
) -> None:
    url = reverse("attachment-delete", args=[attachment.pk])
    client.force_login(world.other_member_user)
    assert client.post(url).status_code == 404
    with pytest.raises(NotAllowed):
        remove_attachment(world.other_member_user, attachment=attachment)
    client.force_login(world.minjian_contact)
    assert client.get(url).status_code == 200
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(url).status_code == 302
    assert not default_storage.exists(str(attachment.file.name))
    assert client.post(url).status_code == 404


def test_files_are_fixed_once_the_proposal_is_handed_in(client: Client, world: World) -> None:
    proposal = submitted(world)
    with pytest.raises(WrongStage):
        add_attachments(world.minjian_contact, proposal=proposal, files=[text_file()])
