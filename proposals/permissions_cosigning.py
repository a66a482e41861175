"""Which texts a member may sign unasked (附议): the only place. Invitations are in ``permissions``."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from panjin_portal.lib.clock import today
from proposals.models import Invitation, Proposal, ProposalProposer
from proposals.permissions import Decision, Person, member_posts
from proposals.workflow_cosigning import COSIGNABLE, LIVE, OPEN, InvitationState


def can_see_cosignable(user: Person) -> Decision:
    """Whether ``user`` may open the list of texts that are open to all members: members only."""
    posts = member_posts(user)
    if posts:
        return Decision(True, "", posts[0])
    return Decision(False, "附议由委员本人办理，您没有委员的岗位。")


def cosignable_by(user: Person) -> QuerySet[Proposal]:
    """Texts that ``user`` may read and sign unasked: opened by their writer (可否附议, DOMAIN 1.3), written to the end,
    not handed in. Not those in which he has a part already or is asked to sign, nor one whose initiator took him off
    its list. The list, the page and the service all ask here."""
    members = [post.proposer_id for post in member_posts(user)]
    if not members:
        return Proposal.objects.none()
    is_whole = ~Q(background="") & ~Q(analysis="") & ~Q(suggestions="")
    texts = Proposal.objects.filter(is_whole, open_to_cosigning=True, state__in=COSIGNABLE, archived_at=None)
    named = ProposalProposer.objects.filter(position=1)
    mine = ProposalProposer.objects.filter(proposer__in=members)
    ran_out = Q(state__in=OPEN, deadline__due_on__lt=today())
    asked = Invitation.objects.filter(proposer__in=members)
    asked = asked.filter(Q(state__in=LIVE) & ~ran_out | Q(state=InvitationState.WITHDRAWN))
    return (
        texts.filter(pk__in=named.values("proposal"))
        .exclude(pk__in=mine.values("proposal"))
        .exclude(pk__in=asked.values("proposal"))
    )
