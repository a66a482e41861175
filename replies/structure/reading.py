"""Read a published page, as text, into an ImportedReply (issue section "Importing the real reply").

The page is cut by position: furniture above, title, what stands between title and letter, addressee,
opening, sections, tail, footer. Each part is read by its own module; this one puts them together.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from replies.structure import letter_head, tail
from replies.structure.cuts import join_cut_sentences
from replies.structure.handlers import DEFAULT_BUREAUS, Handlers, KnownBureau, bureau_codes, read_handlers
from replies.structure.imported import ImportedReply, Kind, Metadata, TailKind, TailLine
from replies.structure.lines import Line, key_of, make_line, one_blank, split_lines
from replies.structure.markup import printed
from replies.structure.outline import read_lines
from replies.structure.page import is_footer_line, is_metadata_line, join_bullets, join_column_path, read_metadata
from replies.structure.places import Places, find_places, joined_title
from replies.structure.signing import has_lost_characters
from replies.structure.title import (
    TitleFacts,
    is_reply_title,
    named_kind,
    read_number,
    read_number_line,
    read_session,
    read_subject,
    read_title,
    same_number,
)
from replies.structure.verdict import Found, is_excerpt, refusal, review

_LEAD_IN = 5  # paragraphs in which a reply says who handled it
_NUMBER_LINE = re.compile(r"\(?(?:提案|建议|议案)?(?:编号:?)?第?[A-Za-z]{0,4}\d{1,10}号(?:提案|建议|议案)?\)?")


def read_reply(text: str, bureaus: Sequence[KnownBureau] = DEFAULT_BUREAUS) -> ImportedReply:
    """Read one page given as text; any string is accepted and never raises.

    `bureaus` are the names to recognise for `bureau_codes`. A page that is no reply has `is_reply` False and
    says why in its warnings. Dates are never filled one from another; what is not printed is None.
    """
    page = printed(text)
    lines = _unglued(join_column_path(join_bullets(split_lines(page.text))))
    places = find_places(lines)
    between = lines[places.title_end : places.letter]
    metadata, warnings = read_metadata([*lines[: places.title], *between], between)
    printed_title = one_blank(joined_title(lines[places.title : places.title_end])) or None
    title = printed_title or metadata.title

    letter = join_cut_sentences(lines[places.letter + 1 :] if places.has_addressee else lines[places.letter :])
    salutation = lines[places.letter].text if places.has_addressee else ""
    opening_lines, rest = letter_head.split_opening(letter)
    split = tail.split_tail(rest)
    opening = "\n".join(line.text for line in opening_lines) or None
    signers = tail.read_signers(split.tail)
    signed_on, unclear_date = tail.read_signed_on(split.tail)
    addressees = letter_head.read_addressees(salutation)
    facts = _facts(title, lines, places, opening_lines or letter[:1], metadata)
    kind = _kind(facts, metadata, title or "", salutation, opening or "")
    if kind is Kind.CO_HANDLER_OPINION:
        handlers = Handlers(next(iter(addressees), None), signers)
    else:
        handlers = read_handlers([*between, *opening_lines, *_before_first_heading(split.body)], signers)
    codes, unknown = bureau_codes(filter(None, (handlers.lead, *handlers.co_handlers)), bureaus)
    in_text, _ = read_number(key_of(opening or ""))
    differs = in_text is not None and facts.number is not None and not same_number(in_text, facts.number)
    found = Found(
        title=title,
        facts=facts,
        metadata=metadata,
        has_addressee=places.has_addressee,
        salutation=salutation,
        opening=opening,
        number_in_text=in_text if differs else None,
        subject_in_text=next(filter(None, (read_subject(line.key) for line in opening_lines)), None),
        excerpt=is_excerpt([key_of(title or ""), *(line.key for line in (*opening_lines, *split.body))]),
        comments=len(page.comments),
        body=split.body,
        signers=signers,
        signed_on=signed_on,
        unclear_date=unclear_date,
        unknown_bureaus=unknown,
        lines_left_out=split.left_out,
        signers_illegible=any(row.kind is TailKind.SIGNER and has_lost_characters(row.text) for row in split.tail),
    )
    refused = refusal(found)
    return ImportedReply(
        is_reply=refused is None,
        kind=kind if refused is None else None,
        metadata=metadata,
        title=title,
        session=facts.session,
        proposal_number=facts.number,
        category_number=facts.category_number,
        number_in_text=found.number_in_text,
        proposal_title=facts.proposal_title,
        addressees=addressees,
        opening=opening,
        sections=read_lines((line.text for line in split.body), published=True),
        closing=tuple(line.text for line in split.tail if line.kind is TailKind.CLOSING),
        signers=signers,
        signed_on=signed_on,
        document_number=_document_number(lines, places) or metadata.document_number,
        result_class=_result_class(lines, places, split.tail),
        contact=tail.read_contact(split.tail),
        copies=tail.read_copies(split.tail),
        lead=handlers.lead,
        co_handlers=handlers.co_handlers,
        bureau_codes=codes,
        publicity=tail.read_publicity(split.tail, lines[: places.letter], places.title),
        warnings=(refused,) if refused else (*warnings, *review(found)),
        salutation=salutation,
        tail=split.tail,
    )


def _unglued(lines: Sequence[Line]) -> list[Line]:
    """Lines in which a page ran title, addressee and opening together, one after the other."""
    parts: list[Line] = []
    begun = False  # inside the letter a | is a sign like any other
    for line in lines:
        if parts and letter_head.addresses_go_on(parts[-1], line):
            line = make_line(parts.pop().text + line.text)
        begun = begun or bool(parts and letter_head.is_addressee(parts[-1], line))
        cells = [] if begun or "|" not in line.text or is_metadata_line(line) else _cells(line)
        split = [part for cell in cells or [line] for part in letter_head.split_salutation(cell)]
        begun = begun or len(split) > max(len(cells), 1)
        parts.extend(split)
    return parts


def _cells(line: Line) -> list[Line]:
    """The cells of a table row that holds the title or the start of the letter; none for any other row."""
    cells = [make_line(cell) for cell in line.text.split("|") if cell.strip()]
    return cells if any(_starts_letter(cell) for cell in cells) else []


def _starts_letter(cell: Line) -> bool:
    return is_reply_title(cell.key) or len(letter_head.split_salutation(cell)) > 1


def _before_first_heading(body: Sequence[Line]) -> list[Line]:
    marked = (index for index, line in enumerate(body) if line.marked is not None)
    return list(body[: min(next(marked, _LEAD_IN), _LEAD_IN)])


def _facts(
    title: str | None, lines: Sequence[Line], places: Places, opening: Sequence[Line], metadata: Metadata
) -> TitleFacts:
    """What the title says, completed from the page's other title, the lines around it and the opening sentence."""
    facts = read_title(title or "")
    number, category = facts.number, facts.category_number
    session, subject = facts.session, facts.proposal_title
    above = lines[: places.title]
    headings = [line.key for line in reversed(above) if is_reply_title(line.key) and not is_footer_line(line)][:1]
    headings.extend(filter(None, [key_of(metadata.title or "")]))
    numbered = [line.key for line in above[-3:] if _NUMBER_LINE.fullmatch(line.key)]
    between = [line.key for line in lines[places.title_end : places.letter] if not is_metadata_line(line)]
    for key in (*headings, *numbered, *between, *(line.key for line in opening)):
        if number is None:
            number, category = read_number(key) if key in headings else read_number_line(key)
        session = session or read_session(key)
    for line in opening:
        subject = subject or read_subject(line.key)
    for key in headings:
        subject = subject or read_title(key).proposal_title
    return TitleFacts(facts.kind, session, number, category, subject)


