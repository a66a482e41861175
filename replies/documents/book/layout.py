"""From a book to the plain data that the template and the DOCX writer read, volume by volume (pure)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import ceil
from typing import Any

from panjin_portal.lib.chinese import long_date, to_chinese
from replies.documents.annexes import annex_texts
from replies.documents.book.structure import (
    ABSTRACTS,
    CLOSED_MARK,
    REPLIES,
    Book,
    Entry,
    check,
    entries_of,
    proposer_index,
)
from replies.documents.engine import BINDABLE
from replies.documents.layout import LinesOf, clean, template_data
from replies.documents.letter import Letter, printed_lines
from replies.documents.punctuation import full_width
from replies.documents.title_lines import split_title, width

TITLE_CELLS = 24  # of 18 pt on 156 mm
COVER_CELLS = 12  # of 36 pt
INDEX = "提案者索引"
# A volume of this many pages stays below a gigabyte and can still be bound; by the estimate of `_lines`.
MOST_PAGES = 1800
_LINE, _PAGE = 28, 22  # characters of a line, lines of a page
_UNTIL = {REPLIES: "收入的答复，成文日期截至{}", ABSTRACTS: "收入的提案，立案日期截至{}"}
_LABELS = {REPLIES: ("承办单位：", "会办单位："), ABSTRACTS: ("建议承办单位：", "")}


@dataclass(frozen=True)
class Volume:
    """One volume: its place from 1 and the keys of its cases, which follow each other."""

    number: int
    first: int
    last: int

    def __contains__(self, key: object) -> bool:
        return isinstance(key, int) and self.first <= key <= self.last


def volumes_of(book: Book, most_pages: int = MOST_PAGES) -> tuple[Volume, ...]:
    """The book in volumes of about `most_pages` at the most, of whole cases. Raises BookDataError for an empty one."""
    check(book)
    starts, filled = [0], 0.0
    lengths = [_pages(book.kind, entry) for entry in entries_of(book)]
    count = ceil(sum(lengths) / most_pages)
    even = sum(lengths) / count  # volumes of about one thickness
    for key, pages in enumerate(lengths):
        is_full = filled + pages / 2 > even and len(starts) < count
        if filled and (is_full or filled + pages > most_pages):
            starts.append(key)
            filled = 0.0
        filled += pages
    ends = [*(start - 1 for start in starts[1:]), len(lengths) - 1]
    return tuple(Volume(n, *ends) for n, ends in enumerate(zip(starts, ends, strict=True), start=1))


def volume_name(number: int) -> str:
    """第一册."""
    return f"第{to_chinese(number)}册"


def volume_data(
    book: Book, volumes: Sequence[Volume], volume: Volume, pages: Mapping[int, int], first_page: int
) -> dict[str, Any]:
    """Everything one volume prints, as JSON types. `pages`: printed pages of cases of other volumes, as far as known;
    `first_page`: of the text of this one. The first volume has the contents of the whole work, the last the index."""
    several = len(volumes) > 1
    title = clean(book.title)
    name = volume_name(volume.number) if several else ""
    shown = volumes if volume.number == 1 else (volume,)
    is_last = volume.number == len(volumes)
    return {
        "template": "book",
        "kind": book.kind,
        "title": f"{clean(book.subject)}{title}{f'（{name}）' if name else ''}",
        "running": f"{title}　{name}" if name else title,
        "author": [clean(book.issuer)],
        "date": {"year": book.day.year, "month": book.day.month, "day": book.day.day},
        "cover": _cover(book, name, len(volumes)),
        "apart": book.kind == REPLIES,
        "first_page": first_page,
        "own": list(range(volume.first, volume.last + 1)),
        "pages": {str(key): page for key, page in pages.items() if key not in volume},
        "number_cells": 1 + max(width(clean(entry.number)) for entry in entries_of(book)),  # of all volumes alike
        "contents": [
            {"name": volume_name(one.number) if several else "", "chapters": list(_contents(book, one))}
            for one in shown
        ],
        "chapters": list(_chapters(book, volume)),
        "index_line": INDEX + ("" if is_last else f"（见{volume_name(len(volumes))}）")
        if volume.number in {1, len(volumes)}
        else None,
        "index": [{"name": clean(full_width(who)), "keys": list(keys)} for who, keys in proposer_index(book)]
        if is_last
        else [],
    }


def places_in(book: Book) -> Iterator[tuple[str, str]]:
    """Every text with the name of its place, to say where a character without a glyph stands."""
    yield "封面", "".join((book.subject, book.title, book.issuer, book.edition, *book.notes))
    for chapter in book.chapters:
        yield "章名", chapter.title
        for entry in chapter.entries:
            yield from ((f"{entry.number}{place}", text) for place, text in places_of_case(entry))


def places_of_case(entry: Entry) -> Iterator[tuple[str, str]]:
    """The same of one case, the places without its number."""
    yield "标题", entry.title
    yield "提案者", "、".join(entry.proposers)
    yield "主题和单位", "、".join((entry.topic, *entry.bureaus, *entry.co_handlers))
    yield "并入提案", "、".join((*entry.merged, *entry.joined))
    for part in entry.parts:
        yield "提案", "".join((part.heading, *part.paragraphs))
    for letter in entry.answers:
        yield "答复", "".join(_letter_texts(_letter(letter, split_title)))


def _letter_texts(data: Mapping[str, Any]) -> Iterator[str]:
    yield from (data["number"], data["title"], data["addressee"], *data["signers"], *data["remarks"])
    yield from (block["lead"] + block["text"] for block in data["blocks"])
    for annex in data["annexes"]:
        yield from (annex["title"], *annex["paragraphs"])
        yield from (
            "".join((*table["heads"], *(x for row in table["rows"] for cell in row for x in cell)))
            for table in annex["tables"]
        )


def _cover(book: Book, name: str, volumes: int) -> dict[str, Any]:
    count = sum(len(chapter.entries) for chapter in book.chapters)
    size = f"共收入提案{count}件" + (f"，分{to_chinese(volumes)}册" if volumes > 1 else "")
    lines = (size, *book.notes, book.edition, book.issuer, _UNTIL[book.kind].format(long_date(book.day)))
    return {
        "subject": clean(book.subject),
        "title_lines": split_title(clean(book.title), COVER_CELLS),
        "volume": name,
        "lines": [line for line in map(clean, lines) if line],
    }


def _contents(book: Book, volume: Volume) -> Iterator[dict[str, Any]]:
    for title, inside in _inside(book, volume):
        lines = [{"key": key, "number": clean(entry.number), "title": _title(entry)} for key, entry in inside]
        yield {"title": title, "key": inside[0][0], "lines": lines}


def _chapters(book: Book, volume: Volume) -> Iterator[dict[str, Any]]:
    for title, inside in _inside(book, volume):
        yield {"title": title, "entries": [printed_case(book.kind, key, entry) for key, entry in inside]}


def _inside(book: Book, volume: Volume) -> Iterator[tuple[str, list[tuple[int, Entry]]]]:
    """The chapters of a volume; one that began in the volume before says so."""
    key = 0
    for chapter in book.chapters:
        inside = [(key + place, entry) for place, entry in enumerate(chapter.entries) if key + place in volume]
        if inside:
            yield clean(chapter.title) + ("" if inside[0][0] == key else "（续）"), inside
        key += len(chapter.entries)


def _title(entry: Entry) -> str:
    return clean(full_width(entry.title)) + (CLOSED_MARK if entry.closed else "")


def printed_case(kind: str, key: int, entry: Entry, lines_of: LinesOf = split_title) -> dict[str, Any]:
    """What is printed of a case, as JSON types; `lines_of` as in `template_data`."""
    bureaus, helpers = _LABELS[kind]
    facts = (
        ("提案者：", entry.proposers),
        ("主题：", (entry.topic,)),
        (bureaus, entry.bureaus),
        (helpers, entry.co_handlers),
        ("并入提案：", entry.merged),
    )
    found = ((label, "、".join(filter(None, map(clean, map(full_width, texts))))) for label, texts in facts)
    return {
        "key": key,
        "number": clean(entry.number),
        "title": _title(entry),
        "title_lines": lines_of(_title(entry), TITLE_CELLS),
        "facts": [{"label": label, "text": text} for label, text in found if label and text],
        "parts": [
            {"heading": clean(part.heading), "lines": [x for x in map(clean, map(full_width, part.paragraphs)) if x]}
            for part in entry.parts
        ],
        "answers": [_letter(letter, lines_of) for letter in entry.answers],
    }


def _letter(letter: Letter, lines_of: LinesOf) -> dict[str, Any]:
    """What a book prints of a letter: no mark, no class mark, no copies, and no place for a seal, which a book never
    bears; its headings lie under the answer's."""
    data = template_data(letter, lines_of)
    blocks = [{**one, "level": one["level"] + 2 if one["level"] else 0} for one in data["blocks"]]
    texts = [len(one["lead"] + one["text"]) for one in blocks if one["kind"] != "annex"]
    names = sum(len(one["lead"] + one["text"]) for one in blocks if one["kind"] == "annex")
    kept = {name: data[name] for name in ("number", "title", "addressee", "signers", "signed_on", "remarks", "annexes")}
    lines = lines_of(data["title"], TITLE_CELLS)
    bound = (texts[-1] if texts else 0) + names <= BINDABLE
    return {
        **kept,
        "title_lines": lines,
        "blocks": blocks,
        "bound": bound,
        "seal": None,
        "copies": "",
        "printed_by": "",
    }


def _pages(kind: str, entry: Entry) -> float:
    """About how many pages a case takes; in a book of answers each begins a page."""
    lines = 6.0 + sum(_lines(part.paragraphs) + 1 for part in entry.parts)
    annexes = 0
    for letter in entry.answers:
        lines += 3 + _lines(tuple(printed_lines(replace(letter, annexes=()))))
        annexes += sum(ceil(sum(map(len, annex_texts((one,)))) / 400) for one in letter.annexes)
    pages = annexes + lines / _PAGE
    return ceil(pages) if kind == REPLIES else pages


def _lines(paragraphs: Sequence[str]) -> int:
    return sum(ceil((len(text) + 2) / _LINE) for text in paragraphs)
