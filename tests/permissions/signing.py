"""A draft in the permission city that members may sign: one is asked to, the others need not be."""

from __future__ import annotations

from proposals.models import Proposal
from proposals.services.cosigning import Wanted, invite
from tests.world import World


def open_to_signing(world: World, proposal: Proposal, words: str) -> None:
    """民建 asks a member to sign its draft, with ``words`` to him alone, and lets every other member sign too."""
    Proposal.objects.filter(pk=proposal.pk).update(open_to_cosigning=True)
    invite(world.minjian_contact, proposal=proposal, wanted=Wanted([world.member.pk], message=words))
