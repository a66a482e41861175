"""Bringing an earlier text back, as a new revision."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.db import transaction

from proposals.models import Ask, Bureau, ResultClass, User
from proposals.services.events import record_event
from proposals.services.locking import fresh, insist, lock_proposal
from replies.models import CoHandlerOpinion, Reply, ReplySection, Revision
from replies.permissions import can
from replies.queries import load_sections
from replies.services.drafting import store_outline
from replies.services.revisions import HEAD_FIELDS, record_revision, sections_in

Path = tuple[int, ...]


@transaction.atomic
def restore_revision(actor: User, *, reply: Reply, revision: Revision) -> Reply:
    """Make the text of ``revision`` the present one. What stood there is a revision itself, so nothing is lost.

    Only while the reply is a draft. Asks, bureaus and opinions that no longer exist are left out.
    """
    proposal = lock_proposal(reply.proposal_id)
    reply = Reply.objects.select_related("proposal").get(pk=reply.pk)
    post = insist(can(fresh(actor), "draft", reply))
    revision = reply.revisions.get(pk=revision.pk)
    outline: Mapping[str, Any] = revision.outline
    head = outline["head"]
    for name in HEAD_FIELDS:
        setattr(reply, name, head[name])
    reply.result_class = ResultClass.objects.filter(pk=head["result_class"]).first()
    reply.version += 1
    reply.save(update_fields=[*HEAD_FIELDS, "result_class", "version"])
    items = dict(_items(outline["sections"]))
    stored = store_outline(reply, sections_in(outline), links=_links(items))
    _tie_asks(reply, stored, items)
    record_revision(actor, post=post, reply=reply, rows=load_sections(reply), reason=f"恢复第{revision.number}稿")
    record_event(
        actor,
        proposal=proposal,
        kind="draft",
        post=post,
        text=f"把答复稿恢复为第{revision.number}稿",
        data={"reply": reply.pk, "revision": revision.number},
    )
    return reply


def _items(tree: Sequence[Mapping[str, Any]], above: Path = ()) -> Iterator[tuple[Path, Mapping[str, Any]]]:
    for index, item in enumerate(tree):
        yield (*above, index), item
        yield from _items(item["children"], (*above, index))


def _links(items: Mapping[Path, Mapping[str, Any]]) -> dict[Path, dict[str, int | None]]:
    named = {"supplied_by": Bureau, "source_opinion": CoHandlerOpinion}
    known = {
        name: set(
            model._default_manager.filter(pk__in={item[name] for item in items.values() if item[name]}).values_list(
                "pk", flat=True
            )
        )
        for name, model in named.items()
    }
    return {
        path: {f"{name}_id": item[name] if item[name] in known[name] else None for name in named}
        for path, item in items.items()
    }


def _tie_asks(reply: Reply, stored: Mapping[Path, ReplySection], items: Mapping[Path, Mapping[str, Any]]) -> None:
    known = set(Ask.objects.filter(proposal_id=reply.proposal_id).values_list("pk", flat=True))
    through = ReplySection.asks.through
    through._default_manager.bulk_create(
        through(replysection_id=row.pk, ask_id=ask)
        for path, row in stored.items()
        for ask in items[path]["asks"]
        if ask in known
    )
