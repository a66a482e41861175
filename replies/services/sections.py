"""The shape of the outline: adding, moving and deleting sections. Positions count from 1 within one parent."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from django.db import transaction

from proposals.errors import InvalidInput, StateChanged, WrongStage
from proposals.models import Post, Proposal, User
from proposals.services.events import record_event
from proposals.services.locking import fresh, insist, lock_proposal
from replies.models import Reply, ReplySection
from replies.permissions import can
from replies.queries import load_sections
from replies.services.revisions import record_revision
from replies.structure.outline import Scheme, deepest_level

CHANGED_MEANWHILE = "段落的顺序刚被改过，请看最新的排列再操作。"


class Move(StrEnum):
    """Where one section can go."""

    UP = "up"
    DOWN = "down"
    INDENT = "indent"
    OUTDENT = "outdent"


class Add(StrEnum):
    """Where a new section can stand, seen from another one."""

    AFTER = "after"
    CHILD = "child"


def place_of(row: ReplySection) -> str:
    """Parent and position as one word. A button carries it, so that pressing twice does not move twice."""
    return f"{row.parent_id or 0}.{row.position}"


@transaction.atomic
def add_section(
    actor: User, *, reply: Reply, where: Add = Add.AFTER, beside: int | None = None, heading: str = ""
) -> ReplySection:
    """A new empty section behind or below section ``beside``; at the end of the text without one."""
    reply, rows, post, _ = _open_draft(actor, reply)
    neighbour = _find(rows, beside) if beside is not None else None
    if neighbour is None:
        parent, position = None, len(_siblings(rows, None)) + 1
    elif where == Add.CHILD:
        parent, position = neighbour, len(_siblings(rows, neighbour.pk)) + 1
        _insist_on_depth(reply, _depth(rows, neighbour) + 1)
    else:
        parent, position = _parent(rows, neighbour), neighbour.position + 1
    new = ReplySection(reply=reply, parent=parent, position=position, heading=heading)
    siblings = _siblings(rows, parent.pk if parent else None)
    siblings.insert(_index_behind(siblings, position), new)
    new.save()
    _renumber(siblings)
    record_revision(actor, post=post, reply=reply, rows=[*rows, new], reason="增加段落")
    return new


@transaction.atomic
def move_section(actor: User, *, section: ReplySection, move: Move, seen_place: str) -> ReplySection:
    """Move a section with all below it. WrongStage when it no longer stands where the person saw it, or cannot go."""
    reply, rows, post, _ = _open_draft(actor, section.reply)
    row = _find(rows, section.pk)
    if place_of(row) != seen_place:
        raise StateChanged(CHANGED_MEANWHILE)
    siblings = _siblings(rows, row.parent_id)
    index = siblings.index(row)
    if move in (Move.UP, Move.DOWN):
        target = index + (1 if move == Move.DOWN else -1)
        if not 0 <= target < len(siblings):
            raise WrongStage("已经在最前面，不能再上移。" if move == Move.UP else "已经在最后面，不能再下移。")
        siblings.insert(target, siblings.pop(index))
        _renumber(siblings)
    elif move == Move.INDENT:
        if index == 0:
            raise WrongStage("前面没有同级段落，不能降为下级。")
        _insist_on_depth(reply, _depth(rows, row) + _height(rows, row))
        _move_below(rows, row, siblings[index - 1], behind=None)
    else:
        parent = _parent(rows, row)
        if parent is None:
            raise WrongStage("已经是第一级，不能再升级。")
        _move_below(rows, row, _parent(rows, parent), behind=parent)
    record_revision(actor, post=post, reply=reply, rows=rows, reason="调整段落")
    return row


@transaction.atomic
def delete_section(actor: User, *, section: ReplySection, seen_version: int) -> None:
    """Take a section and all below it out of the draft; its text stays in the earlier revisions. WrongStage when
    somebody changed it after the person last saw it."""
    reply, rows, post, proposal = _open_draft(actor, section.reply)
    row = _find(rows, section.pk)
    if row.version != seen_version:
        raise StateChanged("这一段刚被改过，请看过最新的文字再决定是否删除。")
    gone = {one.pk for one in subtree(rows, row)}
    siblings = [one for one in _siblings(rows, row.parent_id) if one is not row]
    name = (row.heading or row.body or "空白段落")[:30]
    ReplySection.objects.filter(pk=row.pk).delete()
    _renumber(siblings)
    left = [one for one in rows if one.pk not in gone]
    record_revision(actor, post=post, reply=reply, rows=left, reason="删除段落")
    record_event(
        actor,
        proposal=proposal,
        kind="draft",
        post=post,
        text=f"从答复稿删除段落“{name}”",
        data={"reply": reply.pk, "sections": len(gone)},
    )


def subtree(rows: Sequence[ReplySection], row: ReplySection) -> list[ReplySection]:
    """A section and everything below it."""
    return [row, *(below for child in _siblings(rows, row.pk) for below in subtree(rows, child))]


def _open_draft(actor: User, reply: Reply) -> tuple[Reply, list[ReplySection], Post, Proposal]:
    proposal = lock_proposal(reply.proposal_id)
    reply = Reply.objects.select_related("proposal").get(pk=reply.pk)
    post = insist(can(fresh(actor), "draft", reply))
    return reply, load_sections(reply), post, proposal


def _find(rows: Sequence[ReplySection], pk: int) -> ReplySection:
    found = next((row for row in rows if row.pk == pk), None)
    if found is None:
        raise StateChanged("这一段已被删除，请看最新的排列再操作。")
    return found


def _siblings(rows: Sequence[ReplySection], parent: int | None) -> list[ReplySection]:
    return [row for row in rows if row.parent_id == parent]


def _parent(rows: Sequence[ReplySection], row: ReplySection) -> ReplySection | None:
    return next((one for one in rows if one.pk == row.parent_id), None)


def _index_behind(siblings: Sequence[ReplySection], position: int) -> int:
    return sum(1 for one in siblings if one.position < position)


def _depth(rows: Sequence[ReplySection], row: ReplySection) -> int:
    parent = _parent(rows, row)
    return 1 if parent is None else 1 + _depth(rows, parent)


def _height(rows: Sequence[ReplySection], row: ReplySection) -> int:
    return 1 + max((_height(rows, child) for child in _siblings(rows, row.pk)), default=0)


def _insist_on_depth(reply: Reply, depth: int) -> None:
    deepest = deepest_level(Scheme(reply.scheme))
    if depth > deepest:
        raise InvalidInput({"": f"现在的层次序号最多{deepest}级。要更深的层次，请把“层次序号”改为四级。"})


def _move_below(
    rows: Sequence[ReplySection], row: ReplySection, parent: ReplySection | None, behind: ReplySection | None
) -> None:
    left_behind = [one for one in _siblings(rows, row.parent_id) if one is not row]
    row.parent = parent
    joined = [one for one in _siblings(rows, row.parent_id) if one is not row]
    joined.insert(joined.index(behind) + 1 if behind is not None else len(joined), row)
    ReplySection.objects.filter(pk=row.pk).update(parent=parent)
    _renumber(left_behind)
    _renumber(joined)


def _renumber(siblings: Sequence[ReplySection]) -> None:
    """Positions 1, 2, 3 … in the order given; writes only what changed."""
    changed = []
    for position, row in enumerate(siblings, start=1):
        if row.position != position:
            row.position = position
            changed.append(row)
    ReplySection.objects.bulk_update(changed, ["position"])
