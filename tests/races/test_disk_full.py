"""A real disk that is full: a clear sentence, the words kept, no half file, no row; with room again it works."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from panjin_portal.lib.clock import now
from proposals.models import Proposal
from proposals.services.content import stored_content
from replies.models import ImportedSource, RenderedDocument
from replies.services import rendering
from replies.services.rendering import LEASE, render_document, retry_rendering, sweep
from tests.factories import PAGE
from tests.kept_database import lay_kept_file
from tests.proposals.stages import draft, form_data
from tests.races.servers import Browser, SmallDisk, portal_environment, run_python, small_disk, web_server
from tests.replies.cases import quick_pdf, signed_reply
from tests.world import PASSWORD, World, build_world

FULL = "磁盘空间不足"


@pytest.fixture
def disk(settings: Any) -> Iterator[SmallDisk]:
    """Two megabytes for all files of the portal, all of them taken."""
    with small_disk(2) as small:
        settings.MEDIA_ROOT = str(small.path)
        small.fill()
        yield small


@pytest.fixture
def city(transactional_db: None) -> World:
    return build_world()


def files_on(disk: SmallDisk) -> list[Path]:
    return [path for path in disk.path.rglob("*") if path.is_file() and path.name != "filler"]


def test_an_attachment_that_does_not_fit_leaves_the_text_saved(city: World, disk: SmallDisk, client: Client) -> None:
    proposal = draft(city)
    client.force_login(city.minjian_contact)
    url, words = reverse("proposal-edit", args=[proposal.pk]), "写了一个下午的背景情况。"

    def send(text: str, version: int) -> Any:
        data = form_data(stored_content(proposal), version, background=text)
        file = SimpleUploadedFile("附件.txt", "附件里的文字。".encode() * 5000)
        return client.post(url, {**data, "attachments": [file]})

    answer = send(words, proposal.version)
    assert answer.status_code == 400
    page = answer.content.decode()
    assert FULL in page
    assert words in page
    assert (files_on(disk), proposal.attachments.count()) == ([], 0)
    proposal.refresh_from_db()
    assert proposal.background == words  # the text was saved before the file was tried
    assert f'name="version" value="{proposal.version}"' in page  # so that going on is no conflict with oneself

    disk.make_room()
    assert send("又改了一句。", proposal.version).status_code == 302
    assert proposal.attachments.count() == len(files_on(disk)) == 1


def test_an_import_that_does_not_fit_leaves_nothing(city: World, disk: SmallDisk, client: Client) -> None:
    client.force_login(city.committee_staff)

    def send() -> Any:
        return client.post(
            reverse("import-new"), {"key": "k", "uploads": SimpleUploadedFile("答复.txt", PAGE.encode())}
        )

    answer = send()
    assert (answer.status_code, FULL in answer.content.decode()) == (400, True)
    assert (files_on(disk), ImportedSource.objects.count(), Proposal.objects.count()) == ([], 0, 0)
    disk.make_room()
    assert send().status_code == 302
    assert len(files_on(disk)) == 1


def test_a_letter_that_does_not_fit_fails_with_the_reason_and_can_be_retried(
    city: World, disk: SmallDisk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rendering, "render_in_process", quick_pdf)
    document = signed_reply(city, is_rendered=False).documents.get()
    RenderedDocument.objects.update(state="queued", attempts=0)
    assert render_document(document.pk)
    document.refresh_from_db()
    assert (document.state, FULL in document.error, files_on(disk)) == ("failed", True, [])
    disk.make_room()
    retry_rendering(city.sfj_clerk, document=document)
    document.refresh_from_db()
    assert (document.state, len(files_on(disk))) == ("ready", 1)


def test_what_a_dead_writer_left_goes_with_the_sweep(transactional_db: None, settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = str(tmp_path)
    old, young = (tmp_path / "parts" / f"{name}.part" for name in ("old", "young"))
    old.parent.mkdir()
    for part in (old, young):
        part.write_bytes(b"half a file")
    before = (now() - LEASE).timestamp() - 1
    os.utime(old, (before, before))
    sweep()
    assert [path.name for path in old.parent.iterdir()] == ["young.part"]


FOUND = """
from django.core.management import call_command
call_command("migrate", verbosity=0)
from tests.world import build_world
from tests.proposals.stages import draft
proposal = draft(build_world())
print(proposal.pk, proposal.proposers.get().pk)
"""


@pytest.mark.sqlite
def test_a_database_without_room_gives_the_words_back(tmp_path: Path) -> None:
    with small_disk(16) as small:
        environment = portal_environment(VAR_DIR=str(tmp_path), DATABASE_URL=f"sqlite:///{small.path}/portal.sqlite3")
        lay_kept_file(small.path / "portal.sqlite3")
        pk, proposer = run_python(FOUND, environment).split()
        url = reverse("proposal-edit", args=[pk])
        with web_server(environment) as port:
            browser = Browser(port)
            browser.log_in("minjian", PASSWORD)
            small.fill()
            words = "磁盘写满的时候正在写的背景情况。" * 400
            data = {
                "version": 1,
                "session": 1,
                "kind": "session",
                "title": "关于推动盘锦市营商环境法治化建设",
                "background": words,
                "publicity_consent": "yes",
                "asks-TOTAL_FORMS": 0,
                "asks-INITIAL_FORMS": 0,
                "proposers": proposer,
            }
            answer = browser.post(url, data)
            assert (answer.status, FULL in answer.text, words in answer.text) == (503, True, True)
            assert browser.get(url).status in {200, 503}  # reading needs room too when SQLite must make its side files
            small.make_room()
            assert browser.post(url, data).status == 302
            assert words[:20] in browser.get(url).text
