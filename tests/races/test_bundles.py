"""Many letters at once, with real workers: one is killed, a form comes twice, eight batches stand in line, the disk is
full."""

from __future__ import annotations

import os
import signal
import time
import zipfile
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from panjin_portal.lib.clock import now
from proposals.models import Notice
from replies.models import Bundle, BundleFile, RenderedDocument, Reply
from replies.services.bundling import ask_for_bundle, make_bundle, retry_bundle
from tests.races.people import Deed, at_once, processes
from tests.races.servers import celery_worker, free_port, own_redis, run_python, small_disk
from tests.replies.cases import signed_reply
from tests.services import second_process_environment
from tests.world import World, build_world

SWEEP = "from replies.tasks import sweep_bundles; sweep_bundles.delay()"
LONG = "本局会同有关单位逐项研究，分别提出了办理措施和完成时限。" * 300
FORMATS = ["pdf", "docx", "ofd"]
both_queues = pytest.mark.parametrize(
    "kind", [pytest.param("files", marks=pytest.mark.sqlite), pytest.param("redis", marks=pytest.mark.redis)]
)


@pytest.fixture
def city(transactional_db: None) -> World:
    return build_world()


class Works:
    """Workers of the test's own: their environment, and their log files."""

    def __init__(self, kind: str, folder: Path, stack: ExitStack) -> None:
        self.media, self.folder = folder / "files", folder
        port = free_port() if kind == "redis" else 0
        url = stack.enter_context(own_redis(port)) if port else ""
        self.changes = {"VAR_DIR": str(folder / "var"), "MEDIA_ROOT": str(self.media), "REDIS_URL": url}
        settings = {"DJANGO_SETTINGS_MODULE": "tests.races.settings"}
        self.environment = {**second_process_environment(), **settings, **self.changes}

    def packages(self) -> list[Path]:
        """What lies in the storage of finished batches."""
        return [path for path in (self.media / "bundles").rglob("*") if path.is_file()]


def letters(city: World, count: int, extra: str = "") -> list[Reply]:
    """Signed replies whose files nobody has made or asked for."""
    made = [signed_reply(city, value=f"{100 + n}", extra=f"第{n}份。{extra}", is_rendered=False) for n in range(count)]
    RenderedDocument.objects.all().delete()
    return made


def keys_of(replies: list[Reply]) -> list[int]:
    return [reply.proposal_id for reply in replies]


def waiting_as_if_the_broker_had_lost_them() -> None:
    Bundle.objects.filter(state="queued").update(queued_at=now() - timedelta(minutes=1))


def test_a_form_sent_twice_at_the_same_moment_is_one_batch(city: World, tmp_path: Path) -> None:
    keys = keys_of(letters(city, 2))
    changes = {"RACES_EAGER": "1", "VAR_DIR": str(tmp_path), "MEDIA_ROOT": str(tmp_path / "files")}
    with processes(2, **changes) as pair:
        for form in range(4):
            data = {"kind": "letters", "formats": ["pdf"], "key": f"form{form}"}
            deed = Deed(city.committee_staff, f"{reverse('bundle-new')}?p={keys[0]}&p={keys[1]}", data)
            first, second = at_once(pair, deed, deed)
            assert (first.status, second.status) == (302, 302), first.fault or second.fault
            assert first.location == second.location
    assert Bundle.objects.count() == 4
    assert set(Bundle.objects.values_list("state", flat=True)) == {"ready"}
    assert BundleFile.objects.count() == 4


