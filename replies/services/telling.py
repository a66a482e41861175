"""Telling several circles of people at once, in two queries however many circles there are."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from django.db.models import Q, QuerySet
from django.urls import reverse

from panjin_portal.lib.clock import now, today
from panjin_portal.lib.kept import Kept, insert
from proposals.models import Notice, Post, Role, User
from proposals.queries import addressed
from proposals.services.notice_wording import Said
from proposals.services.notices import notice_rows

T = TypeVar("T")


@dataclass(frozen=True)
class Message:
    """``text`` with ``link`` for the holders of ``roles``: at a bureau, for proposers, or wherever when neither."""

    roles: Collection[str]
    text: Said | str
    link: str
    bureau_id: int | None = None
    proposer_ids: Collection[int] | None = None

    def meets(self, role: str, bureau_id: int | None, proposer_id: int | None) -> bool:
        """Whether the holder of such a post is meant."""
        return (
            role in self.roles
            and (self.bureau_id is None or bureau_id == self.bureau_id)
            and (self.proposer_ids is None or proposer_id in self.proposer_ids)
        )

    @property
    def is_anywhere(self) -> bool:
        """Whether it is for every holder of its roles."""
        return self.bureau_id is None and self.proposer_ids is None


def messages_by_case(proposal_id: int, said: Said, *, tab: str) -> list[Message]:
    """``said`` for the contacts of everybody the answer is for, each with the page of his own case: the main one is not
    open to those whose case was merged into it (one query)."""
    named: dict[int, list[int]] = {}
    for row in addressed(proposal_id):
        named.setdefault(row.proposal_id, []).append(row.proposer_id)
    return [
        Message([Role.PROPOSER], said.about(pk), _page_of(pk, tab), proposer_ids=proposers)
        for pk, proposers in named.items()
    ]


def _page_of(proposal_id: int, tab: str) -> str:
    return f"{reverse('proposal-detail', args=[proposal_id])}?tab={tab}"


def tell(*messages: Message, but: User | None) -> None:
    """Put each message into the notice list of everybody it is for, once each; the one who acted knows already."""
    posts = _posts_meant(
        today(),
        _once(role for message in messages for role in message.roles if message.is_anywhere),
        _once(role for message in messages for role in message.roles if not message.is_anywhere),
        _once(message.bureau_id for message in messages if message.bureau_id is not None),
        _once(pk for message in messages for pk in message.proposer_ids or ()),
    )
    moment = now()
    rows: list[Notice] = []
    for message in messages:
        people = dict.fromkeys(
            person
            for person, role, bureau, proposer in posts
            if message.meets(role, bureau, proposer) and (but is None or person != but.pk)
        )
        if people:
            rows += notice_rows(people, message.text, message.link, moment)
    insert(rows)


def _once(values: Iterable[T]) -> tuple[T, ...] | None:
    return tuple(dict.fromkeys(values)) or None


@Kept
def _posts_meant(
    day: date,
    anywhere: tuple[str, ...] | None,
    roles: tuple[str, ...] | None,
    bureaus: tuple[int, ...] | None,
    proposers: tuple[int, ...] | None,
) -> QuerySet[Post, tuple[int, str, int | None, int | None]]:
    """Posts held on ``day`` in one of the roles ``anywhere``, or in one of ``roles`` at the bureaus or for the
    proposers: all that any message means, and at times more."""
    wanted = Q(pk__in=())
    if anywhere is not None:
        wanted |= Q(role__in=anywhere)
    if bureaus is not None:
        wanted |= Q(role__in=roles or (), bureau_id__in=bureaus)
    if proposers is not None:
        wanted |= Q(role__in=roles or (), proposer_id__in=proposers)
    return Post.objects.held_on(day).filter(wanted).values_list("user_id", "role", "bureau_id", "proposer_id")
