"""Lines in people's notice lists: what happened and where to go on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from panjin_portal.lib.clock import now, today
from proposals.models import Notice, Post, Proposal, Role, User

COUNTED_UP_TO = 99


def holders_of(*, roles: Iterable[str], bureau_id: int | None = None, proposer_ids: Iterable[int] = ()) -> list[User]:
    """People who hold one of ``roles`` today, at the bureau or for the proposers when given; each person once."""
    posts = Post.objects.held_on(today()).filter(role__in=list(roles)).select_related("user")
    if bureau_id is not None:
        posts = posts.filter(bureau_id=bureau_id)
    wanted = list(proposer_ids)
    if wanted:
        posts = posts.filter(proposer_id__in=wanted)
    return list({post.user_id: post.user for post in posts}.values())


def contacts_of(proposal: Proposal) -> list[User]:
    """The contacts of all proposers of ``proposal`` who hold that post today, each once (one query)."""
    posts = Post.objects.held_on(today()).filter(role=Role.PROPOSER, proposer__proposals=proposal)
    return list({post.user_id: post.user for post in posts.select_related("user")}.values())


def clerks_of(bureau_ids: Iterable[int]) -> list[User]:
    """The clerks of these bureaus who hold that post today, each once (one query)."""
    posts = Post.objects.held_on(today()).filter(role=Role.CLERK, bureau_id__in=list(bureau_ids))
    return list({post.user_id: post.user for post in posts.select_related("user")}.values())


def clerks_by_bureau(bureau_ids: Iterable[int]) -> dict[int, list[User]]:
    """The clerks of these bureaus who hold that post today, bureau by bureau (one query)."""
    found: dict[int, list[User]] = {pk: [] for pk in bureau_ids}
    posts = Post.objects.held_on(today()).filter(role=Role.CLERK, bureau_id__in=list(found))
    for post in posts.select_related("user"):
        if post.bureau_id is not None and post.user not in found[post.bureau_id]:
            found[post.bureau_id].append(post.user)
    return found


@dataclass(frozen=True)
class Telling:
    """``text`` with ``link``, for ``people``."""

    people: Iterable[User]
    text: str
    link: str


def notify(people: Iterable[User], *, text: str, link: str, but: User | None = None) -> None:
    """Put ``text`` with ``link`` into each person's list, except the one who acted."""
    notify_each(Telling(people, text, link), but=but)


def notify_each(*tellings: Telling, but: User | None = None) -> None:
    """Several circles of people, each told something else, in one statement."""
    moment = now()
    Notice.objects.bulk_create(
        Notice(recipient=person, text=telling.text[:300], link=telling.link, created_at=moment)
        for telling in tellings
        for person in telling.people
        if but is None or person.pk != but.pk
    )


def unread_count(person: User) -> int:
    """How many notices ``person`` has not opened, counted no further than ``COUNTED_UP_TO`` (a partial index)."""
    return Notice.objects.filter(recipient=person, read_at=None)[:COUNTED_UP_TO].count()


def mark_read(person: User, *, notice: Notice | None = None) -> int:
    """Mark one notice, or all of them, as read by ``person``; gives the number that were unread. A second time does
    nothing, and other people's notices are never touched."""
    unread = Notice.objects.filter(recipient=person, read_at=None)
    return (unread.filter(pk=notice.pk) if notice else unread).update(read_at=now())
