"""Redo (重新办理): a rating that is not good enough asks for another answer; the last one ends in a meeting (会商)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.urls import reverse

from panjin_portal.lib.chinese import to_chinese
from panjin_portal.lib.clock import now, today
from proposals.errors import InvalidInput, StateChanged
from proposals.models import Post, Proposal, Role, User
from proposals.models.deadlines import DeadlineKind
from proposals.services.calendar import load_calendar
from proposals.services.deadlines import drop_kind, meet_deadline, open_deadline
from proposals.services.events import record_event
from proposals.services.locking import fresh, insist, lock_proposal
from proposals.services.notice_wording import say
from proposals.services.wording import day_fault, demand_text
from replies.documents.letter import from_dict
from replies.models import Feedback, Redo, Reply
from replies.models.replies import reference_of
from replies.permissions_followup import can
from replies.queries import outline_of
from replies.services.drafting import store_outline
from replies.services.matrix import copy_matrix
from replies.services.revisions import record_revision
from replies.services.telling import Message, messages_by_case, tell
from replies.workflow import RedoState, ReplyState

Grade = Feedback.Grade
CLOSED = (ReplyState.ISSUED, ReplyState.CONFIRMED, ReplyState.SUPERSEDED)


@dataclass(frozen=True)
class MeetingRecord:
    """What is written down of a meeting."""

    met_on: date
    place: str
    people: str
    record: str
    outcome: str


def asks_for_redo(feedback: Feedback, proposal: Proposal) -> bool:
    """不满意 does; 基本满意 where the session says so (DOMAIN 1.10)."""
    grades = {feedback.attitude, feedback.result}
    if Grade.DISSATISFIED in grades:
        return True
    return Grade.FAIRLY in grades and proposal.session.fairly_redoes


def consider_redo(*, proposal: Proposal, reply: Reply, feedback: Feedback) -> Redo | None:
    """What follows from a rating, inside the transaction that stores it: nothing, another answer with its own clock, or
    after the last one a meeting. One of several proposers is enough, and the second changes nothing."""
    if not asks_for_redo(feedback, proposal) or Redo.objects.filter(reply=reply).exists():
        return None
    is_last = reply.answer_round >= proposal.session.most_rounds
    redo = Redo.objects.create(
        reply=reply,
        feedback=feedback,
        state=RedoState.MEETING if is_last else RedoState.OPEN,
        opened_at=now(),
    )
    if not is_last:
        open_deadline(
            proposal=proposal,
            kind=DeadlineKind.REDO,
            recipient_role=Role.CLERK,
            link=reverse("proposal-detail", args=[proposal.pk]),
            starts_on=today(),
            calendar=load_calendar(),
            whose=reply.bureau,
        )
    return redo


def told_of(redo: Redo | None) -> str:
    """What the event and the notices add to the rating."""
    if redo is None:
        return ""
    return "；须组织会商" if redo.state == RedoState.MEETING else "；须重新办理"


@transaction.atomic
def start_redo(actor: User, *, redo: Redo) -> Reply:
    """Open the next answer with the text and the matrix of the last one. That one stays as it was issued. Raises
    WrongStage when it was begun already or another draft of the bureau is open, NotAllowed for other people."""
    proposal = lock_proposal(redo.reply.proposal_id)
    row = Redo.objects.select_related("reply__bureau", "reply__assignment").get(pk=redo.pk)
    post = insist(can(fresh(actor), "start_redo", row))
    old = row.reply
    if Reply.objects.filter(proposal=proposal, bureau=old.bureau).exclude(state__in=CLOSED).exists():
        raise StateChanged("本单位在这件提案下已有一份在办的答复稿。")
    number = old.answer_round + 1
    draft = Reply.objects.create(
        proposal=proposal,
        bureau=old.bureau,
        assignment=old.assignment,
        redo_of=old,
        answer_round=number,
        scheme=old.scheme,
        title=_title(old.title, number),
        addressee=old.addressee,
        opening=old.opening,
        closing=old.closing,
        result_class=old.result_class,
        contact_person=old.contact_person,
        contact_phone=old.contact_phone,
        copies=old.copies,
        signer_names=old.signer_names,
        drafted_by=actor,
        created_at=now(),
    )
    _copy_text(old, draft)
    copy_matrix(old, draft)
    record_revision(actor, post=post, reply=draft, rows=list(draft.sections.all()), reason="以上一次答复为底稿")
    row.state = RedoState.AT_WORK
    row.save(update_fields=["state"])
    text = f"{old.bureau.short_name}开始重新办理（第{number}次）"
    _record(actor, proposal, post, "start_redo", text, {"reply": draft.pk, "redo_of": old.pk})
    return draft


def _title(old: str, number: int) -> str:
    """…的答复 becomes …的第二次答复."""
    base = old.removesuffix(f"第{to_chinese(number - 1)}次答复") if number > 2 else old.removesuffix("答复")
    return f"{base}第{to_chinese(number)}次答复"[:200]


def _copy_text(old: Reply, draft: Reply) -> None:
    """Sections with their links; of a text without sections, what was signed."""
    rows = list(old.sections.prefetch_related("asks").order_by("position", "id"))
    if not rows and old.signed_letter:
        store_outline(draft, from_dict(old.signed_letter).body)
        return
    children: dict[int | None, list[int]] = {}
    for row in rows:
        children.setdefault(row.parent_id, []).append(row.pk)
    by_pk = {row.pk: row for row in rows}
    links: dict[tuple[int, ...], dict[str, int | None]] = {}
    asks: dict[tuple[int, ...], list[int]] = {}
    walk: list[tuple[tuple[int, ...], int]] = [((place,), pk) for place, pk in enumerate(children.get(None, []))]
    while walk:
        path, pk = walk.pop()
        row = by_pk[pk]
        links[path] = {"supplied_by_id": row.supplied_by_id, "source_opinion_id": row.source_opinion_id}
        asks[path] = [ask.pk for ask in row.asks.all()]
        walk += [((*path, place), child) for place, child in enumerate(children.get(pk, []))]
    stored = store_outline(draft, outline_of(old, rows), links)
    for path, section in stored.items():
        section.asks.set(asks.get(path, []))


def finish_redo(*, proposal: Proposal, reply: Reply) -> None:
    """The next answer goes out: its redo is done, the one before is outdated but stays issued, and what was asked about
    that one is asked no more. Inside the transaction that issues."""
    if reply.redo_of_id is None:
        return
    Reply.objects.filter(pk=reply.redo_of_id).update(is_outdated=True)
    Redo.objects.filter(reply=reply.redo_of_id, state=RedoState.AT_WORK).update(state=RedoState.DONE)
    meet_deadline(proposal=proposal, kind=DeadlineKind.REDO, whose=reply.bureau)
    drop_kind(proposal=proposal, kind=DeadlineKind.FEEDBACK, reference=reference_of(reply.redo_of_id))


@transaction.atomic
def record_meeting(actor: User, *, redo: Redo, meeting: MeetingRecord) -> Redo:
    """记录会商: the office writes down who met and what came of it. InvalidInput, WrongStage, NotAllowed."""
    proposal = lock_proposal(redo.reply.proposal_id)
    row = Redo.objects.select_related("reply__bureau").get(pk=redo.pk)
    post = insist(can(fresh(actor), "record_meeting", row))
    if fault := day_fault(meeting.met_on, proposal.session, what="会商日期"):
        raise InvalidInput({"met_on": fault})
    row.met_on = meeting.met_on
    row.place = demand_text(meeting.place, field="place", most=80, missing="请写明会商地点。")
    row.people = demand_text(meeting.people, field="people", most=300, missing="请写明参加人。")
    row.record = demand_text(meeting.record, field="record", most=4000, missing="请写明会商情况。")
    row.outcome = demand_text(meeting.outcome, field="outcome", most=2000, missing="请写明会商结果。")
    row.state, row.recorded_by, row.recorded_at = RedoState.MET, actor, now()
    row.save()
    _record(actor, proposal, post, "record_meeting", f"{row.met_on}会商，结果已记录", {"reply": row.reply_id})
    link = f"{reverse('proposal-detail', args=[proposal.pk])}?tab=rating"
    told = say("meeting_recorded", proposal)
    tell(
        *messages_by_case(proposal.pk, told, tab="rating"),
        Message([Role.CLERK, Role.LEADER], told, link, bureau_id=row.reply.bureau_id),
        Message([Role.COMMITTEE_STAFF], told, link),
        but=actor,
    )
    return row


def _record(actor: User, proposal: Proposal, post: Post, kind: str, text: str, data: dict[str, int]) -> None:
    record_event(actor, proposal=proposal, kind=kind, post=post, text=text, data=data)
