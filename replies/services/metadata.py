"""The eight metadata of a publication (DOMAIN 4.1): generated, proposed, checked for being complete."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, fields, replace
from datetime import date
from typing import Any

from panjin_portal.lib.clock import today
from panjin_portal.lib.text import has_control_characters
from proposals.models import Bureau
from replies.documents.letter import Letter, plain_text
from replies.models import Publication, Reply
from replies.structure.keywords import propose_keywords

LABELS = {
    "index_number": "索引号",
    "topic_class": "主题分类",
    "issuing_body": "发文机关",
    "created_on": "成文日期",
    "title": "标题",
    "document_number": "发文字号",
    "published_on": "发布日期",
    "keywords": "主题词",
}
MISSING = "原件无"
_LONGEST = {"issuing_body": 80, "title": 200, "document_number": 60, "topic_class": 60, "keywords": 120}
_SERIAL = re.compile(r"-(\d{6})$")


@dataclass(frozen=True)
class Metadata:
    """The fields a clerk edits. ``missing`` names those that the printed original does not have (imports only)."""

    title: str = ""
    issuing_body: str = ""
    created_on: date | None = None
    document_number: str = ""
    topic_class: str = ""
    keywords: str = ""
    missing: frozenset[str] = field(default_factory=frozenset)

    def as_fields(self) -> dict[str, Any]:
        """As columns of ``Publication``."""
        values = {one.name: getattr(self, one.name) for one in fields(self) if one.name != "missing"}
        return {**values, "missing_fields": sorted(self.missing)}


def metadata_of(publication: Publication) -> Metadata:
    """The stored metadata of a publication."""
    values = {one.name: getattr(publication, one.name) for one in fields(Metadata) if one.name != "missing"}
    return Metadata(**values, missing=frozenset(publication.missing_fields))


def tidy(metadata: Metadata) -> Metadata:
    """Blanks off the ends; keywords parted by single blanks."""
    return replace(
        metadata,
        title=metadata.title.strip(),
        issuing_body=metadata.issuing_body.strip(),
        document_number=metadata.document_number.strip(),
        topic_class=metadata.topic_class.strip(),
        keywords=" ".join(re.split(r"[\s、，,;；]+", metadata.keywords.strip())),
    )


def faults(metadata: Metadata, *, is_import: bool) -> dict[str, str]:
    """What cannot be stored: over-long or unprintable values, 原件无 where the original is ours or a value stands."""
    found: dict[str, str] = {}
    for name, longest in _LONGEST.items():
        value = getattr(metadata, name)
        if has_control_characters(value):
            found[name] = f"{LABELS[name]}里有不能显示的控制字符，请删除。"
        elif len(value) > longest:
            found[name] = f"{LABELS[name]}最多{longest}字，现在是{len(value)}字。"
    if not metadata.title.strip():
        found["title"] = "请填写标题。"
    if metadata.created_on and metadata.created_on > today():
        found["created_on"] = "成文日期不能晚于今天。"
    for name in metadata.missing:
        if not is_import or name not in Publication.MISSING_ALLOWED:
            found[name] = f"{LABELS.get(name, name)}必须填写，只有导入的答复才能标“原件无”。"
        elif getattr(metadata, name):
            found[name] = f"{LABELS[name]}已经填写，请不要再标“原件无”。"
    return found


def gaps(metadata: Metadata) -> dict[str, str]:
    """What still must be filled before the release can start, by field."""
    return {
        name: f"请填写{LABELS[name]}。"
        for name in ("title", "issuing_body", "created_on", "document_number", "topic_class", "keywords")
        if not getattr(metadata, name) and name not in metadata.missing
    }


def propose(reply: Reply, letter: Letter) -> Metadata:
    """Metadata of a reply as far as they can be known: from the letter, the topic, and the page it was read from."""
    topic = reply.proposal.topic
    printed = printed_metadata(reply)
    words = propose_keywords(letter.title, topic.name if topic else "", plain_text(replace(letter, copies=())))
    return Metadata(
        title=printed.get("title") or letter.title,
        issuing_body=printed.get("issuing_body") or "、".join(letter.signers),
        created_on=_day(printed.get("created_on")) or letter.signed_on,
        document_number=printed.get("document_number") or letter.number,
        topic_class=printed.get("subject_class") or (str(topic) if topic else ""),
        keywords=printed.get("keywords") or " ".join(words),
    )


def printed_metadata(reply: Reply) -> dict[str, Any]:
    """The metadata block of the page an imported reply was read from; empty for a reply of the portal's own."""
    source = getattr(reply, "source", None)
    return dict(source.reading.get("metadata") or {}) if source else {}


def marked_not_public(reply: Reply) -> str:
    """The note of an imported page that keeps it from being published (不予公开, 依申请公开), else "" (DOMAIN 1.14)."""
    source = getattr(reply, "source", None)
    note = str(source.reading.get("publicity") or "") if source else ""
    return note if "不予公开" in note or "依申请公开" in note else ""


def first_published_on(reply: Reply) -> date | None:
    """The day the imported page was first published, as printed there."""
    return _day(printed_metadata(reply).get("published_on"))


def assign_index_number(bureau: Bureau, year: int) -> str:
    """The bureau's next 索引号 of the year, which nobody has or had: ``govs{code}-{year}-{6 digits}``, as Panjin writes
    it (DOMAIN section 0).

    The number an old page prints is never ours: pages exist that share one. It is kept beside ours. Rows of
    ``Publication`` are never deleted, so no number is given twice; the lock on the bureau lets two clerks queue up.
    """
    Bureau.objects.select_for_update(no_key=True).get(pk=bureau.pk)  # rows that only refer to it need not wait
    prefix = f"govs{bureau.code}-{year}-"
    taken = Publication.objects.filter(index_number__startswith=prefix).values_list(
        "index_number", "original_index_number"
    )
    numbers = {number for number, _ in taken}
    own = [int(match[1]) for number, first in taken if number != first and (match := _SERIAL.search(number))]
    serial = max(own, default=0) + 1
    while f"{prefix}{serial:06d}" in numbers:
        serial += 1
    return f"{prefix}{serial:06d}"


def _day(text: object) -> date | None:
    return date.fromisoformat(text) if isinstance(text, str) and text else None
