"""What the tests in a browser share: a city other threads can read, and a typesetter that takes no time."""

from __future__ import annotations

import io

import pikepdf
import pytest

from replies.documents.letter import Letter, digest
from replies.documents.pdf import Pdf
from replies.services import rendering
from replies.services.reference import seed_checklist
from tests.world import World, build_world


@pytest.fixture
def city(transactional_db: None) -> World:
    """The small city, with the checklist of 核稿, in a database other threads can read."""
    seed_checklist()
    return build_world()


@pytest.fixture
def quick_typesetter(monkeypatch: pytest.MonkeyPatch) -> None:
    """Letters are blank sheets a browser can open: what they look like is shown elsewhere."""
    monkeypatch.setattr(rendering, "render_in_process", _blank)


def _blank(letter: Letter, **limits: object) -> Pdf:
    """One empty page; two letters never give the same bytes."""
    sheet, content = pikepdf.new(), io.BytesIO()
    sheet.add_blank_page()
    sheet.docinfo["/Title"] = digest(letter)
    sheet.save(content)
    return Pdf(content=content.getvalue(), pages=1, engine="test")