def _kind(facts: TitleFacts, metadata: Metadata, title: str, salutation: str, opening: str) -> Kind | None:
    """The title decides, except that a letter to the lead bureau is a co-handler's opinion under any title.

    A title that names no kind leaves it to the column, the addressee and the opening, in that order.
    """
    if letter_head.speaks_to_bureau(salutation, opening):
        return Kind.CO_HANDLER_OPINION
    if facts.kind is not None:
        return facts.kind
    for step in reversed(metadata.breadcrumb):
        named = [kind for word, kind in _COLUMNS if word in step]
        if len(named) == 1:
            return named[0]
    frame = key_of(salutation).rstrip(":,")
    if frame.endswith("代表"):
        return Kind.SUGGESTION_REPLY
    if re.search(r"委员|政协|民革|民盟|民建|民进|农工党|致公党|九三|台盟|工商联", frame):
        return Kind.PROPOSAL_REPLY
    said = named_kind(key_of(opening))
    if said is not None:
        return said
    return Kind.SUGGESTION_REPLY if re.search("代表|建议", title + opening + salutation) else None


_COLUMNS = (("提案", Kind.PROPOSAL_REPLY), ("建议", Kind.SUGGESTION_REPLY))


def _document_number(lines: Sequence[Line], places: Places) -> str | None:
    """The number on a line of its own nearest to the letter: below the title, in it, above it."""
    between = lines[places.title_end : places.letter]
    for line in (*between, *lines[places.title : places.title_end], *reversed(lines[: places.title])):
        if not is_metadata_line(line) and (found := letter_head.read_document_number(line.text)):
            return found
    return None


def _result_class(lines: Sequence[Line], places: Places, below: Sequence[TailLine]) -> str | None:
    head = lines[places.title : places.letter]
    marks = [letter_head.read_class_mark(line) or letter_head.read_glued_class(line) for line in head]
    marks += [letter_head.read_class_mark(make_line(line.text)) for line in below if line.kind is TailKind.RESULT_CLASS]
    for line in reversed(lines[: places.title]):
        if not is_metadata_line(line):
            marks.append(letter_head.read_class_mark(line) or letter_head.read_glued_class(line))
    return next(filter(None, marks), None)
