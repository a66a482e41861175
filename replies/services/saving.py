"""Saving the text of a draft, part by part, so that two people on one reply never overwrite each other.

A part is the reply's own fields (``head``), one section (``s12``) or a text that has lost its section (``new12``). Each
part names the version it was read at; a part somebody else has saved meanwhile is refused, kept as an unmerged
revision, and given back with both texts. The other parts of the same save are stored.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import F

from proposals.errors import EditConflict, InvalidInput
from proposals.models import ResultClass, User
from proposals.services.locking import fresh, insist, lock_proposal
from replies.models import Reply, ReplySection
from replies.permissions import can
from replies.queries import active_assignments, load_sections, place
from replies.services.revisions import HEAD_LABELS, record_revision
from replies.structure.outline import Scheme, deepest_level

HEAD, NEW = "head", "new"


@dataclass(frozen=True)
class HeadText:
    """The reply's own fields."""

    title: str
    addressee: str
    opening: str = ""
    closing: str = ""
    copies: str = ""
    contact_person: str = ""
    contact_phone: str = ""
    scheme: str = Scheme.SHORT.value
    result_class_id: int | None = None

    def as_text(self) -> str:
        """Labelled lines, for comparing two versions."""
        return "\n".join(f"{label}：{getattr(self, name)}" for name, label in HEAD_LABELS.items())


@dataclass(frozen=True)
class SectionText:
    """What can be typed and ticked in one section."""

    heading: str = ""
    run_in: bool = False
    body: str = ""
    ask_ids: frozenset[int] = frozenset()
    supplied_by_id: int | None = None

    def as_text(self) -> str:
        """Heading and text, for comparing two versions."""
        return "\n".join(filter(None, (self.heading, self.body)))


@dataclass(frozen=True)
class Part:
    """One text to store, read at ``version``."""

    key: str
    version: int
    text: HeadText | SectionText


@dataclass(frozen=True)
class Conflict:
    """A part that was not stored because ``theirs`` stands at ``version`` (0: the section is gone)."""

    key: str
    mine: HeadText | SectionText
    theirs: HeadText | SectionText | None
    version: int

    def as_error(self) -> EditConflict:
        """The refusal for callers who save one part."""
        return EditConflict(
            mine=self.mine.as_text(), theirs=self.theirs.as_text() if self.theirs else "", version=self.version
        )


@dataclass(frozen=True)
class Saved:
    """New versions of the parts that are stored now, and what met a conflict, kept under ``unmerged_as``."""

    versions: dict[str, int] = field(default_factory=dict)
    conflicts: tuple[Conflict, ...] = ()
    unmerged_as: int | None = None


def head_text(reply: Reply) -> HeadText:
    """The reply's own fields as they are stored."""
    return HeadText(**{name: getattr(reply, name) for name in HeadText.__dataclass_fields__})


def section_text(row: ReplySection) -> SectionText:
    """A section as it is stored."""
    return SectionText(
        row.heading, row.run_in, row.body, frozenset(ask.pk for ask in row.asks.all()), row.supplied_by_id
    )


@transaction.atomic
def save_parts(actor: User, *, reply: Reply, parts: Sequence[Part], autosave: bool = False) -> Saved:
    """Store the parts whose version still stands and keep the others as an unmerged revision.

    Only clerks of the bureau, only while the reply is a draft (NotAllowed, WrongStage). InvalidInput names fields as
    ``s12-body``; then nothing is stored.
    """
    lock_proposal(reply.proposal_id)
    reply = Reply.objects.select_related("proposal__session").get(pk=reply.pk)
    post = insist(can(fresh(actor), "draft", reply))
    rows = load_sections(reply)
    _validate(reply, rows, parts)
    by_key = {f"s{row.pk}": row for row in rows}
    versions: dict[str, int] = {}
    conflicts: list[Conflict] = []
    for part in parts:
        outcome = _save_one(reply, rows, by_key, part)
        if isinstance(outcome, Conflict):
            conflicts.append(outcome)
        else:
            versions.update(outcome)
    if versions:
        record_revision(actor, post=post, reply=reply, rows=rows, reason="保存", is_autosave=autosave)
    kept = None
    if conflicts:
        unmerged = {conflict.key: _as_json(conflict.mine) for conflict in conflicts}
        kept = record_revision(actor, post=post, reply=reply, rows=rows, reason="", unmerged=unmerged)
    return Saved(versions, tuple(conflicts), kept.number if kept else None)


def save_section(actor: User, *, section: ReplySection, version: int, text: SectionText) -> ReplySection:
    """Store one section; EditConflict with both texts when somebody saved it after ``version``."""
    saved = save_parts(actor, reply=section.reply, parts=[Part(f"s{section.pk}", version, text)])
    if saved.conflicts:
        raise saved.conflicts[0].as_error()
    return ReplySection.objects.get(pk=section.pk)


