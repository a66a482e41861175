"""Proof-reading of a draft reply: what a careful colleague would point out before the text goes to clearance.

Nothing here blocks a step; the services decide what must be mended. Rules: GB/T 9704-2012 (numbering,
punctuation) and the habits of reply letters in DOMAIN.md 2.1 (opening, closing, every ask answered).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from replies.structure.markers import split_marker
from replies.structure.outline import Section

LONG_PARAGRAPH = 800  # characters; half a page more than a reader keeps in mind


class FindingCode(StrEnum):
    """What was found; stable names for tests, filters and counters."""

    EMPTY_SECTION = "empty_section"
    MISSING_HEADING = "missing_heading"
    HEADING_WITH_STOP = "heading_with_stop"
    RUN_IN_WITHOUT_STOP = "run_in_without_stop"
    TYPED_NUMBERING = "typed_numbering"
    HALF_WIDTH_PUNCTUATION = "half_width_punctuation"
    DOUBLED_PUNCTUATION = "doubled_punctuation"
    UNBALANCED_PAIR = "unbalanced_pair"
    LONG_PARAGRAPH = "long_paragraph"
    REPEATED_PARAGRAPH = "repeated_paragraph"
    UNANSWERED_ASK = "unanswered_ask"
    MISSING_OPENING = "missing_opening"
    MISSING_CLOSING = "missing_closing"
    EMPTY_REPLY = "empty_reply"
    UNSHOWABLE = "unshowable"  # found by who knows the fonts, not here


@dataclass(frozen=True)
class Finding:
    """One remark. `path` leads to the section by positions from 0, () means the letter as a whole."""

    code: FindingCode
    message: str
    path: tuple[int, ...] = ()


@dataclass(frozen=True)
class Draft:
    """What is checked: `asks` are the proposal's asks, `answered` the positions that some section answers."""

    sections: tuple[Section, ...]
    opening: str = ""
    closing: tuple[str, ...] = ()
    asks: tuple[str, ...] = ()
    answered: frozenset[int] = frozenset()


_CHINESE = r"[\u4e00-\u9fff“”《》〈〉（）]"
_HALF_WIDTH = re.compile(rf"(?<={_CHINESE})[,;:!?](?={_CHINESE}|$)|(?<={_CHINESE})\((?=[^()]*\))|\((?={_CHINESE})")
_DOUBLED = re.compile(r"[，。；：、！？][，。；：、]")
_PAIRS = (("“", "”"), ("‘", "’"), ("《", "》"), ("（", "）"), ("〔", "〕"), ("【", "】"))
_STOP_AT_END = re.compile(r"[。！？!?；;，,：:]$")
_SENTENCE_END = re.compile(r"[。！？!?][”’」』）)]*$")
_OPENING = re.compile(r"收悉|答复如下|函复如下|回复如下")
_CLOSING = re.compile(r"特此|专此|此复|感谢|谢谢")
_SHOWN = 18


def check_draft(draft: Draft) -> list[Finding]:
    """All findings of a draft: first the letter as a whole, then section by section in printed order."""
    return [*_letter(draft), *_asks(draft), *_repeated(draft.sections), *_sections(draft.sections)]


def _letter(draft: Draft) -> Iterator[Finding]:
    if not draft.sections:
        yield Finding(FindingCode.EMPTY_REPLY, "答复还没有正文。")
    if not _OPENING.search(draft.opening):
        yield Finding(FindingCode.MISSING_OPENING, "开头缺少“收悉，现答复如下”一类的套话。")
    if not any(_CLOSING.search(paragraph) for paragraph in draft.closing):
        yield Finding(FindingCode.MISSING_CLOSING, "结尾缺少“特此答复”或致谢一类的套话。")
    for text in (draft.opening, *draft.closing):
        yield from _text(text, ())


def _asks(draft: Draft) -> Iterator[Finding]:
    for position, ask in enumerate(draft.asks):
        if position not in draft.answered:
            message = f"第{position + 1}条建议“{_shown(ask)}”还没有对应的答复内容。"
            yield Finding(FindingCode.UNANSWERED_ASK, message)


