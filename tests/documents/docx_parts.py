"""Opens a DOCX for measuring: its parts as XML, its paragraphs by style, its lengths in mm."""

import io
import zipfile
from dataclasses import dataclass
from functools import cached_property
from typing import cast

import docx
from docx.table import Table
from docx.text.paragraph import Paragraph
from lxml import etree

from replies.documents.docx import write_docx
from replies.documents.docx.styles import STYLES
from replies.documents.layout import template_data
from replies.documents.letter import Letter
from tests.documents.samples import squeezed

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MAIN = {
    "w": W.strip("{}"),
    "wp": "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
    "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
}


@dataclass(frozen=True)
class Docx:
    """A finished file."""

    content: bytes

    @cached_property
    def parts(self) -> dict[str, bytes]:
        """Path to content."""
        with zipfile.ZipFile(io.BytesIO(self.content)) as archive:
            return {name: archive.read(name) for name in archive.namelist()}

    def xml(self, part: str) -> etree._Element:
        """One part of `word/`, parsed."""
        return etree.fromstring(self.parts[f"word/{part}.xml"])

    def find(self, path: str, part: str = "document") -> list[etree._Element]:
        """Elements of a part by XPath with the prefixes w, wp and a."""
        return cast(list[etree._Element], self.xml(part).xpath(path, namespaces=_MAIN))

    def paragraphs(self, style: str) -> list[etree._Element]:
        """The paragraphs in the style of this Chinese name."""
        key = next(key for key, one in STYLES.items() if one.name == style)
        return self.find(f"//w:p[w:pPr/w:pStyle/@w:val='{key}']")

    def number(self, path: str, part: str = "document") -> int:
        """The one attribute this XPath names, as a number."""
        (found,) = cast(list[str], self.xml(part).xpath(path, namespaces=_MAIN))
        return int(found)

    def in_mm(self, path: str, part: str = "document") -> float:
        """The same for an attribute in twips."""
        return twips_in_mm(self.number(path, part))

    def style(self, name: str, path: str) -> str:
        """An attribute of the style of this Chinese name: style("公文标题", "w:rPr/w:sz/@w:val")."""
        found = self.xml("styles").xpath(f"//w:style[w:name/@w:val='{name}']/{path}", namespaces=_MAIN)
        return str(cast(list[str], found)[0])


def docx_of(source: Letter) -> Docx:
    """The DOCX of a letter."""
    return Docx(write_docx(template_data(source)))


def text_of(element: etree._Element) -> str:
    """The characters of an element."""
    return "".join(node.text or "" for node in element.iter(f"{W}t"))


def twips_in_mm(twips: int) -> float:
    """Twentieths of a point in mm."""
    return twips / 20 / 72 * 25.4


def read_docx(content: bytes) -> str:
    """The text as an independent reader gives it, without blanks: paragraphs, and tables cell by cell, as they come."""
    document = docx.Document(io.BytesIO(content))
    return squeezed("".join(_said(one) for one in document.iter_inner_content()))


def _said(one: Paragraph | Table) -> str:
    if isinstance(one, Paragraph):
        return one.text
    return "".join(cell.text for row in one.rows for cell in row.cells)
