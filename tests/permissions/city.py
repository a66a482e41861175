"""The city of the permission tests: one case in every stage, and a way to ask for a page as anybody.

Built once a file; every request runs in a savepoint that is rolled back, so a request changes nothing.
Each case carries its own marks (``Marks``): words that stand nowhere else, so a leak names the case it comes from.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any
from unittest.mock import patch

from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.auth.models import AnonymousUser
from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import reverse

from panjin_portal.lib import clock
from panjin_portal.queues import QUEUES
from proposals.models import Assignment, ConsultationMethod, HandlingRequest, LeaveCover, Notice, User
from proposals.permissions import posts_of
from proposals.services.accounts import places_of
from proposals.services.attachments import add_attachments
from proposals.services.clerks import arrange_cover
from proposals.services.extensions import ask_extension
from proposals.services.requests import clock_of
from proposals.services.task_runs import heard
from replies.demo.script import Entry, Helper, Spoken
from replies.documents.letter import Letter
from replies.documents.pdf import Pdf
from replies.documents.process import render_in_process
from replies.models import (
    ArchivePackage,
    Bundle,
    BundleFile,
    CoHandlerOpinion,
    ConsultationFile,
    CountersignChange,
    Feedback,
    FollowUp,
    ImportItem,
    Promise,
    Redo,
    Reply,
)
from replies.services import import_reading, rendering
from replies.services.clearance import pass_review
from replies.services.consultations import Talk, record_consultation
from replies.services.import_batches import open_batch
from replies.services.import_reading import read_item
from replies.services.opinions import save_opinion
from replies.services.promises import keep_promise
from replies.services.release import pass_release
from replies.views import papers
from tests.factories import PAGE, ROUTES, SCRIPT, Answer, Case, Cast, Rating, Script, Stage, Step
from tests.permissions import honours
from tests.permissions.likenesses import appoint_likenesses
from tests.permissions.matrix import LIKENESSES, ONE_CASE, PEOPLE
from tests.permissions.signing import open_to_signing
from tests.permissions.supervised import supervise, supervised
from tests.replies.importing.batches import read_here
from tests.world import World, build_world

MOMENT = datetime(2022, 8, 18, 10, 0, tzinfo=clock.SHANGHAI)
PROPOSER_PHONE = "0427-7700011"
MEMBER_PHONE = "0427-7700022"
CONTACT_PHONE = "0427-7700033"  # of 司法局: in the letter to the proposer, nowhere in public
USER_PHONE = "13987650044"


DISSATISFIED = {"RATED": "dissatisfied"}  # it is to be answered again
# Addresses about something else than their first word says.
KINDS = {
    "publication-prepare": "reply",
    "rating-scan": "scan",
    "consultation-new": "proposal",
    "consultation-file": "consultation-file",
    "slip-file": "slip-file",
    "log-file": "log-file",
    "change-decide": "change",
}


@dataclass(frozen=True)
class Marks:
    """The marked words of one case. The name of a mark is what it stands in."""

    stage: str

    def __getattr__(self, kind: str) -> str:
        return mark(kind, self.stage)


def mark(kind: str, stage: str) -> str:
    """A word that stands in ``kind`` of the case of ``stage`` only."""
    return f"暗记{kind}在{stage}止"


class MarkedCase(Case):
    """A case whose comments carry marks too."""

    stage = ""

    def _review(self) -> None:
        pass_review(self.cast.reviewer, reply=self.reply, comment=mark("comment", self.stage))

    def _release(self) -> None:
        for person in (self.cast.clerk, self.cast.reviewer, self.cast.leader):
            pass_release(person, publication=self.publication, comment=mark("release", self.stage))


@dataclass
class City:
    """World, cases by stage name (``matrix.STAGES``), and the session of everybody by column."""

    world: World
    cases: dict[str, Case]
    sessions: dict[str, str] = field(default_factory=dict)
    client: Client = field(default_factory=Client)
    people: dict[str, User] = field(default_factory=dict)
    addresses: dict[tuple[str, str], str | None] = field(default_factory=dict)
    objects: dict[str, dict[str, Any]] = field(default_factory=dict)

    def ask(
        self, column: str, url: str, method: str = "GET", data: dict[str, Any] | None = None, accept: str = ""
    ) -> HttpResponse:
        """The answer to one request of the person in ``column``; whatever it changed is undone. ``accept``: what kind
        of answer a GET asks for, as browsers do."""
        self.client.cookies.clear()
        if session := self.sessions.get(column):
            self.client.cookies[settings.SESSION_COOKIE_NAME] = session
        known = partial(self._signed_in, column)
        with patch("django.contrib.auth.get_user", known), transaction.atomic():
            wants = {"Accept": accept} if accept else None
            is_sent = method == "POST"
            response = self.client.post(url, data or {}) if is_sent else self.client.get(url, data, headers=wants)
            transaction.set_rollback(True)
        return response  # type: ignore[return-value]  # the test client's answer, with what Django adds to it

    def _signed_in(self, column: str, request: HttpRequest) -> User | AnonymousUser:
        """Who asks, with his posts: read once a column, as no request changes them, and given to each as its own
        object. The session is read every time, and an account that was closed is nobody."""
        if column not in self.people:
            found = get_user(request)
            if not isinstance(found, User):
                return found
            posts_of(found)
            self.people[column] = found
        person = User()
        person.__dict__ = dict(self.people[column].__dict__)
        return person

    def address(self, page: str, stage: str) -> str | None:
        """The address of ``page`` about the case of ``stage``; None when that case has no such object."""
        if (page, stage) not in self.addresses:
            self.addresses[page, stage] = self._find_address(page, stage)
        return self.addresses[page, stage]

    def _find_address(self, page: str, stage: str) -> str | None:
        name, _, which = page.partition("@")
        if stage == "ANY":
            return self._address_about_nothing(name)
        objects = self._objects_of(stage)
        assignments, revision, publication = (objects[kind] for kind in ("assignments", "revision", "publication"))
        if name in {"public-page", "public-file"}:
            return reverse(name, args=[publication.index_number]) if publication else None
        if name in {"reply-restore", "reply-conflict"}:
            return reverse(name, args=[revision.reply_id, revision.number]) if revision else None
        kind = KINDS.get(name) or ("reply" if name.startswith("rating-") else name.split("-")[0])
        about = {"": objects.get(kind), "lead": assignments[0], "helper": assignments[1]}[which]
        return reverse(name, args=[about.pk]) if about else None

    def _objects_of(self, stage: str) -> dict[str, Any]:
        """What the case of ``stage`` holds, read once; None for what it does not hold."""
        if stage not in self.objects:
            case = self.cases[stage]
            proposal = case.proposal
            reply = Reply.objects.filter(proposal=proposal).first()
            self.objects[stage] = {
                "proposal": proposal,
                "request": HandlingRequest.objects.filter(assignment__proposal=proposal).first(),
                "attachment": proposal.attachments.first(),
                "invitation": proposal.invitations.first(),
                "deadline": proposal.deadlines.filter(kind="reply").first(),
                "assignments": case.assignments or [None, None],
                "reply": reply,
                "import": reply,
                "revision": reply.revisions.order_by("-number").first() if reply else None,
                "section": reply.sections.first() if reply else None,
                "document": reply.documents.filter(kind="letter").first() if reply else None,
                "opinion": CoHandlerOpinion.objects.filter(assignment__proposal=proposal).first(),
                "publication": proposal.publications.first(),
                "promise": Promise.objects.filter(proposal=proposal).first(),
                "follow": FollowUp.objects.filter(promise__proposal=proposal).first(),
                "redo": Redo.objects.filter(reply__proposal=proposal).first(),
                "scan": Feedback.objects.filter(reply__proposal=proposal).first(),
                "change": CountersignChange.objects.filter(reply__proposal=proposal).first(),
                **supervised(proposal),
                "consultation": proposal.consultations.first(),
                "consultation-file": ConsultationFile.objects.filter(consultation__proposal=proposal).first(),
            }
        return self.objects[stage]

    def _address_about_nothing(self, name: str) -> str:
        if name == "admin":
            return reverse("admin:index")
        if name == "login-end":
            return reverse(name, args=[places_of(self.world.committee_staff, this_key=None)[0].mark])
        if name == "cover-end":
            return reverse(name, args=[LeaveCover.objects.latest("pk").pk])
        if name == "notice-open":
            return reverse(name, args=[Notice.objects.filter(recipient=self.world.committee_staff).latest("pk").pk])
        if name.startswith(("import-batch", "import-item")):
            about = ImportItem.objects.get(state="read")
            return reverse(name, args=[about.batch_id if name.startswith("import-batch") else about.pk])
        if name in {"bundle-detail", "bundle-retry", "bundle-delete"}:
            return reverse(name, args=[Bundle.objects.latest("pk").pk])
        if name == "bundle-file":
            return reverse(name, args=[BundleFile.objects.latest("pk").pk])
        if name.startswith("package-"):
            return reverse(name, args=[ArchivePackage.objects.latest("pk").pk])
        if name in honours.PAGES:
            return reverse(name, args=honours.PAGES[name](self.world))
        args: dict[str, list[int | str]] = {
            "public-year": [2022],
            "statistics-export": ["bureau"],
            "rating-link": ["x" * 43],
            "calendar-feed": ["x" * 43],
        }
        return reverse(name, args=args.get(name, []))


def marked_script(stage: str) -> Script:
    """The script of the case of ``stage``, its texts marked."""
    marks = Marks(stage)
    return replace(
        SCRIPT,
        title=f"关于{marks.title}的建议",
        background=f"企业家座谈时，多人谈到执法检查的次数和方式。{marks.body}",
        answers=(*SCRIPT.answers, Answer("关于下一步", (f"下一步继续办好。{marks.reply}",), asks=(3,))),
        matrix=(Entry(2, "B", promise="年内把联合检查扩大到全部园区", months=6),),
        rating=Rating(result=DISSATISFIED.get(stage, "satisfied"), opinion=f"办得实在。{marks.rating}"),
        talk=Spoken(content=f"谈了三条建议。{marks.talk}", answers=stage != Stage.DRAFTING.name),
    )


def marked_page(stage: str, number: int) -> bytes:
    """A published page of 司法局 to 民建 to import."""
    page = PAGE.replace("118", str(number)).replace("govsscj-2022-000", "govssfj-2022-900")
    page = page.replace("盘锦市市场监督管理局", "盘锦市司法局").replace("民革盘锦市委员会", "民建盘锦市委员会")
    return page.replace("位置写在入口的示意图上。", f"位置写在入口的示意图上。{mark('reply', stage)}").encode()


def build_city() -> City:
    """The world with one case per stage."""
    world = build_world()
    world.minjian.phone, world.member.phone = PROPOSER_PHONE, MEMBER_PHONE
    world.sfj.contact_phone = CONTACT_PHONE
    for row in (world.minjian, world.member, world.sfj):
        row.save()
    User.objects.update(phone=USER_PHONE)
    cases = {"TYPED": _case(world, "TYPED", Stage.DRAFT, filer=world.committee_staff)}
    for number, stage in enumerate(Stage):
        cases[stage.name] = _case(world, stage.name, stage, filer=world.minjian_contact, number=300 + number)
    open_to_signing(world, cases[Stage.DRAFT.name].proposal, mark("invitation", Stage.DRAFT.name))
    begun = cases[Stage.ACCEPTED.name].assignments[1]
    _ask(world, cases[Stage.ACCEPTED.name].assignments[0])
    text = opinion_text(Stage.ACCEPTED.name)
    save_opinion(world.gaj_clerk, assignment=begun, version=0, heading="", body=text)
    promise = Promise.objects.get(proposal=cases[Stage.RATED.name].proposal)
    keep_promise(world.sfj_clerk, promise=promise, evidence="园区名单已公布。", text="联合检查已覆盖全部园区。")
    supervise(world, {name: case.proposal for name, case in cases.items()}, mark)
    _upload(world)
    talk = Talk("during", ConsultationMethod.objects.all()[0], MOMENT.date(), "双方", "谈了进度。")
    minutes = SimpleUploadedFile("记录.txt", "会议记录".encode())
    record_consultation(world.sfj_clerk, proposal=cases[Stage.DRAFTING.name].proposal, talk=talk, files=[minutes])
    _decided_change(cases[Stage.SIGNING.name].reply)
    honours.assess(world)
    honours.honour(world)
    city = City(world, cases)
    for column, name in PEOPLE.items():
        if name:
            city.client.cookies.clear()
            city.client.force_login(getattr(world, name))
            city.client.get(reverse("healthz"))  # the first request of a session writes it
            city.sessions[column] = city.client.cookies[settings.SESSION_COOKIE_NAME].value
    appoint_likenesses(world, MOMENT.date(), cases[ONE_CASE].proposal)
    for column in LIKENESSES:
        city.client.cookies.clear()
        city.client.force_login(User.objects.get(username=column.lower()))
        city.client.get(reverse("healthz"))
        city.sessions[column] = city.client.cookies[settings.SESSION_COOKIE_NAME].value
    User.objects.filter(username="gone").update(is_active=False)
    return city


def _decided_change(reply: Reply) -> None:
    """A change 公安局 wanted and got before the reply went on to the leader."""
    step = reply.clearance_steps.filter(step="countersign").get()
    CountersignChange.objects.create(
        reply=reply, step=step, section=reply.sections.first(), place="一、", body="改过。", state="accepted"
    )


def _ask(world: World, share: Assignment) -> None:
    """司法局 asks for more time, with a paper; a colleague of 司法局 stands in for its clerk."""
    asked = ask_extension(
        world.sfj_clerk, assignment=share, wanted_on=clock_of_share(share), text="办案部门正在汇总数字"
    )
    name = default_storage.save("requests/佐证.txt", ContentFile("盖章的说明"))
    HandlingRequest.objects.filter(pk=asked.pk).update(file=name, file_name="佐证.txt", content_type="text/plain")
    arrange_cover(
        world.sfj_leader,
        bureau=world.sfj,
        absent=world.sfj_clerk,
        substitute=world.sfj_clerk_colleague,
        starts_on=MOMENT.date(),
        ends_on=MOMENT.date() + timedelta(days=5),
    )


def clock_of_share(share: Assignment) -> date:
    """A day after the share's own."""
    clock = clock_of(share)
    assert clock
    return clock.due_on + timedelta(days=1)