def _repeated(sections: Sequence[Section]) -> Iterator[Finding]:
    placed = [
        (path, paragraph)
        for path, section in _with_paths(sections)
        for paragraph in (text.strip() for text in section.paragraphs)
        if len(paragraph) >= 20
    ]
    counts = Counter(paragraph for _, paragraph in placed)
    seen: set[str] = set()
    for path, paragraph in placed:
        if counts[paragraph] > 1 and paragraph in seen:
            message = f"这一段与前面重复：“{_shown(paragraph)}”。"
            yield Finding(FindingCode.REPEATED_PARAGRAPH, message, path)
        seen.add(paragraph)


def _sections(sections: Sequence[Section]) -> Iterator[Finding]:
    for path, section in _with_paths(sections):
        yield from _heading(section, path)
        if not section.children and not any(text.strip() for text in section.paragraphs):
            name = f"“{_shown(section.heading)}”" if section.heading else "这一节"
            yield Finding(FindingCode.EMPTY_SECTION, f"{name}下面没有内容。", path)
        for paragraph in section.paragraphs:
            yield from _typed_numbering(paragraph, path, "段落")
            yield from _text(paragraph, path)
            if len(paragraph) > LONG_PARAGRAPH:
                message = f"这一段有{len(paragraph)}字，建议分段：“{_shown(paragraph)}”。"
                yield Finding(FindingCode.LONG_PARAGRAPH, message, path)


def _heading(section: Section, path: tuple[int, ...]) -> Iterator[Finding]:
    heading = section.heading.strip()
    if not heading:
        if section.children:
            yield Finding(FindingCode.MISSING_HEADING, "这一节有下级标题，自己却没有标题。", path)
        return
    yield from _typed_numbering(heading, path, "标题")
    yield from _text(heading, path)
    if section.run_in and not _SENTENCE_END.search(heading):
        message = f"“{_shown(heading)}”与正文同行，应以句号结束。"
        yield Finding(FindingCode.RUN_IN_WITHOUT_STOP, message, path)
    if not section.run_in and (section.paragraphs or section.children) and _STOP_AT_END.search(heading):
        message = f"标题“{_shown(heading)}”单独成行，末尾不用标点。"
        yield Finding(FindingCode.HEADING_WITH_STOP, message, path)


def _typed_numbering(text: str, path: tuple[int, ...], where: str) -> Iterator[Finding]:
    found = split_marker(text)
    if found is not None:
        message = f"{where}开头的“{found[0].text}”是手工输入的序号；序号会自动生成，请删去或改为下级标题。"
        yield Finding(FindingCode.TYPED_NUMBERING, message, path)


def _text(text: str, path: tuple[int, ...]) -> Iterator[Finding]:
    if match := _HALF_WIDTH.search(text):
        message = f"汉字之间用了半角标点“{match.group(0)}”：“{_around(text, match.start())}”。"
        yield Finding(FindingCode.HALF_WIDTH_PUNCTUATION, message, path)
    if match := _DOUBLED.search(text):
        message = f"标点重复：“{_around(text, match.start())}”。"
        yield Finding(FindingCode.DOUBLED_PUNCTUATION, message, path)
    for opening, closing in _PAIRS:
        if text.count(opening) != text.count(closing):
            message = f"“{opening}”和“{closing}”的个数不一致：“{_shown(text)}”。"
            yield Finding(FindingCode.UNBALANCED_PAIR, message, path)


def _with_paths(sections: Sequence[Section], above: tuple[int, ...] = ()) -> Iterator[tuple[tuple[int, ...], Section]]:
    for position, section in enumerate(sections):
        path = (*above, position)
        yield path, section
        yield from _with_paths(section.children, path)


def _shown(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def _around(text: str, at: int) -> str:
    return text[max(at - 6, 0) : at + 7]
