"""A case no font can print stays out of a book and stops no other; what an unfinished book has noted goes with it."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from proposals.models import Proposal
from replies.documents.book.structure import BookDataError
from replies.models import Reply
from replies.services.bundle_work import folder_of, stored_names
from replies.services.bundling import delete_bundle, make_bundle
from replies.services.stored_files import verify_files
from tests.replies.bundles.test_books import asked, gathered, killed_after_first_volume, small_volumes, text_of
from tests.world import World


def put_emoji(reply: Reply, where: str) -> None:
    """As texts stored before any check stand there."""
    if where == "答复":
        letter = reply.signed_letter or {}
        Reply.objects.filter(pk=reply.pk).update(signed_letter={**letter, "opening": "您提出的🎉提案收悉。"})
    else:
        field = {"标题": "title", "提案": "analysis"}[where]
        Proposal.objects.filter(pk=reply.proposal_id).update(**{field: "办成🎉的事"})


@pytest.mark.parametrize("where", ["标题", "提案", "答复"])
def test_a_case_that_cannot_be_printed_is_left_out_and_stops_no_other(
    world: World, issued: list[Reply], quick: None, where: str
) -> None:
    put_emoji(issued[1], where)
    bundle = asked(world.committee_staff, formats=("pdf",))
    assert make_bundle(bundle.pk)
    bundle.refresh_from_db()
    assert bundle.state == "ready", bundle.error
    text = text_of(bundle)
    assert "这是第005号的话。" in text
    assert "这是第007号的话。" in text
    assert "这是第006号的话。" not in text
    ((case, why),) = bundle.left_out
    assert case == "九届一次会议第006号"
    assert "字库里没有“🎉”（U+1F389）" in why
    assert f"位置：{where}“" in why


def test_a_title_that_cannot_be_printed_keeps_its_case_alone_out_of_the_abstracts(
    client: Client, world: World, issued: list[Reply], quick: None
) -> None:
    put_emoji(issued[1], "标题")
    bundle = asked(world.committee_staff, "abstracts", ("docx",))
    assert make_bundle(bundle.pk)
    bundle.refresh_from_db()
    assert bundle.state == "ready", bundle.error
    assert [case for case, _ in bundle.left_out] == ["九届一次会议第006号"]
    client.force_login(world.committee_staff)
    page = client.get(reverse("bundle-detail", args=[bundle.pk])).content.decode()
    assert "位置：标题“办成🎉的事”" in page


def test_a_book_of_nothing_printable_says_which_character(world: World, issued: list[Reply]) -> None:
    for reply in issued:
        put_emoji(reply, "标题")
    with pytest.raises(BookDataError, match="字库里没有“🎉”"):
        gathered(world.committee_staff)


def test_the_command_leaves_out_what_cannot_be_printed_and_names_it(
    world: World, issued: list[Reply], tmp_path: Path
) -> None:
    put_emoji(issued[0], "标题")
    said = io.StringIO()
    call_command("export_book", "9-1", "--out", str(tmp_path / "book.pdf"), stdout=said)
    assert "2 件" in said.getvalue()
    assert "未收入 九届一次会议第005号：字库里没有“🎉”" in said.getvalue()


def test_the_note_of_a_book_that_goes_on_belongs_to_it(
    world: World,
    issued: list[Reply],
    quick: None,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Any,
) -> None:
    small_volumes(monkeypatch)
    bundle = asked(world.committee_staff, formats=("pdf",))
    killed_after_first_volume(bundle, monkeypatch)
    assert "plan.json" in {Path(name).name for name in stored_names(bundle.pk)}
    assert verify_files().orphans == []
    strange = default_storage.save(f"{folder_of(bundle.pk + 1)}/plan.json", ContentFile(b"{}"))
    assert verify_files().orphans == [strange]
    default_storage.delete(strange)
    with django_capture_on_commit_callbacks(execute=True):
        delete_bundle(world.committee_staff, bundle=bundle)
    assert verify_files().orphans == []
    assert not Path(default_storage.path(folder_of(bundle.pk))).exists()
