"""What reading a published page gives: a frozen record with exactly the keys of docs/import-format.md."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from replies.structure.outline import Section, to_text


class Kind(StrEnum):
    """A reply to a proposal, a reply to a people's congress suggestion, or a co-handler's opinion."""

    PROPOSAL_REPLY = "政协提案答复"
    SUGGESTION_REPLY = "人大建议答复"
    CO_HANDLER_OPINION = "会办意见"


@dataclass(frozen=True)
class ReadingWarning:
    """Something a person should look at; `code` is stable, `message` is Chinese."""

    code: str
    message: str


@dataclass(frozen=True)
class Metadata:
    """The eight fields of a published page and its column path; a blank field is None."""

    index_number: str | None = None
    subject_class: str | None = None
    issuing_body: str | None = None
    created_on: date | None = None
    title: str | None = None
    document_number: str | None = None
    published_on: date | None = None
    keywords: str | None = None
    breadcrumb: tuple[str, ...] = ()


@dataclass(frozen=True)
class Contact:
    """Who answers questions about the reply; not for publication (DOMAIN.md 1.14)."""

    person: str | None = None
    phone: str | None = None


class TailKind(StrEnum):
    """What a line after the last section is."""

    CLOSING = "closing"
    SIGNER = "signer"
    DATE = "date"
    CONTACT = "contact"
    COPIES = "copies"
    RESULT_CLASS = "result_class"
    PUBLICITY = "publicity"
    OTHER = "other"


@dataclass(frozen=True)
class TailLine:
    """A line after the last section as printed."""

    kind: TailKind
    text: str


@dataclass(frozen=True)
class ImportedReply:
    """A published page taken apart. `salutation` and `tail` keep the frame of the letter as printed."""

    is_reply: bool
    kind: Kind | None
    metadata: Metadata
    title: str | None
    session: str | None
    proposal_number: str | None
    category_number: str | None
    number_in_text: str | None
    proposal_title: str | None
    addressees: tuple[str, ...]
    opening: str | None
    sections: tuple[Section, ...]
    closing: tuple[str, ...]
    signers: tuple[str, ...]
    signed_on: date | None
    document_number: str | None
    result_class: str | None
    contact: Contact
    copies: tuple[str, ...]
    lead: str | None
    co_handlers: tuple[str, ...]
    bureau_codes: tuple[str, ...]
    publicity: str | None
    warnings: tuple[ReadingWarning, ...]
    salutation: str
    tail: tuple[TailLine, ...]

    def body_text(self) -> str:
        """The letter from its addressee line to its date line, put together from the structure.

        White space aside, this equals the page between those two lines: no character is lost.
        """
        lines = [self.salutation, self.opening or "", to_text(self.sections)]
        for line in self.tail:
            lines.append(line.text)
            if line.kind is TailKind.DATE:
                break
        return "\n".join(line for line in lines if line)

    def as_dict(self) -> dict[str, Any]:
        """The record as JSON-ready data; a page that is no reply has only `is_reply` and `warnings`."""
        warnings = [asdict(warning) for warning in self.warnings]
        if not self.is_reply:
            return {"is_reply": False, "warnings": warnings}
        return {
            "is_reply": True,
            "kind": self.kind.value if self.kind else None,
            "metadata": _metadata(self.metadata),
            "title": self.title,
            "session": self.session,
            "proposal_number": self.proposal_number,
            "category_number": self.category_number,
            "number_in_text": self.number_in_text,
            "proposal_title": self.proposal_title,
            "addressees": list(self.addressees),
            "opening": self.opening,
            "sections": [section_as_dict(section) for section in self.sections],
            "closing": list(self.closing),
            "signers": list(self.signers),
            "signed_on": _iso(self.signed_on),
            "document_number": self.document_number,
            "result_class": self.result_class,
            "contact": asdict(self.contact),
            "copies": list(self.copies),
            "lead": self.lead,
            "co_handlers": list(self.co_handlers),
            "bureau_codes": list(self.bureau_codes),
            "publicity": self.publicity,
            "warnings": warnings,
        }


def section_as_dict(section: Section) -> dict[str, Any]:
    """One section with its children as JSON-ready data."""
    return {
        "level": section.level,
        "marker": section.marker,
        "heading": section.heading,
        "run_in": section.run_in,
        "paragraphs": list(section.paragraphs),
        "children": [section_as_dict(child) for child in section.children],
    }


def _metadata(metadata: Metadata) -> dict[str, Any]:
    return {
        "index_number": metadata.index_number,
        "subject_class": metadata.subject_class,
        "issuing_body": metadata.issuing_body,
        "created_on": _iso(metadata.created_on),
        "title": metadata.title,
        "document_number": metadata.document_number,
        "published_on": _iso(metadata.published_on),
        "keywords": metadata.keywords,
        "breadcrumb": list(metadata.breadcrumb),
    }


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
