"""The style sheets and scripts stay small, are our own, and ask nobody else for anything."""

import re
from pathlib import Path

import pytest

STATIC = Path(__file__).parents[2] / "static"
SCRIPTS = sorted((STATIC / "js").glob("*.js"))
SHEETS = sorted((STATIC / "css").glob("*.css"))


def minified(sheet: Path) -> str:
    """The rules alone, as sizes of style sheets are compared: no comments, no blanks that only format."""
    without_comments = re.sub(r"/\*.*?\*/", "", sheet.read_text(encoding="utf-8"), flags=re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"\s*([{};:,>])\s*", r"\1", without_comments))


def test_all_style_sheets_together_are_under_25_kilobytes() -> None:
    assert 0 < sum(len(minified(sheet).encode()) for sheet in SHEETS) < 25 * 1024


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_a_script_is_under_150_lines(script: Path) -> None:
    assert len(script.read_text(encoding="utf-8").splitlines()) < 150


@pytest.mark.parametrize("file", SCRIPTS + SHEETS, ids=lambda path: path.name)
def test_no_file_asks_another_server_or_names_a_source_map(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert not re.search(r"https?://|sourceMappingURL|@import", text)


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_no_script_makes_html_or_code_out_of_text(script: Path) -> None:
    text = script.read_text(encoding="utf-8")
    assert not re.search(r"\.innerHTML\s*=|insertAdjacentHTML|\beval\(|new Function|document\.write", text)


def test_every_custom_property_that_is_used_is_defined() -> None:
    text = "".join(sheet.read_text(encoding="utf-8") for sheet in SHEETS)
    assert set(re.findall(r"var\((--[a-z0-9-]+)\)", text)) <= set(re.findall(r"(--[a-z0-9-]+):", text))
