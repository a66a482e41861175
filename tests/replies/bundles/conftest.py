"""A handful of answered cases, and a quick typesetter."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pytest

from replies.documents.book.structure import Book
from replies.documents.book.volumes import Maker, here
from replies.documents.formats import Format
from replies.documents.letter import Letter, plain_text
from replies.documents.pdf import MissingGlyph, Pdf
from replies.models import Reply
from replies.services import books, exporting, rendering
from replies.workflow import ReplyState
from tests.replies.cases import signed_reply
from tests.world import World


@dataclass
class Typesetter:
    """Stands for the real one: the words of the letter as bytes. Counts what it sets; ``refuses`` letters that hold
    that word."""

    made: list[tuple[str, str]] = field(default_factory=list)
    refuses: str = ""

    def __call__(self, letter: Letter, *, kind: Format = Format.PDF, **limits: object) -> Pdf:
        words = plain_text(letter)
        if self.refuses and self.refuses in words:
            raise MissingGlyph(["㐂"], ["正文第1段"])
        self.made.append((letter.number, kind.value))
        return Pdf(content=f"%{kind} {words}".encode(), pages=1, engine="test")


@pytest.fixture(autouse=True)
def typesetter(monkeypatch: pytest.MonkeyPatch, settings, tmp_path: Path) -> Typesetter:  # type: ignore[no-untyped-def]
    """Spare a child process per letter; files of the test lie alone."""
    settings.MEDIA_ROOT = tmp_path / "files"
    settings.VAR_DIR = tmp_path
    quick = Typesetter()
    monkeypatch.setattr(rendering, "render_in_process", quick)
    monkeypatch.setattr(exporting, "render_in_process", quick)
    return quick


@pytest.fixture
def replies(world: World) -> list[Reply]:
    """Three signed replies of 司法局, 第005号 to 第007号; nothing is made of them yet."""
    return [
        signed_reply(world, value=number, extra=f"这是第{number}号的话。", is_rendered=False)
        for number in ("005", "006", "007")
    ]


@pytest.fixture
def issued(replies: list[Reply]) -> list[Reply]:
    """The three letters have left the house."""
    Reply.objects.filter(pk__in=[reply.pk for reply in replies]).update(state=ReplyState.ISSUED)
    return replies


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Spare the child processes."""

    def maker(book: Book, **limits: object) -> Maker:
        return here(book)

    monkeypatch.setattr(books, "in_process", maker)
