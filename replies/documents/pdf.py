"""The papers as PDF: GB/T 9704-2012 (DOMAIN.md 2.2 and 2.3), PDF/A-2a and PDF/UA-1."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from replies.documents.archival import Archival, archival_data
from replies.documents.engine import Pdf, UnshowableText, typeset
from replies.documents.formats import Format
from replies.documents.layout import named_places, places_of, template_data
from replies.documents.letter import Letter, printed_lines
from replies.documents.making import make
from replies.documents.preview import Preview, preview_data
from replies.documents.ruled import RuledForm, form_data, form_places

__all__ = ["MissingGlyph", "Pdf", "render", "render_pdf"]

_SHOWN = 5
# Places that hold nothing but names.
_NAMES = ("提案者", "主送", "署名", "联系人", "抄送", "印发机关", "发文机关标志")
_FOR_NAMES = "姓名和单位名称不必改字：请管理员添加含有该字的字体（README 中的 FONT_DIRS），添加后就能印出。"
Printable = Letter | RuledForm | Preview | Archival
Typesetter = Callable[[Mapping[str, Any], Sequence[Path]], Pdf]


class MissingGlyph(Exception):
    """A character of the paper is in none of the fonts; `message` names it and its place in Chinese."""

    def __init__(self, characters: Sequence[str], places: Sequence[str]) -> None:
        named = "、".join(f"“{c}”（{' '.join(f'U+{ord(part):04X}' for part in c)}）" for c in characters)
        where = "；".join(places[:_SHOWN]) + (f"等{len(places)}处" if len(places) > _SHOWN else "")
        self.characters = tuple(characters)
        self.named, self.where = named, where
        self.message = f"字库里没有{named}，不能生成公文。位置：{where}。{_advice(places)}"
        super().__init__(self.message)


def _advice(places: Sequence[str]) -> str:
    """What helps: a text can say it otherwise, a name cannot."""
    is_name = [place.partition("“")[0].endswith(_NAMES) for place in places]
    return _FOR_NAMES if is_name and all(is_name) else f"请改用规范汉字；{_FOR_NAMES}"


def render_pdf(source: Printable, font_dirs: Sequence[Path] = ()) -> Pdf:
    """Render in this process. `font_dirs` are extra folders with fonts a site has a licence for.

    Equal letters give equal bytes, on every machine with the same engine. Raises MissingGlyph or
    TypesettingError. Web and queue workers use `process.render_in_process`, which has limits.
    """
    return render_with(typeset, source, font_dirs)


def render(source: Printable, kind: Format, font_dirs: Sequence[Path] = ()) -> Pdf:
    """Make any kind of file in this process. Raises MissingGlyph or TypesettingError."""
    return render_with(lambda data, folders: make(data, folders, kind), source, font_dirs)


def render_with(typesetter: Typesetter, source: Printable, font_dirs: Sequence[Path]) -> Pdf:
    """Render by `typesetter`, here or in another process, and put its refusals into the words of the paper."""
    try:
        return typesetter(_data_of(source), font_dirs)
    except UnshowableText as refused:
        if isinstance(source, RuledForm):
            places = list(form_places(source))
            characters = refused_characters("".join(text for _, text in places), refused.text)
            raise MissingGlyph(characters, named_places(places, characters)) from refused
        letter = source if isinstance(source, Letter) else source.letter
        characters = refused_characters("".join(printed_lines(letter)), refused.text)
        raise MissingGlyph(characters, places_of(letter, characters)) from refused


def _data_of(source: Printable) -> dict[str, Any]:
    if isinstance(source, RuledForm):
        return form_data(source)
    if isinstance(source, Archival):
        return archival_data(source)
    return preview_data(source) if isinstance(source, Preview) else template_data(source)


def refused_characters(whole: str, text: str) -> list[str]:
    """typst names the refused text; keep what the paper really contains, else the text itself."""
    return list(dict.fromkeys(c for c in text if c in whole)) or [text]