@both_queues
def test_a_killed_worker_costs_a_lease_no_letter_twice_and_no_second_file(
    city: World, kind: str, tmp_path: Path, wait_until: Any
) -> None:
    with ExitStack() as stack:
        works = Works(kind, tmp_path, stack)
        bundle = ask_for_bundle(
            city.committee_staff, kind="letters", formats=["pdf"], cases=keys_of(letters(city, 12, LONG)), key="k"
        )
        # Here tasks run where they are sent, with this process's files: it has been made. Begin again elsewhere.
        bundle.files.all().delete()
        RenderedDocument.objects.all().delete()
        Notice.objects.all().delete()
        Bundle.objects.update(state="queued", attempts=0, done=0, kept_until=None, finished_at=None)
        waiting_as_if_the_broker_had_lost_them()
        with celery_worker(works.environment, tmp_path / "first.log") as worker:
            run_python(SWEEP, works.environment)
            end = time.monotonic() + 90
            while not 3 <= Bundle.objects.get().done < 12:
                assert time.monotonic() < end, Bundle.objects.values()
                time.sleep(0.005)
            os.kill(worker.pid, signal.SIGKILL)
            worker.wait(10)
        bundle.refresh_from_db()
        assert bundle.state == "running"
        made = dict(RenderedDocument.objects.filter(state="ready").values_list("pk", "finished_at"))
        assert 3 <= len(made) < 12
        with celery_worker(works.environment, tmp_path / "second.log"):
            run_python(SWEEP, works.environment)
            time.sleep(1)
            assert Bundle.objects.get().attempts == 1  # the lease of the dead still holds: nobody else begins
            past = now() - timedelta(seconds=1)
            Bundle.objects.update(lease_until=past)
            RenderedDocument.objects.filter(state="running").update(lease_until=past)  # the letter it died at
            run_python(SWEEP, works.environment)
            wait_until(lambda: Bundle.objects.filter(state="ready").exists(), 120)
        bundle.refresh_from_db()
        assert (bundle.attempts, bundle.done, bundle.total) == (2, 12, 12)
        assert dict(RenderedDocument.objects.filter(pk__in=made).values_list("pk", "finished_at")) == made
        (package,) = works.packages()
        with zipfile.ZipFile(package) as found:
            assert found.testzip() is None
            assert len([name for name in found.namelist() if name.endswith(".pdf")]) == 12
        assert Notice.objects.filter(recipient=city.committee_staff).count() == 1


@both_queues
def test_eight_batches_at_once_on_two_workers_all_succeed(
    city: World, kind: str, tmp_path: Path, wait_until: Any
) -> None:
    people = (
        *(city.committee_staff, city.committee_colleague, city.office_staff, city.office_colleague),
        *(city.sfj_clerk, city.sfj_clerk_colleague, city.sfj_reviewer, city.sfj_leader),
    )
    with ExitStack() as stack:
        works = Works(kind, tmp_path, stack)
        keys = keys_of(letters(city, 6))
        for person in people:
            ask_for_bundle(person, kind="letters", formats=FORMATS, cases=keys, key="k")
        BundleFile.objects.all().delete()
        RenderedDocument.objects.all().delete()
        Bundle.objects.update(state="queued", attempts=0, done=0, kept_until=None, finished_at=None)
        waiting_as_if_the_broker_had_lost_them()
        logs = [tmp_path / f"{number}.log" for number in (1, 2)]
        for log in logs:
            stack.enter_context(celery_worker(works.environment, log))
        run_python(SWEEP, works.environment)
        ended = {"ready", "failed"}
        wait_until(lambda: set(Bundle.objects.values_list("state", flat=True)) <= ended, 240)
        rows = list(Bundle.objects.values_list("state", "error", "done", "left_out", "attempts"))
        assert rows == [("ready", "", 18, [], 1)] * 8
        packages = works.packages()
        assert len(packages) == 8
        assert len(set(BundleFile.objects.values_list("sha256", flat=True))) == 1  # equal content, equal bytes
        told = b"".join(log.read_bytes() for log in logs)
        assert b"locked" not in told
        assert b"Traceback" not in told
        assert RenderedDocument.objects.filter(state="ready").count() == 18


def test_a_package_that_does_not_fit_on_the_disk_fails_with_the_reason(
    city: World, settings: Any, tmp_path: Path
) -> None:
    bundle_cases = keys_of(letters(city, 2))
    with small_disk(2) as disk:
        settings.MEDIA_ROOT, settings.VAR_DIR = str(disk.path), tmp_path
        disk.fill()
        bundle = ask_for_bundle(city.committee_staff, kind="letters", formats=["pdf"], cases=bundle_cases, key="k")
        bundle.refresh_from_db()
        assert (bundle.state, "磁盘空间不足" in bundle.error) == ("failed", True)
        assert [path.name for path in disk.path.rglob("*") if path.is_file()] == ["filler"]
        disk.make_room()
        retry_bundle(city.committee_staff, bundle=bundle)
        make_bundle(bundle.pk)
        bundle.refresh_from_db()
        assert bundle.state == "ready", bundle.error
        assert len(list((disk.path / "bundles").rglob("*.zip"))) == 1
