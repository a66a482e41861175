"""The letter as OFD (GB/T 33190): the pages of the finished PDF, glyph by glyph, with the fonts cut to size.

Whatever the PDF shows the OFD shows at the same place, so every form that typst sets can be had as OFD. Imports no
Django.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from replies.documents.ofd.fonts import Fonts
from replies.documents.ofd.geometry import Unportable, read_pages
from replies.documents.ofd.page import page_content
from replies.documents.ofd.parts import Numbers, container, document, public_resources
from replies.documents.packing import pack, xml_bytes

__all__ = ["Unportable", "write_ofd"]


def write_ofd(pdf: bytes, data: Mapping[str, Any], font_dirs: Sequence[Path] = ()) -> bytes:
    """The OFD of a PDF that `engine.typeset` made of `data` with the fonts of `font_dirs`; equal input, equal bytes.

    Raises UnshowableText for a character that a font of the page cannot name, and Unportable for a page with
    pictures or with text whose characters are unknown: nothing is left out in silence.
    """
    pages = read_pages(pdf)
    fonts = Fonts(font_dirs)
    numbers = Numbers()
    page_ids = [numbers.take() for _ in pages]
    contents = [xml_bytes(page_content(page, fonts, numbers)) for page in pages]
    resources = public_resources(fonts)
    day, information = container(pdf, data)
    parts = {
        "OFD.xml": xml_bytes(information),
        "Doc_0/Document.xml": xml_bytes(document(pages, page_ids, numbers)),
        "Doc_0/PublicRes.xml": xml_bytes(resources),
        **{f"Doc_0/Pages/Page_{index}/Content.xml": content for index, content in enumerate(contents)},
        **{f"Doc_0/Res/{font.file_name}": font.subset() for font in fonts.used()},
    }
    return pack(parts, day)
