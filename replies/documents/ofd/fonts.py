"""The fonts of the OFD: found by the name the PDF calls them with, and cut to the characters that are used."""

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTCollection, TTFont
from pylopdf_fonts_zh_cn import sans_path

from replies.documents.engine import UnshowableText
from replies.documents.fontset import FOLDER
from replies.documents.ofd.geometry import Unportable

_POSTSCRIPT, _FAMILY = 6, 1
_SUFFIXES = {".otf", ".ttf", ".ttc", ".otc"}


@dataclass
class UsedFont:
    """One font of the document: its number, where it lies, and the characters that it sets."""

    number: int
    name: str
    path: Path
    index: int
    characters: set[str] = field(default_factory=set)

    @property
    def file_name(self) -> str:
        """The name of its file in the container."""
        return f"Font_{self.number}{'.ttf' if self.path.suffix.lower() in {'.ttf', '.ttc'} else '.otf'}"

    @property
    def is_bold(self) -> bool:
        """Whether a reader that takes a font of its own instead should take a bold one."""
        return "Bold" in self.name or "XiaoBiaoSong" in self.name

    def family(self) -> str:
        """The family by its own name table."""
        with _open(self.path, self.index) as font:
            return str(font["name"].getDebugName(_FAMILY) or self.name)

    def subset(self) -> bytes:
        """The font with the used characters only. Raises UnshowableText for those it has no glyph for."""
        options = subset.Options(layout_features=[], name_IDs=[1, 2, 4, 6], notdef_outline=True)
        options.drop_tables += ["vhea", "vmtx", "VORG", "BASE", "GSUB", "GPOS", "GDEF"]  # every glyph has its place
        with _open(self.path, self.index) as font:
            missing = self.characters - {chr(point) for point in font.getBestCmap()}
            if missing:
                raise UnshowableText("".join(sorted(missing)))
            cutter = subset.Subsetter(options)
            cutter.populate(text="".join(sorted(self.characters)))
            cutter.subset(font)
            target = io.BytesIO()
            font.save(target)
        return target.getvalue()


class Fonts:
    """The fonts a document has used so far, in the order of their first use."""

    def __init__(self, font_dirs: Sequence[Path]) -> None:
        self._places = _places(tuple(Path(folder).resolve() for folder in font_dirs))
        self._used: dict[str, UsedFont] = {}

    def use(self, name: str, text: str, number: int) -> UsedFont:
        """Note that `text` is set in the font of this PostScript name; `number` is its own if it is new.

        Raises Unportable for a font that lies in none of the folders.
        """
        if name not in self._places:
            raise Unportable(f"the font {name}")
        path, index = self._places[name]
        font = self._used.setdefault(name, UsedFont(number, name, path, index))
        font.characters.update(text)
        return font

    def knows(self, name: str) -> bool:
        """Whether this font was used before."""
        return name in self._used

    def used(self) -> Iterator[UsedFont]:
        """All of them."""
        yield from self._used.values()


@lru_cache(maxsize=4)
def _places(extra: tuple[Path, ...]) -> dict[str, tuple[Path, int]]:
    """PostScript name to file and number in it, over all folders that typst reads; a site's own folders win."""
    found: dict[str, tuple[Path, int]] = {}
    for folder in (*extra, FOLDER, Path(sans_path()).parent):
        for path in sorted(folder.rglob("*")):
            if path.suffix.lower() in _SUFFIXES:
                for index, name in enumerate(_names(path)):
                    found.setdefault(name, (path, index))
    return found


def _names(path: Path) -> list[str]:
    if path.suffix.lower() in {".ttc", ".otc"}:
        with TTCollection(path, lazy=True) as fonts:
            return [str(font["name"].getDebugName(_POSTSCRIPT)) for font in fonts]
    with _open(path, 0) as font:
        return [str(font["name"].getDebugName(_POSTSCRIPT))]


def _open(path: Path, index: int) -> TTFont:
    # The font's own date of change stays, else no two cuts would be alike; its boxes stay too, for measuring every
    # outline again costs half the time.
    is_collection = path.suffix.lower() in {".ttc", ".otc"}
    number = index if is_collection else -1
    return TTFont(path, fontNumber=number, lazy=True, recalcTimestamp=False, recalcBBoxes=False)
