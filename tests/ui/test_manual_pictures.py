"""The pictures of the manual: there, of one size, light, with words for who cannot see them, and taken by some test."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from PIL import Image

from panjin_portal.manual import HEIGHT, PICTURES, WIDTH, Picture
from tests.architecture.source import ROOT, test_modules
from tests.world import World

STATIC = ROOT / "static"
ALL = [picture for chapter in PICTURES.values() for picture in chapter]
HEAVIEST, TOGETHER = 90_000, 1_500_000


@pytest.mark.parametrize("picture", ALL, ids=lambda picture: picture.name)
def test_a_picture_exists_in_its_size_and_says_what_is_to_be_seen(picture: Picture) -> None:
    file = STATIC / picture.path
    assert file.stat().st_size < HEAVIEST
    with Image.open(file) as image:
        assert (image.format, image.size) == ("WEBP", (WIDTH, HEIGHT))
    assert len(re.findall(r"[\u4e00-\u9fff]", picture.alt)) >= 15
    assert re.search(r"[\u4e00-\u9fff]", picture.caption)


def test_no_picture_lies_there_unused_and_together_they_are_light() -> None:
    files = set((STATIC / "img" / "manual").iterdir())
    assert files == {STATIC / picture.path for picture in ALL}
    assert len({picture.name for picture in ALL}) == len(ALL)
    assert sum(file.stat().st_size for file in files) < TOGETHER


def test_every_picture_is_taken_by_a_test_in_a_browser() -> None:
    browser = "".join(module.text for module in test_modules() if Path(module.path).parent.name == "browser")
    assert [one.name for one in ALL if f'keep_for_manual("{one.name}"' not in browser] == []


def test_the_manual_shows_every_picture_with_its_words_and_loads_it_only_when_looked_at(
    world: World, client: Client
) -> None:
    client.force_login(world.sfj_clerk)
    page = client.get(reverse("manual")).content.decode()
    shown = re.findall(r"<img [^>]*manual[^>]*>", page)
    assert len(shown) == len(ALL)
    for tag, picture in zip(shown, sorted(ALL, key=lambda one: page.index(one.path)), strict=True):
        assert f'alt="{picture.alt}"' in tag
        assert 'loading="lazy"' in tag
        assert f'width="{WIDTH}" height="{HEIGHT}"' in tag
