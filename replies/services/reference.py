"""Initial data of the upper floor: the release chain."""

from __future__ import annotations

from proposals.models import Role
from replies.models import ReleaseStep

# 先审查后公开: author section, second look, approval by the head (DOMAIN 1.14).
RELEASE_CHAIN = ((1, "初审", Role.CLERK), (2, "复审", Role.REVIEWER), (3, "批准", Role.LEADER))


def seed_release_chain() -> None:
    """Create the default chain when there is none; a chain of the city's own is left alone."""
    if not ReleaseStep.objects.exists():
        ReleaseStep.objects.bulk_create(
            ReleaseStep(position=position, name=name, role=role) for position, name, role in RELEASE_CHAIN
        )
