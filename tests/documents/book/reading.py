"""Reads finished books: printed pages with their numbers, contents, links; and what a book should say, made from the
structure without the layout under test."""

from __future__ import annotations

import ctypes
import io
import re
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace

import pdfplumber
import pypdfium2 as pdfium
import pypdfium2.raw as raw
from pdfplumber.page import Page

from replies.documents.book.structure import ABSTRACTS, CLOSED_MARK, Book, Entry, entries_of
from replies.documents.book.volumes import VolumeFile, here, make_files, new_plan
from replies.documents.formats import Format
from replies.documents.letter import Letter, normalise, plain_text
from replies.documents.punctuation import full_width
from tests.documents.samples import MM, squeezed

TOP, BOTTOM = 37, 37 + 225
_NUMBER = re.compile(r"— ?(\d+|[IVXLC]+) ?—")


@dataclass(frozen=True)
class Sheet:
    """One page of the text: its printed number, the squeezed text of its type area, whether its number stands on the
    right, and its running head."""

    number: int
    text: str
    on_the_right: bool
    head: str


def volumes(book: Book, kind: Format = Format.PDF, most_pages: int = 1800) -> list[VolumeFile]:
    """The files of one kind, in the order of the volumes."""
    files = make_files(book, formats=[kind], maker=here(book), plan=new_plan(book), most_pages=most_pages)
    return sorted(files, key=lambda file: file.number)


@contextmanager
def opened(file: VolumeFile) -> Iterator[list[Page]]:
    """Its pages, open for measuring."""
    with pdfplumber.open(io.BytesIO(file.content)) as document:
        yield document.pages


def between(page: Page, top: float, bottom: float) -> str:
    """The characters of a strip (mm from the upper edge), squeezed."""
    return squeezed("".join(c["text"] for c in page.chars if top <= c["top"] / MM < bottom))


def printed_number(page: Page) -> str:
    """ "12", "II", or "" where there is none."""
    found = _NUMBER.search("".join(c["text"] for c in page.chars if c["top"] / MM >= BOTTOM))
    return found.group(1) if found else ""


def sheets(file: VolumeFile) -> list[Sheet]:
    """The pages with Arabic numbers: cases and index."""
    found = []
    with opened(file) as pages:
        for page in pages:
            number = printed_number(page)
            if number.isdigit():
                left = min(c["x0"] for c in page.chars if c["top"] / MM >= BOTTOM)
                text = between(page, TOP - 1, BOTTOM)
                found.append(Sheet(int(number), text, left > page.width / 2, between(page, 0, TOP - 1)))
    return found


def contents(file: VolumeFile) -> list[tuple[str, int]]:
    """(line, page) of the contents, in the order of print."""
    found = []
    with opened(file) as pages:
        for page in pages:
            if printed_number(page).isdigit() or not printed_number(page):
                continue
            for line in page.crop((0, 0, page.width, BOTTOM * MM)).extract_text_lines(return_chars=False):
                if parts := re.match(r"(.*?)\s*(\d+)$", line["text"]):
                    found.append((squeezed(parts.group(1)), int(parts.group(2))))
    return found


def title_of(entry: Entry) -> str:
    """The number and the title as they are printed."""
    return squeezed(entry.number + full_width(entry.title) + (CLOSED_MARK if entry.closed else ""))


def expected_text(book: Book) -> str:
    """All that the pages of the cases say."""
    return "".join(
        squeezed(chapter.title) + "".join(_text(book.kind, entry) for entry in chapter.entries)
        for chapter in book.chapters
    )


def _text(kind: str, entry: Entry) -> str:
    labels = ("建议承办单位：", "") if kind == ABSTRACTS else ("承办单位：", "会办单位：")
    facts: Sequence[tuple[str, Sequence[str]]] = (
        ("提案者：", entry.proposers),
        ("主题：", (entry.topic,) if entry.topic else ()),
        (labels[0], entry.bureaus),
        (labels[1], entry.co_handlers),
        ("并入提案：", entry.merged),
    )
    head = "".join(label + "、".join(map(full_width, names)) for label, names in facts if label and names)
    parts = "".join(part.heading + "".join(map(full_width, part.paragraphs)) for part in entry.parts)
    return title_of(entry) + squeezed(head + parts + "".join(map(_letter_text, entry.answers)))


def _letter_text(letter: Letter) -> str:
    """In a book the number stands under the title; mark, class mark and copies are left out."""
    rest = replace(letter, masthead="", class_mark="", title="", number="", copies=(), printed_by="")
    return full_width(letter.title) + letter.number + plain_text(normalise(rest))


def links(file: VolumeFile) -> list[tuple[int, int]]:
    """(page it stands on, page it leads to) of every link, both counted from 0."""
    found = []
    with closing(pdfium.PdfDocument(file.content)) as document:
        for place in range(len(document)):
            page = document[place]
            at, link = ctypes.c_int(0), raw.FPDF_LINK()
            while raw.FPDFLink_Enumerate(page.raw, at, link):
                target = raw.FPDFLink_GetDest(document.raw, link)
                found.append((place, raw.FPDFDest_GetDestPageIndex(document.raw, target)))
    return found


def bookmarks(file: VolumeFile) -> list[tuple[int, str, int]]:
    """(level from 0, squeezed title, page from 0) of every bookmark."""
    with closing(pdfium.PdfDocument(file.content)) as document:
        return [(mark.level, squeezed(mark.get_title()), mark.get_dest().get_index()) for mark in document.get_toc()]


def entry_pages(book: Book, files: Sequence[VolumeFile]) -> list[int]:
    """For each case the printed number of the page on which its title really stands, first found in order."""
    pages = [sheet for file in files for sheet in sheets(file)]
    found, at = [], 0
    for entry in entries_of(book):
        at = next(n for n in range(at, len(pages)) if title_of(entry) in pages[n].text)
        found.append(pages[at].number)
    return found
