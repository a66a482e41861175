"""Five hundred cases through a whole year with holidays and faults: in the end the ledger is what the rules ask for.

A short year with fixed chance belongs to every test run; ``make year`` rolls the dice anew, as often as it is told.
"""

from __future__ import annotations

import os
from collections import Counter
from random import SystemRandom

import pytest
from django.db.models.functions import TruncDate

from panjin_portal.lib.clock import SHANGHAI
from proposals.models import Notice, OutgoingMail, Reminder
from tests.world import World
from tests.year.life import Year
from tests.year.oracle import works

CASES, SEED = int(os.environ.get("PORTAL_CASES") or 500), 20250106
YEARS = int(os.environ.get("PORTAL_YEARS") or 0)
SEEDS = [SystemRandom().randrange(10**9) for _ in range(YEARS)] or [SEED]


# Each day is committed: in one transaction PostgreSQL can clear away nothing of the year, and takes five times as long.
@pytest.mark.django_db(transaction=True)
@pytest.mark.xdist_group("leaks")  # big groups begin first: alone, its minute would be the last of a run
@pytest.mark.parametrize("seed", SEEDS)
def test_after_a_year_every_reminder_was_said_once_and_none_is_missing(world: World, seed: int) -> None:
    year = Year(world, seed, CASES)

    year.live()

    print(f"seed {seed}: {len(year.oracle.expected)} reminders, {year.counts}")
    _the_ledger_is_what_was_to_be_said(year)
    _each_row_was_told_over_its_channel_once(year)
    _nothing_was_said_at_night_or_on_a_day_off()
    _the_year_had_its_share_of_trouble(year)


def _the_ledger_is_what_was_to_be_said(year: Year) -> None:
    names = ("deadline", "deadline_version", "occasion", "recipient", "channel")
    ledger = Counter(Reminder.objects.order_by().values_list(*names))
    assert [row for row, times in ledger.items() if times > 1] == []
    assert year.oracle.expected - set(ledger) == set()
    assert set(ledger) - year.oracle.expected == set()


def _each_row_was_told_over_its_channel_once(year: Year) -> None:
    by_portal, by_mail = (Reminder.objects.filter(channel=channel) for channel in ("portal", "mail"))
    assert Notice.objects.filter(reminder__in=by_portal).count() == by_portal.count()
    assert not by_mail.filter(mail=None).exists()
    assert year.server.lines == by_mail.count()
    assert set(year.server.taken) == set(OutgoingMail.objects.values_list("message_id", flat=True))
    assert set(year.server.taken.values()) == {1}


def _nothing_was_said_at_night_or_on_a_day_off() -> None:
    days = Reminder.objects.annotate(on=TruncDate("claimed_at", tzinfo=SHANGHAI)).values_list("on", flat=True)
    assert all(works(day) for day in days.distinct())
    assert all(8 <= at.astimezone(SHANGHAI).hour < 18 for at in Reminder.objects.values_list("claimed_at", flat=True))


def _the_year_had_its_share_of_trouble(year: Year) -> None:
    """A year in which nothing went wrong would prove nothing."""
    deeds = ("extend", "give_back", "stop", "go_on", "replace", "cover", "reply done")
    for what in ("missed day", "doubled run", "cut run", "lost database", "dead letter", *deeds):
        assert year.counts.get(what, 0) > 0, f"{what}: {year.counts}"
