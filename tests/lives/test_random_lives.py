"""Random people do random things, legal and illegal, and after every step what the portal promises still holds.

A short run with fixed chance belongs to every test run; ``make fuzz`` takes its time and rolls the dice anew.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from random import Random
from typing import Any, ClassVar

import pytest
from django.db import transaction
from django.db.models import Model
from hypothesis import HealthCheck, Phase, note, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from panjin_portal.lib import clock
from proposals.errors import PortalError
from proposals.models import AssignmentPolicy, Proposal, Role, User
from replies.models import HandlingRule
from replies.services import rendering
from tests.lives import after_deeds, ground_deeds, invariants, reply_deeds
from tests.lives.city import BEGIN, begin, fill_posts
from tests.lives.deeds import DEEDS, Deed, Life
from tests.lives.standing import places, whole
from tests.replies.cases import quick_pdf
from tests.world import World

assert ground_deeds
assert reply_deeds
assert after_deeds
LIVES = int(os.environ.get("PORTAL_FUZZ") or 0)
TRIES = 3  # things looked at until somebody may do it
PACE = timedelta(minutes=7)
CHANCE = st.randoms(use_true_random=False)


@contextmanager
def set_back() -> Iterator[None]:
    """Whatever happens inside is undone at the end."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


class RandomLife(RuleBasedStateMachine):
    """One life: it begins with the cases of the city, and ends with everything set back."""

    world: ClassVar[World]
    people: ClassVar[list[User]]

    def __init__(self) -> None:
        super().__init__()
        people = self.people
        self.life = Life(self.world, people, BEGIN, contacts=[one for one in people if is_contact(one)])
        self.undo = set_back()
        self.undo.__enter__()

    def teardown(self) -> None:
        try:
            invariants.the_public_reads_only_what_was_released()
        finally:
            self.undo.__exit__(None, None, None)

    @initialize(chance=CHANCE)
    def the_session_has_its_rules(self, chance: Random) -> None:
        """Cities differ (DOMAIN 1.15): audit or not, whether 基本满意 is enough, how often, who asks late."""
        session = self.life.world.session
        session.fairly_redoes, session.most_rounds = chance.random() < 0.3, chance.choice([1, 2, 3])
        session.save()
        HandlingRule.objects.create(session=session, pre_audit=chance.random() < 0.5, consultation="members")
        late = chance.choice(AssignmentPolicy.Late.values)
        AssignmentPolicy.objects.filter(session=session).update(late_return=late)

    @rule(chance=CHANCE)
    def somebody_acts(self, chance: Random) -> None:
        life = self.life
        life.random = chance
        life.moment += timedelta(days=chance.randint(1, 20)) if life.chance(0.15) else PACE
        with clock.at(life.moment):
            deed, thing, actor = pick(life)
            before, heads = places(), dict(Proposal.objects.values_list("pk", "last_event_number"))
            stood = whole()
            refusal = attempt(deed, life, actor, thing)
            if refusal is not None:
                note(f"{actor} {deed.name} {thing!r}: {refusal.message}")
                invariants.a_refusal_says_why_and_loses_nothing(refusal, life)
                assert whole() == stood, f"{deed.name} was refused and still changed something"
                return
            note(f"{actor} {deed.name} {thing!r}")
            touched = invariants.steps_stay_on_the_table(before, life)
            if deed.name != "let_worker_run":  # a file made is told in a notice
                who = None if deed.name == "let_rounds_be_renewed" else actor.pk
                invariants.each_change_is_told(touched, heads, who, life.moment)
            invariants.holds(life)


def attempt(deed: Deed, life: Life, actor: User, thing: Any) -> PortalError | None:
    """Do it; gives the refusal, if it was refused. Any other exception is a fault of the portal."""
    try:
        with transaction.atomic():
            deed.do(life, actor, thing)
    except PortalError as refusal:
        return refusal
    return None


def is_contact(person: User) -> bool:
    """Whether all he does here is to speak for a proposer."""
    return set(person.posts.values_list("role", flat=True)) == {Role.PROPOSER}


def pick(life: Life) -> tuple[Deed, Any, User]:
    """A deed, the thing it is done to and who does it: mostly what the tables and rights allow, else anything."""
    things: dict[type[Model], list[Any]] = {}

    def of(deed: Deed) -> list[Any]:
        if deed.model is None:
            return [None]
        if deed.model not in things:
            things[deed.model] = list(deed.model._default_manager.order_by("pk"))
        return things[deed.model]

    def timely(deed: Deed) -> list[Any]:
        return [one for one in of(deed) if deed.sources is None or one is None or one.state in deed.sources]

    is_lawful = life.chance(0.8)
    fit = [one for one in DEEDS if (timely(one) if is_lawful else of(one))]
    deed = life.choose([one for one in fit for _ in range(one.weight)])
    for _ in range(TRIES):
        thing = life.choose(timely(deed) if is_lawful else of(deed))
        allowed = [one for one in life.people if deed.may(one, thing)] if is_lawful else life.people
        if allowed:
            break
    return deed, thing, life.choose(allowed or life.people)


@pytest.fixture
def people(world: World, monkeypatch: pytest.MonkeyPatch) -> list[User]:
    """The city with its cases, and nobody sets type."""
    monkeypatch.setattr(rendering, "render_in_process", quick_pdf)
    found = fill_posts(world)
    with clock.at(BEGIN):
        begin(world)
    return found


def test_whatever_people_do_the_promises_of_the_portal_hold(world: World, people: list[User]) -> None:
    RandomLife.world, RandomLife.people = world, people
    run_state_machine_as_test(
        RandomLife,
        settings=settings(
            max_examples=LIVES or 8,
            stateful_step_count=80 if LIVES else 40,
            derandomize=not LIVES,
            # Not made smaller: a life is told step by step, and trying it again a thousand times would take an hour.
            phases=[Phase.generate],
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
