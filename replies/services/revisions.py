"""Earlier texts of a reply. Every save leaves a row; what could not be merged is kept as well."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.db.models import Max

from panjin_portal.lib.clock import now
from proposals.models import Post, User
from replies.models import Reply, ReplySection, Revision
from replies.queries import paragraphs_of
from replies.structure.outline import Scheme, Section, number, to_text

COALESCE = timedelta(minutes=10)
AUTOSAVE = "自动保存"
UNMERGED = "与他人同时修改，尚未并入"
HEAD_FIELDS = ("title", "addressee", "opening", "closing", "copies", "contact_person", "contact_phone", "scheme")
HEAD_LABELS = {
    "title": "标题",
    "addressee": "主送",
    "opening": "开头语",
    "closing": "结尾",
    "copies": "抄送",
    "contact_person": "联系人",
    "contact_phone": "联系电话",
}


def snapshot(reply: Reply, rows: Sequence[ReplySection]) -> dict[str, Any]:
    """The whole text of ``reply`` as JSON: its own fields, then the tree of sections with asks and sources."""
    children: dict[int | None, list[ReplySection]] = {}
    for row in sorted(rows, key=lambda one: (one.position, one.pk)):
        children.setdefault(row.parent_id, []).append(row)
    return {
        "head": {name: getattr(reply, name) for name in HEAD_FIELDS} | {"result_class": reply.result_class_id},
        "sections": _tree(children, None),
    }


def record_revision(
    actor: User,
    *,
    post: Post | None,
    reply: Reply,
    rows: Sequence[ReplySection],
    reason: str,
    is_autosave: bool = False,
    unmerged: Mapping[str, Any] | None = None,
) -> Revision | None:
    """Keep the text as it stands now; None when it equals the last kept one.

    Autosaves of one author within ten minutes share a row. ``unmerged`` holds texts of a save that met a conflict,
    by part; such a row is never overwritten. The caller holds the lock, so numbers have no gaps.
    """
    outline = snapshot(reply, rows)
    if unmerged:
        outline["unmerged"] = dict(unmerged)
        reason = UNMERGED
    moment = now()
    last = reply.revisions.first()
    if last is not None and not unmerged and "unmerged" not in last.outline:
        if last.outline == {**outline, "began": last.outline.get("began")} and is_autosave:
            return None
        began = last.outline.get("began")
        is_same_sitting = is_autosave and last.is_autosave and last.author_id == actor.pk
        if is_same_sitting and moment.timestamp() - float(began or 0) < COALESCE.total_seconds():
            last.outline = {**outline, "began": began}
            last.made_at = moment
            last.save(update_fields=["outline", "made_at"])
            return last
    outline["began"] = moment.timestamp()
    highest = last.number if last is not None else reply.revisions.aggregate(top=Max("number"))["top"] or 0
    return Revision.objects.create(
        reply=reply,
        number=highest + 1,
        outline=outline,
        reason=AUTOSAVE if is_autosave and not unmerged else reason,
        is_autosave=is_autosave,
        author=actor,
        post=post,
        made_at=moment,
    )


def sections_in(outline: Mapping[str, Any]) -> tuple[Section, ...]:
    """The stored tree as pure sections, not numbered."""
    return tuple(_section(item) for item in outline.get("sections", ()))


def text_of(outline: Mapping[str, Any]) -> str:
    """One revision as plain text for comparing: labelled fields, then the numbered text."""
    head = outline.get("head", {})
    lines = [f"{label}：{head[name]}" for name, label in HEAD_LABELS.items() if head.get(name)]
    body = number(sections_in(outline), Scheme(head.get("scheme", Scheme.SHORT)))
    return "\n".join([*lines, to_text(body)])


def _tree(children: Mapping[int | None, Sequence[ReplySection]], parent: int | None) -> list[dict[str, Any]]:
    return [
        {
            "heading": row.heading,
            "run_in": row.run_in,
            "body": row.body,
            "marker": row.printed_marker,
            "asks": sorted(ask.pk for ask in row.asks.all()),
            "supplied_by": row.supplied_by_id,
            "source_opinion": row.source_opinion_id,
            "children": _tree(children, row.pk),
        }
        for row in children.get(parent, ())
    ]


def _section(item: Mapping[str, Any]) -> Section:
    return Section(
        level=0,
        marker=str(item.get("marker", "")),
        heading=str(item["heading"]),
        run_in=bool(item["run_in"]),
        paragraphs=paragraphs_of(str(item["body"])),
        children=tuple(_section(child) for child in item["children"]),
    )
