"""The official letter as one neutral, frozen structure (pure). What is signed is its canonical bytes.

Every renderer (PDF, plain text, the public page) reads this structure and nothing else.
Parts and their order: DOMAIN.md 2.1 and 2.3 (GB/T 9704-2012 clause 10.1, letter format).
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any

from panjin_portal.lib.chinese import long_date
from replies.documents.annexes import (
    Annex,
    annex_texts,
    annexes_from_dict,
    annexes_to_dict,
    normal_annex,
    note_lines,
)
from replies.documents.punctuation import full_width
from replies.documents.shared import DOCUMENT_FORM, LETTER_FORM
from replies.structure.outline import Section, section_lines, walk

VERSION = 1
SIGNED, PUBLIC = "letter", "public"
_TEXTS = (
    "masthead",
    "number",
    "class_mark",
    "title",
    "addressee",
    "opening",
    "note",
    "contact_person",
    "contact_phone",
    "kind",
    "form",
    "printed_by",
)


class LetterDataError(ValueError):
    """Stored data is no letter of a version this code knows; `message` is for people."""

    def __init__(self, message: str) -> None:
        self.message = message
        super().__init__(message)


@dataclass(frozen=True, kw_only=True)
class Letter:
    """One letter. `kind` is "letter" for what is signed and "public" for the copy anyone may read.

    `signed_on` is None only for drafts and for imported texts without a date: then no date is printed.
    `annexes` stand on pages of their own after the signature; most letters have none.
    `form` is LETTER_FORM (信函格式) or DOCUMENT_FORM (文件格式). Only the document format prints `printed_by`
    (印发机关) with the day of signing as 印发日期.
    `sealed`: the signature is set so that a real seal finds its place (clause 7.3.5.1); none is ever drawn.
    `addressee` may end with its colon or not; one is printed. `opening` and `closing` are whole paragraphs.
    """

    masthead: str
    number: str
    class_mark: str
    title: str
    addressee: str
    opening: str
    body: tuple[Section, ...]
    closing: tuple[str, ...]
    signers: tuple[str, ...]
    signed_on: date | None
    note: str = ""
    contact_person: str = ""
    contact_phone: str = ""
    copies: tuple[str, ...] = ()
    version: int = VERSION
    kind: str = SIGNED
    annexes: tuple[Annex, ...] = ()
    form: str = LETTER_FORM
    printed_by: str = ""
    sealed: bool = False


def public_copy(letter: Letter) -> Letter:
    """Return the copy that is published: contact and copies left out, everything else as signed.

    The class mark stays: the copy shall equal the signed text wherever no rule says otherwise, and
    DOMAIN.md 2.1 and 2.3 make the mark a part of page 1.
    """
    return replace(letter, kind=PUBLIC, contact_person="", contact_phone="", copies=())


def normalise(letter: Letter) -> Letter:
    """Return the letter with full-width punctuation (see `full_width`), for layout only, never for storage."""
    return replace(
        letter,
        masthead=full_width(letter.masthead),
        title=full_width(letter.title),
        addressee=full_width(letter.addressee),
        opening=full_width(letter.opening),
        body=tuple(map(_normal_section, letter.body)),
        closing=tuple(map(full_width, letter.closing)),
        signers=tuple(map(full_width, letter.signers)),
        note=full_width(letter.note),
        contact_person=full_width(letter.contact_person),
        copies=tuple(map(full_width, letter.copies)),
        annexes=tuple(map(normal_annex, letter.annexes)),
        printed_by=full_width(letter.printed_by),
    )


def _normal_section(section: Section) -> Section:
    brackets = str.maketrans("()", "（）")
    return replace(
        section,
        marker=section.marker.translate(brackets),
        heading=full_width(section.heading),
        paragraphs=tuple(map(full_width, section.paragraphs)),
        children=tuple(map(_normal_section, section.children)),
    )


def addressee_line(letter: Letter) -> str:
    """The addressee with one full-width colon at its end; "" without addressee."""
    name = letter.addressee.rstrip().rstrip("：:").rstrip()
    return f"{name}：" if name else ""


def date_line(letter: Letter) -> str:
    """The date of signing as 2022年8月18日 (clause 7.3.5.4: no leading zeros); "" without a date."""
    return long_date(letter.signed_on) if letter.signed_on else ""


def remark_lines(letter: Letter) -> tuple[str, ...]:
    """The lines below the date: the note in round brackets (clause 7.3.6), then the contact."""
    note = letter.note.strip()
    if note and not (note[0] in "（(" and note[-1] in "）)"):
        note = f"（{note}）"
    person = f"联系人：{letter.contact_person}" if letter.contact_person else ""
    phone = f"联系电话：{letter.contact_phone}" if letter.contact_phone else ""
    contact = "　".join(filter(None, (person, phone)))
    return tuple(filter(None, (note, contact)))


def copies_line(letter: Letter) -> str:
    """抄送 with its list, ended by a full stop (clause 7.4.2); "" without copies."""
    return f"抄送：{'，'.join(name.rstrip('。') for name in letter.copies)}。" if letter.copies else ""


def imprint(letter: Letter) -> tuple[str, str]:
    """印发机关 and 印发日期 of the document format (clause 7.4.3): who printed it, and the day it went to print, which
    is the day it was signed. Two empty texts where nothing is to be printed."""
    if letter.form != DOCUMENT_FORM or not letter.printed_by:
        return "", ""
    return letter.printed_by, f"{date_line(letter)}印发" if letter.signed_on else ""


def printed_lines(letter: Letter) -> Iterator[str]:
    """Every non-empty line of the letter in printed order, one line per paragraph."""
    body = (line for section in walk(letter.body) for line in section_lines(section))
    lines = (
        letter.masthead,
        letter.number,
        letter.class_mark,
        letter.title,
        addressee_line(letter),
        letter.opening,
        *body,
        *letter.closing,
        *("".join(note) for note in note_lines(letter.annexes)),
        *letter.signers,
        date_line(letter),
        *remark_lines(letter),
        *annex_texts(letter.annexes),
        copies_line(letter),
        *imprint(letter),
    )
    return filter(None, (line.strip() for line in lines))


def plain_text(letter: Letter) -> str:
    """The whole letter as text, one line per paragraph."""
    return "\n".join(printed_lines(letter))


def to_dict(letter: Letter) -> dict[str, Any]:
    """The letter as JSON types; the inverse of `from_dict`."""
    data: dict[str, Any] = {field.name: getattr(letter, field.name) for field in fields(Letter)}
    for name in ("closing", "signers", "copies"):
        data[name] = list(data[name])
    # What came later is left out where it says nothing: letters signed before keep their digest.
    if letter.form == LETTER_FORM:
        del data["form"]
    if not letter.printed_by:
        del data["printed_by"]
    if not letter.sealed:
        del data["sealed"]
    del data["annexes"]
    data |= annexes_to_dict(letter.annexes)
    data["body"] = [_section_to_dict(section) for section in letter.body]
    data["signed_on"] = letter.signed_on.isoformat() if letter.signed_on else None
    return data


def from_dict(data: Mapping[str, Any]) -> Letter:
    """Read a stored letter. Raises LetterDataError for another version or for missing or unknown keys."""
    if data.get("version") != VERSION:
        raise LetterDataError(f"不认识的公文数据版本：{data.get('version')}。")
    values = dict(data)
    if any(not isinstance(values.get(name, ""), str) for name in _TEXTS) or values.get("sealed", True) is not True:
        raise LetterDataError("公文数据不完整或已损坏。")
    if values.get("form", LETTER_FORM) not in {LETTER_FORM, DOCUMENT_FORM}:
        raise LetterDataError(f"不认识的公文格式：{values['form']}。")
    try:
        annexes = annexes_from_dict(values)
        values = {name: value for name, value in values.items() if name not in {"annex", "annexes"}}
        values["annexes"] = annexes
        for name in ("closing", "signers", "copies"):
            values[name] = tuple(str(item) for item in values[name])
        values["body"] = tuple(_section_from_dict(section) for section in values["body"])
        values["signed_on"] = date.fromisoformat(values["signed_on"]) if values["signed_on"] else None
        return Letter(**values)
    except (KeyError, TypeError, ValueError) as error:
        raise LetterDataError("公文数据不完整或已损坏。") from error


def canonical_bytes(letter: Letter) -> bytes:
    """The bytes that are signed: JSON with sorted keys, no spare blanks, UTF-8. Equal letters, equal bytes."""
    return json.dumps(to_dict(letter), ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def digest(letter: Letter) -> str:
    """SHA-256 of `canonical_bytes`, in hexadecimal."""
    return hashlib.sha256(canonical_bytes(letter)).hexdigest()


def _section_to_dict(section: Section) -> dict[str, Any]:
    return {
        "level": section.level,
        "marker": section.marker,
        "heading": section.heading,
        "run_in": section.run_in,
        "paragraphs": list(section.paragraphs),
        "children": [_section_to_dict(child) for child in section.children],
    }


def _section_from_dict(data: Mapping[str, Any]) -> Section:
    return Section(
        level=int(data["level"]),
        marker=str(data["marker"]),
        heading=str(data["heading"]),
        run_in=bool(data["run_in"]),
        paragraphs=tuple(str(item) for item in data["paragraphs"]),
        children=tuple(_section_from_dict(child) for child in data["children"]),
    )
