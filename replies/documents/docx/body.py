"""The text of the DOCX: one paragraph for each that `layout.template_data` names, in a style of its own."""

from collections.abc import Iterator, Mapping
from typing import Any

from replies.documents.docx import measures as m
from replies.documents.docx.annexes import annex_name, annex_pages
from replies.documents.docx.foot import foot
from replies.documents.docx.head import masthead
from replies.documents.docx.head_document import document_head_paragraphs
from replies.documents.docx.signature import signature
from replies.documents.docx.styles import RUN_STYLES
from replies.documents.docx.xml import Element, R, lines, p, run, val, w
from replies.documents.shared import DOCUMENT_FORM

_HEADING_BY_FONT = {"hei": "Heading1", "kai": "Heading2"}
_BINDABLE = 280  # characters; see engine.BINDABLE


class UnknownBlock(ValueError):
    """The layout names a kind of block that this renderer cannot print."""


def document(data: Mapping[str, Any]) -> Element:
    """The main part: everything the letter prints, in printed order, then the section's properties."""
    return w("document", w("body", *_paragraphs(data), _section(data["form"])))


def _paragraphs(data: Mapping[str, Any]) -> Iterator[Element]:
    yield from document_head_paragraphs(data) if data["form"] == DOCUMENT_FORM else _letter_head(data)
    if data["addressee"]:
        yield p("Addressee", run(data["addressee"]))
    blocks = data["blocks"]
    signed = bool(data["signers"] or data["signed_on"] or data["remarks"])
    last_text = max((index for index, one in enumerate(blocks) if one["kind"] != "annex"), default=0)
    for index, one in enumerate(blocks):
        yield block(one, binds=signed and index >= last_text)
    yield from signature(data)
    yield from annex_pages(data["annexes"])
    yield from foot(data)


def _letter_head(data: Mapping[str, Any]) -> Iterator[Element]:
    if data["masthead"]:
        yield masthead(data)
    for style, text in (("Number", data["number"]), ("ClassMark", data["class_mark"])):
        if text:
            yield p(style, run(text))
    yield p("Title", *lines(list(data["title_lines"])), properties=_under_the_mark(data))


def _under_the_mark(data: Mapping[str, Any]) -> tuple[Element, ...]:
    """A title that follows the mark's frame at once leaves its two blank lines to the frame (see `head_of`)."""
    if not data["masthead"] or data["number"] or data["class_mark"]:
        return ()
    return (w("spacing", before=0, after=m.PITCH, line=m.PITCH, lineRule="exact"),)


def block(one: Mapping[str, Any], *, binds: bool) -> Element:
    """`binds` the last paragraph to the signature: it must not stand on a page without text (clause 7.3.5.5). Names of
    annexes between the two are no text, so they are bound as well."""
    if one["kind"] == "heading":
        style = _HEADING_BY_FONT.get(one["font"]) or ("Heading4" if one["text"][0] in "（(" else "Heading3")
        return p(style, run(one["text"]), properties=(val("outlineLvl", one["level"] - 1),))
    keep: list[Element] = []
    if binds:
        keep = [w("keepNext"), *([w("keepLines")] if len(one["lead"] + one["text"]) <= _BINDABLE else [])]
    if one["kind"] == "annex":
        return annex_name(one, keep=keep)
    if one["kind"] != "text":
        raise UnknownBlock(one["kind"])
    runs = [run(one["text"])]
    if one["lead"]:
        runs.insert(0, run(one["lead"], RUN_STYLES.get(one["font"], ("", ""))[0]))
    return p("Text", *runs, properties=tuple(keep))


def _section(form: str) -> Element:
    """A4, the margins of the standard, and its 22 lines. `linesAndChars` would make LibreOffice give every
    character two cells, so the 28 characters come from the spacing of the styles."""
    return w(
        "sectPr",
        _reference("headerReference", "first", "rId4"),
        _reference("footerReference", "default", "rId5"),
        _reference("footerReference", "even", "rId6"),
        *([_reference("footerReference", "first", "rId7")] if form == DOCUMENT_FORM else []),
        w("pgSz", w=m.PAGE_WIDTH, h=m.PAGE_HEIGHT),
        w("pgMar", top=m.TOP, right=m.RIGHT, bottom=m.BOTTOM, left=m.LEFT, header=851, footer=m.FOOTER, gutter=0),
        w("cols", space=0),
        w("titlePg"),
        w("docGrid", type="lines", linePitch=m.PITCH),
    )


def _reference(tag: str, kind: str, relation: str) -> Element:
    element = w(tag, type=kind)
    element.set(f"{{{R}}}id", relation)
    return element
