"""Lines in people's notice lists: what happened and where to go on."""

from __future__ import annotations

from collections.abc import Iterable

from panjin_portal.lib.clock import now, today
from proposals.models import Notice, Post, User


def holders_of(*, roles: Iterable[str], bureau_id: int | None = None, proposer_ids: Iterable[int] = ()) -> list[User]:
    """People who hold one of ``roles`` today, at the bureau or for the proposers when given; each person once."""
    posts = Post.objects.held_on(today()).filter(role__in=list(roles)).select_related("user")
    if bureau_id is not None:
        posts = posts.filter(bureau_id=bureau_id)
    wanted = list(proposer_ids)
    if wanted:
        posts = posts.filter(proposer_id__in=wanted)
    return list({post.user_id: post.user for post in posts}.values())


def notify(people: Iterable[User], *, text: str, link: str, but: User | None = None) -> None:
    """Put ``text`` with ``link`` into each person's list, except the one who acted."""
    moment = now()
    Notice.objects.bulk_create(
        Notice(recipient=person, text=text[:300], link=link, created_at=moment)
        for person in people
        if but is None or person.pk != but.pk
    )
