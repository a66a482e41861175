"""Every form looks as it did when somebody last looked at it. After a wanted change, look at the new pictures and
write them: ``python -m tests.documents.test_reference_pictures``."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path

import pdfplumber
import pytest
from PIL import Image, ImageChops, ImageStat

from replies.documents.pdf import Printable, render_pdf
from tests.documents.forms import FORMS
from tests.documents.samples import letter, plain_body

FOLDER = Path(__file__).parent / "pictures"
DPI = 50
# Mean difference of grey, of 255: another line break or a moved rule is above 0.8, another rasteriser below.
TOLERANCE = 0.6
LARGEST = 60 * 1024
JOINT = ("盘锦市司法局", "盘锦市公安局", "盘锦市市场监督管理局", "盘锦市营商环境建设局")
PICTURED: Mapping[str, Printable] = {
    **FORMS,
    "sealed": letter(body=plain_body(1), copies=(), sealed=True),
    "joint": letter(body=plain_body(1), copies=(), sealed=True, signers=JOINT),
}


def picture(name: str) -> Image.Image:
    """All pages of a form side by side, in grey."""
    with pdfplumber.open(io.BytesIO(render_pdf(PICTURED[name]).content)) as pdf:
        pages = [page.to_image(resolution=DPI).original.convert("L") for page in pdf.pages]
    whole = Image.new("L", (sum(page.width for page in pages), pages[0].height), 255)
    left = 0
    for page in pages:
        whole.paste(page, (left, 0))
        left += page.width
    return whole


def difference(one: Image.Image, other: Image.Image) -> float:
    """The mean difference of grey."""
    return ImageStat.Stat(ImageChops.difference(one, other)).mean[0]


@pytest.mark.parametrize("name", sorted(PICTURED))
def test_the_form_looks_as_it_did(name: str) -> None:
    stored = Image.open(FOLDER / f"{name}.png").convert("L")
    made = picture(name)
    assert made.size == stored.size
    assert difference(made, stored) <= TOLERANCE


def test_the_tolerance_sees_a_text_that_moved_by_a_line() -> None:
    stored = Image.open(FOLDER / "letter.png").convert("L")
    moved = ImageChops.offset(stored, 0, round(225 / 22 / 25.4 * DPI))
    assert difference(moved, stored) > 3 * TOLERANCE


def test_the_pictures_are_small_and_each_belongs_to_a_form() -> None:
    assert {path.stem for path in FOLDER.glob("*.png")} == set(PICTURED)
    assert all(path.stat().st_size <= LARGEST for path in FOLDER.glob("*.png"))


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for form in PICTURED:
        picture(form).quantize(16).save(FOLDER / f"{form}.png", optimize=True)
