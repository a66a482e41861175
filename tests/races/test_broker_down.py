"""The broker is down: the whole way can be walked but for what needs a file, files wait as rows and are made later."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.urls import reverse

from panjin_portal.lib.clock import now
from proposals.models import Proposal, User
from proposals.services.content import stored_content
from replies.forms.drafting import Stamp, fingerprint, head_initial, stamps_text
from replies.models import Publication, RenderedDocument, Reply
from replies.services.saving import head_text
from tests.proposals.stages import content_for, form_data
from tests.races.people import Answer, Deed, Process, processes
from tests.races.servers import celery_worker, free_port, own_redis, run_python
from tests.services import second_process_environment
from tests.world import World, build_world

PATIENCE = 1.0  # seconds a step may wait for a broker; with kombu's own defaults it waited six
QUEUED = {"queued"}


@dataclass
class Broker:
    """How a portal reaches its broker, how that breaks, and how it comes back."""

    environment: dict[str, str]
    folder: Path
    port: int = 0
    _stack: ExitStack = field(default_factory=ExitStack)

    def go(self) -> None:
        """Files: the folder becomes something no message can be put into. Redis: it has never been started."""
        if not self.port:
            self.folder.rename(self.folder.with_name("away"))
            self.folder.write_text("not a folder")

    def come(self) -> None:
        """The administrator has mended it."""
        if self.port:
            self._stack.enter_context(own_redis(self.port))
        else:
            self.folder.unlink()
            self.folder.with_name("away").rename(self.folder)


@contextmanager
def broker(kind: str, var: Path) -> Iterator[Broker]:
    """A broker of the test's own: a folder or a Redis server."""
    port = free_port() if kind == "redis" else 0
    environment = {
        "VAR_DIR": str(var),
        "MEDIA_ROOT": str(settings.MEDIA_ROOT),
        "REDIS_URL": f"redis://127.0.0.1:{port}/0" if port else "",
    }
    made = Broker(environment, var / "queue" / "messages", port)
    with made._stack:
        yield made


@pytest.fixture
def city(transactional_db: None) -> World:
    return build_world()


class Way:
    """One case, walked through the views of another process."""

    def __init__(self, world: World, process: Process) -> None:
        self.world, self.process = world, process
        self.longest_wait = 0.0

    def post(self, who: User, page: str, pk: int | None = None, **data: Any) -> Answer:
        """Take a step; it leads on."""
        answer = self.process.do(Deed(who, reverse(page, args=[pk] if pk else []), data))
        self.longest_wait = max(self.longest_wait, answer.slept)
        assert answer.status == 302, (page, answer.status, answer.fault or answer.html[-2000:])
        return answer

    def get(self, who: User, page: str, pk: int | None = None) -> str:
        """Look at a page; it is there."""
        answer = self.process.do(Deed(who, reverse(page, args=[pk] if pk else []), method="GET"))
        assert answer.status == 200, (page, answer.status, answer.fault)
        return answer.html

    def to_signed(self) -> Reply:
        """From the first word of the proposal to the signature."""
        world, content = self.world, content_for(self.world)
        new: dict[str, Any] = {"session": content.session_id, "kind": content.kind, "title": content.title, "key": "k"}
        self.post(world.minjian_contact, "proposal-new", proposer=world.minjian.pk, **new)
        proposal = Proposal.objects.get()
        self.post(world.minjian_contact, "proposal-edit", proposal.pk, **form_data(content, proposal.version))
        assert stored_content(proposal) != content  # the row here is older than the page just sent
        self.post(world.minjian_contact, "proposal-submit", proposal.pk)
        self.post(world.committee_staff, "proposal-review", proposal.pk, outcome="register")
        self.post(world.office_staff, "proposal-assign", proposal.pk, lead=world.sfj.pk)
        assignment = proposal.assignments.get()
        self.post(world.sfj_clerk, "assignment-accept", assignment.pk)
        self.post(world.sfj_clerk, "reply-start", assignment.pk)
        reply = Reply.objects.get()
        self._write(reply)
        self.post(world.sfj_clerk, "reply-send-to-review", reply.pk)
        self.post(world.sfj_reviewer, "reply-review", reply.pk, round=1)
        reply.refresh_from_db()
        self.post(world.sfj_leader, "reply-sign", reply.pk, round=1, result_class=reply.result_class_id)
        return Reply.objects.get()

    def _write(self, reply: Reply) -> None:
        clerk = self.world.sfj_clerk
        self.post(clerk, "reply-edit", reply.pk, version="", do="add")
        section, text = reply.sections.get(), head_text(reply)
        chosen = self.world.session.result_scheme.classes.get(code="A").pk
        head = {f"head-{name}": value for name, value in head_initial(text).items() if value is not None}
        head["head-result_class"] = chosen
        key = f"s{section.pk}"
        stamps = {"head": Stamp(reply.version, fingerprint(text)), key: Stamp(section.version, "")}
        words: dict[str, Any] = {f"{key}-heading": "关于公布检查计划", f"{key}-body": "全市年度检查计划已经公布。"}
        words[f"{key}-asks"] = list(reply.proposal.asks.values_list("pk", flat=True))
        self.post(clerk, "reply-edit", reply.pk, version=stamps_text(stamps), **head, **words)

    def to_public(self, reply: Reply) -> Publication:
        """From the letter that has its file to the release, whose own file has to be made."""
        clerk = self.world.sfj_clerk
        self.post(clerk, "reply-issue", reply.pk)
        self.post(self.world.minjian_contact, "reply-rate", reply.pk, attitude="satisfied", result="satisfied")
        self.post(clerk, "publication-prepare", reply.pk)
        row = Publication.objects.get()
        names = ("title", "issuing_body", "document_number", "keywords", "version")
        values = {name: getattr(row, name) for name in names}
        self.post(
            clerk,
            "publication-detail",
            row.pk,
            **values,
            topic_class="政治建设 / 法治建设",
            created_on=f"{row.created_on}",
        )
        self.post(clerk, "publication-start", row.pk)
        return row


