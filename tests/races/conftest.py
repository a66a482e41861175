"""One city for all races of a file, two processes that stand in it, and second holders of the posts that have one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import connection
from pytest_django import DjangoDbBlocker

from proposals.models import Event, Proposal, Role, User
from proposals.services.verification import verify_events
from replies.services import import_reading, rendering
from tests.races.people import Process, processes
from tests.replies.cases import quick_pdf
from tests.replies.importing.batches import read_here
from tests.world import World, appoint, build_world, person


@dataclass
class Arena:
    """``pair``: two processes. ``number()``: a case number nobody has. The second leader stands beside the world's."""

    world: World
    pair: list[Process]
    second_leader: User
    second_contact: User
    _numbers: Iterator[int] = field(default_factory=lambda: count(500))

    def number(self) -> str:
        """A number for a case, never given twice."""
        return str(next(self._numbers))

    def deeds(self, proposal: Proposal, kind: str) -> int:
        """How many events of that kind the case has."""
        return Event.objects.filter(proposal=proposal, kind=kind).count()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What loads the whole machine runs one after the other, in one test process."""
    for item in items:
        if item.path.parent.name == "races":
            item.add_marker(pytest.mark.xdist_group("races"))


@pytest.fixture(autouse=True)
def _django_db_marker() -> None:
    """In place of pytest-django's: tests marked ``django_db`` get the database but no transaction around them."""


@pytest.fixture(scope="module")
def arena(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Arena]:
    """Everything is committed, as in earnest; the database is emptied when the file is done."""
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(rendering, "render_in_process", quick_pdf)
        patch.setattr(import_reading, "read_in_process", read_here)
        ContentType.objects.clear_cache()
        world = build_world()
        leader, contact = person("sfj_leader2", "梁定远"), person("minjian2", "林小溪")
        appoint(leader, Role.LEADER, bureau=world.sfj)
        appoint(contact, Role.PROPOSER, proposer=world.minjian)
        try:
            with processes(2, RACES_EAGER="1") as pair:
                yield Arena(world, pair, leader, contact)
            assert verify_events().faults == []
        finally:
            call_command("flush", interactive=False, verbosity=0)
            connection.close()
