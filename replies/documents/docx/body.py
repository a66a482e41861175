"""The text of the DOCX: one paragraph for each that `layout.template_data` names, in a style of its own."""

from collections.abc import Iterator, Mapping
from typing import Any

from replies.documents.docx import measures as m
from replies.documents.docx.head import masthead
from replies.documents.docx.styles import RUN_STYLES
from replies.documents.docx.xml import Element, R, lines, p, run, val, w

_HEADING_BY_FONT = {"hei": "Heading1", "kai": "Heading2"}
_BINDABLE = 280  # characters; see engine.BINDABLE


class UnknownBlock(ValueError):
    """The layout names a kind of block that this renderer cannot print."""


def document(data: Mapping[str, Any]) -> Element:
    """The main part: everything the letter prints, in printed order, then the section's properties."""
    return w("document", w("body", *_paragraphs(data), _section()))


def _paragraphs(data: Mapping[str, Any]) -> Iterator[Element]:
    if data["masthead"]:
        yield masthead(data)
    for style, text in (("Number", data["number"]), ("ClassMark", data["class_mark"])):
        if text:
            yield p(style, run(text))
    yield p("Title", *lines(list(data["title_lines"])))
    if data["addressee"]:
        yield p("Addressee", run(data["addressee"]))
    blocks = data["blocks"]
    signed = bool(data["signers"] or data["signed_on"] or data["remarks"])
    for index, block in enumerate(blocks):
        yield _block(block, binds=signed and index == len(blocks) - 1)
    yield from _signature(data)
    if data["annex"]:
        yield p("AnnexMark", run("附件"), properties=(w("pageBreakBefore"),))
        yield p("AnnexTitle", run(data["annex"][0]))
        yield from (p("Text", run(line)) for line in data["annex"][1:])
    if data["copies"]:
        yield _copies(data["copies"])
        yield p("Anchor")


def _block(block: Mapping[str, Any], *, binds: bool) -> Element:
    """`binds` the last paragraph to the signature: it must not stand on a page without text (clause 7.3.5.5)."""
    if block["kind"] == "heading":
        style = _HEADING_BY_FONT.get(block["font"]) or ("Heading4" if block["text"][0] in "（(" else "Heading3")
        return p(style, run(block["text"]), properties=(val("outlineLvl", block["level"] - 1),))
    if block["kind"] != "text":
        raise UnknownBlock(block["kind"])
    runs = [run(block["text"])]
    if block["lead"]:
        runs.insert(0, run(block["lead"], RUN_STYLES.get(block["font"], ("", ""))[0]))
    keep: list[Element] = []
    if binds:
        keep = [w("keepNext"), *([w("keepLines")] if len(block["lead"] + block["text"]) <= _BINDABLE else [])]
    return p("Text", *runs, properties=tuple(keep))


def _signature(data: Mapping[str, Any]) -> Iterator[Element]:
    """Without a seal (clause 7.3.5.2): the name two characters in from the right, the date's first character two
    to the right of the name's first; a date longer than the name takes the two itself and pushes the name in."""
    names, day, remarks = data["signers"], data["signed_on"], data["remarks"]
    copies_follow = bool(data["copies"]) and not data["annex"]
    name_width = min(m.cells(names[0]), 26 * m.CELL) if names else 0
    date_width = m.cells(day)
    name_right = date_right = 2 * m.CELL
    if names and date_width > name_width:
        name_right = 4 * m.CELL + date_width - name_width
    elif names:
        date_right = name_width - date_width
    found = [("Signer", name, w("ind", right=name_right)) for name in names]
    found += [("Date", day, w("ind", right=max(date_right, 0)))] if day else []
    found += [("Remark", line, None) for line in remarks]
    for index, (style, text, indent) in enumerate(found):
        properties = [
            *([w("keepNext")] if index < len(found) - 1 or copies_follow else []),
            # One blank line under the text.
            *([w("spacing", before=m.PITCH, after=0, line=m.PITCH, lineRule="exact")] if index == 0 else []),
            *([indent] if indent is not None else []),
        ]
        yield p(style, run(text), properties=tuple(properties))


def _copies(text: str) -> Element:
    """抄送 at the foot of the last page's type area, one character in from both sides (clause 7.4.2)."""
    side = int(20 * m.SIZE_4)
    frame = w(
        "framePr", w=m.TEXT_WIDTH - 2 * side, hRule="auto", wrap="notBeside", vAnchor="margin", hAnchor="margin",
        x=side, yAlign="bottom",
    )  # fmt: skip
    return p("Copies", run(text), properties=(w("keepNext"), frame, w("ind", left=3 * side, hanging=3 * side)))


def _section() -> Element:
    """A4, the margins of the standard, and its 22 lines. `linesAndChars` would make LibreOffice give every
    character two cells, so the 28 characters come from the spacing of the styles."""
    return w(
        "sectPr",
        _reference("headerReference", "first", "rId4"),
        _reference("footerReference", "default", "rId5"),
        _reference("footerReference", "even", "rId6"),
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
