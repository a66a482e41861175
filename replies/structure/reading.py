"""Read a published page, as text, into an ImportedReply (issue section "Importing the real reply").

The page is cut by position: furniture above, title, what stands between title and letter, addressee,
opening, sections, tail, footer. Each part is read by its own module; this one finds the places.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from replies.structure import letter_head, tail
from replies.structure.handlers import DEFAULT_BUREAUS, Handlers, KnownBureau, bureau_codes, read_handlers
from replies.structure.imported import ImportedReply, Kind, Metadata, TailKind, TailLine
from replies.structure.lines import Line, key_of, make_line, one_blank, split_lines
from replies.structure.markers import split_marker
from replies.structure.outline import read_lines
from replies.structure.page import is_metadata_line, read_metadata
from replies.structure.title import (
    TitleFacts,
    is_reply_title,
    read_number,
    read_session,
    read_subject,
    read_title,
)
from replies.structure.verdict import Found, refusal, review

_TITLE_LINES = 3
_SESSION_NAMED = re.compile(r"届.{0,20}次")
_LEAD_IN = 5  # paragraphs in which a reply says who handled it


@dataclass(frozen=True)
class _Places:
    """Line numbers: lines[title:title_end] is the title, maybe empty; the letter starts at `letter`."""

    title: int
    title_end: int
    letter: int
    has_addressee: bool


def read_reply(text: str, bureaus: Sequence[KnownBureau] = DEFAULT_BUREAUS) -> ImportedReply:
    """Read one page given as text; any string is accepted and never raises.

    `bureaus` are the names to recognise for `bureau_codes`. A page that is no reply has `is_reply` False and
    says why in its warnings. Dates are never filled one from another; what is not printed is None.
    """
    lines = _unglued(split_lines(text))
    places = _find_places(lines)
    metadata, warnings = read_metadata(lines[: places.title or places.letter])
    printed_title = one_blank("".join(line.text for line in lines[places.title : places.title_end])) or None
    title = printed_title or metadata.title
    between = lines[places.title_end : places.letter]

    letter = lines[places.letter + 1 :] if places.has_addressee else lines[places.letter :]
    salutation = lines[places.letter].text if places.has_addressee else ""
    opening_lines, rest = letter_head.split_opening(letter)
    split = tail.split_tail(rest)
    opening = "\n".join(line.text for line in opening_lines) or None
    signers = tail.read_signers(split.tail)
    signed_on, unclear_date = tail.read_signed_on(split.tail)
    addressees = letter_head.read_addressees(salutation)
    facts = _facts(title, between, opening_lines, metadata)
    kind = _kind(facts, metadata, salutation, opening or "")
    if kind is Kind.CO_HANDLER_OPINION:
        handlers = Handlers(next(iter(addressees), None), signers)
    else:
        handlers = read_handlers([*between, *opening_lines, *_before_first_heading(split.body)], signers)
    codes, unknown = bureau_codes(filter(None, (handlers.lead, *handlers.co_handlers)), bureaus)
    found = Found(
        title=title,
        facts=facts,
        metadata=metadata,
        has_addressee=places.has_addressee,
        salutation=salutation,
        opening=opening,
        body=split.body,
        signers=signers,
        signed_on=signed_on,
        unclear_date=unclear_date,
        unknown_bureaus=unknown,
        lines_left_out=split.left_out,
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
        proposal_title=facts.proposal_title,
        addressees=addressees,
        opening=opening,
        sections=read_lines(line.text for line in split.body),
        closing=tuple(line.text for line in split.tail if line.kind is TailKind.CLOSING),
        signers=signers,
        signed_on=signed_on,
        document_number=_document_number(between) or metadata.document_number,
        result_class=_result_class(lines[places.title : places.letter], split.tail),
        contact=tail.read_contact(split.tail),
        copies=tail.read_copies(split.tail),
        lead=handlers.lead,
        co_handlers=handlers.co_handlers,
        bureau_codes=codes,
        publicity=tail.read_publicity(split.tail),
        warnings=(refused,) if refused else (*warnings, *review(found)),
        salutation=salutation,
        tail=split.tail,
    )


def _unglued(lines: Sequence[Line]) -> list[Line]:
    return [part for line in lines for part in letter_head.split_salutation(line)]


def _find_places(lines: Sequence[Line]) -> _Places:
    first_title = next((i for i, line in enumerate(lines) if _is_title_line(line)), None)
    letter = _find_addressee(lines, first_title or 0)
    has_addressee = letter is not None
    if letter is None:
        letter = _after_furniture(lines, first_title)
    title = next((i for i in range(min(letter, len(lines)) - 1, -1, -1) if _is_title_line(lines[i])), None)
    if title is None:
        return _Places(letter, letter, letter, has_addressee)
    return _Places(_title_start(lines, title), title + 1, letter, has_addressee)


def _find_addressee(lines: Sequence[Line], start: int) -> int | None:
    for index in range(start, len(lines)):
        following = lines[index + 1] if index + 1 < len(lines) else None
        if not is_metadata_line(lines[index]) and letter_head.is_addressee(lines[index], following):
            return index
    return None


def _after_furniture(lines: Sequence[Line], title: int | None) -> int:
    """Where the text starts on a page without addressee: below the title, or below the last metadata line."""
    if title is not None:
        return title + 1
    return max((i + 1 for i, line in enumerate(lines) if is_metadata_line(line)), default=0)


def _is_title_line(line: Line) -> bool:
    return not is_metadata_line(line) and split_marker(line.text) is None and is_reply_title(line.key)


def _title_start(lines: Sequence[Line], last: int) -> int:
    """A title may be broken over lines; it starts at the topmost 对… or 关于… at most three lines up."""
    start = last
    for first in range(last, max(last - _TITLE_LINES, -1), -1):
        line = lines[first]
        if is_metadata_line(line) or line.is_sentence or (first < last and is_reply_title(line.key)):
            break
        if line.key.startswith(("对", "关于")):
            start = first
            if _SESSION_NAMED.search(line.key):
                break
    return start


def _before_first_heading(body: Sequence[Line]) -> list[Line]:
    marked = (index for index, line in enumerate(body) if split_marker(line.text) is not None)
    return list(body[: min(next(marked, _LEAD_IN), _LEAD_IN)])


def _facts(title: str | None, between: Sequence[Line], opening: Sequence[Line], metadata: Metadata) -> TitleFacts:
    """What the title says, completed from the lines around it and then from the opening sentence."""
    facts = read_title(title or "")
    number, category = facts.number, facts.category_number
    session, subject = facts.session, facts.proposal_title
    for key in [line.key for line in (*between, *opening)]:
        if number is None:
            number, category = read_number(key)
        session = session or read_session(key)
    for line in opening:
        subject = subject or read_subject(line.key)
    if metadata.title:
        session = session or read_session(key_of(metadata.title))
        if number is None:
            number, category = read_number(key_of(metadata.title))
    return TitleFacts(facts.kind, session, number, category, subject)


def _kind(facts: TitleFacts, metadata: Metadata, salutation: str, opening: str) -> Kind | None:
    """The title decides, except that a letter to the lead bureau is a co-handler's opinion under any title."""
    if letter_head.speaks_to_bureau(salutation, opening):
        return Kind.CO_HANDLER_OPINION
    return facts.kind or read_title("".join(metadata.breadcrumb) + opening + salutation).kind


def _document_number(between: Sequence[Line]) -> str | None:
    return next(filter(None, (letter_head.read_document_number(line.text) for line in between)), None)


def _result_class(head: Sequence[Line], below: Sequence[TailLine]) -> str | None:
    marks = [letter_head.read_class_mark(line) or letter_head.read_glued_class(line) for line in head]
    marks += [letter_head.read_class_mark(make_line(line.text)) for line in below if line.kind is TailKind.RESULT_CLASS]
    return next(filter(None, marks), None)
