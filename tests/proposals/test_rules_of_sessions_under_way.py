"""A session that was opened before there were slips gets the rule for them; a rule of its own is left alone."""

from __future__ import annotations

from importlib import import_module

from django.apps import apps

from proposals.models import DeadlineRule
from tests.world import World

give = import_module("proposals.migrations.0020_supervision_writing").give_slips_their_term


def test_a_session_without_a_rule_for_slips_gets_the_usual_one(world: World) -> None:
    DeadlineRule.objects.filter(kind="slip").delete()
    give(apps, None)
    rule = DeadlineRule.objects.get(session=world.session, kind="slip")
    assert (rule.unit, rule.amount, rule.proposal_kind) == ("working_days", 10, "")


def test_a_rule_of_its_own_stays_as_it_is(world: World) -> None:
    DeadlineRule.objects.filter(kind="slip").update(amount=3, proposal_kind="session")
    give(apps, None)
    assert DeadlineRule.objects.get(session=world.session, kind="slip").amount == 3
