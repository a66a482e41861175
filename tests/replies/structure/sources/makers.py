"""Files of pages made for a test: the same few lines as text, saved page, Word document and PDF."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Sequence
from typing import Any

import docx
import typst
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from replies.documents.fontset import load_fonts

LINES = (
    "关于市政协九届二次会议第021号提案的答复",
    "王小禾委员：",
    "您提出的关于增加河边路灯的提案收悉，现答复如下：",
    "一、已经做了什么",
    "我局在河堤西段装灯一百二十盏，夜里巡查的人说比从前亮了许多，岸边的步道也一并修好，行人不必再绕到马路上去走。",
    "二、还要做什么",
    "东段的灯明年开春动工。",
    "盘锦市住房和城乡建设局",
    "2023年7月6日",
)
TEXT = "\n".join(LINES)


def word_bytes(document: Any) -> bytes:
    """A document of python-docx as a file."""
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def word_file(lines: Sequence[str] = LINES) -> bytes:
    """A Word document with one paragraph a line."""
    document = docx.Document()
    for line in lines:
        document.add_paragraph(line)
    return word_bytes(document)


def changed_package(raw: bytes, changes: dict[str, bytes]) -> bytes:
    """A package with some members replaced or added."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            if entry.filename not in changes:
                new.writestr(entry, old.read(entry))
        for member, content in changes.items():
            new.writestr(member, content)
    return stream.getvalue()


def add_list(document: Any, *levels: tuple[str, str]) -> str:
    """Define a list by (number format, pattern) per level and return its number for `in_list`."""
    root = document.part.numbering_part.element
    abstract = OxmlElement("w:abstractNum")
    abstract.set(qn("w:abstractNumId"), str(900 + len(root)))
    for depth, (style, pattern) in enumerate(levels):
        level = OxmlElement("w:lvl")
        level.set(qn("w:ilvl"), str(depth))
        for tag, value in (("w:start", "1"), ("w:numFmt", style), ("w:lvlText", pattern)):
            child = OxmlElement(tag)
            child.set(qn("w:val"), value)
            level.append(child)
        abstract.append(level)
    root.insert(0, abstract)
    return str(root.add_num(int(abstract.get(qn("w:abstractNumId")))).numId)


def in_list(paragraph: Any, list_id: str, depth: int = 0) -> None:
    """Put a paragraph into a list; its number is then Word's."""
    properties = paragraph._p.get_or_add_pPr().get_or_add_numPr()
    properties.get_or_add_numId().val = int(list_id)
    properties.get_or_add_ilvl().val = depth


_PAGE = """
#let data = json(bytes(sys.inputs.data))
#set page(paper: "a4", margin: (x: 28mm, y: 30mm), footer: context align(center)[— #counter(page).display() —])
#set text(font: data.fonts, size: 16pt, lang: "zh")
#set par(justify: true, first-line-indent: (amount: 2em, all: true), leading: 12pt, spacing: 12pt)
#for line in data.lines {
  if line.kind == "title" { align(center, text(size: 22pt, line.text)) }
  else if line.kind == "flush" { par(first-line-indent: 0pt, line.text) }
  else if line.kind == "right" { align(right, par(first-line-indent: 0pt, line.text)) }
  else { par(line.text) }
}
"""


def pdf_file(lines: Sequence[str] = LINES) -> bytes:
    """A letter as text PDF: title, addressee, indented paragraphs, the last two lines on the right, page numbers."""
    kinds = ["title", "flush"] + ["plain"] * (len(lines) - 4) + ["right", "right"]
    return typeset(list(zip(kinds, lines, strict=True)))


def typeset(lines: Sequence[tuple[str, str]]) -> bytes:
    """Lines of the kinds title, flush, right and plain (with the first line indented) as PDF."""
    fonts = load_fonts(())
    data = {
        "fonts": fonts.families["fang"],
        "lines": [{"kind": kind, "text": line} for kind, line in lines],
    }
    content = typst.compile(
        _PAGE.encode(),
        font_paths=fonts.loaded,
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
    )
    assert isinstance(content, bytes)
    return content
