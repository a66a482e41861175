"""ZIP containers that repeat byte for byte: DOCX and OFD are both files of this kind. Imports no Django."""

import io
import zipfile
from collections.abc import Iterable, Mapping
from datetime import date

from lxml import etree

# ZIP knows no earlier year, nor a later one than 2107.
_EARLIEST, _LATEST = 1980, 2107
_PLAIN_FILE = 0o644 << 16


def pack(parts: Mapping[str, bytes | Iterable[bytes]], day: date) -> bytes:
    """Put `parts` (path to content, whole or in pieces) into one ZIP in their given order, every entry dated midnight
    of `day`."""
    year = min(max(day.year, _EARLIEST), _LATEST)
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in parts.items():
            entry = zipfile.ZipInfo(path, (year, day.month, day.day, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = _PLAIN_FILE
            entry.create_system = 3  # one value on every system, else the bytes would tell them apart
            if isinstance(content, bytes):
                archive.writestr(entry, content)
                continue
            with archive.open(entry, "w") as part:
                for piece in content:
                    part.write(piece)
    return target.getvalue()


def xml_bytes(root: etree._Element) -> bytes:
    """An XML part as UTF-8 with its declaration."""
    content: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    return content
