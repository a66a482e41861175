"""Deeds after a reply went out: rating, redo, meetings, promises, second answers, publication."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import Model

from proposals.models import Proposer, User
from proposals.workflow import Workflow
from replies import permissions, permissions_followup
from replies.models import FollowUp, Promise, Publication, Redo, Reply
from replies.services import promises
from replies.services.feedback import Rating, enter_paper_rating, may_enter_paper, may_rate, rate_reply
from replies.services.follow_ups import resubmit_follow_up, return_follow_up, sign_follow_up
from replies.services.metadata import metadata_of
from replies.services.publishing import may_prepare, prepare_publication, save_metadata, start_release
from replies.services.redo import MeetingRecord, record_meeting, start_redo
from replies.services.release import may_decide, pass_release, refuse_release, unpublish
from replies.services.withholding import lift_withholding, withhold
from replies.workflow import PUBLICATION, REPLY
from replies.workflow_followup import FOLLOW_UP, PROMISE, REDO
from tests.lives.deeds import Life, May, deed

GRADES = ("satisfied", "satisfied", "fairly", "dissatisfied")
SCAN = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def by_table(model: type[Model], table: Workflow, action: str) -> tuple[type[Model], May, frozenset[str]]:
    """Thing, right and states of a row of the table, as ``deed`` takes them."""
    return model, lambda user, thing: permissions_followup.can(user, action, thing), table.get(action).sources


of_promise = partial(by_table, Promise, PROMISE)
of_follow_up = partial(by_table, FollowUp, FOLLOW_UP)
of_redo = partial(by_table, Redo, REDO)
ISSUED = REPLY.get("rate").sources


@deed(Reply, may_rate, ISSUED, weight=8)
def rate(life: Life, actor: User, reply: Reply) -> None:
    rate_reply(actor, reply=reply, rating=_rating(life))


@deed(Reply, may_enter_paper, ISSUED)
def enter_paper(life: Life, actor: User, reply: Reply) -> None:
    proposer = life.choose(list(Proposer.objects.order_by("pk")))
    scan = SimpleUploadedFile("征询意见表.pdf", SCAN)
    enter_paper_rating(actor, reply=reply, proposer=proposer, rating=_rating(life), scan=scan)


def _rating(life: Life) -> Rating:
    return Rating(life.choose(GRADES), life.choose(GRADES), life.reason())


@deed(*of_redo("start_redo"), weight=8)
def begin_again(life: Life, actor: User, redo: Redo) -> None:
    start_redo(actor, redo=redo)


@deed(*of_redo("record_meeting"), weight=3)
def meet(life: Life, actor: User, redo: Redo) -> None:
    said = MeetingRecord(life.day(-4, 1), "市政协会议室", "三方代表", life.reason(), life.reason())
    record_meeting(actor, redo=redo, meeting=said)


@deed(*of_promise("keep_promise"), weight=5)
def keep(life: Life, actor: User, promise: Promise) -> None:
    promises.keep_promise(actor, promise=promise, evidence=life.reason(), text=life.reason())


@deed(*of_promise("give_up_promise"))
def give_up(life: Life, actor: User, promise: Promise) -> None:
    promises.give_up_promise(actor, promise=promise, reason=life.reason(), text=life.reason())


@deed(*of_promise("carry_over_promise"))
def carry_over(life: Life, actor: User, promise: Promise) -> None:
    promises.carry_over_promise(actor, promise=promise, due_on=life.day(), reason=life.reason())


@deed(*of_promise("reopen_promise"), weight=6)
def reopen(life: Life, actor: User, promise: Promise) -> None:
    words = {"text": life.reason(), "reason": life.reason()}
    promises.reopen_promise(actor, promise=promise, due_on=life.day(), **words)


@deed(*of_promise("check_promise"), weight=1)
def look_back(life: Life, actor: User, promise: Promise) -> None:
    day = life.day(-4, 1)
    promises.check_promise(actor, promise=promise, checked_on=day, finding="on_the_way", text=life.reason())


@deed(*of_follow_up("sign_follow_up"), weight=5)
def sign_second_answer(life: Life, actor: User, row: FollowUp) -> None:
    sign_follow_up(actor, follow_up=row)


@deed(*of_follow_up("return_follow_up"))
def return_second_answer(life: Life, actor: User, row: FollowUp) -> None:
    return_follow_up(actor, follow_up=row, comment=life.reason())


@deed(*of_follow_up("resubmit_follow_up"), weight=4)
def mend_second_answer(life: Life, actor: User, row: FollowUp) -> None:
    mark = life.mark()
    version = row.version - life.random.randint(0, 1)
    resubmit_follow_up(actor, follow_up=row, version=version, text=row.text + mark)
    life.keep("follow_up", row.pk, mark)


@deed(Reply, may_prepare, ISSUED, weight=4)
def prepare(life: Life, actor: User, reply: Reply) -> None:
    row = prepare_publication(actor, reply=reply)
    assert row.reply_id == reply.pk


def of_publication(action: str) -> tuple[type[Model], May, frozenset[str]]:
    return Publication, lambda user, row: permissions.can(user, action, row), PUBLICATION.get(action).sources


@deed(*of_publication("prepare_publication"), weight=3)
def write_metadata(life: Life, actor: User, row: Publication) -> None:
    metadata = replace(metadata_of(row), topic_class="政治建设 / 法治建设", keywords=f"执法 {life.mark()}")
    save_metadata(actor, publication=row, metadata=metadata, version=row.version - life.random.randint(0, 1))


@deed(*of_publication("start_release"), weight=6)
def send_to_release(life: Life, actor: User, row: Publication) -> None:
    start_release(actor, publication=row, harmless={})


@deed(Publication, may_decide, PUBLICATION.get("release_step").sources, weight=12)
def decide_release(life: Life, actor: User, row: Publication) -> None:
    if life.chance(0.9):
        pass_release(actor, publication=row)
    else:
        refuse_release(actor, publication=row, comment=life.reason())


@deed(*of_publication("unpublish"), weight=1)
def take_down(life: Life, actor: User, row: Publication) -> None:
    unpublish(actor, publication=row, reason=life.reason())


@deed(*of_publication("withhold"), weight=1)
def keep_from_the_public(life: Life, actor: User, row: Publication) -> None:
    withhold(actor, publication=row, reason=life.reason())


@deed(*of_publication("lift_withholding"), weight=2)
def publish_after_all(life: Life, actor: User, row: Publication) -> None:
    lift_withholding(actor, publication=row)
