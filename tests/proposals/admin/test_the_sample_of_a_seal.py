"""The picture of a bureau's seal: what may come in, what the page says, what is left when it goes."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from proposals.models import Bureau, Event, SealSample
from proposals.services.seal_samples import MOST_BYTES, Picture, keep_sample
from replies.services.stored_files import verify_files
from tests.proposals.admin.test_changes_leave_a_trace import form_of
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager(world: World, client: Client, settings: Any, tmp_path: Path) -> Client:
    settings.MEDIA_ROOT = tmp_path
    client.force_login(world.admin)
    return client


def png(width: int = 400, height: int = 400, color: str = "red", kind: str = "PNG") -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (width, height), color).save(target, kind)
    return target.getvalue()


def send(manager: Client, bureau: Bureau, content: bytes | None, name: str = "seal.png", **changes: object) -> Any:
    data = form_of(bureau, **changes)
    if content is not None:
        data["sample"] = SimpleUploadedFile(name, content, content_type="image/png")
    return manager.post(reverse("admin:proposals_bureau_change", args=[bureau.pk]), data)


def test_a_picture_is_kept_with_its_hash_and_told_without_its_bytes(
    manager: Client, world: World, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        assert send(manager, world.sfj, png(), seal_use="stamp").status_code == 302
    row = SealSample.objects.get(bureau=world.sfj)
    assert row.file.read() == png()
    told = [event.text for event in Event.objects.filter(proposal=None).order_by("number")]
    assert told == ["修改单位“市司法局”：用印 none → stamp", "单位“市司法局”上传了样章图片"]
    report = verify_files()
    assert (report.faults, report.orphans, report.checked) == ([], [], 1)


def test_another_picture_takes_its_place_and_the_old_file_goes(
    manager: Client, world: World, django_capture_on_commit_callbacks: Any
) -> None:
    for content in (png(), png(), png(color="blue")):
        with django_capture_on_commit_callbacks(execute=True):
            assert send(manager, world.sfj, content).status_code == 302
    assert SealSample.objects.get().file.read() == png(color="blue")
    assert verify_files().orphans == []
    assert Event.objects.filter(kind="admin_sealsample").count() == 2


def test_it_can_be_taken_away(manager: Client, world: World, django_capture_on_commit_callbacks: Any) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        send(manager, world.sfj, png())
        send(manager, world.sfj, None, remove_sample="on")
        send(manager, world.sfj, None, remove_sample="on")
    assert not SealSample.objects.exists()
    assert verify_files().orphans == []
    assert Event.objects.filter(kind="admin_sealsample").count() == 2


def test_the_history_of_the_bureau_says_what_became_of_the_picture(manager: Client, world: World) -> None:
    send(manager, world.sfj, png())
    send(manager, world.sfj, png(color="blue"))
    send(manager, world.sfj, png(color="blue"))
    send(manager, world.sfj, png(), remove_sample="on")
    send(manager, world.sfj, None, remove_sample="on")
    page = manager.get(reverse("admin:proposals_bureau_history", args=[world.sfj.pk])).content.decode()
    told = [entry.get_change_message() for entry in LogEntry.objects.order_by("pk")]
    assert [one for one in told if "样章" in one] == [
        "已修改样章图片（首次上传）。",
        "已修改样章图片（换成另一张）。",
        "已修改样章图片（换成另一张）。",
        "已修改样章图片（已删除）。",
    ]
    assert "样章图片（换成另一张）" in page
    assert "删除现有的样章图片" not in page


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (png(kind="JPEG"), "seal.jpg", "类型不能上传"),
        (png(kind="JPEG"), "seal.png", "内容不是 PNG"),
        (png()[:200], "seal.png", "不是完整的 PNG"),
        (png(90, 90), "seal.png", "90×90像素"),
        (png(1300, 1300), "seal.png", "1300×1300像素"),
        (png(400, 300), "seal.png", "不像印章"),
        (png() + b"\0" * MOST_BYTES, "seal.png", "超过"),
        (b"", "seal.png", "空"),
    ],
)
def test_what_is_no_picture_of_a_seal_is_refused_at_its_field(
    manager: Client, world: World, content: bytes, name: str, said: str
) -> None:
    answer = send(manager, world.sfj, content, name)
    assert answer.status_code == 200
    errors = answer.context["adminform"].form.errors
    assert list(errors) == ["sample"]
    assert said in str(errors["sample"])
    assert not SealSample.objects.exists()


def test_the_page_says_that_no_issued_file_has_the_picture(manager: Client, world: World) -> None:
    page = manager.get(reverse("admin:proposals_bureau_change", args=[world.sfj.pk])).content.decode()
    assert "签发的公文里没有这张图" in page
    assert 'enctype="multipart/form-data"' in page
    assert "还没有上传" in page
    send(manager, world.sfj, png())
    page = manager.get(reverse("admin:proposals_bureau_change", args=[world.sfj.pk])).content.decode()
    assert "删除现有的样章图片（" in page


def test_a_full_disk_is_said_and_leaves_no_row(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    from proposals.errors import InvalidInput
    from proposals.services import seal_samples

    def full(name: str, content: object) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(seal_samples, "save_whole", full)
    with pytest.raises(InvalidInput, match="磁盘空间不足"):
        keep_sample(world.admin, bureau=world.sfj, picture=Picture(png(), "0" * 64))
    assert not SealSample.objects.exists()
