"""Taking the lock that every change starts with.

All changes to a case lock its proposal row first, whatever they change (assignment, reply, publication), so two people
acting on one case queue up and a deadlock is impossible. On SQLite ``select_for_update`` does nothing; there the
transaction is IMMEDIATE, which is the same lock over the whole file.
"""

from __future__ import annotations

from django.db import transaction
from django.db.models.expressions import Combinable

from proposals.errors import NotAllowed, WrongStage
from proposals.models import Post, Proposal, User
from proposals.permissions import ARCHIVED, Decision, forget_posts


def lock_proposal(pk: int, *related: str, even_archived: bool = False, **also: Combinable) -> Proposal:
    """The proposal row, locked and freshly read, with the rows its ``related`` keys name (not locked) and the
    expressions ``also`` beside it. Must be called inside a transaction.

    Every change begins here, so this is where an archived case refuses all of them: WrongStage, unless
    ``even_archived`` says that the step knows what to do with one (archiving, opening again)."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("lock_proposal needs a transaction")
    rows = Proposal.objects.annotate(**also) if also else Proposal.objects.all()
    rows = rows.select_related(*related) if related else rows
    locked = rows.select_for_update(of=("self",)).get(pk=pk)
    return locked if even_archived else _writable(locked)


def _writable(proposal: Proposal) -> Proposal:
    if proposal.archived_at is not None:
        raise WrongStage(ARCHIVED)
    return proposal


def lock_two(first: int, second: int) -> tuple[Proposal, Proposal]:
    """Two proposal rows, locked in the order of their keys, so that two people who join the same cases queue up."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("lock_two needs a transaction")
    rows = {pk: _writable(Proposal.objects.select_for_update().get(pk=pk)) for pk in sorted({first, second})}
    return rows[first], rows[second]


def insist(decision: Decision) -> Post:
    """Turn a decision into the acting post, or refuse: WrongStage when only the time is wrong, else NotAllowed."""
    if decision.allowed and decision.post is not None:
        return decision.post
    if decision.post is not None:
        raise WrongStage(decision.reason)
    raise NotAllowed(decision.reason)


def fresh(actor: User) -> User:
    """``actor`` with posts to be read anew, so that a right lost a second ago is not used."""
    forget_posts(actor)
    return actor
