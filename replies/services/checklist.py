"""The checklist of 核稿: every active item is ticked or commented before the draft goes on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import QuerySet

from panjin_portal.lib.kept import Kept
from proposals.errors import InvalidInput
from proposals.services.wording import check_text
from replies.models import ChecklistItem, ChecklistMark, ClearanceStep

LONGEST_COMMENT = 300
ABOUT_CO_HANDLERS = "会办"  # in the name of an item, the seeded 会办情况 or a city's own


@dataclass(frozen=True)
class Mark:
    """What the reviewer says about one item: it is fine, or a comment, or both."""

    is_fine: bool
    comment: str = ""


def field_of(item: ChecklistItem) -> str:
    """Name of the form field the item is ticked in; errors of ``check_marks`` carry it."""
    return f"item_{item.pk}"


def active_items() -> list[ChecklistItem]:
    """The items as they stand, in order (one query)."""
    return _active()


def items_to_check(*, has_co_handlers: bool) -> list[ChecklistItem]:
    """The items that concern a case: without co-handlers (独办, 分办) nothing is asked about 会办 (one query)."""
    return [item for item in _active() if has_co_handlers or ABOUT_CO_HANDLERS not in item.name]


@Kept
def _active() -> QuerySet[ChecklistItem]:
    return ChecklistItem.objects.filter(is_active=True)


def check_marks(items: list[ChecklistItem], marks: Mapping[int, Mark], *, is_return: bool) -> dict[int, Mark]:
    """``marks`` (by key of the item) with cleaned comments. InvalidInput at the field of every item that is neither
    ticked nor commented; a draft that goes back need not have been read to the end."""
    cleaned: dict[int, Mark] = {}
    faults: dict[str, str] = {}
    for item in items:
        mark = marks.get(item.pk, Mark(False))
        comment, fault = check_text(mark.comment, most=LONGEST_COMMENT)
        if fault:
            faults[field_of(item)] = fault
        elif mark.is_fine or comment:
            cleaned[item.pk] = Mark(mark.is_fine, comment)
        elif not is_return:
            faults[field_of(item)] = f"“{item.name}”请勾选符合，或写明意见。"
    if faults:
        raise InvalidInput(faults)
    return cleaned


def keep_marks(step: ClearanceStep, items: list[ChecklistItem], marks: Mapping[int, Mark]) -> None:
    """Keep what was said with the step (one query, none when nothing was said)."""
    ChecklistMark.objects.bulk_create(
        ChecklistMark(
            step=step, item=item, name=item.name, is_fine=marks[item.pk].is_fine, comment=marks[item.pk].comment
        )
        for item in items
        if item.pk in marks
    )
