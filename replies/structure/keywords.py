"""Proposals for the subject words (主题词) of a publication, from the title, the topic and the text.

The rule can be told in one sentence: the topic first, then those parts of the proposal's title that the text
repeats most, longer parts before shorter ones, and only pieces that stand in different surroundings, as words do. A
person edits the result (DOMAIN.md 4.1).
"""

from __future__ import annotations

import re

MOST = 5
_SHORTEST, _LONGEST, _LONGEST_UNCUT = 2, 6, 10
_NOT_CHINESE = re.compile(r"[^\u4e00-\u9fff]+")
# Words of form, not of matter: they split the title, and no subject word contains them.
_FORM_WORDS = (
    "进一步|不断|持续|加快|加强|加大|推动|推进|促进|提升|提高|完善|健全|优化|强化|规范|解决|建立|打造|构建|深化|开展|做好|"
    "实施|关于|建议|提案|答复|会办意见|工作|建设|问题|措施|力度|水平|发展|情况|盘锦市|盘锦|我市|全市|市政协|政协|人大|会议|"
    "对|的|和|与|及|在|以|为|中|等"
)
_SPLIT = re.compile(_FORM_WORDS)
_SESSION = re.compile(r"第?[一二三四五六七八九十\d]+届[^关《]{0,16}?次会议|第?[A-Za-z平]*\d+号")


def propose_keywords(title: str, topic: str, text: str) -> list[str]:
    """At most five subject words, the topic first, then the parts of the title by how often they recur."""
    words = [topic.strip()] if topic.strip() else []
    parts = _parts(title)
    for word in sorted(_picked(parts, text), key=lambda found: -text.count(found)):
        if len(words) < MOST and not any(word in known or known in word for known in words):
            words.append(word)
    return words


def _parts(title: str) -> list[str]:
    without_numbers = _SESSION.sub(" ", title)
    return [
        piece for run in _NOT_CHINESE.split(without_numbers) for piece in _SPLIT.split(run) if len(piece) >= _SHORTEST
    ]


def _picked(parts: list[str], text: str) -> list[str]:
    """Cut each part of the title where the text repeats it: the best piece, then what is left of it, as long as the
    text shows that it is a word."""
    picked: list[str] = []
    rest = [(part, True) for part in parts]
    while rest:
        part, is_whole = rest.pop(0)
        best = _most_repeated(part, text)
        if best is None:
            if (is_whole and len(part) <= _LONGEST_UNCUT) or _stands_alone(part, text):
                picked.append(part)
            continue
        picked.append(best)
        left, _, right = part.partition(best)
        rest.extend((piece, False) for piece in (left, right) if len(piece) >= _SHORTEST)
    return picked


def _stands_alone(piece: str, text: str) -> bool:
    """Whether both neighbours of ``piece`` vary in ``text``, or are no Chinese letters: half a word has the other half
    beside it each time."""
    places = [found.start() for found in re.finditer(re.escape(piece), text)]
    before = {text[place - 1 : place] for place in places}
    after = {text[place + len(piece) : place + len(piece) + 1] for place in places}
    return bool(places) and all(len(side) > 1 or not any(map(_is_letter, side)) for side in (before, after))


def _is_letter(character: str) -> bool:
    return bool(character) and not _NOT_CHINESE.match(character)


def _most_repeated(part: str, text: str) -> str | None:
    weights = {
        piece: text.count(piece) * (len(piece) - 1)
        for length in range(_SHORTEST, _LONGEST + 1)
        for start in range(len(part) - length + 1)
        for piece in (part[start : start + length],)
    }
    repeated = sorted((piece for piece in weights if text.count(piece) >= 2), key=lambda piece: -weights[piece])
    return next((piece for piece in repeated if _stands_alone(piece, text)), None)
