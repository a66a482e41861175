"""Closed cases, and a quick typesetter."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from panjin_portal.lib import clock
from proposals.services.attachments import add_attachments
from replies.services import rendering
from tests.factories import ROUTES, SCRIPT, Case, Stage, Step, case_in, cast_of
from tests.replies.cases import quick_pdf
from tests.world import World

ANSWERED = datetime(2022, 8, 18, 10, 0, tzinfo=clock.SHANGHAI)
CLOSED = ANSWERED + timedelta(days=60)


@pytest.fixture(autouse=True)
def quick_typesetter(monkeypatch: pytest.MonkeyPatch, settings, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    """Spare a child process per letter; files of the test lie alone."""
    settings.MEDIA_ROOT = tmp_path
    monkeypatch.setattr(rendering, "render_in_process", quick_pdf)


@pytest.fixture
def published(world: World) -> Case:
    """An answered, rated and published case with an attachment; nothing is owed in it."""
    with clock.at(ANSWERED):
        case = Case(world.session, SCRIPT, cast_of(world, helpers=True))
        for step in (*ROUTES[Stage.ISSUED], Step.RATE, Step.PREPARE, Step.START_RELEASE, Step.RELEASE):
            case.do(step)
            if step == Step.FILE:
                file = SimpleUploadedFile("调研/数据.txt", "调研数据。".encode())
                add_attachments(world.committee_staff, proposal=case.proposal, files=[file])
    return case


@pytest.fixture
def stranger(world: World) -> Case:
    """Another case with texts of its own."""
    with clock.at(ANSWERED):
        script = replace(SCRIPT, title="关于另一件事的建议", background="别案的背景")
        return case_in(world, Stage.ISSUED, script=script)
