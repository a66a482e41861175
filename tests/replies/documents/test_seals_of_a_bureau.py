"""A bureau that seals its letters: what it signs keeps the place; the picture is in the preview and nowhere else."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pdfplumber
import pikepdf
import pytest
from django.test import Client
from django.urls import reverse

from proposals.models import Bureau, SealSample
from proposals.services.seal_samples import Picture, keep_sample
from replies.documents.formats import Format
from replies.documents.letter import canonical_bytes, digest, from_dict, to_dict
from replies.documents.preview import MARK
from replies.models import RenderedDocument
from replies.services.letters import heading_of
from replies.services.rendering import make_format, render_document
from tests.documents.samples import squeezed
from tests.factories import Stage, case_in
from tests.proposals.admin.test_the_sample_of_a_seal import png
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_folder(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def sealing(world: World) -> World:
    """The bureau seals its letters and has a picture for previews."""
    Bureau.objects.filter(pk=world.sfj.pk).update(seal_use=Bureau.SealUse.STAMP)
    world.sfj.refresh_from_db()
    keep_sample(world.admin, bureau=world.sfj, picture=Picture(png(), hashlib.sha256(png()).hexdigest()))
    return world


def pictures_in(content: bytes) -> int:
    """How many raster images a PDF holds, anywhere in it."""
    with pikepdf.open(io.BytesIO(content)) as pdf:
        return sum(isinstance(one, pikepdf.Stream) and one.get("/Subtype") == "/Image" for one in pdf.objects)


def text_in(content: bytes) -> str:
    with pdfplumber.open(io.BytesIO(content)) as pdf:
        return squeezed("".join(page.extract_text() for page in pdf.pages))


def test_a_bureau_that_chose_nothing_signs_as_before(world: World) -> None:
    reply = case_in(world, Stage.SIGNED).reply
    assert "sealed" not in (reply.signed_letter or {})
    assert digest(from_dict(reply.signed_letter or {})) == reply.signed_digest


def test_what_it_signs_says_so_and_what_was_signed_before_does_not_change(world: World) -> None:
    before = case_in(world, Stage.SIGNED).reply
    stored, was = before.signed_letter, before.signed_digest
    Bureau.objects.filter(pk=world.sfj.pk).update(seal_use=Bureau.SealUse.STAMP)
    world.sfj.refresh_from_db()
    after = case_in(world, Stage.SIGNED).reply
    assert from_dict(after.signed_letter or {}).sealed
    before.refresh_from_db()
    assert (before.signed_letter, before.signed_digest) == (stored, was)
    assert to_dict(from_dict(before.signed_letter or {})) == stored
    assert heading_of(world.sfj)["sealed"]


def test_no_issued_stored_or_public_file_holds_the_picture(sealing: World, real_typesetter: None) -> None:
    case = case_in(sealing, Stage.PUBLISHED)
    RenderedDocument.objects.update(state="queued", finished_at=None)
    letter = from_dict(case.reply.signed_letter or {})
    assert letter.sealed
    assert set(json.loads(canonical_bytes(letter))) == set(case.reply.signed_letter or {})
    assert len(canonical_bytes(letter)) < 20_000
    assert png()[8:60].hex() not in canonical_bytes(letter).hex()
    papers = list(RenderedDocument.objects.filter(format="pdf"))
    assert {paper.kind for paper in papers} >= {"letter", "public_copy"}
    for document in papers:
        for kind in (Format.PDF, Format.DOCX, Format.OFD):
            made = make_format(sealing.sfj_clerk, document=document, file_format=kind)
            render_document(made.pk)
            made.refresh_from_db()
            content = made.file.read()
            if kind == Format.PDF:
                assert pictures_in(content) == 0
                assert "样章" not in text_in(content)
                assert MARK not in text_in(content)
            else:
                names = zipfile.ZipFile(io.BytesIO(content)).namelist()
                assert not [name for name in names if name.lower().endswith((".png", ".jpg", ".jpeg", ".gif", ".bmp"))]
    assert set(RenderedDocument.objects.values_list("state", flat=True)) == {"ready"}


def test_the_preview_shows_the_sample_marked_on_every_page_and_is_stored_nowhere(
    sealing: World, client: Client, tmp_path: Path
) -> None:
    case = case_in(sealing, Stage.DRAFTING)
    client.force_login(sealing.sfj_clerk)
    files, rows = sorted(tmp_path.rglob("*.*")), RenderedDocument.objects.count()
    answer = client.get(reverse("reply-preview", args=[case.reply.pk]))
    content = answer.getvalue()
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "private, no-store"
    assert pictures_in(content) >= 1
    with pikepdf.open(io.BytesIO(content)) as pdf:
        pages = len(pdf.pages)
    assert text_in(content).count(MARK) == pages
    assert {"样", "章"} <= set(text_in(content))  # it stands aslant, each sign on a line of its own
    assert sorted(tmp_path.rglob("*.*")) == files
    assert RenderedDocument.objects.count() == rows


def test_without_a_picture_the_preview_shows_the_place_alone(world: World, client: Client) -> None:
    case = case_in(world, Stage.DRAFTING)
    client.force_login(world.sfj_clerk)
    content = client.get(reverse("reply-preview", args=[case.reply.pk])).getvalue()
    assert pictures_in(content) == 0
    assert MARK in text_in(content)


def test_a_picture_that_was_altered_on_the_disk_is_named_and_not_shown(
    sealing: World, client: Client, tmp_path: Path
) -> None:
    case = case_in(sealing, Stage.DRAFTING)
    (tmp_path / str(SealSample.objects.get().file.name)).write_bytes(png(color="green"))
    client.force_login(sealing.sfj_clerk)
    answer = client.get(reverse("reply-preview", args=[case.reply.pk]))
    assert answer.status_code == 409
    assert "样章图片已经缺失或损坏" in answer.content.decode()


def test_the_page_of_the_reply_leads_to_the_preview_with_and_without_a_seal(sealing: World, client: Client) -> None:
    case = case_in(sealing, Stage.DRAFTING)
    client.force_login(sealing.sfj_clerk)
    link = f'<a href="{reverse("reply-preview", args=[case.reply.pk])}">'
    page = reverse("reply-detail", args=[case.reply.pk])
    assert f"{link}用印预览</a>" in client.get(page).content.decode()
    Bureau.objects.update(seal_use=Bureau.SealUse.NONE)
    assert f"{link}版式预览</a>" in client.get(page).content.decode()


@pytest.mark.parametrize(
    ("stage", "page", "who"),
    [
        (Stage.REVIEWING, "reply-review", "sfj_reviewer"),
        (Stage.COUNTERSIGNING, "reply-countersign", "gaj_leader"),
        (Stage.SIGNING, "reply-sign", "sfj_leader"),
    ],
)
def test_who_decides_on_a_letter_is_led_to_its_preview_with_a_seal_and_without(
    sealing: World, client: Client, stage: Stage, page: str, who: str
) -> None:
    case = case_in(sealing, stage)
    client.force_login(getattr(sealing, who))
    link = f'href="{reverse("reply-preview", args=[case.reply.pk])}"'
    address = reverse(page, args=[case.reply.pk])
    sealed = client.get(address).content.decode()
    assert link in sealed
    assert "用印预览</a>" in sealed
    assert client.get(reverse("reply-preview", args=[case.reply.pk])).status_code == 200
    Bureau.objects.update(seal_use=Bureau.SealUse.NONE)
    plain = client.get(address).content.decode()
    assert link in plain
    assert "版式预览</a>" in plain
    assert "用印" not in plain
    assert client.get(reverse("reply-preview", args=[case.reply.pk])).status_code == 200
