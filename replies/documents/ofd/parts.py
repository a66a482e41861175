"""What frames the pages of the OFD: the container's entry, the document, its fonts (GB/T 33190-2016, clause 7)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from lxml import etree

if TYPE_CHECKING:
    from replies.documents.ofd.fonts import Fonts
    from replies.documents.ofd.geometry import Page

NAMESPACE: Final = "http://www.ofdspec.org/2016"
PRODUCER = "市政协提案办理平台"


class Numbers:
    """The identifiers of a document: whole numbers from 1, each given once."""

    def __init__(self) -> None:
        self.last = 0

    def take(self) -> int:
        """The next one."""
        self.last += 1
        return self.last


def ofd(tag: str, *children: etree._Element, **attributes: str | int) -> etree._Element:
    """An element of OFD with its attributes, which have no namespace."""
    element = etree.Element(f"{{{NAMESPACE}}}{tag}", nsmap={"ofd": NAMESPACE})
    for name, value in attributes.items():
        element.set(name, str(value))
    element.extend(children)
    return element


def text_element(tag: str, text: str, **attributes: str | int) -> etree._Element:
    """An element of OFD that holds text."""
    element = ofd(tag, **attributes)
    element.text = text
    return element


def container(pdf: bytes, data: Mapping[str, Any]) -> tuple[date, etree._Element]:
    """The day the entries are dated with, and OFD.xml: who wrote what when. A draft has no date of creation."""
    day = date(data["date"]["year"], data["date"]["month"], data["date"]["day"])
    facts = [("DocID", hashlib.sha256(pdf).hexdigest()[:32]), ("Title", data["title"])]
    facts += [("Author", "、".join(data["author"]))] if data["author"] else []
    facts += [("CreationDate", day.isoformat()), ("ModDate", day.isoformat())] if data["signed_on"] else []
    facts += [("Creator", PRODUCER)]
    information = ofd("DocInfo", *(text_element(tag, text) for tag, text in facts))
    body = ofd("DocBody", information, text_element("DocRoot", "Doc_0/Document.xml"))
    return day, ofd("OFD", body, Version="1.0", DocType="OFD")


def document(pages: Sequence[Page], page_ids: Sequence[int], numbers: Numbers) -> etree._Element:
    """Document.xml: the size of the paper, where fonts and pages are, and the last identifier given."""
    width, height = (f"{value:.3f}".rstrip("0").rstrip(".") for value in (pages[0].width, pages[0].height))
    common = ofd(
        "CommonData",
        text_element("MaxUnitID", str(numbers.last)),
        ofd("PageArea", text_element("PhysicalBox", f"0 0 {width} {height}")),
        text_element("PublicRes", "PublicRes.xml"),
    )
    listed = [
        ofd("Page", ID=number, BaseLoc=f"Pages/Page_{index}/Content.xml") for index, number in enumerate(page_ids)
    ]
    return ofd("Document", common, ofd("Pages", *listed))


def public_resources(fonts: Fonts) -> etree._Element:
    """PublicRes.xml: every font with its own file. Bold is said of the title's and the mark's, for readers that take
    a font of theirs by its family."""
    listed = []
    for font in fonts.used():
        element = ofd("Font", ID=font.number, FontName=font.name, FamilyName=font.family(), Charset="unicode")
        if font.is_bold:
            element.set("Bold", "true")
        element.append(text_element("FontFile", font.file_name))
        listed.append(element)
    return ofd("Res", ofd("Fonts", *listed), BaseLoc="Res")
