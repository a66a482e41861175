"""The package of an archived case: complete, its own case's only, checkable, made once."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from urllib.parse import unquote

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.urls import reverse
from kombu.exceptions import OperationalError

from panjin_portal.lib import clock
from panjin_portal.lib.zipping import add
from proposals.errors import WrongStage
from proposals.models import Attachment, Event, Notice, Proposal
from replies.models import ArchivePackage
from replies.services import packaging
from replies.services.archiving import archive_case, reopen_archive, retry_package
from replies.services.packaging import LEASE, build_package, sweep
from replies.tasks import build_package as task
from tests.factories import Case
from tests.replies.archive.conftest import CLOSED
from tests.world import World


@pytest.fixture
def package(published: Case, stranger: Case, world: World) -> ArchivePackage:
    with clock.at(CLOSED):
        return archive_case(world.office_staff, proposal=published.proposal)


def stored() -> list[Path]:
    return [path for path in (Path(settings.MEDIA_ROOT) / "archives").rglob("*") if path.is_file()]


def opened(package: ArchivePackage) -> zipfile.ZipFile:
    package.refresh_from_db()
    assert package.state == "ready", package.error
    with package.file.open("rb") as handle:
        return zipfile.ZipFile(io.BytesIO(handle.read()))


def test_everything_of_the_case_is_in_it(package: ArchivePackage) -> None:
    assert build_package(package.pk)
    with opened(package) as found:
        names = set(found.namelist())
        assert {"index.html", "metadata.json", "events.json", "SHA256SUMS.txt"} <= names
        assert "提案附件/01_数据.txt" in names
        kinds = {name.partition("/")[0] for name in names if "/" in name}
        assert kinds == {"文本", "提案附件", "答复函", "公开文本"}
        index = found.read("index.html").decode()
        for words in ("企业家座谈时", "涉企报警由专班处理", "四个园区各设一站", "满意", "事件链经核对完整"):
            assert words in index
        data = json.loads(found.read("metadata.json"))
    (case,) = data["cases"]
    assert len(case["asks"]) == 3
    assert len(case["assignments"]) == 4
    assert case["ratings"]
    assert len(case["publications"]) == len(case["replies"]) == 1
    assert package.entries == len(names)


def test_nothing_of_another_case_is_in_it(package: ArchivePackage) -> None:
    build_package(package.pk)
    with opened(package) as found:
        everything = b"".join(found.read(name) for name in found.namelist()).decode(errors="ignore")
    assert "关于另一件事" not in everything
    assert "别案的背景" not in everything


def test_its_checksums_match_and_its_event_log_is_the_chain(package: ArchivePackage) -> None:
    build_package(package.pk)
    with opened(package) as found:
        lines = found.read("SHA256SUMS.txt").decode().splitlines()
        listed = {path: digest for digest, path in (line.split("  ", 1) for line in lines)}
        assert set(listed) == set(found.namelist()) - {"SHA256SUMS.txt"}
        assert all(hashlib.sha256(found.read(path)).hexdigest() == digest for path, digest in listed.items())
        (chain,) = json.loads(found.read("events.json"))
    events = Event.objects.filter(proposal=package.proposal).order_by("number")
    assert [row["hash"] for row in chain["events"]] == [event.hash for event in events]
    assert (chain["is_sound"], chain["last_hash"]) == (True, chain["events"][-1]["hash"])


def test_an_altered_event_is_told_in_the_index(package: ArchivePackage) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE proposals_event SET text = 'x' WHERE proposal_id = %s AND number = 2", [package.proposal_id]
        )
    build_package(package.pk)
    with opened(package) as found:
        index = found.read("index.html").decode()
    assert "事件链有异常" in index
    assert "第2条事件被改动" in index


def test_the_same_case_gives_the_same_bytes(package: ArchivePackage) -> None:
    build_package(package.pk)
    package.refresh_from_db()
    first = package.sha256
    ArchivePackage.objects.update(state="queued", attempts=0)
    with clock.at(CLOSED + timedelta(days=3)):
        build_package(package.pk)
    package.refresh_from_db()
    assert package.sha256 == first
    assert len(stored()) == 1


def test_a_worker_killed_in_the_middle_leaves_one_file_in_the_end(
    package: ArchivePackage, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    real, written = add, []

    def dies(*args: object, **kwargs: object) -> object:
        written.append(args)
        if len(written) == 4:
            raise Killed
        return real(*args, **kwargs)  # type: ignore[arg-type]

    with clock.at(CLOSED):
        monkeypatch.setattr(packaging, "add", dies)
        with pytest.raises(Killed):
            build_package(package.pk)
        monkeypatch.setattr(packaging, "add", real)
        assert stored() == []
        assert not build_package(package.pk)  # the lease of the dead still holds
    sent: list[int] = []
    monkeypatch.setattr(task, "apply_async", lambda args, **_: sent.extend(args))
    with clock.at(CLOSED + LEASE + timedelta(minutes=1)):
        assert sweep() == 1
        assert sent == [package.pk]
        assert build_package(package.pk)
        assert not build_package(package.pk)
    package.refresh_from_db()
    assert (package.state, package.attempts, len(stored())) == ("ready", 2, 1)


def test_with_the_broker_down_the_case_is_archived_and_the_sweep_comes_by(
    package: ArchivePackage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def down(*_: object, **__: object) -> None:
        raise OperationalError("no broker")

    monkeypatch.setattr(task, "apply_async", down)
    with clock.at(CLOSED + timedelta(minutes=2)):
        assert sweep() == 0
    sent: list[int] = []
    monkeypatch.setattr(task, "apply_async", lambda args, **_: sent.extend(args))
    with clock.at(CLOSED + timedelta(minutes=2)):
        assert sweep() == 1
    assert sent == [package.pk]


def test_a_file_that_is_not_what_was_registered_stops_it_and_can_be_tried_again(
    package: ArchivePackage, world: World
) -> None:
    attachment = Attachment.objects.get(proposal=package.proposal)
    path = Path(attachment.file.path)
    good = path.read_bytes()
    path.write_bytes(b"forged")
    build_package(package.pk)
    package.refresh_from_db()
    assert package.state == "failed"
    assert "校验值不一致" in package.error
    assert Notice.objects.filter(recipient=world.office_staff, text__startswith="归档包没有制成").exists()
    path.unlink()
    retry_package(world.office_staff, package=package)
    build_package(package.pk)
    package.refresh_from_db()
    assert "找不到" in package.error
    path.write_bytes(good)
    retry_package(world.office_staff, package=package)
    build_package(package.pk)
    package.refresh_from_db()
    assert package.state == "ready"
    with pytest.raises(WrongStage):
        retry_package(world.office_staff, package=package)


def test_a_package_under_way_when_the_case_is_opened_again_is_not_made(
    package: ArchivePackage, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    real: Callable[..., int] = packaging.write_package

    def meanwhile(*args: object) -> int:
        reopen_archive(world.office_staff, proposal=package.proposal, reason="补材料")
        return real(*args)

    monkeypatch.setattr(packaging, "write_package", meanwhile)
    assert not build_package(package.pk)
    package.refresh_from_db()
    assert (package.state, package.file.name) == ("failed", "")
    assert not build_package(package.pk)
    with pytest.raises(WrongStage):
        retry_package(world.office_staff, package=package)


def test_the_staff_of_the_offices_takes_it_and_nobody_else(
    package: ArchivePackage, world: World, client: Client
) -> None:
    build_package(package.pk)
    url = reverse("package-file", args=[package.pk])
    for person, status in (
        (world.office_staff, 200),
        (world.committee_staff, 200),
        (world.sfj_leader, 404),
        (world.minjian_contact, 404),
        (world.admin, 404),
    ):
        client.force_login(person)
        answer = client.get(url)
        assert answer.status_code == status
        if status == 200:
            assert b"".join(answer.streaming_content).startswith(b"PK")  # type: ignore[attr-defined]
    client.force_login(world.office_staff)
    answer = client.get(url)
    assert "营商环境法治化建设_归档包1.zip" in unquote(answer["Content-Disposition"])
    assert b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    package.refresh_from_db()
    Path(package.file.path).write_bytes(b"altered")
    assert client.get(url).status_code == 409


def test_a_merged_case_has_a_folder_and_a_chain_of_its_own(published: Case, stranger: Case, world: World) -> None:
    Proposal.objects.filter(pk=stranger.proposal.pk).update(state="merged", merged_into=published.proposal)
    with clock.at(CLOSED):
        package = archive_case(world.office_staff, proposal=published.proposal)
    build_package(package.pk)
    with opened(package) as found:
        assert any(name.startswith(f"并案/{stranger.proposal.label}/") for name in found.namelist())
        chains = json.loads(found.read("events.json"))
    assert [chain["is_sound"] for chain in chains] == [True, True]
