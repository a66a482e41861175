"""What the permission city holds of the assessment of bureaus, and the addresses about it."""

from __future__ import annotations

from collections.abc import Callable

from replies.models import AssessmentItem, AssessmentSheet
from replies.services.assessing import open_sheet, publish_sheet
from replies.services.reference import seed_assessment
from tests.world import World


def assess(world: World) -> None:
    """A published sheet on which nothing is given by hand."""
    seed_assessment()
    AssessmentItem.objects.filter(source="hand").delete()
    publish_sheet(world.office_staff, sheet=open_sheet(world.office_staff, session=world.session))


def _sheet(world: World) -> list[int]:
    return [AssessmentSheet.objects.get().pk]


def _lines(world: World) -> list[int]:
    return [AssessmentSheet.objects.get().pk, world.sfj.pk]


PAGES: dict[str, Callable[[World], list[int]]] = {
    "assessment-open": lambda world: [world.session.pk],
    "assessment-publish": _sheet,
    "assessment-export": _sheet,
    "assessment-bureau": _lines,
    "assessment-score": _lines,
}
