"""Characters that no font of the letters has, told while the text can still be changed."""

from __future__ import annotations

from dataclasses import replace

from django.conf import settings

from proposals.errors import InvalidInput
from proposals.models import Proposal
from proposals.services.printing import Kind
from replies.documents.book.coverage import missing_in_case
from replies.documents.book.structure import Entry
from replies.documents.coverage import lacking, missing_glyphs
from replies.documents.layout import clean, named_places
from replies.documents.letter import Letter
from replies.documents.pdf import MissingGlyph
from replies.structure.outline import Section

NOT_IN_BOOK = "字库里没有{named}，印不出来，位置：{where}；请管理员添加含有该字的字体后重做"
FROM_THE_CASE = "其中{named}出自提案的案由，案由登记后不能改，请联系管理员添加含有该字的字体，再办理。"


def unshowable(letter: Letter) -> MissingGlyph | None:
    """What of ``letter`` could not be printed with the fonts of this site; None when all can (no query)."""
    return missing_glyphs(letter, settings.FONT_DIRS)


def glyph_fault(letter: Letter, proposal: Proposal | None = None) -> str:
    """A sentence that says which characters cannot be printed, where they stand and what to do; "" when all can.

    ``proposal``: the case whose title the letter quotes, where its writer cannot change the quotation.
    """
    missing = unshowable(letter)
    if missing is None:
        return ""
    quoted = [character for character in missing.characters if proposal and character in proposal.title]
    if not quoted:
        return missing.message
    return missing.message + FROM_THE_CASE.format(named="、".join(f"“{character}”" for character in quoted))


def insist_on_glyphs(letter: Letter, *, field: str, advice: str = "", proposal: Proposal | None = None) -> None:
    """InvalidInput at ``field`` when ``letter`` could not be printed; ``advice``: what this person can do about it."""
    if told := glyph_fault(letter, proposal):
        raise InvalidInput({field: told + advice})


def insist_on_glyphs_of_text(text: str, *, field: str) -> None:
    """The same for the words of a letter that is not made up yet."""
    insist_on_glyphs(_nothing_but(Section(0, "", "", False, tuple(text.splitlines()))), field=field)


def unshowable_in_section(section: Section) -> MissingGlyph | None:
    """What of one section alone, without those under it, could not be printed; None when all can (no query)."""
    return unshowable(_nothing_but(replace(section, children=())))


def _nothing_but(section: Section) -> Letter:
    return Letter(
        masthead="",
        number="",
        class_mark="",
        title="",
        addressee="",
        opening="",
        body=(section,),
        closing=(),
        signers=(),
        signed_on=None,
    )


def why_not_in_book(kind: str, chapter: str, entry: Entry) -> str:
    """Which characters of a case keep it out of a book of that ``kind``, and where they stand; "" when all can be
    printed. ``chapter``: the title it would stand under."""
    missing = missing_in_case(kind, chapter, entry, settings.FONT_DIRS)
    return NOT_IN_BOOK.format(named=missing.named, where=missing.where) if missing else ""


def fault_of_piece(kind: Kind, place: str, text: str) -> str:
    """The sentence of `glyph_fault` for one text of a proposal, as a notice or a book would print it."""
    roles = ("song", "fang") if kind is Kind.TITLE else ("fang",)
    lines = [clean(line) for line in text.splitlines()]
    characters = lacking(((role, line) for role in roles for line in lines), settings.FONT_DIRS)
    return MissingGlyph(characters, named_places([(place, text)], characters)).message if characters else ""
