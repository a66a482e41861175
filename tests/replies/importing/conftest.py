"""The typesetter and the reader's child process are replaced by quick ones, unless a test asks for the real ones by
``real_typesetter`` or ``real_reader``."""

from __future__ import annotations

import pytest

from replies.services import import_reading, rendering
from tests.replies.cases import quick_pdf
from tests.replies.importing.batches import read_here


@pytest.fixture(autouse=True)
def quick_typesetter(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Spare a child process per letter."""
    if "real_typesetter" not in request.fixturenames:
        monkeypatch.setattr(rendering, "render_in_process", quick_pdf)


@pytest.fixture(autouse=True)
def quick_reader(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Spare a child process per page."""
    if "real_reader" not in request.fixturenames:
        monkeypatch.setattr(import_reading, "read_in_process", read_here)


@pytest.fixture
def real_typesetter() -> None:
    """Ask for the real one."""


@pytest.fixture
def real_reader() -> None:
    """Ask for the real one."""
