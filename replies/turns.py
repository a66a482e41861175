"""What decides whose turn it is, as annotations: for the landing page and the case page alike."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Exists, F, IntegerField, Max, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from proposals.models import User
from replies.models import ClearanceStep, Publication, ReleaseDecision, ReleaseStep, RenderedDocument, Reply


def with_turns(replies: QuerySet[Reply], user: User | int) -> QuerySet[Reply]:
    """Annotate what ``with_own_turns`` does, ``is_publishing``, and ``redo_id`` and ``redo_state`` of what a
    dissatisfied proposer set off (or None)."""
    live = Publication.objects.filter(reply=OuterRef("pk"))
    return with_own_turns(replies, user).annotate(
        is_publishing=Exists(live), redo_id=F("redo__pk"), redo_state=F("redo__state")
    )


def with_own_turns(replies: QuerySet[Reply], user: User | int) -> QuerySet[Reply]:
    """Annotate ``acted`` (the person has acted in the running round), ``returned`` (the opinion it came back with, or
    None), ``letter_id`` and ``letter_state`` of the letter of the signed text."""
    steps = ClearanceStep.objects.filter(reply=OuterRef("pk"), round=OuterRef("clearance_round"))
    letters = RenderedDocument.objects.filter(
        reply=OuterRef("pk"),
        publication=None,
        format=RenderedDocument.Format.PDF,
        letter_digest=OuterRef("signed_digest"),
    ).order_by("-id")
    return replies.annotate(
        acted=Exists(steps.filter(actor=user)),
        returned=Subquery(steps.filter(decision=ClearanceStep.Decision.RETURNED).order_by("-id").values("comment")[:1]),
        letter_id=Subquery(letters.values("pk")[:1]),
        letter_state=Subquery(letters.values("state")[:1]),
    )


def with_release_turns(publications: QuerySet[Publication], user: User | int) -> QuerySet[Publication]:
    """Annotate ``last_done`` (position of the last step decided in the running round, 0 for none) and ``acted``."""
    decided = ReleaseDecision.objects.filter(publication=OuterRef("pk"), round=OuterRef("round"))
    last = decided.order_by().values("publication").annotate(last=Max("position")).values("last")
    return publications.annotate(
        last_done=Coalesce(Subquery(last, output_field=IntegerField()), 0),
        acted=Exists(decided.filter(actor=user)),
    )


def release_steps() -> list[ReleaseStep]:
    """The chain as it stands, in order (one query)."""
    return list(ReleaseStep.objects.filter(is_active=True).order_by("position"))


def next_release_step(publication: Any, steps: Sequence[ReleaseStep]) -> ReleaseStep | None:
    """The step a publication annotated by ``with_release_turns`` (or what was read of it) waits for; None when all
    are done."""
    return next((step for step in steps if step.position > getattr(publication, "last_done", 0)), None)
