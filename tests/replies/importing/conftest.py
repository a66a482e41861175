"""Here the typesetter is replaced by a quick one, unless a test asks for the real one by ``real_typesetter``."""

from __future__ import annotations

import pytest

from replies.services import rendering
from tests.replies.cases import quick_pdf


@pytest.fixture(autouse=True)
def quick_typesetter(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Spare a child process per letter."""
    if "real_typesetter" not in request.fixturenames:
        monkeypatch.setattr(rendering, "render_in_process", quick_pdf)


@pytest.fixture
def real_typesetter() -> None:
    """Ask for the real one."""
