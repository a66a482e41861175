"""The outline of a reply: a tree of sections, its generated numbering, and its form as plain text.

Levels and marks follow GB/T 9704-2012 (DOMAIN.md 2.2): 一、 （一） 1. （1）, or 一、 then 1. for short.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from panjin_portal.lib.chinese import to_chinese
from replies.structure.enumeration import Item, is_enumeration, opens_spoken_list
from replies.structure.markers import Marker, MarkerStyle, glue, split_marker, split_spoken

_FIRST_SENTENCE = re.compile(r"(.*?[。！？!?][”’」』）)]*)\s*(\S.*)", re.DOTALL)


@dataclass(frozen=True)
class Section:
    """One heading with the text below it, or text without a heading.

    `level` is the depth from 1; 0 for text without heading at the top. `marker` is the numbering as printed
    or generated. A `run_in` heading is the first sentence of its paragraph, stop included, on the same line.
    """

    level: int
    marker: str
    heading: str
    run_in: bool
    paragraphs: tuple[str, ...]
    children: tuple[Section, ...] = ()


class Scheme(StrEnum):
    """Which marks are generated: all four levels, or the short way that leaves out （一）."""

    FULL = "full"
    SHORT = "short"


class OutlineTooDeep(ValueError):
    """The outline has more levels than the numbering scheme; `message` is for people."""

    def __init__(self, deepest: int) -> None:
        self.message = f"标题最多{to_chinese(deepest)}级，请把更深的标题移到上一级。"
        super().__init__(self.message)


_MARKS: dict[Scheme, tuple[Callable[[int], str], ...]] = {
    Scheme.FULL: (
        lambda n: f"{to_chinese(n)}、",
        lambda n: f"（{to_chinese(n)}）",
        lambda n: f"{n}.",
        lambda n: f"（{n}）",
    ),
    Scheme.SHORT: (lambda n: f"{to_chinese(n)}、", lambda n: f"{n}.", lambda n: f"（{n}）"),
}


def deepest_level(scheme: Scheme) -> int:
    """How many levels the scheme can number."""
    return len(_MARKS[scheme])


def number(sections: Sequence[Section], scheme: Scheme) -> tuple[Section, ...]:
    """Fill `level` and `marker` by position; sections without a heading are not counted and get no mark.

    Raises OutlineTooDeep when a heading lies deeper than the scheme has marks.
    """
    return _number(sections, scheme, 1)


def _number(sections: Sequence[Section], scheme: Scheme, depth: int) -> tuple[Section, ...]:
    if depth > deepest_level(scheme) and any(section.heading for section in sections):
        raise OutlineTooDeep(deepest_level(scheme))
    numbered, count = [], 0
    for section in sections:
        children = _number(section.children, scheme, depth + 1)
        if section.heading:
            count += 1
            mark = _MARKS[scheme][depth - 1](count)
            numbered.append(replace(section, level=depth, marker=mark, children=children))
        else:
            level = 0 if depth == 1 else depth
            numbered.append(replace(section, level=level, marker="", run_in=False, children=children))
    return tuple(numbered)


def walk(sections: Iterable[Section]) -> Iterable[Section]:
    """Every section in printed order, parents before their children."""
    for section in sections:
        yield section
        yield from walk(section.children)


def section_lines(section: Section) -> list[str]:
    """The printed lines of one section without its children: heading line, then one line per paragraph."""
    head = glue(section.marker, _one_line(section.heading))
    paragraphs = [line for line in map(_one_line, section.paragraphs) if line]
    if section.run_in and paragraphs:
        return [head + paragraphs[0], *paragraphs[1:]]
    return [head, *paragraphs] if head else paragraphs


def to_text(sections: Sequence[Section]) -> str:
    """The outline as plain text, one line per heading and per paragraph, without blank lines."""
    return "\n".join(line for section in walk(sections) for line in section_lines(section))


def from_text(text: str) -> tuple[Section, ...]:
    """Read plain text back into an outline; never fails, and every non-blank character is kept in order.

    The inverse of `to_text` for canonical outlines: headings are not empty, a heading that runs in is exactly
    one sentence with its stop, other headings have no stop inside, paragraphs are single lines that do not
    start with a mark, and the marks come from one scheme.
    """
    return read_lines(text.splitlines())


def read_lines(lines: Iterable[str], *, published: bool = False) -> tuple[Section, ...]:
    """Nest lines by their numbering marks; text before the first mark is a section of level 0.

    With `published`, as in reading a page, 一是 at the start of a paragraph is a mark too, and a list of whole
    sentences is text (`enumeration.is_enumeration`): its lines stay paragraphs with their marks.
    """
    top = _Node(Section(0, "", "", False, ()))
    open_nodes: list[_Node] = []
    texts = [line for line in (raw.strip() for raw in lines) if line]
    marks = [split_marker(line) for line in texts]
    openers = opens_spoken_list(texts, marks) if published else frozenset()
    for index, line in enumerate(texts):
        found = marks[index] or (split_spoken(line) if published else None)
        if found is None or _is_stray(found[0], open_nodes, opens=index in openers):
            (open_nodes[-1] if open_nodes else top).paragraphs.append(line)
            continue
        marker, rest = found
        del open_nodes[_depth_above(open_nodes, marker) :]
        parent = open_nodes[-1] if open_nodes else top
        node = _Node(_heading(marker, rest, len(open_nodes) + 1), marker.style)
        parent.children.append(node)
        open_nodes.append(node)
    if published:
        top.fold_enumerations()
    leading = (top.frozen(without_children=True),) if top.paragraphs else ()
    return leading + tuple(child.frozen() for child in top.children)


def _is_stray(marker: Marker, open_nodes: list[_Node], *, opens: bool) -> bool:
    """一是 that opens no list, and 二是 without 一是 above it: a list inside a paragraph, which is text."""
    if marker.style is not MarkerStyle.SPOKEN:
        return False
    if marker.number == 1:
        return not opens
    return all(node.style is not MarkerStyle.SPOKEN for node in open_nodes)


class _Node:
    """A section being filled."""

    def __init__(self, section: Section, style: MarkerStyle | None = None) -> None:
        self.section = section
        self.style = style
        self.paragraphs = list(section.paragraphs)
        self.children: list[_Node] = []

    def fold_enumerations(self) -> None:
        """Turn lists of whole sentences below this node back into paragraphs, the deepest lists first."""
        for child in self.children:
            child.fold_enumerations()
        items = [
            Item(child.section.heading, child.section.run_in, tuple(child.paragraphs), bool(child.children))
            for child in self.children
        ]
        if is_enumeration(items):
            for child in self.children:
                self.paragraphs.extend(section_lines(child.frozen()))
            self.children = []

    def frozen(self, *, without_children: bool = False) -> Section:
        children = () if without_children else tuple(child.frozen() for child in self.children)
        if not children and len(self.paragraphs) == len(self.section.paragraphs):
            return self.section  # nothing was added; a page may hold a mark on every line
        return replace(self.section, paragraphs=tuple(self.paragraphs), children=children)


def _heading(marker: Marker, rest: str, level: int) -> Section:
    sentence = _FIRST_SENTENCE.fullmatch(rest)
    if sentence is None:
        return Section(level, marker.text, rest, False, ())
    return Section(level, marker.text, sentence.group(1), True, (sentence.group(2),))


def _depth_above(open_nodes: list[_Node], marker: Marker) -> int:
    """How many of the open sections stay open above a new mark.

    A style that is open already continues its list. A new style that starts with 1 opens a list below.
    A new style that starts elsewhere (a page with a gap) finds its place by rank.
    """
    styles = [node.style for node in open_nodes]
    if marker.style in styles:
        return styles.index(marker.style)
    if marker.style is MarkerStyle.CHINESE:
        return 0
    if marker.number == 1:
        return len(styles)
    return sum(1 for style in styles if style is not None and style < marker.style)


def _one_line(text: str) -> str:
    return " ".join(part.strip() for part in text.splitlines()).strip()
