"""Every pair of colours that text is set in has a contrast of 4.5:1, control borders 3:1 (WCAG 1.4.3, 1.4.11)."""

import re
from pathlib import Path

import pytest

TOKENS = Path(__file__).parents[2] / "static" / "css" / "tokens.css"
INKS = ["ink", "ink-2", "ink-3", "red", "red-deep", "blue", "blue-deep", "green", "amber"]
ON_OWN_WASH = [("blue", "blue-wash"), ("red", "red-wash"), ("green", "green-wash"), ("amber", "amber-wash")]
WHITE_ON = ["red", "red-deep", "blue", "blue-deep", "ink-3"]


def _colours() -> dict[str, str]:
    return dict(re.findall(r"--([a-z0-9-]+): (#[0-9a-f]{6});", TOKENS.read_text(encoding="utf-8")))


def _luminance(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: str, other: str) -> float:
    darker, lighter = sorted([_luminance(one), _luminance(other)])
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("ground", ["paper", "ground"])
@pytest.mark.parametrize("ink", INKS)
def test_text_can_be_read_on_paper_and_on_the_page_ground(ink: str, ground: str) -> None:
    colours = _colours()
    assert _contrast(colours[ink], colours[ground]) >= 4.5


@pytest.mark.parametrize(
    ("ink", "wash"), [*ON_OWN_WASH, ("ink", "amber-wash"), ("ink", "red-wash"), ("ink", "blue-wash")]
)
def test_text_can_be_read_on_its_wash(ink: str, wash: str) -> None:
    colours = _colours()
    assert _contrast(colours[ink], colours[wash]) >= 4.5


@pytest.mark.parametrize("fill", WHITE_ON)
def test_white_text_can_be_read_on_filled_parts(fill: str) -> None:
    assert _contrast("#ffffff", _colours()[fill]) >= 4.5


def test_the_border_of_a_control_can_be_seen() -> None:
    colours = _colours()
    assert _contrast(colours["line-strong"], colours["paper"]) >= 3
    assert _contrast(colours["line-strong"], colours["ground"]) >= 3
