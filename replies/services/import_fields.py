"""What a case needs of an imported page, and what people put right by hand. Pure: a reading in, fields out.

``reading`` is the record of docs/import-format.md as JSON data. A correction is the text of a form field by its name
in ``LABELS``; it wins over what was read, and nothing is ever filled from another field.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from panjin_portal.lib.chinese import from_chinese, to_chinese
from panjin_portal.lib.text import clean_text
from replies.structure.handlers import KnownBureau, bureau_codes
from replies.structure.imported import ImportedReply, section_as_dict
from replies.structure.outline import Section, read_lines, to_text

LABELS = {
    "term": "届",
    "session_number": "次",
    "number": "提案号",
    "title": "答复标题",
    "proposal_title": "提案标题",
    "bureau": "答复单位",
    "addressees": "主送",
    "signers": "落款单位",
    "signed_on": "落款日期",
    "document_number": "发文字号",
    "result_class": "办理结果类别",
    "index_number": "原件索引号",
    "published_on": "原发布日期",
    "opening": "开头语",
    "body": "正文",
    "closing": "结尾",
}
ADDRESSEE_MAX = 80  # the name of a proposer
# Without these there is no case to put the reply into; everything else may be a gap.
NEEDED = {
    "term": "没有读到届次",
    "session_number": "没有读到届次",
    "number": "没有读到提案号",
    "title": "没有读到标题",
    "bureau": "没有读到已登记的答复单位",
}
_METADATA = {"subject_class": "主题分类", "issuing_body": "发文机关", "created_on": "成文日期", "keywords": "主题词"}
_GAPS = ("addressees", "signers", "signed_on", "document_number", "result_class", "index_number", "published_on")
_SESSION = re.compile(r"([一二三四五六七八九十百\d]+)届第?([一二三四五六七八九十百\d]+)次")
_BETWEEN_NAMES = re.compile(r"[、,，;；\n]+")
_DAYS = ("signed_on", "published_on")
# Warnings that a correction of these fields settles.
_SETTLED_BY = {
    "missing_session": ("term", "session_number"),
    "missing_number": ("number",),
    "number_differs": ("number",),
    "title_differs": ("title",),
    "missing_addressee": ("addressees",),
    "missing_opening": ("opening", "body"),
    "missing_body": ("body",),
    "missing_signer": ("signers",),
    "missing_signed_on": ("signed_on",),
    "unclear_signed_on": ("signed_on",),
    "created_on_differs": ("signed_on",),
    "unclear_published_on": ("published_on",),
    "published_early": ("signed_on", "published_on"),
}


@dataclass(frozen=True)
class CaseFields:
    """Everything the rows of an imported case are made of; blank means the page does not say it."""

    term: int | None
    session_number: int | None
    number: str
    title: str
    proposal_title: str
    bureau: str
    addressees: tuple[str, ...]
    salutation: str
    opening: str
    sections: tuple[Section, ...]
    closing: tuple[str, ...]
    signers: tuple[str, ...]
    signed_on: date | None
    document_number: str
    result_class: str
    index_number: str
    published_on: date | None
    contact_person: str
    contact_phone: str
    copies: tuple[str, ...]

    def missing(self) -> dict[str, str]:
        """What a case cannot exist without and the page does not say, as sentences by field."""
        lacking = {name: sentence for name, sentence in NEEDED.items() if not getattr(self, name)}
        long = next((name for name in self.addressees if len(name) > ADDRESSEE_MAX), "")
        return lacking | ({"addressees": f"主送“{long[:20]}…”太长，请核对"} if long else {})

    def session_name(self) -> str:
        """``九届一次会议``, or "" when it is not known."""
        if not self.term or not self.session_number:
            return ""
        return f"{to_chinese(self.term)}届{to_chinese(self.session_number)}次会议"


def bureau_code_of(reading: ImportedReply, bureaus: Sequence[KnownBureau]) -> str:
    """The code of the bureau that signed, else of the one that led; never a co-handler. "" when neither is known."""
    for printed in filter(None, (*reading.signers, reading.lead)):
        codes, _ = bureau_codes([printed], bureaus)
        if codes:
            return codes[0]
    return ""


def fields_of(reading: Mapping[str, Any], *, salutation: str, bureau: str) -> CaseFields:
    """The fields as read. ``reading`` is ``ImportedReply.as_dict()`` of a reply, ``bureau`` a code or ""."""
    match = _SESSION.search(reading.get("session") or "")
    metadata, contact = reading["metadata"], reading["contact"]
    return CaseFields(
        term=_whole(match[1]) if match else None,
        session_number=_whole(match[2]) if match else None,
        number=_line(reading["proposal_number"]),
        title=_line(reading["title"]),
        proposal_title=_line(reading["proposal_title"]),
        bureau=bureau,
        addressees=_names(reading["addressees"]),
        salutation=_line(salutation).rstrip("：:"),
        opening=clean_text(reading["opening"] or ""),
        sections=tuple(map(_section, reading["sections"])),
        closing=tuple(filter(None, map(clean_text, reading["closing"]))),
        signers=_names(reading["signers"]),
        signed_on=_day(reading["signed_on"]),
        document_number=_line(reading["document_number"] or metadata["document_number"]),
        result_class=(reading["result_class"] or "")[:1],
        index_number=_line(metadata["index_number"]),
        published_on=_day(metadata["published_on"]),
        contact_person=_line(contact["person"]),
        contact_phone=_line(contact["phone"]),
        copies=_names(reading["copies"]),
    )


def values_of(fields: CaseFields) -> dict[str, str]:
    """The fields as texts of a form, by the names of ``LABELS``, cleaned as a form cleans them."""
    return {
        "term": str(fields.term or ""),
        "session_number": str(fields.session_number or ""),
        "number": fields.number,
        "title": fields.title,
        "proposal_title": fields.proposal_title,
        "bureau": fields.bureau,
        "addressees": "、".join(fields.addressees),
        "signers": "、".join(fields.signers),
        "signed_on": fields.signed_on.isoformat() if fields.signed_on else "",
        "document_number": fields.document_number,
        "result_class": fields.result_class,
        "index_number": fields.index_number,
        "published_on": fields.published_on.isoformat() if fields.published_on else "",
        "opening": fields.opening.strip(),
        "body": clean_text(to_text(fields.sections)).strip(),
        "closing": "\n".join(fields.closing),
    }


def corrections_in(fields: CaseFields, values: Mapping[str, str]) -> dict[str, str]:
    """Which of ``values`` differ from what was read: the corrections to be kept."""
    read = values_of(fields)
    return {name: values[name] for name in LABELS if name in values and values[name] != read[name]}


def corrected(fields: CaseFields, corrections: Mapping[str, str]) -> CaseFields:
    """The fields with ``corrections`` in place of what was read. A corrected body is cut into sections anew."""
    new: dict[str, Any] = {}
    for name, text in corrections.items():
        if name in ("term", "session_number"):
            new[name] = int(text) if text else None
        elif name in _DAYS:
            new[name] = _day(text)
        elif name in ("addressees", "signers"):
            new[name] = _names(_BETWEEN_NAMES.split(text))
        elif name == "body":
            new["sections"] = read_lines(text.splitlines())
        elif name == "closing":
            new[name] = tuple(filter(None, (line.strip() for line in text.splitlines())))
        else:
            new[name] = text
    if "addressees" in new:
        new["salutation"] = "、".join(new["addressees"])
    return replace(fields, **new)


def changes_in(fields: CaseFields, corrections: Mapping[str, str]) -> list[dict[str, str]]:
    """The corrections in the order of the form, each with what was read: ``{"field", "label", "from", "to"}``."""
    read = values_of(fields)
    return [
        {"field": name, "label": label, "from": read[name], "to": corrections[name]}
        for name, label in LABELS.items()
        if name in corrections
    ]


def reading_with(reading: Mapping[str, Any], fields: CaseFields, corrections: Iterable[str]) -> dict[str, Any]:
    """``reading`` as it counts from now on: what was corrected, by the names of docs/import-format.md, in its place."""
    done, metadata = dict(reading), dict(reading["metadata"])
    texts = values_of(fields)
    for name in corrections:
        if name in ("term", "session_number"):
            done["session"] = fields.session_name() or None
        elif name == "number":
            done["proposal_number"] = fields.number or None
        elif name in ("addressees", "signers", "closing"):
            done[name] = list(getattr(fields, name))
        elif name == "body":
            done["sections"] = [section_as_dict(section) for section in fields.sections]
        elif name in ("index_number", "published_on"):
            metadata[name] = texts[name] or None
        elif name != "bureau":
            done[name] = texts[name] or None
        if name in ("title", "document_number"):  # a publication proposes what the metadata say
            metadata[name] = texts[name] or None
    return {**done, "metadata": metadata}


def gaps_in(fields: CaseFields, reading: Mapping[str, Any]) -> list[str]:
    """Labels of what the page leaves blank and a case may do without."""
    blank = [LABELS[name] for name in _GAPS if not getattr(fields, name)]
    return blank + [label for name, label in _METADATA.items() if not reading["metadata"].get(name)]


def warnings_in(reading: Mapping[str, Any], corrections: Mapping[str, str]) -> list[dict[str, str]]:
    """The warnings of the reading that no correction has settled."""
    return [
        warning
        for warning in reading.get("warnings", [])
        if not any(name in corrections for name in _SETTLED_BY.get(warning["code"], ()))
    ]


def _line(text: str | None) -> str:
    return " ".join(clean_text(text or "").split())


def _names(printed: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, map(_line, printed))))


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _whole(text: str) -> int | None:
    return int(text) if text.isdigit() else from_chinese(text)


def _section(data: Mapping[str, Any]) -> Section:
    return Section(
        level=data["level"],
        marker=data["marker"],
        heading=clean_text(data["heading"]),
        run_in=data["run_in"],
        paragraphs=tuple(map(clean_text, data["paragraphs"])),
        children=tuple(map(_section, data["children"])),
    )
