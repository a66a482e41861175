"""Two people who register at the same moment get consecutive numbers: threads, and processes of their own."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from proposals.models import IssuedNumber, Proposal, User
from proposals.services.review import register
from tests.proposals.stages import submitted
from tests.services import second_process_environment
from tests.world import build_world

EACH = 4

REGISTER_ALL = """
import sys, django
django.setup()
from proposals.models import Proposal, User
from proposals.services.review import register
user = User.objects.get(pk=int(sys.argv[1]))
print("ready", flush=True)
sys.stdin.readline()
for pk in sys.argv[2:]:
    register(user, proposal=Proposal.objects.get(pk=int(pk)))
"""


def printed_numbers() -> list[str]:
    return list(IssuedNumber.objects.order_by("value").values_list("printed", flat=True))


@pytest.mark.django_db(transaction=True)
def test_two_threads_leave_no_gap_and_no_double() -> None:
    world = build_world()
    piles = [[submitted(world, title=f"第{side}{n}件") for n in range(EACH)] for side in "甲乙"]
    start = Barrier(2)

    def work(user: User, pile: list[Proposal]) -> None:
        start.wait(10)
        try:
            for proposal in pile:
                register(user, proposal=proposal)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        people = (world.committee_staff, world.committee_colleague)
        for done in [pool.submit(work, user, pile) for user, pile in zip(people, piles, strict=True)]:
            done.result(60)
    assert printed_numbers() == [f"{n:03}" for n in range(1, 2 * EACH + 1)]


@pytest.mark.django_db(transaction=True)
def test_two_processes_leave_no_gap_and_no_double() -> None:
    world = build_world()
    workers = []
    for user in (world.committee_staff, world.committee_colleague):
        pile = [str(submitted(world, title=f"{user}第{n}件").pk) for n in range(EACH)]
        command = [sys.executable, "-c", REGISTER_ALL, str(user.pk), *pile]
        workers.append(
            subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                env=second_process_environment(),
            )
        )
    for worker in workers:
        assert worker.stdout is not None
        assert worker.stdout.readline() == "ready\n"
    for worker in workers:
        assert worker.stdin is not None
        worker.stdin.write("go\n")
        worker.stdin.flush()
    for worker in workers:
        _, errors = worker.communicate(timeout=60)
        assert worker.returncode == 0, errors
    assert printed_numbers() == [f"{n:03}" for n in range(1, 2 * EACH + 1)]


@pytest.mark.django_db(transaction=True)
def test_one_proposal_registered_by_two_at_once_gets_one_number() -> None:
    world = build_world()
    proposal = submitted(world)
    start = Barrier(2)

    def work(user: User) -> str:
        start.wait(10)
        try:
            return register(user, proposal=proposal).number
        except Exception as refusal:
            return type(refusal).__name__
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        outcomes = sorted(pool.map(work, (world.committee_staff, world.committee_colleague)))
    assert outcomes == ["001", "OutOfTurn"]
