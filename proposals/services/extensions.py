"""Extension (延期) of one bureau's reply or opinion: asked before the day, decided by the office, bounded by the rules
of the session (DOMAIN 1.9)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.urls import reverse

from panjin_portal.lib.chinese import long_date
from panjin_portal.lib.clock import now, today
from panjin_portal.lib.workdays import Calendar
from proposals.deadlines import DueDate, due_date, shown_day
from proposals.errors import InvalidInput, StateChanged, WrongStage
from proposals.models import Assignment, AssignmentPolicy, Deadline, HandlingRequest, Role, User
from proposals.models.deadlines import DeadlineKind
from proposals.permissions import can
from proposals.services.calendar import load_calendar
from proposals.services.calendar_changes import write_changes
from proposals.services.case_moves import CaseMoves, moving, opinions_after
from proposals.services.deadlines import move_deadline
from proposals.services.deciding import insist_on_kind, lock_request, settle
from proposals.services.events import record_event
from proposals.services.locking import fresh, insist
from proposals.services.notice_wording import say
from proposals.services.notices import Telling, clerks_of, holders_of, notify, notify_each, tellings_of_case
from proposals.services.reckoning import Reckoned
from proposals.services.requests import clock_of, handling_rules, lock_assignment
from proposals.services.wording import demand_text, one_line
from proposals.workflow_requests import RequestState

REASON_MAX = 120  # with the words around it, it must fit into the explanation of a deadline
EXTENSION = HandlingRequest.Kind.EXTENSION


@dataclass(frozen=True)
class Bounds:
    """Between which days (``earliest`` to ``latest``) an extension may end, and how the last one came about."""

    clock: Deadline
    latest: date
    explanation: str
    calendar: Calendar
    is_provisional: bool = False

    @property
    def shown_latest(self) -> str:
        """The last day as text, with 暂定 while it may still move."""
        return shown_day(self.latest, provisional=self.is_provisional)


def bounds_of(assignment: Assignment) -> Bounds:
    """How far the running clock of ``assignment`` may be moved (at most five queries). Raises WrongStage when no clock
    runs. Several extensions together stay within the one bound: it counts from the day before the first of them."""
    clock = clock_of(assignment)
    if clock is None:
        raise WrongStage("这件交办没有在计的答复或会办意见期限，不用延期。")
    clock.bureau = assignment.bureau
    rules = handling_rules(assignment.proposal)
    base = clock.starts_on
    if rules.policy.extension_basis == AssignmentPolicy.Basis.DUE:
        granted = HandlingRequest.objects.filter(assignment=assignment, kind=EXTENSION, state=RequestState.GRANTED)
        first = granted.order_by("id").values_list("due_before", flat=True).first()
        base = first or clock.due_on
    calendar = load_calendar()
    bound = due_date(rules.extension, base, calendar)
    latest, explanation, provisional = bound.due, bound.explanation, bound.provisional
    if not assignment.is_answering:
        reply = Deadline.objects.filter(
            proposal=assignment.proposal_id, kind=DeadlineKind.REPLY, met_at=None, cancelled_at=None
        ).first()
        if reply is not None and reply.due_on < latest:
            latest, provisional = reply.due_on, reply.is_provisional
            explanation = f"会办意见不能晚于答复截止日{long_date(reply.due_on)}。"
    return Bounds(clock, latest, explanation, calendar, provisional)


@transaction.atomic
def ask_extension(actor: User, *, assignment: Assignment, wanted_on: date, text: str) -> HandlingRequest:
    """申请延期, not after the day itself. Raises InvalidInput (wanted_on, text), WrongStage when it is too late or one
    is waiting already."""
    locked, current = lock_assignment(assignment.pk, assignment.proposal_id)
    post = insist(can(fresh(actor), "ask_extension", current))
    bounds = bounds_of(current)
    insist_in_time(bounds)
    text = one_line(demand_text(text, field="text", most=REASON_MAX, missing="请写明延期的理由。"))
    _check(wanted_on, bounds, "wanted_on")
    if HandlingRequest.objects.filter(assignment=current, kind=EXTENSION, state=RequestState.PENDING).exists():
        raise StateChanged("已有一项延期申请等待决定。")
    row = HandlingRequest.objects.create(
        assignment=current,
        kind=EXTENSION,
        text=text,
        wanted_on=wanted_on,
        due_before=bounds.clock.due_on,
        asked_by=actor,
        asked_at=now(),
    )
    words = f"{current.bureau.short_name}申请{bounds.clock.get_kind_display()}延期至{wanted_on}：{text}"
    data = {"request": row.pk, "assignment": current.pk}
    record_event(actor, proposal=locked, kind="ask_extension", post=post, text=words, data=data)
    page = reverse("request-decide", args=[row.pk])
    notify(holders_of(roles=[Role.OFFICE_STAFF]), text=say("request_made", locked, words=words), link=page, but=actor)
    return row


def preview_extension(assignment: Assignment, due_on: date) -> CaseMoves:
    """What granting an extension to ``due_on`` would move (at most seven queries). Raises WrongStage as ``bounds_of``,
    InvalidInput (due_on) for a day that cannot be granted."""
    bounds = bounds_of(assignment)
    _check(due_on, bounds, "due_on")
    return _moves(bounds, due_on)[0]


@transaction.atomic
def grant_extension(
    actor: User, *, request: HandlingRequest, due_on: date, decision: str = "", seen: str | None = None
) -> HandlingRequest:
    """同意延期 to ``due_on``: the clock moves with its explanation and a new version; opinions held back by the reply
    follow; of a reply the proposer is told. ``seen``: the digest of the moves a page showed. Raises InvalidInput
    (due_on, decision), MovesUnseen."""
    locked, share, current, post = lock_request(actor, request, "grant")
    insist_on_kind(current, EXTENSION)
    decision = one_line(demand_text(decision, field="decision", most=REASON_MAX))
    bounds = bounds_of(share)
    _check(due_on, bounds, "due_on")
    clock = bounds.clock
    moves, followers = _moves(bounds, due_on)
    moves.insist_seen(seen)
    reason = f"同意延期：{current.text}" + (f"（{decision}）" if decision else "")
    why = reason.removeprefix("同意延期：")
    move_deadline(clock, to=due_on, reason=reason[:200], calendar=bounds.calendar, how="同意延期至", why=why)
    write_changes(followers)
    settle(actor, current, "grant", decision, granted_on=due_on, due_before=clock.due_on)
    what = clock.get_kind_display()
    words = f"同意{share.bureau.short_name}{what}延期，由{clock.due_on}至{due_on}：{current.text}"
    words += "".join(
        f"；{row.name}随之由{row.shown_old}改为{row.shown_new}" for row in moves.rows if row.deadline != clock.pk
    )
    data = {
        "request": current.pk,
        "deadline": clock.pk,
        "from": clock.due_on.isoformat(),
        "to": due_on.isoformat(),
        "moved": moves.data,
    }
    record_event(actor, proposal=locked, kind="grant_extension", post=post, text=words, data=data)
    page = reverse("proposal-detail", args=[locked.pk])
    told = [Telling(clerks_of([share.bureau_id]), say("extension_granted", locked, what=what, until=due_on), page)]
    if share.is_answering:
        facts = {"bureau": share.bureau.short_name, "until": due_on, "reason": current.text}
        told += tellings_of_case(
            locked, say("extension_told", locked, **facts), say("extension_told_merged", locked, **facts)
        )
    notify_each(*told, but=actor)
    return current


def insist_in_time(bounds: Bounds) -> None:
    """Refuse (WrongStage) once the day has passed: an extension is asked for before the deadline."""
    if today() > bounds.clock.due_on:
        raise WrongStage(f"截止日{bounds.clock.due_on}已过，不能再申请延期，请尽快办理。")


def _moves(bounds: Bounds, due_on: date) -> tuple[CaseMoves, list[Reckoned]]:
    """All that moves with the clock, itself included, and the changed rows of the others, unsaved."""
    clock = bounds.clock
    due = DueDate(due_on, provisional=False, explanation="")
    own = Reckoned(clock, clock.rule, due, "", clock.due_on, clock.is_provisional)
    followers = opinions_after(clock, due, bounds.calendar)
    return moving([own, *followers]), followers


def _check(day: date, bounds: Bounds, field: str) -> None:
    if day <= bounds.clock.due_on:
        raise InvalidInput({field: f"请填写现在的截止日 {bounds.clock.shown_due} 以后的日期。"})
    if day > bounds.latest:
        raise InvalidInput({field: f"最迟只能延到 {bounds.shown_latest}。{bounds.explanation}"})
