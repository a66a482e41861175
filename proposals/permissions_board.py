"""Who sees the lamp board (督办看板), and which deadlines: the only place."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet

from proposals.models import Deadline, Proposal, Role, User
from proposals.models.deadlines import DeadlineKind
from proposals.permissions import (
    Decision,
    Person,
    bureaus_of,
    can_see_statistics,
    has_role,
    proposers_of,
    visible_invitations,
    visible_proposals,
)


def can_see_board(user: Person) -> Decision:
    """Whether ``user`` may open the board: the two offices, the bureaus, administrators."""
    if can_see_statistics(user):
        return Decision(True)
    return Decision(False, "督办看板由提案委、督查室和承办单位查看，您没有对应的岗位。")


def sees_whole_board(user: User) -> bool:
    """Whether the board shows ``user`` every bureau, not only his own."""
    return user.is_superuser or has_role(user, Role.COMMITTEE_STAFF, Role.OFFICE_STAFF)


def visible_clocks(user: Person) -> QuerySet[Deadline]:
    """Open deadlines ``user`` may see: all of the cases he sees for the two offices and administrators; for others
    those of his own bureaus and of the proposers he acts for. Those of an archived case are nobody's any more."""
    running = Deadline.objects.filter(met_at=None, cancelled_at=None, proposal__archived_at=None)
    if not isinstance(user, User) or not user.is_active:
        return running.none()
    # Asked of each row in the order of the list: all the cases of the city would be collected first otherwise.
    in_sight = Q(Exists(visible_proposals(user).order_by().filter(pk=OuterRef("proposal"))))
    if sees_whole_board(user):
        return running.filter(in_sight)
    running = running.filter(Q(bureau__in=bureaus_of(user)) | Q(proposer__in=proposers_of(user)))
    # Whoever is asked to sign reads the draft through the invitation, before he is of the case.
    asked = Q(kind=DeadlineKind.COSIGN, proposal__in=visible_invitations(user).values("proposal"))
    return running.filter(in_sight | asked)


def counted_clocks(user: User) -> QuerySet[Deadline]:
    """The same rows as ``visible_clocks`` for a reader of the board, asked so that thousands are counted at once: what
    can be told from the row itself is not asked of its case.

    Only to sign may a clock run in a case that was not registered, and only for a rating in one that is archived.
    """
    if not sees_whole_board(user):
        return visible_clocks(user)
    running = Deadline.objects.filter(met_at=None, cancelled_at=None)
    in_sight = Q(Exists(visible_proposals(user).order_by().filter(pk=OuterRef("proposal"))))
    on_shelf = Exists(Proposal.objects.filter(pk=OuterRef("proposal"), archived_at__isnull=False))
    return running.filter(~Q(kind=DeadlineKind.COSIGN) | in_sight, ~Q(kind=DeadlineKind.FEEDBACK) | ~Q(on_shelf))
