"""With ``FILES_URL`` files lie in an S3-compatible store: made, served, checked and refused as on a disk."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import boto3
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage, storages
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from moto.server import ThreadedMotoServer

from panjin_portal.environment import Environment
from panjin_portal.lib.object_store import ObjectStore
from replies.models import RenderedDocument
from replies.services import rendering
from replies.services.rendering import render_document
from tests.replies.cases import quick_pdf, signed_reply
from tests.world import World


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch, settings: Any) -> Iterator[ThreadedMotoServer]:
    """A store of its own with an empty bucket, named to the portal as the administrator names it."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    bucket = f"panjin-{uuid4().hex}"  # the stand-in keeps its buckets as long as the process
    monkeypatch.setenv("FILES_URL", f"s3://key:s%2Fcret@{host}:{port}/{bucket}?region=cn-north-1&tls=no")
    options = Environment().object_store("FILES_URL")
    client = boto3.client(
        "s3",
        endpoint_url=options["endpoint_url"],
        region_name="cn-north-1",
        aws_access_key_id="key",
        aws_secret_access_key="s/cret",
    )
    client.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "cn-north-1"})
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "panjin_portal.lib.object_store.ObjectStore", "OPTIONS": options},
    }
    monkeypatch.setattr(rendering, "render_in_process", quick_pdf)
    try:
        yield server
    finally:
        server.stop()


@pytest.fixture
def job(world: World, store: ThreadedMotoServer) -> RenderedDocument:
    return signed_reply(world, is_rendered=False).documents.get()


def verified() -> tuple[int, str]:
    out, errors, code = io.StringIO(), io.StringIO(), 0
    try:
        call_command("verify_documents", stdout=out, stderr=errors)
    except SystemExit as ended:
        code = int(ended.code or 0)
    return code, out.getvalue() + errors.getvalue()


def test_a_letter_is_made_served_in_parts_and_checked(world: World, client: Client, job: RenderedDocument) -> None:
    assert isinstance(storages["default"], ObjectStore)
    assert render_document(job.pk)
    job.refresh_from_db()
    assert job.state == "ready", job.error
    client.force_login(world.sfj_clerk)
    address = reverse("document-file", args=[job.pk])
    whole = client.get(address).content
    assert hashlib.sha256(whole).hexdigest() == job.sha256
    part = client.get(address, headers={"Range": "bytes=5-9"})
    assert (part.status_code, part.content) == (206, whole[5:10])
    assert verified() == (0, "1个登记的文件，0处异常；0个未登记的文件。\n")


def test_the_same_bytes_are_one_object_and_a_missing_one_is_named(job: RenderedDocument) -> None:
    assert render_document(job.pk)
    RenderedDocument.objects.update(state="queued")
    assert render_document(job.pk)
    job.refresh_from_db()
    assert verified()[1].endswith("0个未登记的文件。\n")
    default_storage.delete(str(job.file.name))
    code, words = verified()
    assert (code, f"{job.file.name} 文件缺失" in words) == (1, True)


def test_two_uploads_of_one_name_are_two_files(store: ThreadedMotoServer) -> None:
    names = [default_storage.save("attachments/2026/11/附件.txt", ContentFile(text)) for text in (b"one", b"two")]
    assert [default_storage.open(name).read() for name in names] == [b"one", b"two"]


def test_a_store_that_is_gone_fails_the_job_with_a_reason(
    world: World, client: Client, store: ThreadedMotoServer, job: RenderedDocument, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    store.stop()
    assert render_document(job.pk)
    job.refresh_from_db()
    assert (job.state, job.file.name) == ("failed", "")
    assert job.error == "文件没有存下，请管理员检查存储后重试。"

    RenderedDocument.objects.update(state="ready", file="letters/ab/gone.pdf", sha256="a" * 64)
    client.force_login(world.sfj_clerk)
    answer = client.get(reverse("document-file", args=[job.pk]))
    assert answer.status_code == 409
    assert "文件暂时取不到" in answer.content.decode()
