"""Each step of the upper floor stays within its budget of queries, with three co-handlers in the case."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from proposals.models import ResultClass
from replies.services.clearance import pass_review, send_back, send_to_review
from replies.services.countersigning import countersign
from replies.services.feedback import Rating, rate_reply
from replies.services.issuing import issue_reply
from replies.services.publishing import prepare_publication, start_release
from replies.services.release import pass_release, unpublish
from replies.services.signing import sign_reply
from tests.factories import Case, Stage, Step, case_in
from tests.replies.cases import quick_pdf
from tests.world import World

TRANSITION_QUERIES = 16
# Two transitions in one transaction, of the reply and of the case, two clocks started, promises booked, and the copies
# of the letter entered with the bureaus they go to.
ISSUE_QUERIES = 19

Prepared = Callable[[], object]


def handing_in(world: World) -> Prepared:
    case = case_in(world, Stage.DRAFTING)
    case.do(Step.SEND)
    case.do(Step.SEND_BACK)
    reply = case.reply
    return lambda: send_to_review(world.sfj_clerk, reply=reply)


def reviewing(world: World) -> Prepared:
    reply = case_in(world, Stage.REVIEWING).reply
    return lambda: pass_review(world.sfj_reviewer, reply=reply)


def sending_back(world: World) -> Prepared:
    reply = case_in(world, Stage.REVIEWING).reply
    return lambda: send_back(world.sfj_reviewer, reply=reply, comment="请补充")


def countersigning(world: World) -> Prepared:
    reply = case_in(world, Stage.COUNTERSIGNING).reply
    return lambda: countersign(world.gaj_clerk, reply=reply)


def signing(world: World) -> Prepared:
    reply = case_in(world, Stage.SIGNING).reply
    best = ResultClass.objects.get(scheme=world.session.result_scheme, code="A")
    return lambda: sign_reply(world.sfj_leader, reply=reply, result_class=best)


def issuing(world: World) -> Prepared:
    reply = case_in(world, Stage.SIGNED).reply
    return lambda: issue_reply(world.sfj_clerk, reply=reply)


def rating(world: World) -> Prepared:
    reply = case_in(world, Stage.ISSUED).reply
    return lambda: rate_reply(world.minjian_contact, reply=reply, rating=Rating("satisfied", "satisfied", ""))


def preparing(world: World) -> Prepared:
    reply = case_in(world, Stage.ISSUED).reply
    return lambda: prepare_publication(world.sfj_clerk, reply=reply)


def starting_release(world: World) -> Prepared:
    publication = case_in(world, Stage.PREPARING).publication
    return lambda: start_release(world.sfj_clerk, publication=publication, harmless={})


def publishing(world: World) -> Prepared:
    case: Case = case_in(world, Stage.RELEASING)
    for person in (world.sfj_clerk, world.sfj_reviewer):
        pass_release(person, publication=case.publication)
    publication = case.publication
    return lambda: pass_release(world.sfj_leader, publication=publication)


def unpublishing(world: World) -> Prepared:
    publication = case_in(world, Stage.PUBLISHED).publication
    return lambda: unpublish(world.sfj_leader, publication=publication, reason="数据有误")


BUDGETS: dict[Callable[[World], Prepared], int] = {
    **dict.fromkeys([handing_in, reviewing, sending_back, countersigning, signing, rating], TRANSITION_QUERIES),
    **dict.fromkeys([preparing, starting_release, publishing, unpublishing], TRANSITION_QUERIES),
    issuing: ISSUE_QUERIES,
}


@pytest.mark.parametrize("prepare", list(BUDGETS))
@pytest.mark.usefixtures("one_letter")
def test_a_step_stays_within_its_budget(world: World, prepare: Callable[[World], Prepared]) -> None:
    step = prepare(world)
    with CaptureQueriesContext(connection) as queries:
        step()
    asked = [one["sql"] for one in queries if not one["sql"].startswith(("SAVEPOINT", "RELEASE"))]
    assert len(asked) <= BUDGETS[prepare], "\n".join(asked)


@pytest.fixture
def one_letter(monkeypatch: pytest.MonkeyPatch) -> None:
    """The typesetter is not what is counted here."""
    monkeypatch.setattr("replies.services.rendering.render_in_process", quick_pdf)
