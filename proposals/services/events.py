"""Writing the event log: one keyed hash chain per proposal and one for the site.

The seal is HMAC-SHA256 with ``EVENT_KEY`` over the canonical JSON of the row and the previous seal, so a row cannot be
altered, dropped or inserted by somebody who holds the database but not the key.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.db.models import Field, OuterRef, QuerySet

from panjin_portal.lib.batches import batches
from panjin_portal.lib.clock import now
from panjin_portal.lib.kept import KeptUpdate, Words, insert
from proposals.models import Event, Post, Proposal, SiteChainHead, User
from proposals.queries import next_due_of
from proposals.services.many_rows import write_columns

HEAD = ("last_event_number", "last_event_hash")
BATCH = 500


def seal(
    *,
    proposal_id: int | None,
    number: int,
    kind: str,
    actor_id: int | None,
    post_id: int | None,
    at: datetime,
    text: str,
    data: Mapping[str, Any],
    previous_hash: str,
) -> str:
    """Hex HMAC of one event row. ``at`` is taken in UTC with microseconds, so both databases give the same bytes."""
    content = json.dumps(
        [
            proposal_id,
            number,
            kind,
            actor_id,
            post_id,
            at.astimezone(UTC).isoformat(timespec="microseconds"),
            text,
            data,
            previous_hash,
        ],
        ensure_ascii=False,
        sort_keys=True,
        separators=(",", ":"),
    )
    return hmac.new(settings.EVENT_KEY.encode(), content.encode(), hashlib.sha256).hexdigest()


def record_event(
    actor: User | None,
    *,
    proposal: Proposal,
    kind: str,
    text: str,
    post: Post | None = None,
    data: Mapping[str, Any] | None = None,
    also: Iterable[str] = (),
    clocks_moved: bool = True,
    before: Sequence[NewEvent] = (),
) -> Event:
    """Append one event to the chain of ``proposal``, which the caller holds locked. ``text`` is the Chinese sentence
    of the timeline, without the person's name; ``data`` holds plain JSON values, never personal data.

    The nearest deadline kept on the proposal is read anew in the same statement, so clocks are changed before the event
    that tells of it. ``clocks_moved`` false spares that reading where the step starts, moves and ends no clock.
    ``also``: columns of ``proposal`` the step has changed, written along with the head. ``before``: what the same step
    has done first on the same ``proposal``, told in the same statement.
    """
    told = [*before, NewEvent(proposal, kind, text, data or {}, post)]
    *_, event = _append(actor, told)
    columns = Words((*HEAD, *map(_column, also)))
    _move_head(proposal.pk, clocks_moved, columns, *(getattr(proposal, name) for name in columns))
    return event


@KeptUpdate
def _move_head(pk: int, clocks_moved: bool, columns: Words, *values: Any) -> tuple[QuerySet[Proposal], dict[str, Any]]:
    nearest = next_due_of(pk) if clocks_moved else {}
    return Proposal.objects.filter(pk=pk), {**dict(zip(columns, values, strict=True)), **nearest}


def _column(name: str) -> str:
    """A foreign key by the column that holds it: by its name Django would read the row it points to."""
    field = Proposal._meta.get_field(name)
    return field.attname if isinstance(field, Field) else name


@dataclass(frozen=True)
class NewEvent:
    """One of many events that are written together."""

    proposal: Proposal
    kind: str
    text: str
    data: Mapping[str, Any]
    post: Post | None = None


def record_events(actor: User | None, events: Iterable[NewEvent]) -> None:
    """Append ``events``, in their order, to the chains of their proposals, all held locked; as many statements as there
    are batches. The nearest deadlines are the caller's to refresh."""
    rows = _append(actor, events)
    write_columns({row.proposal_id: row.proposal for row in rows if row.proposal is not None}.values(), HEAD)


def _append(actor: User | None, events: Iterable[NewEvent]) -> list[Event]:
    """The rows, stored; the heads of their chains move on and are the caller's to store."""
    rows = [_next(actor, one.proposal, one.proposal, one.kind, one.text, one.post, one.data) for one in events]
    return Event.objects.bulk_create(rows, batch_size=BATCH) if len(rows) > BATCH else insert(rows)


def refresh_next_due(proposals: Iterable[Proposal]) -> None:
    """Read the nearest deadline of these cases anew, where clocks changed and no event tells of it."""
    for part in batches(sorted({proposal.pk for proposal in proposals}), BATCH):
        Proposal.objects.filter(pk__in=part).update(**next_due_of(OuterRef("pk")))


def record_site_event(actor: User | None, *, kind: str, text: str, data: Mapping[str, Any] | None = None) -> Event:
    """Append one event to the site chain: changes of rules, posts and calendar. Needs a transaction."""
    SiteChainHead.objects.get_or_create(pk=1)
    head = SiteChainHead.objects.select_for_update().get(pk=1)
    event = _next(actor, None, head, kind, text, None, data or {})
    event.save(force_insert=True)
    head.save(update_fields=["last_event_number", "last_event_hash"])
    return event


def _next(
    actor: User | None,
    proposal: Proposal | None,
    head: Proposal | SiteChainHead,
    kind: str,
    text: str,
    post: Post | None,
    data: Mapping[str, Any],
) -> Event:
    """The next event of a chain, not yet saved; ``head`` moves on to it."""
    number, at, previous = head.last_event_number + 1, now(), head.last_event_hash
    event = Event(
        proposal=proposal,
        number=number,
        kind=kind,
        actor=actor,
        post=post,
        at=at,
        text=text,
        data=dict(data),
        previous_hash=previous,
        hash=seal(
            proposal_id=proposal.pk if proposal else None,
            number=number,
            kind=kind,
            actor_id=actor.pk if actor else None,
            post_id=post.pk if post else None,
            at=at,
            text=text,
            data=data,
            previous_hash=previous,
        ),
    )
    head.last_event_number, head.last_event_hash = number, event.hash
    return event
