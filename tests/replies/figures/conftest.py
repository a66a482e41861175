"""A city with cases in many states, written straight into the tables: some bureaus in time, some not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import count

import pytest

from panjin_portal.lib import clock
from panjin_portal.lib.clock import SHANGHAI
from proposals.models import Assignment, Bureau, Deadline, Proposal, ProposalProposer, Proposer, ResultClass, Session
from proposals.services.events import refresh_next_due
from proposals.services.reference import open_session
from replies.models import Feedback, Reply
from tests.world import World

TODAY = date(2022, 6, 30)
_numbers = count(1)


class Filed:
    """Writes cases; one instance per test."""

    def __init__(self, world: World) -> None:
        self.world = world

    def case(self, state: str, *, title: str = "关于夜市的建议", session: Session | None = None) -> Proposal:
        """A case in ``state`` with 民建 as its proposer."""
        registered = state in {"registered", "assigned", "answered"}
        proposal = Proposal.objects.create(
            session=session or self.world.session,
            state=state,
            number=f"{next(_numbers):03}" if registered else "",
            title=title,
            created_by=self.world.minjian_contact,
            created_at=clock.now(),
        )
        ProposalProposer.objects.create(proposal=proposal, proposer=self.world.minjian, position=1)
        return proposal

    def share(self, proposal: Proposal, bureau: Bureau, role: str, state: str = "accepted") -> Assignment:
        """``bureau``'s share in ``proposal``."""
        staff = self.world.office_staff
        return Assignment.objects.create(
            proposal=proposal, bureau=bureau, role=role, state=state, assigned_by=staff, assigned_at=clock.now()
        )

    def due(
        self, share: Assignment, days: int, *, met: datetime | None = None, kind: str = "reply", cancelled: bool = False
    ) -> Deadline:
        """A clock of ``share`` that ends ``days`` from today."""
        day = TODAY + timedelta(days)
        made = Deadline.objects.create(
            proposal=share.proposal,
            assignment=share,
            kind=kind,
            bureau=share.bureau,
            recipient_role="clerk",
            starts_on=day - timedelta(90),
            due_on=day,
            explanation="三个月",
            link="/",
            met_at=met,
            cancelled_at=clock.now() if cancelled else None,
        )
        refresh_next_due([share.proposal])
        return made

    def answer(self, share: Assignment, code: str = "", state: str = "issued") -> Reply:
        """An issued reply of class ``code``."""
        scheme = self.world.session.result_scheme
        return Reply.objects.create(
            proposal=share.proposal,
            bureau=share.bureau,
            assignment=share,
            state=state,
            title="对提案的答复",
            addressee="民建盘锦市委员会",
            result_class=ResultClass.objects.get(scheme=scheme, code=code) if code else None,
            document_number="盘司函〔2022〕5号",
            signed_on=TODAY,
            signed_by=self.world.sfj_leader,
            signed_letter={"title": "对提案的答复"},
            signed_digest="0" * 64,
            created_at=clock.now(),
            issued_at=clock.now(),
        )

    def rate(self, reply: Reply, attitude: str, result: str, by: Proposer | None = None) -> None:
        """What one proposer says of ``reply``."""
        contact = self.world.minjian_contact
        Feedback.objects.create(
            reply=reply,
            proposer=by or self.world.minjian,
            attitude=attitude,
            result=result,
            given_by=contact,
            post=contact.posts.get(),
            given_at=clock.now(),
        )

    def answered(self, lead: Bureau, days: int, met: datetime, code: str) -> Reply:
        """A case that ``lead`` has answered alone."""
        share = self.share(self.case("answered"), lead, "sole", "done")
        self.due(share, days, met=met)
        return self.answer(share, code)


def at(day: date, hour: int) -> datetime:
    """A moment in Shanghai."""
    return datetime(day.year, day.month, day.day, hour, tzinfo=SHANGHAI)


@pytest.fixture
def filed(world: World) -> Iterator[Filed]:
    """A way to write cases, on the day of these tests."""
    with clock.at(at(TODAY, 10)):
        yield Filed(world)


@pytest.fixture
def city(filed: Filed) -> World:
    """Cases of every kind a number counts, and of every kind it must leave out."""
    world = filed.world
    later = open_session(
        term=9,
        number=2,
        opens_on=date(2023, 1, 5),
        closes_on=date(2023, 1, 8),
        filing_cutoff=date(2023, 1, 7),
    )
    filed.case("submitted", session=later)
    for state in ("draft", "submitted", "returned", "rejected", "registered", "registered"):
        filed.case(state)
    due = TODAY - timedelta(10)
    satisfied = filed.answered(world.sfj, -10, at(due, 23), "A")  # at 23:00 of the last day: in time
    filed.rate(satisfied, "satisfied", "fairly")
    filed.rate(satisfied, "satisfied", "dissatisfied", by=world.member)
    late = filed.answered(world.sfj, -10, at(due + timedelta(1), 1), "B")  # an hour into the next day
    filed.rate(late, "fairly", "satisfied")
    filed.answered(world.gaj, 20, at(TODAY, 9), "A")  # before its day
    replaced = filed.answered(world.gaj, -10, at(due, 9), "C")
    Reply.objects.filter(pk=replaced.pk).update(state="superseded")
    filed.answer(Assignment.objects.get(proposal=replaced.proposal), state="confirmed")  # without a class
    for days in (-1, 0, 3, 4, 16):
        share = filed.share(filed.case("assigned"), world.sfj, "lead")
        filed.due(share, days)
        filed.due(filed.share(share.proposal, world.gaj, "co_handler"), days + 1, kind="opinion")
        filed.share(share.proposal, world.scj, "co_handler", "withdrawn")
    apart = filed.case("assigned")  # 分办: one has answered in time, the other is late with it
    filed.due(filed.share(apart, world.scj, "separate", "done"), -5, met=at(due, 9))
    filed.due(filed.share(apart, world.ysj, "separate"), -5)
    gone = filed.share(filed.case("registered"), world.ysj, "sole", "withdrawn")
    filed.due(gone, -30, cancelled=True)
    twice = filed.share(filed.case("answered"), world.ysj, "sole", "done")  # two clocks of one share
    filed.due(twice, -40, met=at(TODAY - timedelta(50), 9))
    filed.due(twice, -20, met=at(TODAY - timedelta(1), 9))
    return world
