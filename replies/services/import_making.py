"""The case an imported page becomes: its rows, its event, and what tells that it is here already."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from django.urls import reverse

from panjin_portal.lib.case_numbers import spellings_of
from panjin_portal.lib.chinese import long_date
from panjin_portal.lib.clock import day_of, now
from panjin_portal.lib.storage import why_not_stored
from panjin_portal.lib.uploads import clean_name
from proposals.errors import InvalidInput
from proposals.models import Bureau, Post, Proposal, User
from proposals.services.events import record_event
from proposals.services.notice_wording import say
from proposals.services.notices import holders_of, notify
from replies.models import ImportedSource, Reply
from replies.services.import_case import (
    AlreadyHere,
    add_proposal,
    add_reply,
    bureau_of,
    import_account,
    number_taken,
    session_of,
)
from replies.services.import_fields import CaseFields, changes_in, corrected, fields_of, gaps_in, reading_with
from replies.services.import_text import SUFFIXES
from replies.services.storing import store_by_content
from replies.workflow import IMPORT_ROLES

TAKEN_MEANWHILE = "这份文件或这件提案刚刚被别人导入过。"


@dataclass(frozen=True)
class Original:
    """The file a case is made from: its name, its bytes, its text, and what was read there (docs/import-format.md)."""

    file_name: str
    raw: bytes
    text: str
    reading: Mapping[str, Any]

    @property
    def sha256(self) -> str:
        """SHA-256 of the bytes in hex."""
        return hashlib.sha256(self.raw).hexdigest()


def store_original(original: Original) -> str:
    """Keep the file under a name made of its content; gives that name. InvalidInput on ``file`` when there is no room.
    Called before the transaction, never inside it."""
    suffix = PurePath(original.file_name).suffix.lower()
    try:
        stored, _ = store_by_content(
            original.raw, folder="imports", suffix=suffix if suffix in SUFFIXES else SUFFIXES[0]
        )
    except OSError as error:
        raise InvalidInput({"file": why_not_stored(error)}) from error
    return stored


def add_case(
    actor: User | None,
    *,
    post: Post | None,
    original: Original,
    as_read: CaseFields,
    corrections: Mapping[str, str],
    stored: str,
) -> Reply:
    """The rows of the case, its event and its notices, inside the caller's transaction: what was read, with
    ``corrections`` in its place. IntegrityError when somebody was quicker."""
    fields = corrected(as_read, corrections)
    bureau = bureau_of(fields)
    session = session_of(fields)
    proposal = add_proposal(actor or import_account(), session, bureau, fields)
    reply = add_reply(proposal, bureau, session, fields)
    changes = _with_bureau_names(changes_in(as_read, corrections))
    ImportedSource.objects.create(
        reply=reply,
        file=stored,
        file_name=clean_name(original.file_name),
        sha256=original.sha256,
        text=original.text,
        reading=reading_with(original.reading, fields, corrections),
        corrections=changes,
        printed_index_number=fields.index_number[:200],
        imported_by=actor,
        imported_at=now(),
    )
    record_event(
        actor,
        proposal=proposal,
        kind="import",
        post=post,
        text=_told(original, changes),
        data={
            "reply": reply.pk,
            "sha256": original.sha256,
            "warnings": [one["code"] for one in original.reading["warnings"]],
            "gaps": gaps_in(fields, original.reading),
            "corrections": [{**one, "from": _short(one["from"]), "to": _short(one["to"])} for one in changes],
        },
    )
    notify(
        holders_of(roles=IMPORT_ROLES),
        text=say("import_to_check", heading=reply.title),
        link=reverse("import-confirm", args=[reply.pk]),
        but=actor,
    )
    return reply


def refuse_known(sha256: str) -> None:
    """AlreadyHere on ``file`` when a reply was made from the same bytes before; names the day and the reply."""
    known = ImportedSource.objects.filter(sha256=sha256).select_related("reply").first()
    if known is not None:
        day = long_date(day_of(known.imported_at))
        raise AlreadyHere(
            {"file": f"同一份文件已在{day}导入过：{known.reply.title}。"},
            proposal_id=known.reply.proposal_id,
            reply_id=known.reply_id,
        )


def refuse_known_number(fields: CaseFields) -> None:
    """AlreadyHere on ``number`` when the session has this number: asked again after a lost race."""
    known = (
        Proposal.objects.filter(
            session__term=fields.term or 0,
            session__number=fields.session_number or 0,
            number__in=spellings_of(fields.number),
        )
        .select_related("session")
        .first()
    )
    if known is not None:
        raise number_taken(known)


def gaps_of(source: ImportedSource) -> list[str]:
    """Labels of what the stored original leaves blank, corrections counted."""
    return gaps_in(fields_of(source.reading, salutation="", bureau=""), source.reading)


def _with_bureau_names(changes: list[dict[str, str]]) -> list[dict[str, str]]:
    """The changes as people read them: a bureau by its name instead of its code (no query without such a change)."""
    codes = [one[side] for one in changes if one["field"] == "bureau" for side in ("from", "to")]
    names = dict(Bureau.objects.filter(code__in=codes).values_list("code", "short_name")) if codes else {}
    return [
        {**one, "from": names.get(one["from"], ""), "to": names.get(one["to"], "")} if one["field"] == "bureau" else one
        for one in changes
    ]


def _told(original: Original, changes: Sequence[Mapping[str, str]]) -> str:
    """The sentence of the timeline, with every correction from what to what."""
    text = f"由已公开的答复导入，源文件“{original.file_name[:80]}”"
    if not changes:
        return text
    parts = [f"{one['label']}由“{_short(one['from'])}”改为“{_short(one['to'])}”" for one in changes]
    return f"{text}；人工更正{len(changes)}项：{'，'.join(parts)}"


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 40 else f"{line[:30]}…（共{len(text)}字）"
