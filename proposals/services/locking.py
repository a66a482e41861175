"""Taking the lock that every change starts with.

All changes to a case lock its proposal row first, whatever they change (assignment, reply, publication), so two people
acting on one case queue up and a deadlock is impossible. On SQLite ``select_for_update`` does nothing; there the
transaction is IMMEDIATE, which is the same lock over the whole file.
"""

from __future__ import annotations

from django.db import transaction
from django.db.models import QuerySet

from panjin_portal.lib.kept import Kept
from proposals.errors import NotAllowed, OutOfTurn, WrongStage
from proposals.models import Post, Proposal, User
from proposals.permissions import ARCHIVED, Decision, forget_posts


@Kept
def case_alone(pk: int) -> QuerySet[Proposal]:
    """The row of the case, locked."""
    return Proposal.objects.select_for_update(of=("self",)).filter(pk=pk)


@Kept
def case_with_session(pk: int) -> QuerySet[Proposal]:
    """The same with its session, which is not locked."""
    return case_alone.queryset(pk).select_related("session")


def lock_proposal(pk: int, *, rows: Kept[[int], Proposal] = case_alone, even_archived: bool = False) -> Proposal:
    """The proposal row, locked and freshly read, as the kept statement ``rows`` reads it: some read more along. Must be
    called inside a transaction.

    Every change begins here, so this is where an archived case refuses all of them: WrongStage, unless
    ``even_archived`` says that the step knows what to do with one (archiving, opening again)."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("lock_proposal needs a transaction")
    locked = rows.get(pk)
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
    """Turn a decision into the acting post, or refuse: OutOfTurn when only the time is wrong, else NotAllowed."""
    if decision.allowed and decision.post is not None:
        return decision.post
    if decision.post is not None:
        raise OutOfTurn(decision.reason)
    raise NotAllowed(decision.reason)


def fresh(actor: User) -> User:
    """``actor`` with posts to be read anew, so that a right lost a second ago is not used."""
    forget_posts(actor)
    return actor
