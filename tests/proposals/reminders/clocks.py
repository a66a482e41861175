"""Running deadlines for the tests of this folder, and days to tell them on."""

from __future__ import annotations

from datetime import date, datetime

from panjin_portal.lib.clock import SHANGHAI
from proposals.models import Bureau, Deadline, Proposal, Proposer
from proposals.reminders import DueReminder, already_told, due_reminders, plan_of
from proposals.services.calendar import load_calendar
from tests.world import World

DUE = date(2022, 8, 19)  # a Friday; the week before it has five working days
START = date(2022, 3, 1)


def morning(day: date) -> datetime:
    """09:00 in Shanghai."""
    return datetime(day.year, day.month, day.day, 9, 0, tzinfo=SHANGHAI)


def case(world: World, number: str = "005") -> Proposal:
    """A registered case with nothing but its number and title."""
    return Proposal.objects.create(
        session=world.session,
        number=number,
        title="关于推动盘锦市营商环境法治化建设",
        state="assigned",
        created_by=world.committee_staff,
        created_at=morning(START),
    )


def running(
    world: World,
    *,
    of: Bureau | Proposer | None = None,
    kind: str = "reply",
    role: str = "clerk",
    due_on: date = DUE,
    starts_on: date = START,
    proposal: Proposal | None = None,
) -> Deadline:
    """An open deadline, by default the reply of 公安局, which has one clerk."""
    whose = of or world.gaj
    return Deadline.objects.create(
        proposal=proposal or case(world),
        kind=kind,
        bureau=whose if isinstance(whose, Bureau) else None,
        proposer=whose if isinstance(whose, Proposer) else None,
        recipient_role=role,
        starts_on=starts_on,
        due_on=due_on,
        explanation="测试",
        link="/proposals/1/",
    )


def due_on_day(day: date) -> list[DueReminder]:
    """What a scan of ``day`` finds by the offsets and the calendar as they stand."""
    return due_reminders(plan_of(day, load_calendar()))


def told_on_day(day: date) -> int:
    """How much of it stands in the ledger."""
    return already_told(plan_of(day, load_calendar()))
