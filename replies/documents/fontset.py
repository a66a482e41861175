"""Which font files a letter is set with, and a fingerprint of them for the record.

TECH.md section 2: three Fandol files cut to GB2312 lie in `fonts/`; Noto Sans SC and Noto Serif SC come
from a package and stand in for every character that Fandol lacks (members' names). A site may add
folders with fonts it has a licence for; then the usual official names win, and fonts of any other name
are asked last, for what all others lack (the rarest characters of names). Imports no Django.
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path

import typst
from pylopdf_fonts_zh_cn import sans_path

FOLDER = Path(__file__).parent / "fonts"
SUMS = FOLDER / "SHA256SUMS"
_NOTO_PACKAGE = "pylopdf-fonts-zh-cn"
_FALLBACK = "Noto Serif SC"

# DOMAIN.md 2.4: the licensed names first, used only where a site has added them.
_FAMILIES: dict[str, tuple[str, ...]] = {
    "fang": ("FangSong_GB2312", "仿宋_GB2312", "FandolFang R", _FALLBACK),
    "kai": ("KaiTi_GB2312", "楷体_GB2312", "FandolKai", _FALLBACK),
    "hei": ("SimHei", "黑体", "Noto Sans SC"),
    "song": ("FZXiaoBiaoSong-B05S", "方正小标宋简体", "FandolSong", _FALLBACK),
    "serif": (_FALLBACK,),
}


_OURS = {"FandolFang R", "FandolKai", "FandolSong", "Noto Sans SC", _FALLBACK}

# The width of one common character in each family. A family whose file could not be read sets nothing at
# all, without an error even under PDF/A, and stays unread for the life of the process.
_PROBE = b"""
#set text(lang: "zh", fallback: false)
#let width(name) = measure(text(font: name)[\xe6\xb0\xb8]).width.pt()
#context [#metadata(json(bytes(sys.inputs.names)).map(width))<widths>]
"""


class FontsUnavailable(RuntimeError):
    """A font of the letter cannot be loaded: a broken installation, or no memory left to read it."""


@dataclass(frozen=True)
class FontSet:
    """Loaded fonts, the families to ask for by role, and twelve hexadecimal digits that tell sets apart."""

    loaded: typst.Fonts
    families: dict[str, tuple[str, ...]]
    fingerprint: str


def load_fonts(extra: Iterable[Path] = ()) -> FontSet:
    """Load the letter's fonts and those of the `extra` folders. System fonts are never used.

    Raises FontsUnavailable; otherwise every font is in memory, for typst reads them late and takes the next
    family without a word when it cannot, which would change the letter's look or find glyphs missing.
    """
    return _load(tuple(Path(folder).resolve() for folder in extra))


@lru_cache(maxsize=4)
def _load(extra: tuple[Path, ...]) -> FontSet:
    loaded, families = find_fonts(extra)
    named = {name for names in _FAMILIES.values() for name in names}  # the others need not have the common character
    _read_all(loaded, sorted({name for names in families.values() for name in names} & named))
    return FontSet(loaded=loaded, families=families, fingerprint=_fingerprint(extra))


def find_fonts(extra: Iterable[Path]) -> tuple[typst.Fonts, dict[str, tuple[str, ...]]]:
    """The fonts of the letter, found but not yet read, and for each role the families that are there, first choice
    first. Raises FontsUnavailable when one of ours is not."""
    extra = tuple(extra)
    folders = [str(folder) for folder in (*extra, FOLDER, Path(sans_path()).parent)]
    loaded = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=folders)
    present = set(loaded.families())
    last = _others(extra)
    families = {role: (*(name for name in names if name in present), *last) for role, names in _FAMILIES.items()}
    absent = sorted(_OURS - present)
    if absent:
        raise FontsUnavailable(f"no font {', '.join(absent)}")
    return loaded, families


def _others(extra: Sequence[Path]) -> list[str]:
    """The families of the site's folders that no role names, by name."""
    if not extra:
        return []
    paths = [str(folder) for folder in extra]
    found = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=paths)
    return sorted(set(found.families()) - {name for names in _FAMILIES.values() for name in names})


def _read_all(loaded: typst.Fonts, names: Sequence[str]) -> None:
    probe = typst.Compiler(
        input=_PROBE, font_paths=loaded, ignore_system_fonts=True, sys_inputs={"names": json.dumps(names)}
    )
    widths: list[float] = json.loads(probe.query("<widths>", field="value", one=True))
    unread = [name for name, width in zip(names, widths, strict=True) if width <= 0]
    if unread:
        raise FontsUnavailable(f"cannot read {', '.join(unread)}")


def _fingerprint(extra: Sequence[Path]) -> str:
    """Committed files are known by their committed sums, the package by its version, a site's own by content."""
    seen = hashlib.sha256(SUMS.read_bytes())
    seen.update(f"{_NOTO_PACKAGE} {version(_NOTO_PACKAGE)}".encode())
    for folder in extra:
        for path in sorted(folder.rglob("*")):
            if path.suffix.lower() in {".otf", ".ttf", ".ttc", ".otc"}:
                seen.update(hashlib.sha256(path.read_bytes()).digest())
    return seen.hexdigest()[:12]
