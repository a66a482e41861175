"""Telling several circles of people at once, in two queries however many circles there are."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import reduce
from operator import or_

from django.db.models import Q
from django.urls import reverse

from panjin_portal.lib.clock import now, today
from proposals.models import Notice, Post, Role, User
from proposals.queries import addressed
from proposals.services.notice_wording import Said
from proposals.services.notices import notice_rows


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

    def condition(self) -> Q:
        """The same as a filter on posts."""
        wanted = Q(role__in=list(self.roles))
        if self.bureau_id is not None:
            wanted &= Q(bureau_id=self.bureau_id)
        if self.proposer_ids is not None:
            wanted &= Q(proposer_id__in=list(self.proposer_ids))
        return wanted


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
    wanted = reduce(or_, (message.condition() for message in messages))
    held = Post.objects.held_on(today()).filter(wanted)
    posts = list(held.values_list("user_id", "role", "bureau_id", "proposer_id"))
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
    Notice.objects.bulk_create(rows)
