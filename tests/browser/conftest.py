"""What the tests in a browser share: a city other threads can read, and a typesetter that takes no time."""

from __future__ import annotations

import pytest

from replies.services import rendering
from replies.services.reference import seed_checklist
from tests.replies.cases import quick_pdf
from tests.world import World, build_world


@pytest.fixture
def city(transactional_db: None) -> World:
    """The small city, with the checklist of 核稿, in a database other threads can read."""
    seed_checklist()
    return build_world()


@pytest.fixture
def quick_typesetter(monkeypatch: pytest.MonkeyPatch) -> None:
    """Letters are their bare words: what they look like is shown elsewhere."""
    monkeypatch.setattr(rendering, "render_in_process", quick_pdf)
