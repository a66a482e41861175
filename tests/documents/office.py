"""LibreOffice as a second reader of the DOCX: its own PDF of a file, with the free fonts under the licensed names."""

from __future__ import annotations

import io
import os
import subprocess
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from xml.sax.saxutils import escape

import pdfplumber
from pylopdf_fonts_zh_cn import sans_path

from replies.documents.docx.styles import FONTS
from replies.documents.fontset import FOLDER
from tests.documents.samples import MM, TYPE_AREA_BOTTOM

_FREE = {
    "fang": "FandolFang R",
    "kai": "FandolKai",
    "hei": "Noto Sans SC",
    "song": "FandolSong",
    "serif": "Noto Serif SC",
}
Line = tuple[int, str]  # the page, the text without blanks


def converted(files: Mapping[str, bytes], folder: Path) -> dict[str, bytes]:
    """DOCX by name -> the PDF LibreOffice makes of each, in one run with a profile of its own in `folder`."""
    (folder / "fonts.conf").write_text(_fonts(folder / "cache"), encoding="utf-8")
    for name, content in files.items():
        (folder / f"{name}.docx").write_bytes(content)
    subprocess.run(
        [
            "soffice", f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--convert-to", "pdf",
            "--outdir", str(folder), *(str(folder / f"{name}.docx") for name in files),
        ],
        env={**os.environ, "FONTCONFIG_FILE": str(folder / "fonts.conf"), "HOME": str(folder)},
        check=True, capture_output=True, timeout=240,
    )  # fmt: skip
    return {name: (folder / f"{name}.pdf").read_bytes() for name in files}


def lines_of(pdf: bytes) -> list[Line]:
    """The printed lines of the type area, page by page from above; one line is what shares a baseline (2 pt)."""
    found: list[Line] = []
    with pdfplumber.open(io.BytesIO(pdf)) as document:
        for number, page in enumerate(document.pages, start=1):
            rows: list[tuple[float, list[tuple[float, str]]]] = []
            for one in sorted(page.chars, key=lambda c: -c["matrix"][5]):
                if one["top"] / MM >= TYPE_AREA_BOTTOM or not one["text"].strip():
                    continue
                if not rows or rows[-1][0] - one["matrix"][5] > 2:
                    rows.append((one["matrix"][5], []))
                rows[-1][1].append((one["x0"], one["text"]))
            found += [(number, "".join(text for _, text in sorted(row))) for _, row in rows]
    return found


def shared(one: list[Line], other: list[Line]) -> int:
    """How many lines stand with the same text on the same page in both."""
    return sum((Counter(one) & Counter(other)).values())


def _fonts(cache: Path) -> str:
    folders = "".join(f"<dir>{escape(str(path))}</dir>" for path in (FOLDER, Path(sans_path()).parent))
    stand_ins = "".join(
        f'<match target="pattern"><test name="family"><string>{FONTS[role]}</string></test>'
        f'<edit name="family" mode="assign" binding="strong"><string>{free}</string></edit></match>'
        for role, free in _FREE.items()
    )
    return (
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">'
        f"<fontconfig>{folders}<cachedir>{escape(str(cache))}</cachedir>{stand_ins}</fontconfig>"
    )
