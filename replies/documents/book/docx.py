"""A volume as DOCX: a section for each chapter with its running heads, contents and references with their pages filled
in, so that the file is complete before any program counts pages anew. Reads what `layout.volume_data` gives.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from lxml import etree

from replies.documents.book.docx_fields import CASE, CHAPTER, INDEX, bookmarked, page_reference, toc_begin, toc_end
from replies.documents.book.docx_sections import Sections
from replies.documents.book.docx_styles import BOOK_STYLES
from replies.documents.docx import measures as m
from replies.documents.docx import package
from replies.documents.docx.annexes import annex_pages
from replies.documents.docx.body import block
from replies.documents.docx.signature import signature
from replies.documents.docx.styles import font_table, settings, styles
from replies.documents.docx.xml import Element, R, W, lines, p, run, val, w
from replies.documents.packing import pack, xml_bytes

_COLUMN = (m.TEXT_WIDTH - m.twips(8)) // 2
_CELL = 240  # twips of a character of the contents
_NAMESPACES = f' xmlns:w="{W}" xmlns:r="{R}"'.encode()


def write_volume(data: Mapping[str, Any], places: Mapping[int, int], index_page: int = 0) -> bytes:
    """The volume that `layout.volume_data` describes as the bytes of a DOCX; equal data, equal bytes. `places`: key of
    each case of the work to its printed page, as the PDF has it, and so `index_page`. Raises UnknownBlock as
    `docx.write_docx`."""
    day = date(data["date"]["year"], data["date"]["month"], data["date"]["day"])
    sections = Sections(data)
    fixed = {"styles": styles(more=BOOK_STYLES), "settings": settings(), "fontTable": font_table()}
    parts: dict[str, bytes | Iterator[bytes]] = {
        "[Content_Types].xml": package.content_types(sections.parts),
        "_rels/.rels": package.package_relations(),
        "docProps/core.xml": package.core_properties(data, day),
        "docProps/app.xml": package.app_properties(),
        "word/_rels/document.xml.rels": package.document_relations(sections.parts),
        **{f"word/{name}.xml": xml_bytes(root) for name, root in (fixed | sections.roots).items()},
        "word/document.xml": _document(data, places, index_page, sections),
    }
    return pack(parts, day)


def _document(
    data: Mapping[str, Any], places: Mapping[int, int], index_page: int, sections: Sections
) -> Iterator[bytes]:
    """The main part piece by piece: as a tree it would be the largest thing in memory."""
    yield b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<w:document' + _NAMESPACES + b"><w:body>"
    for element in _paragraphs(data, places, index_page, sections):
        yield etree.tostring(element, encoding="UTF-8").replace(_NAMESPACES, b"", 1)
    yield b"</w:body></w:document>"


def _paragraphs(
    data: Mapping[str, Any], places: Mapping[int, int], index_page: int, sections: Sections
) -> Iterator[Element]:
    yield from _cover(data["cover"])
    yield sections.end_of_cover()
    yield from _contents(data, places, index_page)
    yield sections.end_of_contents()
    for number, chapter in enumerate(data["chapters"]):
        yield p("Chapter", *bookmarked(CHAPTER, number, run(chapter["title"])))
        for place, entry in enumerate(chapter["entries"]):
            yield from _case(entry, breaks=data["apart"] and place > 0)
        is_last = number == len(data["chapters"]) - 1
        if not is_last or data["index"]:
            yield sections.end_of_chapter(number)
    if data["index"]:
        yield p("Chapter", *bookmarked(INDEX, 0, run(data["index_line"])))
        yield sections.end_of_index_title()
        yield from _index(data, places)
    yield sections.last()


def _cover(cover: Mapping[str, Any]) -> Iterator[Element]:
    yield p(
        "CoverSubject",
        run(cover["subject"]),
        properties=(w("spacing", before=130 * 20, after=0, line=800, lineRule="exact"),),
    )
    yield p("CoverTitle", *lines(list(cover["title_lines"])))
    if cover["volume"]:
        yield p("CoverSubject", run(cover["volume"]))
    for place, line in enumerate(cover["lines"]):
        gap = (w("spacing", before=110 * 20, after=0, line=720, lineRule="exact"),) if place == 0 else ()
        yield p("CoverLine", run(line), properties=gap)


def _contents(data: Mapping[str, Any], places: Mapping[int, int], index_page: int) -> Iterator[Element]:
    """The volume's own lines stand in a field of contents, those of the others after it: a program that renews the
    field finds only its own headings."""
    yield p("ContentsTitle", run("目　　录"))
    own = set(data["own"])
    for place, volume in enumerate(data["contents"]):
        if volume["name"]:
            yield p("VolumeName", run(volume["name"]))
        found = list(_contents_lines(volume, places, own, round(data["number_cells"] * _CELL)))
        if place == 0:
            found[0][1:1] = toc_begin("1-2")
            if data["index"]:
                reference = page_reference(f"{INDEX}0", str(index_page))
                found.append(
                    p("TOC1", run(data["index_line"]), w("r", w("tab")), *reference, properties=(_right_stop(),))
                )
            found[-1].append(toc_end())
        yield from found
    if data["index_line"] and not data["index"]:
        yield p("TOC1", run(data["index_line"]))


def _contents_lines(
    volume: Mapping[str, Any], places: Mapping[int, int], own: set[int], column: int
) -> Iterator[Element]:
    """``column``: twips that the numbers take, and the space behind the longest."""
    for number, chapter in enumerate(volume["chapters"]):
        page = str(places.get(chapter["key"], ""))
        first = page_reference(f"{CHAPTER}{number}", page) if chapter["key"] in own else [run(page)]
        yield p("TOC1", run(chapter["title"]), w("r", w("tab")), *first, properties=(_right_stop(),))
        for line in chapter["lines"]:
            indent = w("ind", left=column, hanging=column)
            stops = w("tabs", w("tab", val="left", pos=column), w("tab", val="right", leader="dot", pos=m.TEXT_WIDTH))
            runs = [run(line["number"]), w("r", w("tab")), run(line["title"]), w("r", w("tab"))]
            yield p("TOC2", *runs, *_refer(line["key"], places, own), properties=(stops, indent))


def _refer(key: int, places: Mapping[int, int], own: set[int]) -> list[Element]:
    page = str(places.get(key, ""))
    return page_reference(f"{CASE}{key}", page) if key in own else [run(page)]


def _case(entry: Mapping[str, Any], *, breaks: bool) -> Iterator[Element]:
    # The number is part of the heading, for the contents take the heading's whole text.
    head = [run(entry["number"]), w("r", w("br")), *lines(list(entry["title_lines"]))]
    yield p("Case", *bookmarked(CASE, entry["key"], *head), properties=(w("pageBreakBefore"),) if breaks else ())
    for fact in entry["facts"]:
        yield p("Fact", run(fact["label"], "Lead1"), run(fact["text"]))
    for part in entry["parts"]:
        if part["heading"]:
            yield p("Heading1", run(part["heading"]), properties=(val("outlineLvl", 3),))
        yield from (p("Text", run(line)) for line in part["lines"])
    for letter in entry["answers"]:
        yield from _answer(letter)


def _answer(letter: Mapping[str, Any]) -> Iterator[Element]:
    yield p("Answer", *lines(list(letter["title_lines"])))
    if letter["number"]:
        yield p("AnswerNumber", run(letter["number"]))
    if letter["addressee"]:
        yield p("Addressee", run(letter["addressee"]))
    signed = bool(letter["signers"] or letter["signed_on"] or letter["remarks"])
    blocks = letter["blocks"]
    last_text = max((index for index, one in enumerate(blocks) if one["kind"] != "annex"), default=0)
    for index, one in enumerate(blocks):
        yield block(one, binds=signed and index >= last_text)
    yield from signature(letter)
    yield from annex_pages(letter["annexes"])


def _index(data: Mapping[str, Any], places: Mapping[int, int]) -> Iterator[Element]:
    own = set(data["own"])
    for item in data["index"]:
        pages: list[Element] = []
        for place, key in enumerate(item["keys"]):
            pages += [*([run("、")] if place else []), *_refer(key, places, own)]
        stops = w("tabs", w("tab", val="right", leader="dot", pos=_COLUMN))
        yield p("IndexLine", run(item["name"]), w("r", w("tab")), *pages, properties=(stops,))


def _right_stop() -> Element:
    return w("tabs", w("tab", val="right", leader="dot", pos=m.TEXT_WIDTH))
