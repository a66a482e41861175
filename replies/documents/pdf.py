"""The letter as PDF: GB/T 9704-2012 letter format (DOMAIN.md 2.3), PDF/A-2a and PDF/UA-1."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from replies.documents.engine import Pdf, UnshowableText, typeset
from replies.documents.formats import Format
from replies.documents.layout import places_of, template_data
from replies.documents.letter import Letter, printed_lines
from replies.documents.making import make

__all__ = ["MissingGlyph", "Pdf", "render", "render_pdf"]

_SHOWN = 5
Typesetter = Callable[[Mapping[str, Any], Sequence[Path]], Pdf]


class MissingGlyph(Exception):
    """A character of the letter is in none of the fonts; `message` names it and its place in Chinese."""

    def __init__(self, characters: Sequence[str], places: Sequence[str]) -> None:
        named = "、".join(f"“{c}”（{' '.join(f'U+{ord(part):04X}' for part in c)}）" for c in characters)
        where = "；".join(places[:_SHOWN]) + (f"等{len(places)}处" if len(places) > _SHOWN else "")
        self.characters = tuple(characters)
        self.message = f"字库里没有{named}，不能生成公文。位置：{where}。请改用规范汉字，或请管理员添加含有该字的字体。"
        super().__init__(self.message)


def render_pdf(letter: Letter, font_dirs: Sequence[Path] = ()) -> Pdf:
    """Render in this process. `font_dirs` are extra folders with fonts a site has a licence for.

    Equal letters give equal bytes, on every machine with the same engine. Raises MissingGlyph or
    TypesettingError. Web and queue workers use `process.render_in_process`, which has limits.
    """
    return render_with(typeset, letter, font_dirs)


def render(letter: Letter, kind: Format, font_dirs: Sequence[Path] = ()) -> Pdf:
    """Make any kind of file in this process. Raises MissingGlyph or TypesettingError."""
    return render_with(lambda data, folders: make(data, folders, kind), letter, font_dirs)


def render_with(typesetter: Typesetter, letter: Letter, font_dirs: Sequence[Path]) -> Pdf:
    """Render by `typesetter`, here or in another process, and put its refusals into the letter's words."""
    try:
        return typesetter(template_data(letter), font_dirs)
    except UnshowableText as refused:
        characters = _characters(letter, refused.text)
        raise MissingGlyph(characters, places_of(letter, characters)) from refused


def _characters(letter: Letter, text: str) -> list[str]:
    """typst names the refused text; keep what the letter really contains, else the text itself."""
    whole = "".join(printed_lines(letter))
    return list(dict.fromkeys(c for c in text if c in whole)) or [text]
