"""The numbers Word writes in front of list paragraphs: they are in no text of the document, only in its list styles."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from docx.oxml.ns import qn

from panjin_portal.lib.chinese import to_chinese

_PLACE = re.compile(r"%([1-9])")
_LONGEST_STYLE_CHAIN = 20
_LARGEST = 9999
_ROMAN = ((1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL"))
_ROMAN_BELOW = ((10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))
_STEMS, _BRANCHES = "甲乙丙丁戊己庚辛壬癸", "子丑寅卯辰巳午未申酉戌亥"
_LEGAL = str.maketrans("零一二三四五六七八九十百千万", "零壹贰叁肆伍陆柒捌玖拾佰仟萬")


@dataclass
class _Level:
    """One level of a list: where it starts, how it counts, its pattern (`%1、`)."""

    start: int = 1
    style: str = "decimal"
    pattern: str = ""
    legal: bool = False


class Numbering:
    """Counts through the paragraphs of one document, in order."""

    def __init__(self, part: Any) -> None:
        self._lists: dict[str, str] = {}
        self._levels: dict[str, dict[int, _Level]] = {}
        self._linked: dict[tuple[str, str], int] = {}
        self._overrides: dict[str, dict[int, int]] = {}
        self._started: set[tuple[str, int]] = set()
        self._counts: dict[str, dict[int, int]] = defaultdict(dict)
        self._styles = {style.get(qn("w:styleId")): style for style in part.styles.element.iter(qn("w:style"))}
        self._default = next(
            (
                style_id
                for style_id, style in self._styles.items()
                if style.get(qn("w:type")) == "paragraph" and style.get(qn("w:default")) in ("1", "true", "on")
            ),
            None,
        )
        root = _numbering_root(part)
        if root is not None:
            self._read(root)

    def label(self, paragraph: Any) -> str:
        """What Word prints in front of the paragraph, "" when nothing; counts one on."""
        found = self._place(paragraph)
        if found is None:
            return ""
        list_id, depth = found
        abstract = self._lists.get(list_id)
        if abstract is None or depth not in self._levels[abstract]:
            return ""
        levels, counts = self._levels[abstract], self._counts[abstract]
        for at, start in self._overrides.get(list_id, {}).items():
            if (list_id, at) not in self._started and at == depth:
                counts[at] = start - 1
        self._started.add((list_id, depth))
        counts[depth] = counts.get(depth, levels[depth].start - 1) + 1
        for deeper in [at for at in counts if at > depth]:
            del counts[deeper]
        level = levels[depth]
        if level.style == "bullet":
            return _visible(level.pattern)
        return _PLACE.sub(lambda place: self._number(levels, counts, int(place.group(1)) - 1, level), level.pattern)

    def _number(self, levels: dict[int, _Level], counts: dict[int, int], at: int, shown_in: _Level) -> str:
        level = levels.get(at)
        if level is None:
            return ""
        return _format(counts.get(at, level.start), "decimal" if shown_in.legal else level.style)

    def _place(self, paragraph: Any) -> tuple[str, int] | None:
        properties = paragraph.find(qn("w:pPr"))
        own = _list_of(properties)
        style = properties.find(qn("w:pStyle")) if properties is not None else None
        style_id = style.get(qn("w:val")) if style is not None else self._default
        inherited: tuple[str | None, int | None] = (None, None)
        holder = style_id
        for _ in range(_LONGEST_STYLE_CHAIN):
            element = self._styles.get(holder)
            if element is None:
                break
            found = _list_of(element.find(qn("w:pPr")))
            inherited = (inherited[0] or found[0], inherited[1] if inherited[1] is not None else found[1])
            if inherited[0] is not None:
                break
            based_on = element.find(qn("w:basedOn"))
            holder = based_on.get(qn("w:val")) if based_on is not None else None
        list_id = own[0] or inherited[0]
        if list_id is None or list_id == "0":  # 0 takes a paragraph out of the list of its style
            return None
        depth = own[1] if own[1] is not None else inherited[1]
        if depth is None:
            depth = self._linked.get((self._lists.get(list_id, ""), holder or ""), 0)
        return list_id, depth

    def _read(self, root: Any) -> None:
        for abstract in root.iter(qn("w:abstractNum")):
            abstract_id = abstract.get(qn("w:abstractNumId"))
            self._levels[abstract_id] = {}
            for element in abstract.iter(qn("w:lvl")):
                depth = int(element.get(qn("w:ilvl"), "0"))
                self._levels[abstract_id][depth] = _level(element)
                linked = element.find(qn("w:pStyle"))
                if linked is not None:
                    self._linked[abstract_id, linked.get(qn("w:val"))] = depth
        for instance in root.iter(qn("w:num")):
            list_id = instance.get(qn("w:numId"))
            reference = instance.find(qn("w:abstractNumId"))
            abstract_id = reference.get(qn("w:val")) if reference is not None else None
            if abstract_id in self._levels:
                self._lists[list_id] = abstract_id
                self._override(list_id, abstract_id, instance)

    def _override(self, list_id: str, abstract_id: str, instance: Any) -> None:
        starts: dict[int, int] = {}
        replaced: dict[int, _Level] = {}
        for override in instance.iter(qn("w:lvlOverride")):
            depth = int(override.get(qn("w:ilvl"), "0"))
            start, level = override.find(qn("w:startOverride")), override.find(qn("w:lvl"))
            if start is not None:
                starts[depth] = int(start.get(qn("w:val"), "1"))
            if level is not None:
                replaced[depth] = _level(level)
        if replaced:  # its own levels make it a list of its own
            own_id = f"{abstract_id}/{list_id}"
            self._levels[own_id] = {**self._levels[abstract_id], **replaced}
            self._lists[list_id] = own_id
        self._overrides[list_id] = starts


def _numbering_root(part: Any) -> Any:
    """None where the document has no lists; python-docx would make an empty part."""
    for relation in part.rels.values():
        if relation.reltype.endswith("/numbering") and not relation.is_external:
            return relation.target_part.element
    return None


def _list_of(properties: Any) -> tuple[str | None, int | None]:
    """List and depth named by paragraph properties; either may be missing."""
    found = properties.find(qn("w:numPr")) if properties is not None else None
    if found is None:
        return None, None
    list_id, depth = found.find(qn("w:numId")), found.find(qn("w:ilvl"))
    return (
        list_id.get(qn("w:val")) if list_id is not None else None,
        int(depth.get(qn("w:val"), "0")) if depth is not None else None,
    )


def _level(element: Any) -> _Level:
    def value(name: str, default: str) -> str:
        child = element.find(qn(name))
        return child.get(qn("w:val"), default) if child is not None else default

    return _Level(
        start=int(value("w:start", "0")),
        style=value("w:numFmt", "decimal"),
        pattern=value("w:lvlText", ""),
        legal=element.find(qn("w:isLgl")) is not None,
    )


def _visible(sign: str) -> str:
    """A bullet that is a character of text; those of symbol fonts lie in the private area and mean nothing here."""
    return "".join(character for character in sign if not "\ue000" <= character <= "\uf8ff")


def _format(number: int, style: str) -> str:
    number = max(0, min(number, _LARGEST))
    known = _STYLES.get(style)
    return known(number) if known else str(number)


def _letters(number: int) -> str:
    """a … z, aa … zz: the letter is repeated."""
    return chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1) if number else ""


def _roman(number: int) -> str:
    text = ""
    for value, sign in _ROMAN + _ROMAN_BELOW:
        text += sign * (number // value)
        number %= value
    return text


def _circled(number: int) -> str:
    return chr(0x2460 + number - 1) if 1 <= number <= 20 else str(number)


def _digit_by_digit(number: int) -> str:
    return "".join("〇一二三四五六七八九"[int(digit)] for digit in str(number))


_STYLES: dict[str, Callable[[int], str]] = {
    "none": lambda _: "",
    "chineseCounting": to_chinese,
    "chineseCountingThousand": to_chinese,
    "taiwaneseCounting": to_chinese,
    "taiwaneseCountingThousand": to_chinese,
    "japaneseCounting": to_chinese,
    "japaneseDigitalTenThousand": _digit_by_digit,
    "ideographDigital": _digit_by_digit,
    "taiwaneseDigital": _digit_by_digit,
    "chineseLegalSimplified": lambda number: to_chinese(number).translate(_LEGAL),
    "ideographTraditional": lambda number: _STEMS[(number - 1) % 10] if number else "",
    "ideographZodiac": lambda number: _BRANCHES[(number - 1) % 12] if number else "",
    "decimalZero": lambda number: f"{number:02d}",
    "decimalFullWidth": lambda number: str(number).translate(str.maketrans("0123456789", "０１２３４５６７８９")),
    "decimalEnclosedCircle": _circled,
    "decimalEnclosedCircleChinese": _circled,
    "upperLetter": lambda number: _letters(number).upper(),
    "lowerLetter": _letters,
    "upperRoman": _roman,
    "lowerRoman": lambda number: _roman(number).lower(),
}
