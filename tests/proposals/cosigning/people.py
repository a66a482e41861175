"""A draft of one member and the members he asks to sign it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from proposals.models import Invitation, Proposal, Proposer, Role, User
from proposals.services.cosigning import Wanted, accept_cosigning, invite
from tests.proposals.stages import content_for, draft
from tests.world import World, appoint, person


def my_draft(world: World, **changes: Any) -> Proposal:
    """A complete draft of 赵青禾."""
    return draft(world, by=world.member_user, proposer_ids=(world.member.pk,), **changes)


def my_content(world: World, **changes: Any) -> Any:
    """What ``my_draft`` holds, with ``changes``."""
    return content_for(world, proposer_ids=(world.member.pk,), **changes)


def member(name: str, *, sector: str = "教育界", group: str = "") -> tuple[Proposer, User]:
    """A further member and his account."""
    made = silent_member(name, sector=sector, group=group)
    user = person(f"m{made.pk}", name)
    appoint(user, Role.PROPOSER, proposer=made)
    return made, user


def silent_member(name: str, *, sector: str = "教育界", group: str = "") -> Proposer:
    """A further member without an account."""
    number = f"n{Proposer.objects.count()}"
    return Proposer.objects.create(
        kind=Proposer.Kind.MEMBER, name=name, sector=sector, group=group, member_number=number
    )


def invited(world: World, proposal: Proposal, *members: Proposer, **wanted: Any) -> list[Invitation]:
    """Invitations of 赵青禾 to ``members``, or to 孙望潮."""
    keys: Sequence[int] = [one.pk for one in members] or [world.other_member.pk]
    return invite(world.member_user, proposal=proposal, wanted=Wanted(proposer_ids=keys, **wanted)).rows


def signed(world: World, proposal: Proposal) -> Invitation:
    """孙望潮 has been asked and has signed."""
    invitation = invited(world, proposal)[0]
    version = Proposal.objects.get(pk=proposal.pk).version
    return accept_cosigning(world.other_member_user, invitation=invitation, version=version, opinion="赞成")
