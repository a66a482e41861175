"""Characters that look like another one: some programs write the radical 页 where the character 页 was meant."""

from __future__ import annotations

import unicodedata

# Radicals that are whole characters (2E80-2EFF); unlike those of 2F00-2FDF they have no compatibility form.
_SUPPLEMENT = str.maketrans(
    "⺁⺇⺒⺓⺜⺝⺟⺠⺧⺩⺪⺫⺬⺮⺶⺻⺼⺽⻁⻄⻅⻆⻉⻊⻋⻑⻓⻔⻗⻘⻙⻚⻛⻜⻝⻢⻣⻤⻥⻦⻧⻨⻩⻪⻬⻮⻰⻳",
    "厂几巳幺日月母民牛王疋目示竹羊聿肉臼虎西见角贝足车長长门雨青韦页风飞食马骨鬼鱼鸟卤麦黄黾齐齿龙龟",
)


def usual(text: str) -> str:
    """The text with radicals and compatibility ideographs as the characters they stand for; the rest as it is."""
    return "".join(map(_usual, text.translate(_SUPPLEMENT)))


def _usual(character: str) -> str:
    if "\u2e80" <= character <= "\u2fdf" or "\uf900" <= character <= "\ufaff":
        return unicodedata.normalize("NFKC", character)
    return character