def seen_by_everybody(way: Way, reply: Reply) -> None:
    """Every page of the case, and the lists, for those who work on it."""
    world, document = way.world, reply.documents.get()
    for person in (world.sfj_clerk, world.sfj_leader, world.committee_staff, world.office_staff):
        for page, pk in (("work", None), ("proposal-list", None), ("notice-list", None), ("public-list", None)):
            way.get(person, page, pk)
        way.get(person, "proposal-detail", reply.proposal_id)
        way.get(person, "reply-detail", reply.pk)
        way.get(person, "document-detail", document.pk)


@pytest.mark.parametrize(
    "kind", [pytest.param("files", marks=pytest.mark.sqlite), pytest.param("redis", marks=pytest.mark.redis)]
)
def test_the_whole_way_with_the_broker_down_and_the_files_made_when_it_is_back(
    city: World, kind: str, tmp_path: Path, wait_until: Any
) -> None:
    with broker(kind, tmp_path) as made, processes(1, **made.environment) as (process,):
        made.go()
        way = Way(city, process)
        reply = way.to_signed()
        assert set(RenderedDocument.objects.values_list("state", flat=True)) == QUEUED
        seen_by_everybody(way, reply)
        too_early = process.do(Deed(city.sfj_clerk, reverse("reply-issue", args=[reply.pk])))
        assert (too_early.status, "还在排队" in too_early.html) == (409, True)
        assert way.longest_wait < PATIENCE

        made.come()
        environment = {
            **second_process_environment(),
            "DJANGO_SETTINGS_MODULE": "tests.races.settings",
            **made.environment,
        }
        with celery_worker(environment, tmp_path / "worker.log"):
            RenderedDocument.objects.update(queued_at=now() - timedelta(minutes=1))  # it has waited long enough
            run_python("from replies.tasks import sweep_documents; sweep_documents.delay()", environment)
            wait_until(lambda: reply.documents.filter(state="ready").exists(), 60)
            publication = way.to_public(reply)  # and the broker takes messages again, from the same process
            wait_until(lambda: publication.documents.filter(state="ready").exists(), 60)
        for person in (city.sfj_clerk, city.sfj_reviewer, city.sfj_leader):
            way.post(person, "publication-decide", publication.pk, decision="pass")
        publication.refresh_from_db()
        assert publication.state == "published"
        assert (
            reply.title
            in process.do(Deed(city.nobody, reverse("public-page", args=[publication.index_number]), method="GET")).html
        )
