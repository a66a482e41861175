"""Cleaning of plain text that people typed or pasted, and the splitting of numbered suggestions."""

import re
import unicodedata

# Word's soft line break (\v), form feed, NEL and the Unicode separators all mean "new line" to the person who pastes.
_LINE_BREAK = re.compile(r"\r\n|[\r\v\f\x85\u2028\u2029]")
# Invisible and harmless: soft hyphen, zero-width space, direction marks, word joiner, byte order mark.
_INVISIBLE = re.compile("[\u00ad\u200b\u200e\u200f\u2060\ufeff]")
# Direction overrides and isolates can make a text read otherwise than it is stored.
_DIRECTION = re.compile("[\u202a-\u202e\u2066-\u2069]")
_BLANKS = " \u3000\u00a0"
_BLANK_LINES = re.compile(r"\n{3,}")

_COUNT = "[〇零一二三四五六七八九十百]{1,4}"
_FIGURES = "[0-9０-９]{1,3}"
_AFTER_FIGURES = "(?![0-9０-９])"  # 1.5亿元 and 5、6月份 begin with a figure, not with a marker
_MARKERS = tuple(
    re.compile(rf"[{_BLANKS}]*(?:{pattern})[{_BLANKS}]*")
    for pattern in (
        rf"{_COUNT}[、.．]",
        rf"[（(]{_COUNT}[）)]、?",
        rf"{_FIGURES}[.．、]{_AFTER_FIGURES}",
        rf"[（(]{_FIGURES}[）)]、?",
        rf"{_FIGURES}[）)]",
        rf"{_COUNT}是[，,：:]?",
        rf"第{_COUNT}(?:[，,、：:]|是[，,：:]?)",
        rf"其{_COUNT}[，,、：:]",
        rf"建议(?:{_COUNT}|{_FIGURES})[：:、.．]",
        "[①-⑳]、?",
    )
)
_HEADING = re.compile("[^。；]{0,8}(?:建议|对策|措施)[^。；]{0,3}")


def clean_text(raw: str) -> str:
    """`raw` as it is stored: new lines as \\n, tabs as spaces, nothing invisible, no trailing blanks.

    Never more than one blank line in a row, none at either end; the indent of a line stays. Cleaning twice changes
    nothing more. Private-use and rare characters stay: names are written with them.
    """
    text = _LINE_BREAK.sub("\n", raw).replace("\t", " ")
    text = _DIRECTION.sub("", _INVISIBLE.sub("", text))
    text = "".join(character for character in text if character == "\n" or not _is_control(character))
    text = "\n".join(line.rstrip(_BLANKS) for line in text.split("\n"))
    return _BLANK_LINES.sub("\n\n", text).strip("\n")


def has_control_characters(raw: str) -> bool:
    """Whether `raw` holds what no honest typing gives: control characters, direction overrides, lone surrogates.

    Line breaks of any kind, tabs and zero-width characters come along with pasted text and do not count.
    """
    text = _LINE_BREAK.sub("", raw)
    return _DIRECTION.search(text) is not None or any(
        character not in "\n\t" and _is_control(character) for character in text
    )


def split_asks(text: str) -> list[str]:
    """The asks of a numbered text (具体建议), without their markers; a text without numbers is one ask.

    The first marker at the start of a line sets the kind (一、 （一） 1. 一是 第一， …): each line of that kind begins
    an ask, other lines, sub-items included, belong to the ask above them. What stands before the first marker
    introduces the list and is left out, so is a lone heading such as 三、具体建议 above a list of another kind.
    """
    lines = [line for line in clean_text(text).split("\n") if line.strip()]
    return _split(lines)


def _split(lines: list[str]) -> list[str]:
    marker = next((kind for line in lines for kind in _MARKERS if kind.match(line)), None)
    if marker is None:
        return _joined([lines])
    asks: list[list[str]] = []
    for line in lines:
        found = marker.match(line)
        if found:
            asks.append([line[found.end() :]])
        elif asks:
            asks[-1].append(line)
    if len(asks) == 1 and _HEADING.fullmatch(asks[0][0]) and len(asks[0]) > 1:
        return _split(asks[0][1:])  # this kind of marker is used up: at most one step down per kind
    return _joined(asks)


def _joined(asks: list[list[str]]) -> list[str]:
    texts = ("\n".join(part.strip() for part in lines if part.strip()) for lines in asks)
    return [text for text in texts if text]


def _is_control(character: str) -> bool:
    # Lone surrogates cannot be encoded; noncharacters are forbidden in XML and so in DOCX and OFD.
    point = ord(character)
    is_noncharacter = point & 0xFFFE == 0xFFFE or 0xFDD0 <= point <= 0xFDEF
    return unicodedata.category(character) in {"Cc", "Cs"} or is_noncharacter
