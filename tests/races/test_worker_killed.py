"""A worker is killed in the middle of a rendering: the lease ends, the sweep repeats the job, there is one file."""

from __future__ import annotations

import os
import signal
import time
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.urls import reverse

from panjin_portal.lib.clock import now
from replies.models import RenderedDocument
from replies.services.rendering import LEASE
from tests.races.people import Deed, processes
from tests.races.servers import celery_worker, free_port, own_redis, run_python
from tests.replies.cases import signed_reply
from tests.services import second_process_environment
from tests.world import World, build_world

LONG = "本局会同有关单位逐项研究，分别提出了办理措施和完成时限。" * 3000  # about sixty pages: there is a middle


@pytest.fixture
def city(transactional_db: None) -> World:
    return build_world()


def running(document: RenderedDocument) -> bool:
    document.refresh_from_db()
    return document.state == "running"


@pytest.mark.parametrize(
    "kind", [pytest.param("files", marks=pytest.mark.sqlite), pytest.param("redis", marks=pytest.mark.redis)]
)
def test_a_killed_worker_costs_a_delay_and_no_second_file(
    city: World, kind: str, tmp_path: Path, wait_until: Any
) -> None:
    media = tmp_path / "files"
    with ExitStack() as stack:
        url = f"redis://127.0.0.1:{port}/0" if (port := free_port() if kind == "redis" else 0) else ""
        if port:
            stack.enter_context(own_redis(port))
        changes = {"VAR_DIR": str(tmp_path / "var"), "MEDIA_ROOT": str(media), "REDIS_URL": url}
        environment = {**second_process_environment(), "DJANGO_SETTINGS_MODULE": "tests.races.settings", **changes}
        document = signed_reply(city, is_rendered=False, extra=LONG).documents.get()
        RenderedDocument.objects.update(state="failed", error="排版没有完成。")
        (process,) = stack.enter_context(processes(1, **changes))

        with celery_worker(environment, tmp_path / "first.log") as worker:
            retry = Deed(city.sfj_clerk, reverse("document-retry", args=[document.pk]))
            assert process.do(retry).status == 302
            end = time.monotonic() + 60
            while not running(document):
                assert time.monotonic() < end
                time.sleep(0.005)
            os.kill(worker.pid, signal.SIGKILL)
            worker.wait(10)
        assert running(document)
        assert not list(media.rglob("*.pdf"))
        (media / "parts").mkdir(parents=True, exist_ok=True)
        part = media / "parts" / "of-the-dead.part"  # had it died a moment later
        part.write_bytes(b"%PDF-1.7 half")
        long_ago = (now() - 2 * LEASE).timestamp()
        os.utime(part, (long_ago, long_ago))

        with celery_worker(environment, tmp_path / "second.log"):
            sweep = "from replies.tasks import sweep_documents; sweep_documents.delay()"
            run_python(sweep, environment)
            wait_until(lambda: not part.exists(), 60)
            assert running(document)  # the lease of the dead still holds: nobody else begins
            RenderedDocument.objects.update(lease_until=now() - timedelta(seconds=1))
            run_python(sweep, environment)
            wait_until(lambda: RenderedDocument.objects.filter(state="ready").exists(), 90)
        document.refresh_from_db()
        assert (document.attempts, RenderedDocument.objects.count()) == (2, 1)
        assert [path.name for path in media.rglob("*") if path.is_file()] == [f"{document.sha256}.pdf"]
        assert document.pages > 20
        assert Path(settings.MEDIA_ROOT) != media
