"""What ties the parts of the DOCX together: content types, relations, properties (ISO/IEC 29500-2)."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from xml.sax.saxutils import escape

_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
# In the order of their relations rId1, rId2, …; head and foot are named by these in the section.
_PARTS = (
    ("styles", "styles"),
    ("settings", "settings"),
    ("fontTable", "fontTable"),
    ("header1", "header"),
    ("footer1", "footer"),
    ("footer2", "footer"),
)
# A document's first page has a number (clause 7.5), though its head is its own.
_FIRST_FOOT = ("footer3", "footer")
PRODUCER = "市政协提案办理平台"
Part = tuple[str, str]  # its name and its kind


def content_types(parts: Sequence[Part]) -> bytes:
    """What kind every part is. `parts`: those the text refers to."""
    kinds = [
        ("/word/document.xml", f"{_WORD}.document.main+xml"),
        *((f"/word/{name}.xml", f"{_WORD}.{kind}+xml") for name, kind in parts),
        ("/docProps/core.xml", "application/vnd.openxmlformats-package.core-properties+xml"),
        ("/docProps/app.xml", "application/vnd.openxmlformats-officedocument.extended-properties+xml"),
    ]
    overrides = "".join(f'<Override PartName="{name}" ContentType="{kind}"/>' for name, kind in kinds)
    return _part(
        f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{overrides}</Types>'
    )


def package_relations() -> bytes:
    """The package's own parts: the text and the two sets of properties."""
    return _relations(
        (f"{_OFFICE}/officeDocument", "word/document.xml"),
        (f"{_PACKAGE}/relationships/metadata/core-properties", "docProps/core.xml"),
        (f"{_OFFICE}/extended-properties", "docProps/app.xml"),
    )


def document_relations(parts: Sequence[Part]) -> bytes:
    """What the text refers to: rId1 is the first."""
    return _relations(*((f"{_OFFICE}/{kind}", f"{name}.xml") for name, kind in parts))


def core_properties(data: Mapping[str, Any], day: date) -> bytes:
    """Title, author and the date of signing, at midnight: the file tells nothing of the moment it was made."""
    moment = f"{day.isoformat()}T00:00:00Z"
    author = escape("、".join(data["author"]))
    return _part(
        f'<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/"'
        ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<dc:title>{escape(data['title'])}</dc:title><dc:creator>{author}</dc:creator>"
        f"<cp:lastModifiedBy>{author}</cp:lastModifiedBy><cp:revision>1</cp:revision>"
        f'<dcterms:created xsi:type="dcterms:W3CDTF">{moment}</dcterms:created>'
        f'<dcterms:modified xsi:type="dcterms:W3CDTF">{moment}</dcterms:modified>'
        "<dc:language>zh-CN</dc:language></cp:coreProperties>"
    )


def app_properties() -> bytes:
    """Which program wrote the file."""
    namespace = "http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"
    return _part(f'<Properties xmlns="{namespace}"><Application>{PRODUCER}</Application></Properties>')


def letter_parts(*, first_foot: bool) -> tuple[Part, ...]:
    """What the text of a letter refers to; `first_foot`: whether its first page has a foot."""
    return (*_PARTS, _FIRST_FOOT) if first_foot else _PARTS


def _relations(*targets: tuple[str, str]) -> bytes:
    found = "".join(
        f'<Relationship Id="rId{number}" Type="{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(targets, start=1)
    )
    return _part(f'<Relationships xmlns="{_PACKAGE}/relationships">{found}</Relationships>')


def _part(content: str) -> bytes:
    return (_HEAD + content).encode()