def save_head(actor: User, *, reply: Reply, version: int, text: HeadText) -> Reply:
    """Store the reply's own fields; EditConflict with both texts when somebody saved them after ``version``."""
    saved = save_parts(actor, reply=reply, parts=[Part(HEAD, version, text)])
    if saved.conflicts:
        raise saved.conflicts[0].as_error()
    return Reply.objects.get(pk=reply.pk)


def unmerged_text(key: str, data: dict[str, Any]) -> HeadText | SectionText:
    """What an unmerged revision holds for one part."""
    if key == HEAD:
        return HeadText(**data)
    return SectionText(**{**data, "ask_ids": frozenset(data["ask_ids"])})


def _save_one(
    reply: Reply, rows: list[ReplySection], by_key: dict[str, ReplySection], part: Part
) -> dict[str, int] | Conflict:
    if isinstance(part.text, HeadText):
        return _save_head(reply, part, part.text)
    if part.key.startswith(NEW):
        return _add_lost_text(reply, rows, part.text)
    row = by_key.get(part.key)
    if row is None:
        return Conflict(part.key, part.text, None, 0)
    return _save_section(row, part, part.text)


def _save_head(reply: Reply, part: Part, text: HeadText) -> dict[str, int] | Conflict:
    changed = Reply.objects.filter(pk=reply.pk, version=part.version).update(**asdict(text), version=F("version") + 1)
    if not changed:
        theirs = head_text(reply)
        # The same words again (a save whose answer was lost) are no conflict.
        return {part.key: reply.version} if theirs == text else Conflict(part.key, text, theirs, reply.version)
    reply.version = part.version + 1
    for name, value in asdict(text).items():
        setattr(reply, name, value)
    return {part.key: reply.version}


def _save_section(row: ReplySection, part: Part, text: SectionText) -> dict[str, int] | Conflict:
    changed = ReplySection.objects.filter(pk=row.pk, version=part.version).update(
        heading=text.heading,
        run_in=text.run_in,
        body=text.body,
        supplied_by_id=text.supplied_by_id,
        version=F("version") + 1,
    )
    theirs = section_text(row)
    if not changed:
        return {part.key: row.version} if theirs == text else Conflict(part.key, text, theirs, row.version)
    row.version = part.version + 1
    row.heading, row.run_in, row.body, row.supplied_by_id = text.heading, text.run_in, text.body, text.supplied_by_id
    if theirs.ask_ids != text.ask_ids:
        row.asks.set(text.ask_ids)
    return {part.key: row.version}


def _add_lost_text(reply: Reply, rows: list[ReplySection], text: SectionText) -> dict[str, int]:
    last = max((row.position for row in rows if row.parent_id is None), default=0)
    row = ReplySection.objects.create(
        reply=reply,
        position=last + 1,
        heading=text.heading,
        run_in=text.run_in,
        body=text.body,
        supplied_by_id=text.supplied_by_id,
    )
    row.asks.set(text.ask_ids)
    rows.append(row)
    return {f"s{row.pk}": row.version}


def _validate(reply: Reply, rows: Sequence[ReplySection], parts: Sequence[Part]) -> None:
    errors: dict[str, str] = {}
    sections = [(part.key, part.text) for part in parts if isinstance(part.text, SectionText)]
    if any(text.ask_ids for _, text in sections):
        known = set(reply.proposal.asks.values_list("pk", flat=True))
        errors.update({f"{key}-asks": "选了不属于这件提案的建议。" for key, text in sections if text.ask_ids - known})
    if any(text.supplied_by_id for _, text in sections):
        bureaus = {reply.bureau_id, *(one.bureau_id for one in active_assignments(reply.proposal_id))}
        errors.update(
            {
                f"{key}-supplied_by": "提供单位只能是这件提案的承办单位。"
                for key, text in sections
                if text.supplied_by_id and text.supplied_by_id not in bureaus
            }
        )
    for part in parts:
        if isinstance(part.text, HeadText):
            errors.update(_head_errors(reply, rows, part.text))
    if errors:
        raise InvalidInput(errors)


def _head_errors(reply: Reply, rows: Sequence[ReplySection], text: HeadText) -> Iterable[tuple[str, str]]:
    if not text.title.strip():
        yield f"{HEAD}-title", "请填写标题。"
    if not text.addressee.strip():
        yield f"{HEAD}-addressee", "请填写主送。"
    if text.scheme != reply.scheme:
        deepest = deepest_level(Scheme(text.scheme))
        if any(placed.depth > deepest for placed in place(rows, reply.scheme)):
            yield f"{HEAD}-scheme", f"现有标题超过{deepest}级，请先把更深的标题升级，再改层次序号。"
    if text.result_class_id and text.result_class_id != reply.result_class_id:
        scheme = reply.proposal.session.result_scheme_id
        if not ResultClass.objects.filter(pk=text.result_class_id, scheme_id=scheme).exists():
            yield f"{HEAD}-result_class", "办理结果类别不在本届的分类方案里。"


def _as_json(text: HeadText | SectionText) -> dict[str, Any]:
    data = asdict(text)
    if isinstance(text, SectionText):
        data["ask_ids"] = sorted(text.ask_ids)
    return data
