"""A rendering job is a row with a lease: it is done once, survives dead workers, and says why it failed."""

from __future__ import annotations

import errno
import hashlib
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.storage import FileSystemStorage
from django.db import connection
from kombu.exceptions import OperationalError
from pytest_django import DjangoCaptureOnCommitCallbacks

from panjin_portal.lib import clock
from panjin_portal.lib.clock import now
from proposals.errors import NotAllowed, WrongStage
from proposals.models import Notice
from replies.documents.letter import from_dict, plain_text
from replies.documents.process import RenderingFailed
from replies.models import RenderedDocument
from replies.services import rendering
from replies.services.rendering import LEASE, queue_letter, render_document, retry_rendering, sweep
from replies.tasks import render_document as task
from tests.replies.cases import signed_reply
from tests.world import World


def files() -> list[Path]:
    return [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def job(world: World) -> RenderedDocument:
    reply = signed_reply(world, is_rendered=False)
    return reply.documents.get()


def test_a_job_is_a_row_before_it_is_a_task(job: RenderedDocument) -> None:
    assert (job.state, job.attempts, job.file.name) == ("queued", 0, "")
    assert job.reply is not None
    assert job.letter_digest == job.reply.signed_digest


def test_queueing_the_same_text_twice_gives_one_row(job: RenderedDocument) -> None:
    assert job.reply is not None
    assert queue_letter(job.reply).pk == job.pk
    assert RenderedDocument.objects.count() == 1


def test_the_same_text_signed_again_begins_anew_what_had_failed(job: RenderedDocument) -> None:
    RenderedDocument.objects.update(state="failed", error="没有字体", attempts=3, finished_at=now())
    assert job.reply is not None
    assert queue_letter(job.reply).pk == job.pk
    job.refresh_from_db()
    assert (job.state, job.error, job.attempts, job.finished_at) == ("queued", "", 0, None)
    assert render_document(job.pk)


def test_a_finished_job_has_one_file_named_by_its_content(job: RenderedDocument) -> None:
    assert render_document(job.pk)
    job.refresh_from_db()
    assert job.state == "ready"
    assert job.size > 0
    assert job.sha256 in str(job.file.name)
    assert [path.name for path in files()] == [f"{job.sha256}.pdf"]


def test_rendering_twice_gives_one_file_and_does_nothing_the_second_time(job: RenderedDocument) -> None:
    assert render_document(job.pk)
    assert not render_document(job.pk)
    assert len(files()) == 1


def test_a_file_damaged_on_disk_is_written_again_by_a_retry(job: RenderedDocument) -> None:
    assert render_document(job.pk)
    (path,) = files()
    path.write_bytes(b"damaged")
    RenderedDocument.objects.update(state="queued")
    assert render_document(job.pk)
    job.refresh_from_db()
    assert files() == [path]
    assert hashlib.sha256(path.read_bytes()).hexdigest() == job.sha256


def test_a_job_leased_by_another_worker_is_left_alone(job: RenderedDocument) -> None:
    RenderedDocument.objects.update(state="running", lease_until=now() + LEASE, attempts=1)
    assert not render_document(job.pk)
    assert files() == []


def test_a_worker_that_died_half_way_costs_a_delay_and_no_second_file(
    job: RenderedDocument, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_: object, **__: object) -> None:
        raise SystemExit("killed")

    with monkeypatch.context() as patched:
        patched.setattr(rendering, "render_in_process", die)
        with pytest.raises(SystemExit):
            render_document(job.pk)
    job.refresh_from_db()
    assert job.state == "running"
    assert sweep() == 0  # the lease still runs
    with clock.at(now() + LEASE + timedelta(seconds=1)):
        assert sweep() == 1
    job.refresh_from_db()
    assert (job.state, job.attempts, len(files())) == ("ready", 2, 1)


def test_a_worker_that_lost_its_lease_writes_nothing(job: RenderedDocument, monkeypatch: pytest.MonkeyPatch) -> None:
    make = rendering._make

    def slow(document: RenderedDocument):  # type: ignore[no-untyped-def]
        RenderedDocument.objects.update(lease_until=now() + timedelta(hours=1))  # another worker took over
        return make(document)

    monkeypatch.setattr(rendering, "_make", slow)
    assert not render_document(job.pk)
    job.refresh_from_db()
    assert job.state == "running"


def test_a_lost_message_is_sent_again_by_the_sweep(job: RenderedDocument) -> None:
    assert sweep() == 0
    with clock.at(now() + timedelta(seconds=31)):
        assert sweep() == 1
    job.refresh_from_db()
    assert job.state == "ready"


def test_a_job_that_kills_its_workers_five_times_fails_with_a_reason(job: RenderedDocument) -> None:
    RenderedDocument.objects.update(state="running", attempts=5, lease_until=now() - timedelta(seconds=1))
    assert sweep() == 0
    job.refresh_from_db()
    assert (job.state, "5次" in job.error) == ("failed", True)


def test_a_full_disk_fails_the_job_leaves_no_half_file_and_a_retry_works(
    job: RenderedDocument, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    save = FileSystemStorage._save  # type: ignore[attr-defined]

    def full(self: FileSystemStorage, name: str, content: object) -> str:
        save(self, name, content)  # the first bytes still fit
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(FileSystemStorage, "_save", full)
        assert render_document(job.pk)
    job.refresh_from_db()
    assert (job.state, "磁盘空间不足" in job.error, files()) == ("failed", True, [])
    retry_rendering(world.sfj_clerk, document=job)
    assert render_document(job.pk)
    job.refresh_from_db()
    assert (job.state, job.error) == ("ready", "")


def test_a_failure_says_why_and_tells_the_clerk(
    job: RenderedDocument, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RenderingFailed("排版超过60秒，已停止。")

    monkeypatch.setattr(rendering, "render_in_process", fail)
    assert render_document(job.pk)
    job.refresh_from_db()
    assert (job.state, job.error) == ("failed", "排版超过60秒，已停止。")
    assert Notice.objects.filter(recipient=world.sfj_clerk, text__contains="排版超过60秒").exists()


def test_a_character_without_a_glyph_fails_and_is_named(world: World, real_typesetter: None) -> None:
    reply = signed_reply(world, extra="请到\U0001f600处办理。", is_rendered=False)
    job = reply.documents.get()
    assert render_document(job.pk)
    job.refresh_from_db()
    assert (job.state, "\U0001f600" in job.error) == ("failed", True)


def test_the_real_typesetter_gives_a_pdf_with_the_words_of_the_letter(
    job: RenderedDocument, real_typesetter: None
) -> None:
    import pdfplumber

    assert render_document(job.pk)
    job.refresh_from_db()
    with pdfplumber.open(job.file.path) as pdf:
        assert len(pdf.pages) == job.pages
        words = "".join("".join(page.extract_text() for page in pdf.pages).split())
    for line in plain_text(from_dict(job.letter)).splitlines():
        assert "".join(line.split()) in words


def test_a_text_that_does_not_match_its_digest_is_not_rendered(job: RenderedDocument) -> None:
    RenderedDocument.objects.update(letter={**job.letter, "title": "另一个标题"})
    assert render_document(job.pk)
    job.refresh_from_db()
    assert (job.state, "摘要不一致" in job.error) == ("failed", True)


def test_with_the_broker_down_the_row_waits_for_the_sweep(
    world: World,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    def down(*_: object, **__: object) -> None:
        raise OperationalError("connection refused")

    monkeypatch.setattr(task, "apply_async", down)
    with django_capture_on_commit_callbacks(execute=True):
        reply = signed_reply(world, is_rendered=False)
    assert reply.documents.get().state == "queued"


def test_the_task_is_sent_only_after_the_commit(
    world: World, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True) as callbacks:
        reply = signed_reply(world, is_rendered=False)
        assert reply.documents.get().state == "queued"
    assert callbacks
    assert reply.documents.get().state == "ready"


def test_only_the_bureau_of_the_reply_may_retry_and_only_after_a_failure(job: RenderedDocument, world: World) -> None:
    with pytest.raises(WrongStage):
        retry_rendering(world.sfj_clerk, document=job)
    RenderedDocument.objects.update(state="failed", error="x")
    for stranger in (world.gaj_clerk, world.minjian_contact, world.nobody):
        with pytest.raises(NotAllowed):
            retry_rendering(stranger, document=job)
    assert retry_rendering(world.sfj_clerk_colleague, document=job).state == "queued"


def test_a_broken_row_can_never_be_ready_without_a_file(job: RenderedDocument) -> None:
    from django.db import IntegrityError, transaction

    with pytest.raises(IntegrityError), transaction.atomic():
        RenderedDocument.objects.update(state="ready")
    assert connection.is_usable()
