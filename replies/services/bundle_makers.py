"""Who makes which kind of bundle. A kind without a maker is not offered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from replies.models import Bundle
from replies.services.books import FORMATS, make_book
from replies.services.bundle_letters import make_letters
from replies.services.bundle_work import BundleWork


@dataclass(frozen=True)
class Maker:
    """``make`` stores every file of the bundle through its ``BundleWork`` and returns; it may raise BundleFailed.

    ``formats`` can be chosen. ``has_grouping``: whether it matters how the cases are arranged.
    """

    make: Callable[[BundleWork], None]
    formats: tuple[str, ...]
    has_grouping: bool = False


MAKERS: dict[str, Maker] = {
    Bundle.Kind.LETTERS: Maker(make_letters, ("pdf", "docx", "ofd")),
    Bundle.Kind.BOOK: Maker(make_book, FORMATS, has_grouping=True),
    Bundle.Kind.PUBLIC_BOOK: Maker(make_book, FORMATS, has_grouping=True),
    Bundle.Kind.ABSTRACTS: Maker(make_book, FORMATS, has_grouping=True),
}
