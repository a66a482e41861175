"""Which characters of a case no font of the book can show, told before the book is set: one case would stop them all.

The fonts are those that `templates/book.typ` names for each part; equal parts may be looked up twice, which is cheap.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

from replies.documents.book.layout import places_of_case, printed_case
from replies.documents.book.structure import Entry
from replies.documents.coverage import in_one_line, lacking, letter_parts
from replies.documents.layout import clean, named_places
from replies.documents.pdf import MissingGlyph
from replies.documents.punctuation import full_width


def missing_in_case(kind: str, chapter: str, entry: Entry, font_dirs: Sequence[Path] = ()) -> MissingGlyph | None:
    """What typesetting a book of that `kind` would refuse in the case or in the title of the `chapter` it stands in,
    with characters and places in Chinese; None when all can be shown. `font_dirs`: folders of the site."""
    characters = lacking(_parts(kind, chapter, entry), font_dirs)
    places = named_places([("章名", chapter), *places_of_case(entry)], characters) if characters else ()
    return MissingGlyph(characters, places) if characters else None


def _parts(kind: str, chapter: str, entry: Entry) -> Iterator[tuple[str, str]]:
    data = printed_case(kind, 0, entry, in_one_line)
    for role in ("song", "hei", "fang"):  # above the cases, in the contents, over the page
        yield role, clean(chapter)
    for role in ("hei", "fang"):
        yield role, data["number"]
    for role in ("song", "fang"):
        yield role, data["title"]
    yield "fang", "".join(fact["text"] for fact in data["facts"])
    yield "fang", "".join(clean(full_width(name)) for name in (*entry.proposers, *entry.joined))  # the index
    for part in data["parts"]:
        yield "hei", part["heading"]
        yield "fang", "".join(part["lines"])
    for letter in data["answers"]:
        yield from letter_parts(letter)
