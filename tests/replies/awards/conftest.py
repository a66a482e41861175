"""The three awards of a session on the way, for the tests of this folder."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import pytest

from proposals.models import Proposal, User
from proposals.services.review import register
from replies.models import Award, AwardRule, Nomination
from replies.services.award_results import decide_award
from replies.services.awards import Candidate, cast_ballot, name_judges, nominate, open_award, start_judging
from replies.services.reference import seed_awards
from tests.proposals.stages import submitted
from tests.world import World

TODAY = date(2022, 11, 1)
UNTIL, JUDGED = TODAY + timedelta(days=10), TODAY + timedelta(days=20)


@dataclass(frozen=True)
class Rounds:
    """The three awards of a session, open for nominations, and two numbered proposals."""

    proposals: Award
    bureaus: Award
    people: Award
    first: Proposal
    second: Proposal


@pytest.fixture
def rounds(world: World, clock_at: Callable[[date | datetime], None]) -> Rounds:
    clock_at(TODAY)
    seed_awards()
    first, second, third = (opened(world, rule) for rule in AwardRule.objects.all())
    one, two = (
        register(world.committee_staff, proposal=submitted(world, title=title)) for title in ("关于一", "关于二")
    )
    return Rounds(first, second, third, one, two)


def opened(world: World, rule: AwardRule, seats: int = 1) -> Award:
    return open_award(
        world.committee_staff,
        session=world.session,
        rule=rule,
        seats=seats,
        nominate_until=UNTIL,
        judge_until=JUDGED,
    )


def nominated(rounds: Rounds, by: User, number: str, reason: str = "办得好") -> Nomination:
    return nominate(by, award=rounds.proposals, candidate=Candidate(number=number), reason=reason)


@pytest.fixture
def judging(world: World, rounds: Rounds) -> list[Nomination]:
    """Two proposals before two judges."""
    found = [nominated(rounds, world.minjian_contact, row.number) for row in (rounds.first, rounds.second)]
    name_judges(world.committee_staff, award=rounds.proposals, people=[world.committee_colleague, world.office_staff])
    start_judging(world.committee_staff, award=rounds.proposals)
    return found


def decided(world: World, rounds: Rounds, judging: list[Nomination]) -> Award:
    for judge in (world.office_staff, world.committee_colleague):
        cast_ballot(judge, award=rounds.proposals, values={judging[0].pk: 1, judging[1].pk: 0})
    return decide_award(world.committee_staff, award=rounds.proposals, winners=[judging[0].pk], note="全体会议审定")
