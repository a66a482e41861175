"""The letter as DOCX: GB/T 9704-2012 letter and document format (DOMAIN.md 2.2 and 2.3) in Office Open XML.

The parts are written one by one: a file holds what the letter needs and nothing else, and repeats byte for byte
(docs/decisions/027). Imports no Django; reads what `layout.template_data` gives.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from replies.documents.docx import package
from replies.documents.docx.body import UnknownBlock, document
from replies.documents.docx.head import even_footer, first_header, odd_footer
from replies.documents.docx.head_document import document_first_header
from replies.documents.docx.styles import font_table, settings, styles
from replies.documents.packing import pack, xml_bytes
from replies.documents.shared import DOCUMENT_FORM

__all__ = ["UnknownBlock", "write_docx"]


def write_docx(data: Mapping[str, Any], tracking: float = 0.0) -> bytes:
    """The letter described by `layout.template_data` as the bytes of a DOCX; equal data, equal bytes. `tracking`: the
    points that the PDF's characters stand wider, so that lines break alike.

    Knows nothing of glyphs: whoever calls it makes sure that the fonts have them (see `making.make`).
    Raises UnknownBlock for a kind of block it cannot print.
    """
    day = date(data["date"]["year"], data["date"]["month"], data["date"]["day"])
    is_document = data["form"] == DOCUMENT_FORM
    word = {
        "document": document(data),
        "styles": styles(round(20 * tracking)),
        "settings": settings(),
        "fontTable": font_table(),
        "header1": document_first_header(data) if is_document else first_header(data),
        "footer1": odd_footer(),
        "footer2": even_footer(),
        **({"footer3": odd_footer()} if is_document else {}),
    }
    named = package.letter_parts(first_foot=is_document)
    parts = {
        "[Content_Types].xml": package.content_types(named),
        "_rels/.rels": package.package_relations(),
        "docProps/core.xml": package.core_properties(data, day),
        "docProps/app.xml": package.app_properties(),
        "word/_rels/document.xml.rels": package.document_relations(named),
        **{f"word/{name}.xml": xml_bytes(root) for name, root in word.items()},
    }
    return pack(parts, day)
