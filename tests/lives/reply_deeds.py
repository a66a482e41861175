"""Deeds around a reply until it goes out: drafting, opinions, talks, clearance, the worker that makes its letter."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from django.db.models import Model

from proposals.models import Assignment, ConsultationMethod, Proposal, ResultClass, User
from proposals.workflow import Workflow
from replies.handling_workflow import CHANGE
from replies.models import CoHandlerOpinion, Consultation, CountersignChange, RenderedDocument, Reply, ReplySection
from replies.permissions import (
    can,
    can_amend_consultation,
    can_answer_consultation,
    can_record_consultation,
    can_start_opinion,
)
from replies.services import changes, coordinating, countersigning
from replies.services.auditing import pass_audit, return_audit
from replies.services.checklist import Mark, active_items
from replies.services.clearance import pass_review, send_back, send_to_review
from replies.services.consultations import Talk, amend_consultation, answer_consultation, record_consultation
from replies.services.drafting import may_start, start_reply
from replies.services.issuing import issue_reply, may_issue
from replies.services.matrix import LineText, line_text, save_matrix
from replies.services.opinion_ending import end_opinions
from replies.services.opinion_signing import opinion_digest, return_opinion, sign_opinion, withdraw_opinion
from replies.services.opinions import may_write, save_opinion, submit_opinion, take_over_opinion
from replies.services.rendering import render_document
from replies.services.restoring import restore_revision
from replies.services.rounds import renew_rounds
from replies.services.saving import HEAD, Part, SectionText, head_text, save_parts, section_text
from replies.services.sections import Add, Move, add_section, delete_section, move_section, place_of
from replies.services.signing import sign_reply
from replies.workflow import DOCUMENT, OPINION, REPLY
from tests.lives.deeds import MARK, Life, May, deed

MOST_SECTIONS = 8


def by_table(model: type[Model], table: Workflow, action: str) -> tuple[type[Model], May, frozenset[str]]:
    """Thing, right and states of a row of the table, as ``deed`` takes them."""
    return model, lambda user, thing: can(user, action, thing), table.get(action).sources


of_reply = partial(by_table, Reply, REPLY)
of_opinion = partial(by_table, CoHandlerOpinion, OPINION)
of_change = partial(by_table, CountersignChange, CHANGE)
AT_WORK = frozenset({"accepted"})


def classes(life: Life) -> list[ResultClass]:
    return list(life.world.session.result_scheme.classes.order_by("position"))


@deed(Assignment, may_start, AT_WORK, weight=8)
def begin_reply(life: Life, actor: User, share: Assignment) -> None:
    start_reply(actor, assignment=share)


@deed(*of_reply("draft"), weight=8)
def write_section(life: Life, actor: User, reply: Reply) -> None:
    """Often what was opened some time ago; then the text is kept, though not stored."""
    rows = list(reply.sections.prefetch_related("asks").order_by("pk"))
    page = life.pages.pop(("reply", reply.pk), None) if life.chance(0.5) else None
    if page is None and not rows:
        add_piece(life, actor, reply)
        return
    part: Part = page or _part(life, reply, life.choose(rows))
    assert isinstance(part.text, SectionText)
    mark = life.mark()
    text = replace(part.text, body=part.text.body + mark)
    saved = save_parts(actor, reply=reply, parts=[replace(part, text=text)], autosave=life.chance(0.5))
    assert bool(saved.conflicts) == (saved.unmerged_as is not None)
    life.keep("reply", reply.pk, mark)


@deed(*of_reply("draft"), weight=1)
def open_section(life: Life, actor: User, reply: Reply) -> None:
    if rows := list(reply.sections.prefetch_related("asks").order_by("pk")):
        life.pages["reply", reply.pk] = _part(life, reply, life.choose(rows))


def _part(life: Life, reply: Reply, row: ReplySection) -> Part:
    """A section as it stands; somebody who types ties it to every ask, so that the reply can be handed in."""
    text = section_text(row)
    if life.chance(0.7):
        text = replace(text, ask_ids=frozenset(reply.proposal.asks.values_list("pk", flat=True)))
    return Part(f"s{row.pk}", row.version, text)


@deed(*of_reply("draft"), weight=3)
def write_head(life: Life, actor: User, reply: Reply) -> None:
    mark = life.mark()
    chosen = life.choose(classes(life)[:3])
    text = replace(head_text(reply), opening=f"{reply.opening}{mark}", result_class_id=chosen.pk)
    saved = save_parts(actor, reply=reply, parts=[Part(HEAD, reply.version - life.random.randint(0, 1), text)])
    assert bool(saved.conflicts) == (saved.unmerged_as is not None)
    life.keep("reply", reply.pk, mark)


@deed(*of_reply("draft"))
def add_piece(life: Life, actor: User, reply: Reply) -> None:
    rows = list(reply.sections.order_by("pk").values_list("pk", flat=True))
    if len(rows) < MOST_SECTIONS:
        beside = life.choose([None, *rows])
        mark = life.mark()
        where = life.choose([Add.AFTER, Add.CHILD])
        add_section(actor, reply=reply, where=where, beside=beside, heading=mark)
        life.keep("reply", reply.pk, mark)


@deed(*of_reply("draft"), weight=1)
def move_or_delete(life: Life, actor: User, reply: Reply) -> None:
    rows = list(reply.sections.order_by("pk"))
    if not rows:
        return
    row = life.choose(rows)
    if life.chance(0.3):
        delete_section(actor, section=row, seen_version=row.version)
    else:
        move_section(actor, section=row, move=life.choose(list(Move)), seen_place=place_of(row))


@deed(*of_reply("draft"), weight=1)
def bring_back(life: Life, actor: User, reply: Reply) -> None:
    if revisions := list(reply.revisions.order_by("number")):
        restore_revision(actor, reply=reply, revision=life.choose(revisions))


@deed(*of_reply("draft"), weight=4)
def write_matrix(life: Life, actor: User, reply: Reply) -> None:
    kept = {row.ask_id or 0: row for row in reply.matrix_rows.all()}
    lines = {}
    for ask in reply.proposal.asks.order_by("position").values_list("pk", flat=True):
        old = kept.get(ask)
        text = line_text(old)
        if old is None or life.chance(0.3):
            chosen = life.choose(classes(life)) if life.chance(0.5) else None
            promise, explanation = (life.mark() if life.chance(0.5) else "" for _ in range(2))
            text = LineText(
                result_class_id=chosen.pk if chosen else None,
                outcome=life.mark(),
                promise=promise,
                no_promise_reason=life.mark(),
                explanation=explanation,
            )
        if text.promise and not (text.promise_due or text.promise_phase):
            text = replace(text, promise_due=life.day(-2, 200))
        lines[ask] = (old.version if old else 0, text)
    save_matrix(actor, reply=reply, lines=lines)


@deed(Assignment, lambda user, share: may_write(user, share, _opinion(share)), AT_WORK, weight=6)
def write_opinion(life: Life, actor: User, share: Assignment) -> None:
    opinion, mark = _opinion(share), life.mark()
    body = (opinion.body if opinion else "") + mark
    version = opinion.version - life.random.randint(0, 1) if opinion else 0
    save_opinion(actor, assignment=share, version=version, heading="", body=body)
    life.keep("opinion", share.pk, mark)


@deed(Assignment, can_start_opinion, AT_WORK, weight=8)
def hand_opinion_in(life: Life, actor: User, share: Assignment) -> None:
    submit_opinion(actor, assignment=share)


@deed(*of_opinion("sign_opinion"), weight=8)
def sign_an_opinion(life: Life, actor: User, opinion: CoHandlerOpinion) -> None:
    seen = opinion.version - (0 if life.chance(0.8) else 1)
    life.words[opinion.pk] = opinion_digest(sign_opinion(actor, opinion=opinion, seen_version=seen))


@deed(*of_opinion("return_opinion"))
def return_an_opinion(life: Life, actor: User, opinion: CoHandlerOpinion) -> None:
    return_opinion(actor, opinion=opinion, comment=life.reason())


@deed(*of_opinion("withdraw_opinion"))
def withdraw_an_opinion(life: Life, actor: User, opinion: CoHandlerOpinion) -> None:
    withdraw_opinion(actor, opinion=opinion)


def _opinion(share: Assignment) -> CoHandlerOpinion | None:
    return CoHandlerOpinion.objects.filter(assignment=share).first()


@deed(*of_opinion("take_over"), weight=4)
def take_opinion_over(life: Life, actor: User, opinion: CoHandlerOpinion) -> None:
    if replies := list(Reply.objects.filter(proposal=opinion.assignment.proposal_id, state="drafting")):
        take_over_opinion(actor, opinion=opinion, reply=life.choose(replies))


@deed(Proposal, lambda user, case: can_record_consultation(user, case.assignments.all()), frozenset({"assigned"}))
def talk(life: Life, actor: User, case: Proposal) -> None:
    method = life.choose([None, *ConsultationMethod.objects.order_by("pk")[:1]])
    told = Talk("before", method, life.day(-5, 1), "经办人、提案者", life.reason())
    record_consultation(actor, proposal=case, talk=told)


@deed(Consultation, lambda user, row: can_answer_consultation(user, row, row.sides.all()))
def answer_talk(life: Life, actor: User, row: Consultation) -> None:
    answer_consultation(actor, consultation=row, correction=life.mark() if life.chance(0.5) else "")


@deed(Consultation, can_amend_consultation, weight=1)
def amend_talk(life: Life, actor: User, row: Consultation) -> None:
    told = Talk(row.phase, row.method, row.held_on, row.people, life.reason())
    amend_consultation(actor, consultation=row, talk=told)
    row.refresh_from_db()
    assert row.content


@deed(*of_reply("send_to_review"), weight=8)
def hand_draft_in(life: Life, actor: User, reply: Reply) -> None:
    send_to_review(actor, reply=reply)


@deed(*of_reply("pass_review"), weight=6)
def pass_on_from_review(life: Life, actor: User, reply: Reply) -> None:
    marks = {item.pk: Mark(True) for item in active_items()} if life.chance(0.9) else {}
    pass_review(actor, reply=reply, marks=marks)


@deed(*of_reply("send_back"), weight=1)
def give_back(life: Life, actor: User, reply: Reply) -> None:
    send_back(actor, reply=reply, comment=life.reason())


@deed(*of_reply("countersign"), weight=6)
def agree(life: Life, actor: User, reply: Reply) -> None:
    countersigning.countersign(actor, reply=reply)


@deed(*of_reply("countersign_with_changes"))
def agree_with_changes(life: Life, actor: User, reply: Reply) -> None:
    rows = life.some(list(reply.sections.order_by("pk")), 2)
    wordings = {row.pk: countersigning.Wording(row.heading, row.body + life.mark()) for row in rows}
    countersigning.countersign_with_changes(actor, reply=reply, wordings=wordings)


@deed(*of_reply("refuse_countersign"), weight=1)
def refuse_to_agree(life: Life, actor: User, reply: Reply) -> None:
    countersigning.refuse_countersign(actor, reply=reply, comment=life.reason())


@deed(*of_reply("coordinate_on"), weight=4)
def coordinate(life: Life, actor: User, reply: Reply) -> None:
    if life.chance(0.7):
        coordinating.coordinate_on(actor, reply=reply, comment=life.reason())
    else:
        coordinating.coordinate_back(actor, reply=reply, comment=life.reason())


@deed(*of_change("accept_change"), weight=4)
def decide_on_change(life: Life, actor: User, change: CountersignChange) -> None:
    if life.chance(0.6):
        changes.accept_change(actor, change=change)
        for mark in MARK.findall(change.body):
            life.keep("reply", change.reply_id, mark)
    else:
        changes.refuse_change(actor, change=change, answer=life.reason())


@deed(*of_reply("pass_audit"), weight=5)
def audit(life: Life, actor: User, reply: Reply) -> None:
    if life.chance(0.8):
        chosen = reply.result_class if life.chance(0.6) and reply.result_class else life.choose(classes(life))
        pass_audit(actor, reply=reply, result_class=chosen, comment=life.reason())
    else:
        return_audit(actor, reply=reply, comment=life.reason())


@deed(*of_reply("sign"), weight=8)
def sign(life: Life, actor: User, reply: Reply) -> None:
    chosen = reply.result_class if life.chance(0.8) and reply.result_class else life.choose(classes(life))
    life.signed[reply.pk] = sign_reply(actor, reply=reply, result_class=chosen).signed_digest


@deed(RenderedDocument, lambda user, row: True, DOCUMENT.get("start_rendering").sources, weight=8)
def let_worker_run(life: Life, actor: User, row: RenderedDocument) -> None:
    render_document(row.pk)


@deed(Reply, may_issue, REPLY.get("issue").sources, weight=8)
def issue(life: Life, actor: User, reply: Reply) -> None:
    issue_reply(actor, reply=reply)


@deed(CoHandlerOpinion, lambda user, row: True, OPINION.get("end_opinion").sources)
def let_opinions_be_ended(life: Life, actor: User, opinion: CoHandlerOpinion) -> None:
    """The other sweep."""
    end_opinions()
    waiting = CoHandlerOpinion.objects.filter(state="signing")
    assert not waiting.filter(assignment__state__in=("withdrawn", "done"), assignment__proposal__archived_at=None)


@deed(Reply, lambda user, row: True, REPLY.get("countersign").sources)
def let_rounds_be_renewed(life: Life, actor: User, reply: Reply) -> None:
    """The sweep, which is nobody's deed."""
    renew_rounds()
    assert renew_rounds() == 0
    for one in Reply.objects.filter(state="countersigning"):
        open_slots = one.countersignatures.filter(round=one.clearance_round, step=None)
        assert not open_slots.filter(assignment__state="withdrawn")
        assert open_slots or one.changes.filter(state="waiting"), f"{one} waits for nobody"
