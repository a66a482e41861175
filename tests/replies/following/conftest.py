"""The typesetter is replaced by a quick one here."""

from __future__ import annotations

import pytest

from replies.services import rendering
from tests.replies.cases import quick_pdf


@pytest.fixture(autouse=True)
def quick_typesetter(monkeypatch: pytest.MonkeyPatch) -> None:
    """Spare a child process per letter."""
    monkeypatch.setattr(rendering, "render_in_process", quick_pdf)
