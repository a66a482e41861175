"""The letter for an archive (pure): the PDF carries the structure that was signed, as PDF/A-3a (ISO 19005-3, 6.8).

Whoever has the file alone can take the attachment out, hash it, and has the digest that stands in the event of signing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from replies.documents.layout import template_data
from replies.documents.letter import Letter, canonical_bytes

FILE_NAME = "letter.json"


@dataclass(frozen=True)
class Archival:
    """A signed letter, to be set with its canonical bytes attached."""

    letter: Letter


def archival_data(source: Archival) -> dict[str, Any]:
    """What the template prints, and what it attaches."""
    attached = {"name": FILE_NAME, "text": canonical_bytes(source.letter).decode()}
    return {**template_data(source.letter), "attached": attached}