def _upload(world: World) -> None:
    """A batch of pages of 市场局: one waits to be stored, one is refused."""
    files = [SimpleUploadedFile("待存.txt", PAGE.replace("118", "399").encode()), SimpleUploadedFile("新闻.txt", b"x")]
    batch = open_batch(world.office_staff, files=files, key="city")
    for pk in batch.items.values_list("pk", flat=True):
        read_item(pk)


def opinion_text(stage: str) -> str:
    """What 公安局 contributes to the case of ``stage``."""
    return f"涉企报警由专班处理。{mark('opinion', stage)}"


def _case(world: World, name: str, stage: Stage, *, filer: User, number: int = 0) -> Case:
    cast = Cast(
        filer=filer,
        proposers=(world.minjian,),
        contact=world.minjian_contact,
        committee=world.committee_staff,
        office=world.office_staff,
        lead=world.sfj,
        clerk=world.sfj_clerk,
        reviewer=world.sfj_reviewer,
        leader=world.sfj_leader,
        helpers=(Helper(world.gaj, world.gaj_clerk, "关于涉企案件", opinion_text(name), leader=world.gaj_leader),),
    )
    case = MarkedCase(world.session, marked_script(name), cast, page=marked_page(name, number))
    case.stage = name
    for step in ROUTES[stage]:
        case.do(step)
        if step == Step.FILE:
            file = SimpleUploadedFile("附件.txt", f"附件里的文字。{mark('file', name)}".encode())
            add_attachments(filer, proposal=case.proposal, files=[file])
    return case


@contextmanager
def standing_city() -> Iterator[City]:
    """The city in a transaction that is rolled back at the end; one rendered file stands for all."""
    made: list[Pdf] = []
    real_render = render_in_process

    def render_once(letter: Letter, **limits: Any) -> Pdf:
        if not made:
            made.append(real_render(letter, **limits))
        return made[0]

    with ExitStack() as stack:
        stack.enter_context(transaction.atomic())
        stack.enter_context(clock.at(MOMENT))
        stack.enter_context(patch.object(rendering, "render_in_process", render_once))
        stack.enter_context(patch.object(papers, "render_in_process", render_once))
        stack.enter_context(patch.object(import_reading, "read_in_process", read_here))
        ContentType.objects.clear_cache()
        for queue in QUEUES:
            heard(queue)
        city = build_city()
        connection.check_constraints()  # once: what is still to be checked would be checked anew after each request
        yield city
        transaction.set_rollback(True)
