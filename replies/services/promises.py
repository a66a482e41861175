"""The promise ledger (承诺台账): booked when the reply goes out; kept, carried over, given up, reopened, checked."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.urls import reverse

from panjin_portal.lib.clock import now, today
from proposals.errors import InvalidInput, WrongStage
from proposals.models import Bureau, Deadline, Post, Proposal, ResultClass, Role, User
from proposals.models.deadlines import DeadlineKind
from proposals.queries import addressed_proposers
from proposals.services.calendar import load_calendar
from proposals.services.deadlines import build_deadline, drop_deadline, meet_deadline, rules_for
from proposals.services.events import record_event
from proposals.services.locking import fresh, insist, lock_proposal
from proposals.services.notice_wording import say
from proposals.services.wording import day_fault, demand_text
from replies.answer_matrix import Line, thaw
from replies.models import Promise, PromiseCheck, Reply
from replies.permissions_followup import can
from replies.services.follow_ups import open_follow_up
from replies.services.telling import Message, tell
from replies.workflow import FollowUpState, PromiseState
from replies.workflow_followup import PROMISE, RUNNING_PROMISES

PROMISED = "答复中承诺的完成时间"
LONGEST_EVIDENCE, LONGEST_REASON, LONGEST_TEXT = 2000, 300, 300


def book_promises(*, proposal: Proposal, reply: Reply) -> None:
    """Put what ``reply`` promises into the ledger, each line with its clock; called inside the transaction that issues
    it. A class that wants a promise and has only a reason waits until conditions mature. What an earlier answer of the
    case promised in the same words is not booked twice."""
    lines = [line for line in thaw(reply.signed_matrix or ()) if line.promise or _waits(line, reply)]
    if lines and reply.answer_round > 1:
        booked = set(Promise.objects.filter(proposal=proposal).values_list("ask_id", "text"))
        lines = [line for line in lines if (line.ask or None, _text(line)) not in booked]
    if not lines:
        return
    rows = Promise.objects.bulk_create(
        Promise(
            reply=reply,
            proposal=proposal,
            ask_id=line.ask or None,
            bureau_id=line.bureau_id or reply.bureau_id,
            result_class_id=line.class_id or reply.result_class_id,
            text=_text(line),
            due_on=line.due_on if line.promise else None,
            phase=line.phase if line.promise else "",
            state=PromiseState.OPEN if line.promise else PromiseState.WAITING,
            created_at=now(),
        )
        for line in lines
    )
    _start_clocks(proposal, [row for row in rows if row.state == PromiseState.OPEN])


def _waits(line: Line, reply: Reply) -> bool:
    own = line.needs_promise if line.class_code else bool(reply.result_class and reply.result_class.needs_promise)
    return own and bool(line.no_promise_reason)


def _text(line: Line) -> str:
    return (line.promise or line.no_promise_reason)[:LONGEST_TEXT]


def _start_clocks(proposal: Proposal, rows: list[Promise]) -> None:
    """One clock for each: the day promised; for a mere phase the rule of the session (a look after a year)."""
    if not rows:
        return
    rule, calendar, start = rules_for(proposal).get(DeadlineKind.PROMISE), load_calendar(), today()
    bureaus = Bureau.objects.in_bulk([row.bureau_id for row in rows])
    clocks = [
        build_deadline(
            proposal=proposal,
            kind=DeadlineKind.PROMISE,
            rule=None if row.due_on else rule,
            recipient_role=Role.CLERK,
            link=reverse("promise-detail", args=[row.pk]),
            starts_on=min(start, row.due_on or start),
            calendar=calendar,
            whose=bureaus[row.bureau_id],
            chosen=row.due_on,
            reason=PROMISED,
            reference=row.reference,
        )
        for row in rows
    ]
    Deadline.objects.bulk_create(clock for clock in clocks if clock is not None)


@transaction.atomic
def keep_promise(actor: User, *, promise: Promise, evidence: str, text: str) -> Promise:
    """登记兑现: the clock stops, the second answer with ``text`` goes to the leader. InvalidInput, WrongStage."""
    proposal, row, post = _take_up(actor, "keep_promise", promise)
    row.evidence = demand_text(
        evidence, field="evidence", most=LONGEST_EVIDENCE, missing="请写明怎样落实的，有什么可以查证。"
    )
    row.settled_at = now()
    _to(row, "keep_promise", "evidence", "settled_at")
    meet_deadline(proposal=proposal, kind=DeadlineKind.PROMISE, whose=row.bureau, reference=row.reference)
    open_follow_up(actor, proposal=proposal, promise=row, text=text)
    _record(actor, proposal, row, post, "keep_promise", f"登记承诺已兑现：{row.text}")
    return row


@transaction.atomic
def give_up_promise(actor: User, *, promise: Promise, reason: str, text: str) -> Promise:
    """不再办理, with a reason; the proposers are told why by a second answer that the leader signs."""
    proposal, row, post = _take_up(actor, "give_up_promise", promise)
    row.reason = demand_text(reason, field="reason", most=LONGEST_REASON, missing="请写明为什么不再办理。")
    row.settled_at = now()
    _to(row, "give_up_promise", "reason", "settled_at")
    drop_deadline(proposal=proposal, kind=DeadlineKind.PROMISE, whose=row.bureau, reference=row.reference)
    open_follow_up(actor, proposal=proposal, promise=row, text=text)
    _record(actor, proposal, row, post, "give_up_promise", f"承诺不再办理：{row.text}；理由：{row.reason}")
    return row


@transaction.atomic
def carry_over_promise(actor: User, *, promise: Promise, due_on: date, reason: str) -> Promise:
    """结转 to another day, with a reason; the old clock goes, the new one starts."""
    proposal, row, post = _take_up(actor, "carry_over_promise", promise)
    row.reason = demand_text(reason, field="reason", most=LONGEST_REASON, missing="请写明为什么结转。")
    row.due_on = _coming(due_on)
    _to(row, "carry_over_promise", "reason", "due_on")
    drop_deadline(proposal=proposal, kind=DeadlineKind.PROMISE, whose=row.bureau, reference=row.reference)
    _start_clocks(proposal, [row])
    text = f"承诺结转到{row.due_on}：{row.text}；理由：{row.reason}"
    _record(actor, proposal, row, post, "carry_over_promise", text)
    return row


@transaction.atomic
def reopen_promise(actor: User, *, promise: Promise, due_on: date, text: str, reason: str) -> Promise:
    """条件成熟，重新办理: what waited or was given up becomes a promise with a day again."""
    proposal, row, post = _take_up(actor, "reopen_promise", promise)
    if row.follow_ups.exclude(state=FollowUpState.ISSUED).exists():
        raise WrongStage("这项承诺的跟踪答复还没有签发，签发以后才能重新办理。")
    row.text = demand_text(text, field="text", most=LONGEST_TEXT, missing="请写明现在承诺办成什么。")
    row.reason = demand_text(reason, field="reason", most=LONGEST_REASON, missing="请写明什么条件成熟了。")
    row.due_on, row.phase, row.settled_at = _coming(due_on), "", None
    _to(row, "reopen_promise", "text", "reason", "due_on", "phase", "settled_at")
    _start_clocks(proposal, [row])
    told = f"条件成熟，重新办理：{row.text}（{row.due_on}）；理由：{row.reason}"
    _record(actor, proposal, row, post, "reopen_promise", told, ask_proposers=True)
    return row


@transaction.atomic
def check_promise(actor: User, *, promise: Promise, checked_on: date, finding: str, text: str) -> PromiseCheck:
    """登记回头看: what was found on which day; state and clock stay."""
    proposal, row, post = _take_up(actor, "check_promise", promise)
    if fault := day_fault(checked_on, proposal.session, what="回头看的日期"):
        raise InvalidInput({"checked_on": fault})
    if finding not in PromiseCheck.Finding.values:
        raise InvalidInput({"finding": "请选择结论。"})
    words = demand_text(text, field="text", most=LONGEST_EVIDENCE, missing="请写明看到的情况。")
    check = PromiseCheck.objects.create(
        promise=row,
        checked_on=checked_on,
        finding=finding,
        text=words,
        checked_by=actor,
        post=post,
        created_at=now(),
    )
    if row.last_checked_on is None or checked_on > row.last_checked_on:
        Promise.objects.filter(pk=row.pk).update(last_checked_on=checked_on)
    _record(actor, proposal, row, post, "check_promise", f"回头看（{check.get_finding_display()}）：{row.text}")
    return check


def _coming(day: date) -> date:
    if day <= today():
        raise InvalidInput({"due_on": "完成日期应在今天以后。"})
    return day


def _take_up(actor: User, action: str, promise: Promise) -> tuple[Proposal, Promise, Post]:
    proposal = lock_proposal(promise.proposal_id)
    row = Promise.objects.select_related("bureau", "reply").get(pk=promise.pk)
    return proposal, row, insist(can(fresh(actor), action, row))


def _to(row: Promise, action: str, *also: str) -> None:
    row.state = PROMISE.get(action).target or row.state
    row.save(update_fields=["state", *also])


def _record(
    actor: User,
    proposal: Proposal,
    row: Promise,
    post: Post,
    kind: str,
    text: str,
    *,
    ask_proposers: bool = False,
) -> None:
    """The event, and a line for those it concerns: the bureau that owes, the one that answered, the two offices."""
    record_event(actor, proposal=proposal, kind=kind, post=post, text=text, data={"promise": row.pk})
    link, told = reverse("promise-detail", args=[row.pk]), say("promise_moved", proposal, words=text)
    circles = [
        Message([Role.CLERK, Role.LEADER], told, link, bureau_id=row.bureau_id),
        Message([Role.OFFICE_STAFF], told, link),
    ]
    if row.reply.bureau_id != row.bureau_id:
        circles.append(Message([Role.CLERK], told, link, bureau_id=row.reply.bureau_id))
    if ask_proposers:
        named = [one.pk for one in addressed_proposers(proposal.pk)]  # those of merged cases too
        circles.append(Message([Role.PROPOSER], told, link, proposer_ids=named))
    tell(*circles, but=actor)


def is_running(promise: Promise) -> bool:
    """Whether it is still owed."""
    return promise.stage in RUNNING_PROMISES


def class_label(found: ResultClass | None) -> str:
    """``B类``; "" without a class."""
    return f"{found.code}类" if found else ""
