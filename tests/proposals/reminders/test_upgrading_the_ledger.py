"""What was said before offsets were rows stands in the ledger under the occasion it would be said for now."""

from __future__ import annotations

from datetime import date, timedelta
from importlib import import_module

import pytest
from django.apps import apps

from panjin_portal.lib import clock
from proposals.models import Reminder, ReminderRule
from proposals.reminder_defaults import default_rules
from proposals.services.reminding import remind
from tests.proposals.reminders.clocks import DUE, morning, running
from tests.world import World

pytestmark = pytest.mark.django_db
migration = import_module("proposals.migrations.0024_ledger_by_occasion")


def said(world: World, occasion: str, day: date) -> Reminder:
    """A row as the release before wrote it, and its twin for the mail."""
    deadline = running(world)
    rows = [
        Reminder.objects.create(
            deadline=deadline,
            deadline_version=1,
            occasion=occasion,
            recipient=world.gaj_clerk,
            channel=channel,
            claimed_at=morning(day),
        )
        for channel in ("portal", "mail")
    ]
    return rows[0]


@pytest.mark.parametrize(
    ("before", "days", "after"),
    [
        ("before_7", -7, "before_7"),
        ("before_7", -4, "before_7"),
        ("before_7", -2, "before_3"),  # a night was missed: it was said when three days were nearer
        ("due", 0, "due"),
        ("overdue", 3, "after_1"),
        ("overdue", 5, "after_3"),
        ("overdue", 31, "week_20220919"),
    ],
)
def test_nothing_is_said_a_second_time_after_the_upgrade(world: World, before: str, days: int, after: str) -> None:
    day = DUE + timedelta(days=days)
    row = said(world, before, day)

    migration.move_ledger(apps, None)

    row.refresh_from_db()
    assert row.occasion == after
    with clock.at(morning(day)):
        remind()
    assert Reminder.objects.filter(recipient=world.gaj_clerk).count() == 2


def test_rows_of_a_deadline_that_was_moved_since_stay_out_of_the_way(world: World) -> None:
    row = said(world, "overdue", DUE + timedelta(days=3))
    row.deadline.version = 2
    row.deadline.save()

    migration.move_ledger(apps, None)

    row.refresh_from_db()
    assert (row.occasion, row.deadline_version) == ("after_1", 1)


def test_an_upgraded_portal_has_the_offsets_of_a_new_one(world: World) -> None:
    def told(rule: ReminderRule) -> tuple[object, ...]:
        return (rule.kind, rule.timing, rule.days, rule.tells_reviewer, rule.tells_leader, rule.tells_office)

    ReminderRule.objects.all().delete()
    migration.add_defaults(apps, None)

    assert {told(rule) for rule in ReminderRule.objects.all()} == {told(rule) for rule in default_rules()}
