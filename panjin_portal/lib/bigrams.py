"""Chinese text as tokens that a word search can index: the same cutting for what is stored and for what is asked.

Characters written without blanks (Chinese, but also kana and hangul) become overlapping pairs, and the last character
of each run stands alone, so that a single character can be looked for as the beginning of a token. Latin words and
numbers are whole tokens. ``|`` stands where the text has a blank, a line end or any punctuation: brackets of every
shape are alike, and no word is found across a full stop. ``"推动5G建设。"`` becomes ``"| 推动 动 5g 建设 设 |"``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

GAP = "|"
MOST_WORDS = 5
# Han with its extensions, 々〆〇, kana, hangul, and the private planes: rare names are written with those.
_RUN = (
    "\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\ue000-\uf8ff\uf900-\ufaff"
    "\U00020000-\U0003ffff\U000f0000-\U0010fffd"
)
_LETTER = f"[^\\W_{_RUN}]"  # of a Latin word or a number
_PIECE = re.compile(f"(?P<run>[{_RUN}]+)|{_LETTER}+")
_PIECE_OR_GAP = re.compile(f"{_PIECE.pattern}|(?:(?![{_RUN}])[\\W_])+")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_PADDED_NUMBER = re.compile(r"(第?)(?<!\d)0+([1-9]\d*)(号?)")


@dataclass(frozen=True)
class Word:
    """One word somebody looks for; ``core`` is what it is, folded, without punctuation round it.

    ``tokens`` must all be there. They must stand side by side as ``phrase`` (with its gaps) where ``is_plain`` is
    false or there is more than one. ``is_open``: the last token may go on (the word ends in a single character).
    """

    core: str
    tokens: tuple[str, ...]
    phrase: str
    is_plain: bool
    is_open: bool


def fold(text: str) -> str:
    """``text`` as it is compared: full width, ㎡ and ① resolved, lower case, no invisible signs."""
    return _INVISIBLE.sub("", unicodedata.normalize("NFKC", text).lower())


def tokens_of(text: str, *, most: int) -> str:
    """``text`` as tokens with one blank between them, beginning and ending with a gap; at most ``most`` of them.

    A number printed with leading zeros is added without them: 第005号 is also found as 第5号, 005 as 5.
    """
    found = [token for token, _ in _tokens(fold(text))][:most]
    for bare in dict.fromkeys("".join(match.groups()) for match in _PADDED_NUMBER.finditer(fold(text))):
        found += [GAP, *(token for token, _ in _tokens(bare))]
    return " ".join([GAP, *found, GAP])


def terms_of(text: str) -> list[str]:
    """The distinct tokens of ``text`` that can tell texts apart, in order: pairs, words and numbers, no gaps and no
    lone characters."""
    found = (token for token, is_single in _tokens(fold(text)) if not is_single and token != GAP)
    return list(dict.fromkeys(found))


def words_of(query: str) -> tuple[Word, ...]:
    """The words of a search box, at most five; words without a letter, a character or a figure are left out."""
    words = (_word(part) for part in dict.fromkeys(query.split()))
    return tuple(islice((word for word in words if word is not None), MOST_WORDS))


def pattern_of(words: tuple[Word, ...]) -> re.Pattern[str] | None:
    """Where ``words`` stand in a text as it was written, for marking them; None when there is none."""
    parts = ["".join(map(_as_written, _PIECE_OR_GAP.finditer(word.core))) for word in words]
    return re.compile("|".join(sorted(parts, key=len, reverse=True)), re.IGNORECASE) if parts else None


def _as_written(piece: re.Match[str]) -> str:
    text = piece[0]
    if piece["run"]:
        return re.escape(text)
    if not text[0].isalnum():
        return r"[\W_]+"
    letters = "".join(f"[{one}{chr(ord(one) + 0xFEE0)}]" if one.isascii() else re.escape(one) for one in text)
    padding = "[0０]*" if text.isdecimal() else ""
    return f"(?<!{_LETTER}){padding}{letters}(?!{_LETTER})"


def _word(typed: str) -> Word | None:
    pairs = list(_tokens(fold(typed)))
    if not pairs:
        return None
    last, is_single = pairs[-1]
    if is_single and len(pairs) > 1 and pairs[-2][0].endswith(last):
        pairs.pop()  # the text may go on after the last pair
        is_single = False
    tokens = tuple(dict.fromkeys(token for token, _ in pairs if token != GAP))
    phrase = " ".join(token for token, _ in pairs)
    is_plain = len(pairs) == 1 or all(_is_pair(token) for token, _ in pairs)
    pieces = list(_PIECE.finditer(fold(typed)))
    core = fold(typed)[pieces[0].start() : pieces[-1].end()]
    return Word(core, tokens, phrase, is_plain, is_single)


def _is_pair(token: str) -> bool:
    return len(token) == 2 and re.fullmatch(f"[{_RUN}]{{2}}", token) is not None


def _tokens(folded: str) -> Iterator[tuple[str, bool]]:
    """Tokens and gaps in order; true for the single character at the end of a run."""
    end = 0
    for match in _PIECE.finditer(folded):
        if end and match.start() > end:
            yield GAP, False
        end = match.end()
        piece = match[0]
        if match["run"]:
            for start in range(len(piece) - 1):
                yield piece[start : start + 2], False
            yield piece[-1], True
        else:
            yield piece, False
