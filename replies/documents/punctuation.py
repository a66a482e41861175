"""Half-width punctuation in Chinese text made full-width, for layout only (pure).

Real replies are typed with ASCII ``, : ; ( )`` between Chinese characters; GB/T 15834 wants the
full-width signs, and a line of 28 characters comes out only with them (TECH.md 1.3). What is signed
and stored keeps the characters that were typed.
"""

import re

_WIDE = {",": "，", ";": "；", ":": "：", "?": "？", "!": "！"}
_OPEN, _CLOSE = {"(": "（", "（": "（"}, {")": "）", "）": "）"}
_HAN = re.compile(r"[〇々㐀-䶿一-鿿豈-﫿\U00020000-\U0003ffff]")
_SIGNS = "，。、；：？！“”‘’（）《》〈〉〔〕【】「」『』—…"
# A blank beside a full-width sign is a typing slip; one between two words (李 明) may be meant.
_BLANK_BESIDE_SIGN = re.compile(
    rf"(?<=[{_SIGNS}])[ \u00a0]+(?=[{_SIGNS}]|{_HAN.pattern})|(?<={_HAN.pattern})[ \u00a0]+(?=[{_SIGNS}])"
)


def is_chinese(character: str) -> bool:
    """Whether one character (or "" for none) is a Chinese character or a full-width sign."""
    return bool(character) and (character in _SIGNS or _HAN.match(character) is not None)


def full_width(text: str) -> str:
    """Return one line with ``, ; : ? !`` and round brackets widened where they touch Chinese.

    Between Western characters (12,345 and 10:30 and http://) they stay, and so do full stops and
    percent signs: `1.` and `201.68%` are no Chinese punctuation. Applying it twice changes nothing.
    """
    # A widened sign is Chinese to its neighbours, so go on until nothing changes; each round widens one at least.
    while (wider := _widened(text)) != text:
        text = wider
    return text


def _widened(text: str) -> str:
    characters = _widen_brackets(list(text))
    for index, character in enumerate(characters):
        if character in _WIDE and any(map(is_chinese, _neighbours(characters, index))):
            characters[index] = _WIDE[character]
    return _BLANK_BESIDE_SIGN.sub("", "".join(characters))


def _neighbours(characters: list[str], index: int) -> tuple[str, str]:
    before = next((c for c in reversed(characters[:index]) if not c.isspace()), "")
    after = next((c for c in characters[index + 1 :] if not c.isspace()), "")
    return before, after


def _widen_brackets(characters: list[str]) -> list[str]:
    """Widen pairs of brackets that hold or touch Chinese; a half pair follows its other half."""
    opened: list[int] = []
    for index, character in enumerate(characters):
        if character in _OPEN:
            opened.append(index)
        elif character in _CLOSE:
            start = opened.pop() if opened else index
            inside = characters[start : index + 1]
            if (
                any(map(is_chinese, inside))
                or is_chinese(_neighbours(characters, start)[0])
                or is_chinese(_neighbours(characters, index)[1])
            ):
                characters[start] = _OPEN.get(characters[start], characters[start])
                characters[index] = _CLOSE[character]
    for index in opened:
        if any(map(is_chinese, _neighbours(characters, index))):
            characters[index] = _OPEN[characters[index]]
    return characters
