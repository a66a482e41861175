"""From a letter to the plain data that the typst template reads (pure), and back from a character to its place."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from replies.documents.annexes import Annex, annex_texts, labelled, note_lines
from replies.documents.letter import (
    Letter,
    addressee_line,
    copies_line,
    date_line,
    imprint,
    normalise,
    remark_lines,
)
from replies.documents.seals import seal_places
from replies.documents.shared import BREAK
from replies.documents.title_lines import split_title
from replies.structure.markers import MarkerStyle, glue, split_marker
from replies.structure.outline import Section, section_lines

LinesOf = Callable[[str, int], tuple[str, ...]]

TITLE_CELLS = 20  # 156 mm hold 20 characters of size 2 (22 pt)
# PDF/A wants a document date. A draft or an imported text without one gets this, and prints none.
NO_DATE = date(2000, 1, 1)
# PDF/UA wants a title; only a draft can be without.
NO_TITLE = "（无标题）"

_LONG_RUN = re.compile(r"[!-~]{11,}")

# GB/T 9704-2012 clause 7.3.3 (DOMAIN.md 2.2): 黑体, 楷体, then 仿宋, by the mark; without a mark by depth.
_FONT_BY_STYLE = {MarkerStyle.CHINESE: "hei", MarkerStyle.PAREN_CHINESE: "kai"}
_FONT_BY_LEVEL = {1: "hei", 2: "kai"}


@dataclass(frozen=True)
class Block:
    """One paragraph, heading or annexed name. `lead` runs into the text: a heading set in `font`, or what stands
    before the name of an annex."""

    kind: str  # "heading", "text" or "annex"
    text: str
    lead: str = ""
    font: str = "fang"
    level: int = 0  # of a heading in the PDF's outline, from 2; the title is 1


def template_data(letter: Letter, lines_of: LinesOf = split_title) -> dict[str, Any]:
    """Return everything the template prints, as JSON types, with punctuation normalised and lines cleaned.

    `lines_of` breaks a title of such a width into lines: the most work of all, which who only reads the words spares.
    """
    letter = normalise(letter)
    day = letter.signed_on or NO_DATE
    title = clean(letter.title) or NO_TITLE
    printed_by, printed_on = imprint(letter)
    signers = [name for name in map(clean, letter.signers) if name]
    remarks = [clean(line) for line in remark_lines(letter)]
    places = letter.sealed and (signers or letter.signed_on)
    return {
        "template": "letter",
        "form": letter.form,
        "title": title,
        "title_lines": lines_of(title, TITLE_CELLS),
        "author": [clean(signer) for signer in letter.signers],
        "date": {"year": day.year, "month": day.month, "day": day.day},
        "masthead": clean(letter.masthead),
        "number": clean(letter.number),
        "class_mark": clean(letter.class_mark),
        "addressee": clean(addressee_line(letter)),
        "blocks": [vars(block) for block in _blocks(letter)],
        "signers": signers,
        "signed_on": date_line(letter),
        "remarks": remarks,
        "seal": seal_places(signers, date_line(letter), remarks).as_data() if places else None,
        "copies": clean(copies_line(letter)),
        "printed_by": clean(printed_by),
        "printed_on": printed_on,
        "annexes": [_annex(label, annex, lines_of) for label, annex in labelled(letter.annexes)],
    }


def places_of(letter: Letter, characters: Sequence[str]) -> tuple[str, ...]:
    """Say in Chinese where a letter uses any of the characters, in printed order, with a few words around the first."""
    return named_places(_places(normalise(letter)), characters)


def named_places(places: Iterable[tuple[str, str]], characters: Sequence[str]) -> tuple[str, ...]:
    """The same for texts with the names of their places."""
    lines = ((place, clean(text)) for place, text in places)
    return tuple(
        f"{place}“{_around(text, min(at))}”"
        for place, text in lines
        if (at := [text.index(character) for character in characters if character in text])
    )


def _blocks(letter: Letter) -> Iterator[Block]:
    for line in filter(None, map(clean, letter.opening.splitlines())):
        yield Block("text", line)
    for section in letter.body:
        yield from _section_blocks(section, outline_level=2)
    for line in filter(None, map(clean, letter.closing)):
        yield Block("text", line)
    for lead, name in note_lines(letter.annexes):
        yield Block("annex", clean(name), lead=lead)


def _annex(label: str, annex: Annex, lines_of: LinesOf) -> dict[str, Any]:
    title = clean(annex.title)
    return {
        "label": label,
        "title": title,
        "title_lines": lines_of(title, TITLE_CELLS),
        "paragraphs": [line for line in map(clean, annex.paragraphs) if line],
        "tables": [
            {
                "shares": [column.share for column in table.columns],
                "heads": [clean(column.title) for column in table.columns],
                "rows": [[cell_lines(text) for text in row] for row in table.rows],
            }
            for table in annex.tables
        ],
    }


def cell_lines(text: str) -> list[str]:
    """The lines of one cell, cleaned, with places to break inside long runs of Western signs: a cell is narrow, and a
    run wider than it would stand out over the rule."""
    lines = filter(None, map(clean, text.splitlines()))
    return [
        _LONG_RUN.sub(lambda run: run.group()[0] + "".join(f"{BREAK}{c}" for c in run.group()[1:]), x) for x in lines
    ]


def _section_blocks(section: Section, outline_level: int) -> Iterator[Block]:
    head = clean(glue(section.marker, section.heading))
    paragraphs = [line for line in map(clean, section.paragraphs) if line]
    deeper = outline_level
    if head and section.run_in and paragraphs:
        yield Block("text", paragraphs.pop(0), lead=head, font=_heading_font(section))
    elif head:
        # Levels of headings in the tags may not jump (PDF/UA), so run-in headings do not count.
        yield Block("heading", head, font=_heading_font(section), level=outline_level)
        deeper += 1
    for line in paragraphs:
        yield Block("text", line)
    for child in section.children:
        yield from _section_blocks(child, deeper)


def _heading_font(section: Section) -> str:
    found = split_marker(f"{section.marker}文")
    if section.marker and found is not None:
        return _FONT_BY_STYLE.get(found[0].style, "fang")
    return _FONT_BY_LEVEL.get(section.level, "fang")


def clean(text: str) -> str:
    """One line: line ends, tabs and control characters become blanks, invisible signs and blanks at the ends go."""
    if text.replace("\u3000", "").isprintable():  # nearly every line is
        return text.strip()
    visible = (c for c in text if unicodedata.category(c) != "Cf")
    return "".join(c if c.isprintable() or c == "\u3000" else " " for c in visible).strip()


def _places(letter: Letter) -> Iterator[tuple[str, str]]:
    yield "发文机关标志", letter.masthead
    yield "发文字号", letter.number
    yield "办理类别", letter.class_mark
    yield "标题", letter.title
    yield "主送", letter.addressee
    for line in letter.opening.splitlines():
        yield "开头", line
    for section in letter.body:
        for line in _lines_of(section):
            yield "正文", line
    for line in letter.closing:
        yield "结束语", line
    for line in letter.signers:
        yield "署名", line
    yield "附注", letter.note
    yield "联系人", letter.contact_person
    yield "联系电话", letter.contact_phone
    for line in letter.copies:
        yield "抄送", line
    yield "印发机关", letter.printed_by
    for text in annex_texts(letter.annexes):
        yield "附件", text


def _lines_of(section: Section) -> Iterator[str]:
    yield from section_lines(section)
    for child in section.children:
        yield from _lines_of(child)


def _around(text: str, at: int) -> str:
    start, end = max(0, at - 6), at + 7
    return ("…" if start else "") + text[start:end] + ("…" if end < len(text) else "")
