"""The office decides what a bureau has asked about its assignment: add a bureau, re-assign, adjust, refuse."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.urls import reverse

from panjin_portal.lib.clock import now, today
from proposals.deadlines import NOT_AFTER_REPLY, DueDate, capped
from proposals.errors import InvalidInput, StateChanged, WrongStage
from proposals.models import Assignment, Bureau, Deadline, HandlingRequest, Post, Proposal, User
from proposals.permissions import can
from proposals.services.calendar import load_calendar
from proposals.services.deadlines import rules_for
from proposals.services.events import record_event
from proposals.services.locking import fresh, insist, lock_proposal
from proposals.services.notice_wording import say
from proposals.services.notices import Telling, clerks_by_bureau, clerks_of, notify, notify_each
from proposals.services.requests import keep_share, lapse_requests
from proposals.services.shares import (
    Start,
    insist_on_at_work,
    insist_on_new_bureau,
    start_clocks_of,
    usable_bureaus,
)
from proposals.services.wording import demand_text, one_line
from proposals.workflow import ASSIGNMENT, AssignmentState
from proposals.workflow_requests import REQUEST

REASON_MAX = 200
Kind = HandlingRequest.Kind


def lock_request(
    actor: User, request: HandlingRequest, action: str
) -> tuple[Proposal, Assignment, HandlingRequest, Post]:
    """Case (locked), share and request read anew, and the post the actor decides in. Raises WrongStage out of turn."""
    locked = lock_proposal(request.assignment.proposal_id)
    current = HandlingRequest.objects.select_related("bureau", "assignment__bureau").get(pk=request.pk)
    share = current.assignment
    share.proposal = locked
    post = insist(can(fresh(actor), action, current))
    insist_on_at_work(locked)
    if share.state in {AssignmentState.DONE, AssignmentState.WITHDRAWN}:
        raise StateChanged("这件交办已经办结或撤销，不用再决定。")
    return locked, share, current, post


@transaction.atomic
def reassign(
    actor: User,
    *,
    request: HandlingRequest,
    bureau: Bureau | None,
    decision: str = "",
    due_on: date | None = None,
) -> Assignment:
    """改办: ``bureau`` gets the share in the same role with fresh clocks; the old one is told once and hears no more.

    ``due_on``: a day by hand for the reply or the opinion, with ``decision`` as its reason. Gives the new share.
    Raises InvalidInput at bureau, decision or due_on.
    """
    locked, share, current, post = lock_request(actor, request, "grant")
    insist_on_kind(current, Kind.RETURN)
    decision = one_line(demand_text(decision, field="decision", most=REASON_MAX))
    new = insist_on_new_bureau(locked, bureau)
    start = _start(locked)
    _check_day(due_on, start.on, decision)
    _withdraw(share)
    row = _new_share(actor, locked, new, share.role, note=decision or share.note)
    Deadline.objects.bulk_create(start_clocks_of(row, start, due=due_on, reason=decision))
    settle(actor, current, "grant", decision, bureau=new)
    old, role = share.bureau.short_name, row.get_role_display()
    words = f"同意{old}申请改办，由{new.short_name}{role}"
    _record(actor, locked, current, post, "return_to_office", words, decision)
    clerks = clerks_by_bureau([share.bureau_id, new.pk])
    page = reverse("proposal-detail", args=[locked.pk])
    notify_each(
        Telling(clerks[new.pk], say("assigned", locked), page),
        # the case is no longer theirs to open
        Telling(clerks[share.bureau_id], say("no_longer_handling", locked), reverse("notice-list")),
        but=actor,
    )
    return row


@transaction.atomic
def adjust_roles(
    actor: User, *, request: HandlingRequest, bureau: Bureau | None, decision: str = ""
) -> list[Assignment]:
    """调整: ``bureau`` (new, or a co-handler so far) leads; the asking bureau stays as a co-handler. Both sign again.

    Only for the bureau that leads or answers alone. Gives the new lead's share first. Raises InvalidInput.
    """
    locked, share, current, post = lock_request(actor, request, "adjust")
    insist_on_kind(current, Kind.RETURN)
    if share.role not in {Assignment.Role.SOLE, Assignment.Role.LEAD}:
        raise InvalidInput({"do": "只有主办、独办单位可以改为会办；其他情形请改办，或不同意。"})
    decision = one_line(demand_text(decision, field="decision", most=REASON_MAX))
    if bureau is None or bureau.pk == share.bureau_id:
        raise InvalidInput({"bureau": "请选择另一个单位主办。"})
    helping = {row.bureau_id: row for row in _in_force(locked)}.get(bureau.pk)
    if helping is None and not usable_bureaus([bureau.pk]):
        raise InvalidInput({"bureau": "请选择一个在用的承办单位。"})
    start = _start(locked)
    gone = [share, *([helping] if helping else [])]
    _withdraw(*gone)
    roles = ((bureau, Assignment.Role.LEAD), (share.bureau, Assignment.Role.CO_HANDLER))
    moment = now()
    rows = Assignment.objects.bulk_create(
        Assignment(
            proposal=locked, bureau=one, role=role, note=decision or share.note, assigned_by=actor, assigned_at=moment
        )
        for one, role in roles
    )
    clocks = [clock for row in rows for clock in start_clocks_of(row, start)]
    _cap_opinions(clocks)
    Deadline.objects.bulk_create(clocks)
    settle(actor, current, "adjust", decision, bureau=bureau)
    words = f"调整承办：{bureau.short_name}主办，{share.bureau.short_name}会办"
    _record(actor, locked, current, post, "adjust_roles", words, decision)
    page = reverse("proposal-detail", args=[locked.pk])
    notify(
        clerks_of([bureau.pk, share.bureau_id]), text=say("roles_adjusted", locked, words=words), link=page, but=actor
    )
    return rows


@transaction.atomic
def add_bureau(actor: User, *, request: HandlingRequest, bureau: Bureau | None, decision: str = "") -> Assignment:
    """同意增办: ``bureau`` joins as a co-handler (分办: as another that answers); 独办 becomes 主办."""
    locked, share, current, post = lock_request(actor, request, "grant")
    insist_on_kind(current, Kind.ADD)
    decision = one_line(demand_text(decision, field="decision", most=REASON_MAX))
    new = insist_on_new_bureau(locked, bureau)
    separate = share.role == Assignment.Role.SEPARATE
    if share.role == Assignment.Role.SOLE:
        share.role = Assignment.Role.LEAD
        share.save(update_fields=["role"])
    role = Assignment.Role.SEPARATE if separate else Assignment.Role.CO_HANDLER
    row = _new_share(actor, locked, new, role, note=decision)
    clocks = start_clocks_of(row, _start(locked))
    if not separate:
        _cap_opinions([*clocks, *_reply_clocks(locked)])
    Deadline.objects.bulk_create(clocks)
    settle(actor, current, "grant", decision, bureau=new)
    words = f"同意{share.bureau.short_name}的建议，增加{new.short_name}{row.get_role_display()}"
    _record(actor, locked, current, post, "add_bureau", words, decision)
    page = reverse("proposal-detail", args=[locked.pk])
    clerks = clerks_by_bureau([share.bureau_id, new.pk])
    notify_each(
        Telling(clerks[new.pk], say("assigned", locked), page),
        Telling(clerks[share.bureau_id], say("bureau_added", locked, words=words), page),
        but=actor,
    )
    return row


@transaction.atomic
def refuse_request(actor: User, *, request: HandlingRequest, decision: str) -> HandlingRequest:
    """不同意, with the reason. A bureau that asked for re-assignment must now sign for receipt; its clock starts anew.
    Raises InvalidInput(decision)."""
    locked, share, current, post = lock_request(actor, request, "refuse")
    decision = one_line(demand_text(decision, field="decision", most=REASON_MAX, missing="请写明不同意的理由。"))
    if current.kind == Kind.RETURN:
        keep_share(locked, share)
    settle(actor, current, "refuse", decision)
    name = current.get_kind_display()
    words = f"不同意{share.bureau.short_name}{name}"
    _record(actor, locked, current, post, "refuse_request", words, decision)
    more = "，请签收办理" if current.kind == Kind.RETURN else ""
    page = reverse("proposal-detail", args=[locked.pk])
    text = say("request_refused", locked, words=f"{name}未获同意{more}", reason=decision)
    notify(clerks_of([share.bureau_id]), text=text, link=page, but=actor)
    return current


def insist_on_kind(request: HandlingRequest, kind: str) -> None:
    """Refuse (WrongStage) a decision that answers another kind of request."""
    if request.kind != kind:
        raise WrongStage(f"这是{request.get_kind_display()}，请从它自己的页面决定。")


def settle(
    actor: User,
    request: HandlingRequest,
    action: str,
    decision: str,
    *,
    bureau: Bureau | None = None,
    granted_on: date | None = None,
    due_before: date | None = None,
) -> None:
    """Write the decision onto the request (one statement). ``due_before``: the day a clock had, where it was moved."""
    request.state = REQUEST.get(action).target or request.state
    request.decided_by, request.decided_at, request.decision = actor, now(), decision
    request.granted_bureau, request.granted_on = bureau, granted_on
    columns = ["state", "decided_by", "decided_at", "decision", "granted_bureau", "granted_on"]
    if due_before is not None:
        request.due_before = due_before
        columns.append("due_before")
    request.save(update_fields=columns)


def _record(
    actor: User, proposal: Proposal, request: HandlingRequest, post: Post, kind: str, words: str, decision: str
) -> None:
    """``words`` may be read by all; what follows the semicolon stays inside."""
    text = words + (f"；{decision}" if decision else "")
    data = {"request": request.pk, "assignment": request.assignment_id}
    record_event(actor, proposal=proposal, kind=kind, post=post, text=text, data=data)


def _start(proposal: Proposal) -> Start:
    return Start(today(), load_calendar(), rules_for(proposal))


def _check_day(day: date | None, starts_on: date, reason: str) -> None:
    if day is None:
        return
    if day < starts_on:
        raise InvalidInput({"due_on": "截止日不能早于今天。"})
    if not reason:
        raise InvalidInput({"decision": "改动了按规则算出的日期，请写明理由。"})


def _in_force(proposal: Proposal) -> list[Assignment]:
    return list(proposal.assignments.exclude(state=AssignmentState.WITHDRAWN).select_related("bureau"))


def _withdraw(*shares: Assignment) -> None:
    keys = [share.pk for share in shares]
    gone = ASSIGNMENT.get("return_to_office").target or AssignmentState.WITHDRAWN
    for share in shares:
        share.state = gone
    Assignment.objects.filter(pk__in=keys).update(state=gone)
    Deadline.objects.filter(assignment__in=keys, met_at=None, cancelled_at=None).update(cancelled_at=now())
    if len(shares) > 1:  # the co-handler that leads from now on may have asked for something too
        lapse_requests(share.pk for share in shares[1:])


def _new_share(actor: User, proposal: Proposal, bureau: Bureau, role: str, *, note: str) -> Assignment:
    return Assignment.objects.create(
        proposal=proposal, bureau=bureau, role=role, note=note[:300], assigned_by=actor, assigned_at=now()
    )


def _reply_clocks(proposal: Proposal) -> list[Deadline]:
    return list(Deadline.objects.filter(proposal=proposal, kind="reply", met_at=None, cancelled_at=None))


def _cap_opinions(clocks: list[Deadline]) -> None:
    """An opinion is never due after the reply it goes into."""
    reply = next((clock for clock in clocks if clock.kind == "reply"), None)
    for clock in clocks:
        if clock.kind == "opinion" and reply is not None and clock.due_on > reply.due_on:
            own = DueDate(clock.due_on, clock.is_provisional, clock.explanation)
            due = capped(own, reply.due_on, reply.is_provisional)
            clock.due_on, clock.is_provisional, clock.explanation = due.due, due.provisional, due.explanation
            clock.change_reason = NOT_AFTER_REPLY
