"""The town of the year: bureaus with their staff, proposers with their contacts, cases made in bulk."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from random import Random

from panjin_portal.lib import clock
from proposals.models import Assignment, Bureau, Deadline, Post, Proposal, Proposer, Role, User
from proposals.services.calendar import load_calendar
from proposals.services.deadlines import rules_for
from proposals.services.shares import Start, start_clocks_of
from tests.world import SINCE, World
from tests.year.oracle import Held, Oracle

BUREAUS, CLERKS, PROPOSERS = 8, 2, 30


@dataclass
class Town:
    """Who is there; ``oracle`` is told of every post."""

    world: World
    oracle: Oracle
    bureaus: list[Bureau]
    proposers: list[Proposer]
    clerks: dict[int, list[User]]  # of each bureau, those who hold the post now

    def appoint(self, person: User, role: str, owner: Bureau | Proposer, since: date = SINCE) -> None:
        """Give a post, in the portal and in the oracle."""
        is_bureau = isinstance(owner, Bureau)
        Post.objects.create(user=person, role=role, starts_on=since, **{"bureau" if is_bureau else "proposer": owner})
        self.oracle.posts.append(Held(person.pk, role, ("b" if is_bureau else "p", owner.pk), since))
        if person.email:
            self.oracle.with_mail.add(person.pk)
        if role == Role.CLERK:
            self.clerks.setdefault(owner.pk, []).append(person)

    def person(self, name: str, *, with_mail: bool = True) -> User:
        """Somebody new."""
        address = f"{name}@panjin.example" if with_mail else ""
        return User.objects.create(username=name, display_name=name, email=address)


def build(world: World, random: Random) -> Town:
    """Twelve bureaus of five people, forty proposers; one in ten of all has no address."""
    oracle = Oracle()
    for user in (world.office_staff, world.office_colleague):
        oracle.posts.append(Held(user.pk, "office_staff", ("b", world.supervision.pk), SINCE))
        oracle.with_mail.add(user.pk)
    bureaus = [
        Bureau.objects.create(
            kind="bureau", name=f"第{n}局", short_name=f"{n}局", code=f"y{n}", document_word=f"盘{n}", position=50 + n
        )
        for n in range(BUREAUS)
    ]
    proposers = [Proposer.objects.create(kind="party", name=f"第{n}组织") for n in range(PROPOSERS)]
    town = Town(world, oracle, bureaus, proposers, {})
    for bureau in bureaus:
        for place, role in enumerate([*[Role.CLERK] * CLERKS, Role.REVIEWER, Role.LEADER]):
            someone = town.person(f"{bureau.code}_{place}", with_mail=random.random() > 0.1)
            town.appoint(someone, role, bureau)
    for place, proposer in enumerate(proposers):
        town.appoint(town.person(f"p_{place}", with_mail=random.random() > 0.1), Role.PROPOSER, proposer)
    return town


def make_cases(town: Town, plan: list[tuple[date, str]]) -> list[Proposal]:
    """One case for each (day, kind of proposal) of ``plan``, not yet handed to anybody."""
    made = clock.start_of(date(2025, 1, 2))
    return Proposal.objects.bulk_create(
        Proposal(
            session=town.world.session,
            kind=kind,
            number=f"{number:03}",
            title=f"关于事项{number}的建议",
            state="assigned",
            created_by=town.world.committee_staff,
            created_at=made,
            registered_at=made,
            assigned_at=made,
        )
        for number, (_, kind) in enumerate(plan, start=1)
    )


def hand_out(town: Town, cases: list[Proposal], day: date, random: Random) -> list[Assignment]:
    """Give each case a lead, every other one a helper too, with their clocks; two in three have a named clerk."""
    shares: list[Assignment] = []
    for case in cases:
        chosen = random.sample(town.bureaus, 1 + random.randrange(2))
        for place, bureau in enumerate(chosen):
            role = "co_handler" if place else ("lead" if len(chosen) > 1 else "sole")
            clerk = random.choice([*town.clerks[bureau.pk][:2], None])
            shares.append(
                Assignment(
                    proposal=case,
                    bureau=bureau,
                    role=role,
                    clerk=clerk,
                    assigned_by=town.world.office_staff,
                    assigned_at=clock.now(),
                )
            )
    Assignment.objects.bulk_create(shares)
    calendar = load_calendar()
    rules = {case.kind: rules_for(case) for case in cases}
    Deadline.objects.bulk_create(
        row for share in shares for row in start_clocks_of(share, Start(day, calendar, rules[share.proposal.kind]))
    )
    return shares
