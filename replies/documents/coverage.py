"""Which characters of a letter no font can show, told before it is typeset: a signed text can no more be mended.

typst takes the first family of a list that has the glyph and looks no further (`fallback: false` in the templates), so
a character is shown where any family of its list has it. Only the table of characters of each font is read, once per
process; the letter is looked at as `layout.template_data` hands it to the template.
"""

import logging
import unicodedata
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from replies.documents.fontset import FontsUnavailable, find_fonts
from replies.documents.layout import places_of, template_data
from replies.documents.letter import Letter
from replies.documents.pdf import MissingGlyph

logger = logging.getLogger(__name__)

# The list of families that the templates name for each part; blocks name their own, all the rest is 仿宋.
_ROLES = {"masthead": "song", "title_lines": "song", "class_mark": "hei"}
_FANG = ("number", "addressee", "signers", "signed_on", "remarks", "copies", "printed_by", "printed_on")
# Signs without a shape of their own (variation selectors and the like): the shaper drops them where a font has none.
_SHAPELESS = frozenset({0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x3164, 0xFFA0, *range(0xFE00, 0xFE10)}) | frozenset(
    range(0xE0100, 0xE01F0)
)


def missing_glyphs(letter: Letter, font_dirs: Sequence[Path] = ()) -> MissingGlyph | None:
    """What typesetting would refuse in `letter`, with characters and places in Chinese; None when all can be shown.

    `font_dirs`: folders of the site, as for `pdf.render_pdf`. With a broken installation it finds nothing: making the
    file says that better. Pure but for the fonts: asks no database.
    """
    characters = lacking(letter_parts(template_data(letter, in_one_line)), font_dirs)
    return MissingGlyph(characters, places_of(letter, characters)) if characters else None


def lacking(parts: Iterable[tuple[str, str]], font_dirs: Sequence[Path] = ()) -> tuple[str, ...]:
    """The characters of `parts` (role of the fonts, text as it is printed) that none of these fonts has, each once;
    none with a broken installation."""
    try:
        known = _known(tuple(Path(folder).resolve() for folder in font_dirs))
    except FontsUnavailable:
        logger.exception("the fonts of the letter cannot be read")
        return ()
    found: dict[str, None] = {}
    for role, text in parts:
        found |= dict.fromkeys(known[role].lacks(text))
    return tuple(found)


def in_one_line(title: str, _: int) -> tuple[str, ...]:
    """A title unbroken, for who only reads the words (`layout.template_data`)."""
    return (title,)


class _Repertoire:
    """What the fonts of one list can show. A letter has thousands of characters and a few hundred different ones, most
    of them those of the letter before: what has been found is not looked for again."""

    def __init__(self, fonts: Sequence["array[int]"]) -> None:
        self._fonts = fonts
        self._shown: set[str] = set()

    def lacks(self, text: str) -> list[str]:
        """The characters of `text` no font has, in its order."""
        new = set(text) - self._shown
        if not new:
            return []
        lacking = {character for character in new if not self._is_shown(character)}
        self._shown |= new - lacking
        return sorted(lacking, key=text.index)

    def _is_shown(self, character: str) -> bool:
        """Whether one of the fonts has it, or all parts it is made of."""
        return ord(character) in _SHAPELESS or any(
            _has(font, character) or all(_has(font, part) for part in _parts_of(character)) for font in self._fonts
        )


def _parts_of(character: str) -> str:
    return unicodedata.normalize("NFD", character)


def _has(font: "array[int]", character: str) -> bool:
    point = ord(character)
    at = bisect_left(font, point)
    return at < len(font) and font[at] == point


def letter_parts(data: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The texts of a letter that are printed, each with the role of its fonts, in about the order of print. `data`: as
    the template reads it; a book has not all of it."""
    for name, role in _ROLES.items():
        yield role, "".join(data.get(name, ""))
    for name in _FANG:
        yield "fang", "".join(data.get(name, ""))
    for block in data["blocks"]:
        yield block["font"], block["lead"]
        yield block["font"] if block["kind"] == "heading" else "fang", block["text"]
    for annex in data["annexes"]:
        yield "hei", annex["label"]
        yield "song", "".join(annex["title_lines"])
        yield "fang", "".join(annex["paragraphs"])
        for table in annex["tables"]:
            yield "hei", "".join(table["heads"])
            yield "fang", "".join(line for row in table["rows"] for cell in row for line in cell)


@lru_cache(maxsize=4)
def _known(extra: tuple[Path, ...]) -> dict[str, _Repertoire]:
    """Role to what the families in its list have (sorted code points of each)."""
    found, families = find_fonts(extra)
    wanted = {name for names in families.values() for name in names}
    points: dict[str, set[int]] = {}
    for font in found.fonts():
        if font.family in wanted:
            points.setdefault(font.family, set()).update(_points(Path(font.path or ""), font.index))
    kept = {name: _sorted(points.get(name, ())) for name in wanted}
    return {role: _Repertoire([kept[name] for name in names]) for role, names in families.items()}


def _sorted(points: Iterable[int]) -> "array[int]":
    return array("I", sorted(points))


def _points(path: Path, index: int) -> Iterable[int]:
    # Imported here: who only makes a PDF needs no fontTools.
    from fontTools.ttLib import TTFont, TTLibError

    try:
        with TTFont(path, fontNumber=index, lazy=True) as font:
            # Names of our own, lest the outlines of the whole font be opened for theirs.
            font.setGlyphOrder([str(number) for number in range(font["maxp"].numGlyphs)])
            return set(font.getBestCmap() or ())
    except (OSError, TTLibError) as error:
        raise FontsUnavailable(f"cannot read {path.name}") from error
