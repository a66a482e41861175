"""Lines of a published page: as printed, and in a form that is easy to recognise."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property

from replies.structure.markers import Marker, split_marker

_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"))
_BLANKS = re.compile(r"\s+")
_ENDS_SENTENCE = re.compile("[。！？!?；;]")


@dataclass(frozen=True)
class Line:
    """One printed line without blanks at its ends; `key` is the same line half-width without any blank."""

    text: str
    key: str

    @property
    def is_sentence(self) -> bool:
        """Whether the line holds a stop, as headings, names and titles do not."""
        return _ENDS_SENTENCE.search(self.text) is not None

    @cached_property
    def marked(self) -> tuple[Marker, str] | None:
        """The line split into its numbering mark and the rest; asked for by every module, so found once."""
        return split_marker(self.text)


def key_of(text: str) -> str:
    """Compatibility form (half-width letters, digits, signs) without blanks and invisible characters."""
    return _BLANKS.sub("", unicodedata.normalize("NFKC", text).translate(_INVISIBLE))


def make_line(text: str) -> Line:
    """A line with its key."""
    stripped = text.strip()
    return Line(stripped, key_of(stripped))


def split_lines(text: str) -> list[Line]:
    """The non-blank lines of a text in order; a byte-order mark at its start is left out."""
    return [make_line(raw) for raw in text.removeprefix("\ufeff").splitlines() if raw.strip()]


def one_blank(text: str) -> str:
    """A printed value on one line: runs of blanks become one, none at the ends."""
    return _BLANKS.sub(" ", text).strip()


def no_blanks(text: str) -> str:
    """A name or number without the blanks that pages put between its characters."""
    return _BLANKS.sub("", text)
