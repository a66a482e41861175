"""Cut the three Fandol fonts of the letter down to what official Chinese needs.

A developer's tool, run by hand when the character set changes; it needs fontTools and Debian's
``texlive-lang-chinese``. The results are committed, so nothing here runs in the product:

    python replies/documents/fonts/make_fonts.py [FOLDER WITH Fandol*.otf]
"""

import hashlib
import sys
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

DEBIAN_FOLDER = Path("/usr/share/texlive/texmf-dist/fonts/opentype/public/fandol")
NAMES = ("FandolFang-Regular.otf", "FandolKai-Regular.otf", "FandolSong-Bold.otf")
SUMS = "SHA256SUMS"
EXTRA = "〔〕〇—–…‘’“”·•①②③④⑤⑥⑦⑧⑨⑩℃℡㎡㎏￥€£×÷±≤≥≈→★☆■□●○◆◇※№‰ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩ"


def character_set() -> set[int]:
    """Return the code points to keep: printable ASCII, all of GB2312 and the signs in `EXTRA`."""
    kept = set(range(0x20, 0x7F)) | {ord(sign) for sign in EXTRA}
    for row in range(0xA1, 0xF8):
        for cell in range(0xA1, 0xFF):
            try:
                kept.add(ord(bytes((row, cell)).decode("gb2312")))
            except UnicodeDecodeError:
                continue
    return kept


def cut(source: Path, target: Path, characters: set[int]) -> None:
    """Write to `target` the font `source` with only `characters`; names and licence text stay."""
    options = subset.Options()
    options.name_IDs = ["*"]
    options.name_languages = ["*"]
    options.notdef_outline = True
    options.layout_features = ["*"]
    options.recalc_timestamp = False
    font = subset.load_font(str(source), options)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=characters)
    subsetter.subset(font)
    subset.save_font(font, str(target), options)


def main(arguments: list[str]) -> int:
    """Cut every font, write `SHA256SUMS` and say what was kept; 1 when a source font is missing."""
    folder = Path(arguments[0]) if arguments else DEBIAN_FOLDER
    here = Path(__file__).parent
    missing = [name for name in NAMES if not (folder / name).is_file()]
    if missing:
        print(f"{folder}: no {', '.join(missing)}", file=sys.stderr)
        return 1
    characters = character_set()
    sums = []
    for name in NAMES:
        target = here / name
        cut(folder / name, target, characters)
        kept = set(TTFont(target).getBestCmap())
        sums.append(f"{hashlib.sha256(target.read_bytes()).hexdigest()}  {name}\n")
        print(f"{name}: {len(kept)} characters, {target.stat().st_size / 1e6:.2f} MB, without {len(characters - kept)}")
    (here / SUMS).write_text("".join(sums), encoding="ascii")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
