"""Both books look as they did when somebody last looked at them. After a wanted change, look at the new pictures and
write them: ``python -m tests.documents.book.test_book_pictures``."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pdfplumber
import pytest
from PIL import Image

from replies.documents.annexes import Annex
from replies.documents.book.structure import ABSTRACTS, REPLIES, Book
from tests.documents.book.reading import volumes
from tests.documents.book.samples import book, entry
from tests.documents.forms import MATRIX
from tests.documents.samples import letter, outline
from tests.documents.test_reference_pictures import DPI, LARGEST, TOLERANCE, difference

FOLDER = Path(__file__).parent / "pictures"
ACROSS = 6


def _answers() -> Book:
    answer = letter(body=outline(1))
    annexed = replace(letter(), annexes=(Annex("建议办理情况对照表", (), (MATRIX,)),))
    merged = ("第009号《关于规范执法检查的提案》（白露）",)
    last = entry(2, answer, merged=merged, joined=("白露",))
    return book([entry(1, answer), entry(6, annexed, closed=True), last])


def _abstracts() -> Book:
    return book((entry(number, length=110) for number in range(1, 8)), ABSTRACTS)


BOOKS: dict[str, Callable[[], Book]] = {REPLIES: _answers, ABSTRACTS: _abstracts}


def picture(kind: str) -> Image.Image:
    """All pages of a book in rows, in grey."""
    (file,) = volumes(BOOKS[kind]())
    with pdfplumber.open(io.BytesIO(file.content)) as pdf:
        pages = [page.to_image(resolution=DPI).original.convert("L") for page in pdf.pages]
    width, height = pages[0].size
    whole = Image.new("L", (width * ACROSS, height * -(-len(pages) // ACROSS)), 255)
    for place, page in enumerate(pages):
        whole.paste(page, (place % ACROSS * width, place // ACROSS * height))
    return whole


@pytest.mark.parametrize("kind", sorted(BOOKS))
def test_the_book_looks_as_it_did(kind: str) -> None:
    stored = Image.open(FOLDER / f"{kind}.png").convert("L")
    made = picture(kind)
    assert made.size == stored.size
    assert difference(made, stored) <= TOLERANCE


def test_the_pictures_are_small_and_each_belongs_to_a_book() -> None:
    assert {path.stem for path in FOLDER.glob("*.png")} == set(BOOKS)
    assert all(path.stat().st_size <= 3 * LARGEST for path in FOLDER.glob("*.png"))


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name in BOOKS:
        picture(name).quantize(16).save(FOLDER / f"{name}.png", optimize=True)
