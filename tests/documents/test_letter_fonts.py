"""The committed fonts: as made, licensed, and wide enough for official Chinese."""

import hashlib
import shutil
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from replies.documents import fontset
from replies.documents.fonts.make_fonts import NAMES, character_set
from replies.documents.fontset import FOLDER, SUMS, FontsUnavailable, load_fonts
from replies.documents.pdf import render_pdf
from tests.documents.samples import letter

# Signs that Fandol lacks; Noto Serif SC prints them.
LACKING = set("£―℡㎏㎡")


def test_the_font_files_are_those_the_script_made() -> None:
    sums = {name: digest for digest, name in (line.split() for line in SUMS.read_text().splitlines())}
    assert set(sums) == set(NAMES) == {path.name for path in FOLDER.glob("*.otf")}
    for name, expected in sums.items():
        assert hashlib.sha256((FOLDER / name).read_bytes()).hexdigest() == expected


def test_licence_exception_and_notice_lie_beside_the_fonts() -> None:
    assert "GNU GENERAL PUBLIC LICENSE" in (FOLDER / "COPYING").read_text()
    assert "embed" in (FOLDER / "FONT-EXCEPTION.txt").read_text()
    assert "mere aggregation" in (FOLDER / "NOTICE").read_text()


@pytest.mark.parametrize("name", NAMES)
def test_every_character_of_gb2312_has_a_glyph(name: str) -> None:
    characters = {chr(point) for point in character_set()}
    assert characters - {chr(point) for point in TTFont(FOLDER / name).getBestCmap()} == LACKING


def test_only_the_letters_own_fonts_are_loaded() -> None:
    assert set(load_fonts().loaded.families()) == {
        "FandolFang R",
        "FandolKai",
        "FandolSong",
        "Noto Sans SC",
        "Noto Serif SC",
    }


def test_a_folder_of_the_site_changes_the_fingerprint_but_not_the_default(tmp_path: Path) -> None:
    shutil.copy(FOLDER / "FandolKai-Regular.otf", tmp_path / "site.otf")
    assert load_fonts([tmp_path]).fingerprint != load_fonts().fingerprint
    assert render_pdf(letter(), [tmp_path]).engine != render_pdf(letter()).engine


def test_the_licensed_name_wins_where_a_site_has_added_the_font(tmp_path: Path) -> None:
    font = TTFont(FOLDER / "FandolKai-Regular.otf")
    for record in font["name"].names:
        if record.nameID in {1, 4, 16}:
            record.string = "FangSong_GB2312"
    font.save(tmp_path / "site.otf")
    assert load_fonts([tmp_path]).families["fang"][0] == "FangSong_GB2312"


def test_a_missing_font_stops_the_rendering_before_another_takes_its_place(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    shutil.copy(FOLDER / "FandolKai-Regular.otf", tmp_path)
    monkeypatch.setattr(fontset, "FOLDER", tmp_path)
    fontset._load.cache_clear()
    try:
        with pytest.raises(FontsUnavailable, match="FandolFang"):
            load_fonts()
    finally:
        fontset._load.cache_clear()
