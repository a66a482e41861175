"""What a bureau asks of the office about its assignment: 增办建议, 申请改办, 撤回. Deciding is in ``deciding``."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, BinaryIO, cast

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.urls import reverse

from panjin_portal.lib.clock import day_of, now, today
from panjin_portal.lib.uploads import CheckedUpload, UploadRefused, check_upload
from proposals.deadlines import DueDate, RuleSpec, due_date
from proposals.errors import InvalidInput
from proposals.models import (
    Assignment,
    AssignmentPolicy,
    Bureau,
    Deadline,
    HandlingRequest,
    Post,
    Proposal,
    ReturnReason,
    Role,
    User,
)
from proposals.models.deadlines import DeadlineKind
from proposals.permissions import Decision, can, find_post
from proposals.rule_kinds import EXTENSION_LIMIT, RETURN_WINDOW
from proposals.services.attachments import ALLOWED, LARGEST
from proposals.services.calendar import load_calendar
from proposals.services.deadlines import bounds_for, meet_deadline, open_deadline
from proposals.services.events import record_event
from proposals.services.kept_files import kept_files
from proposals.services.locking import fresh, insist, lock_proposal
from proposals.services.notice_wording import say
from proposals.services.notices import holders_of, notify
from proposals.services.shares import usable_bureaus
from proposals.services.wording import demand_text
from proposals.workflow import ASSIGNMENT
from proposals.workflow_requests import REQUEST, RequestState

TEXT_MAX = 500
Kind = HandlingRequest.Kind


@dataclass(frozen=True)
class Suggestion:
    """增办建议: which bureau should be added, and why."""

    bureau: Bureau
    text: str


@dataclass(frozen=True)
class HandlingRules:
    """What a session says about returns and extensions: the two time limits, and ``policy`` for the rest."""

    window: RuleSpec
    extension: RuleSpec
    policy: AssignmentPolicy


def handling_rules(proposal: Proposal) -> HandlingRules:
    """The rules that hold for ``proposal``; the defaults where its session has none (two queries)."""
    found = AssignmentPolicy.objects.filter(session=proposal.session_id).first()
    bounds = bounds_for(proposal)
    policy = found or AssignmentPolicy(session_id=proposal.session_id)
    return HandlingRules(bounds[RETURN_WINDOW], bounds[EXTENSION_LIMIT], policy)


def lock_assignment(pk: int, proposal_id: int) -> tuple[Proposal, Assignment]:
    """The case, locked, and one of its assignments read anew."""
    locked = lock_proposal(proposal_id)
    current = Assignment.objects.select_related("bureau").get(pk=pk)
    current.proposal = locked
    return locked, current


def return_window(assignment: Assignment, earlier: Iterable[HandlingRequest], rules: HandlingRules) -> DueDate:
    """Until when re-assignment may be asked for: counted from the assignment, or from the last refusal."""
    since = [row.decided_at for row in earlier if row.state == RequestState.REFUSED and row.decided_at]
    start = day_of(max([assignment.assigned_at, *since]))
    return due_date(rules.window, start, load_calendar())


def may_ask_return(user: User, assignment: Assignment) -> Decision:
    """Whether ``user`` may ask for re-assignment now. A second request, and a late one where the session takes it at
    all, is the leader's to make (DOMAIN 1.8)."""
    return _judge_return(user, assignment)[0]


def _judge_return(user: User, assignment: Assignment) -> tuple[Decision, bool]:
    """As ``may_ask_return``, and whether the window is over (four queries)."""
    decision = can(user, "ask_return", assignment)
    if not decision:
        return decision, False
    earlier = list(HandlingRequest.objects.filter(assignment=assignment, kind=Kind.RETURN))
    rules = handling_rules(assignment.proposal)
    window = return_window(assignment, earlier, rules)
    is_late = today() > window.due
    if is_late and rules.policy.late_return == AssignmentPolicy.Late.REFUSED:
        return Decision(False, f"申请改办的期限已过（{window.explanation}）请签收办理。", decision.post), is_late
    leader = find_post(user, [Role.LEADER], bureau_ids=[assignment.bureau_id])
    if (earlier or is_late) and leader is None:
        why = "再次申请改办" if earlier else "逾期申请改办"
        return Decision(False, f"{why}由本单位签发领导提出。"), is_late
    return Decision(True, "", leader or decision.post), is_late


def ask_return(
    actor: User,
    *,
    assignment: Assignment,
    reason: ReturnReason,
    text: str,
    bureau: Bureau | None = None,
    evidence: UploadedFile[Any] | None = None,
) -> HandlingRequest:
    """申请改办: the bureau has answered the assignment, so its receipt is met; the reply clock goes on.

    The file is checked and written before the transaction. Raises InvalidInput at reason, text, bureau or evidence.
    """
    if evidence is None:
        return _enter_return(actor, assignment, reason, text, bureau, None, "")
    insist(may_ask_return(fresh(actor), assignment))  # no file of who may not ask is written
    files = [evidence]
    uploads = [check_evidence(file) for file in files]
    with kept_files("requests", files, uploads, field="evidence") as stored:
        return _enter_return(actor, assignment, reason, text, bureau, uploads[0], stored[0])


@transaction.atomic
def _enter_return(
    actor: User,
    assignment: Assignment,
    reason: ReturnReason,
    text: str,
    bureau: Bureau | None,
    upload: CheckedUpload | None,
    name: str,
) -> HandlingRequest:
    locked, current = lock_assignment(assignment.pk, assignment.proposal_id)
    decision, is_late = _judge_return(fresh(actor), current)
    post = insist(decision)
    text = demand_text(text, field="text", most=TEXT_MAX, missing="请写明申请改办的依据。")
    if not reason.is_active:
        raise InvalidInput({"reason": "这条理由已停用，请另选。"})
    check_suggested(bureau, current)
    row = HandlingRequest.objects.create(
        assignment=current,
        kind=Kind.RETURN,
        reason=reason,
        text=text,
        bureau=bureau,
        is_late=is_late,
        file=name,
        file_name=upload.name if upload else "",
        content_type=upload.content_type if upload else "",
        sha256=upload.sha256 if upload else "",
        asked_by=actor,
        asked_at=now(),
    )
    current.state = ASSIGNMENT.get("ask_return").target or current.state
    current.save(update_fields=["state"])
    meet_deadline(proposal=locked, kind=DeadlineKind.RECEIPT, whose=current.bureau)
    words = f"{current.bureau.short_name}申请改办：{reason.text}" + (f"，建议{bureau.short_name}" if bureau else "")
    _tell(actor, locked, row, post, "ask_return", words)
    return row


def suggest_bureau(
    actor: User, *, proposal: Proposal, assignment: Assignment, suggestion: Suggestion, post: Post
) -> HandlingRequest:
    """增办建议, written down together with the receipt. Raises InvalidInput at bureau or text."""
    text = demand_text(suggestion.text, field="text", most=TEXT_MAX, missing="请写明建议增办的理由。")
    check_suggested(suggestion.bureau, assignment)
    row = HandlingRequest.objects.create(
        assignment=assignment, kind=Kind.ADD, text=text, bureau=suggestion.bureau, asked_by=actor, asked_at=now()
    )
    words = f"{assignment.bureau.short_name}建议增加{suggestion.bureau.short_name}会办"
    _tell(actor, proposal, row, post, "suggest_bureau", words)
    return row


@transaction.atomic
def take_back_request(actor: User, *, request: HandlingRequest) -> HandlingRequest:
    """撤回申请. After a request for re-assignment the bureau owes the receipt again, from today."""
    locked, share = lock_assignment(request.assignment_id, request.assignment.proposal_id)
    current = HandlingRequest.objects.get(pk=request.pk)
    current.assignment = share
    post = insist(can(fresh(actor), "take_back", current))
    current.state = REQUEST.get("take_back").target or current.state
    current.save(update_fields=["state"])
    if current.kind == Kind.RETURN:
        keep_share(locked, share)
    words = f"{share.bureau.short_name}撤回{current.get_kind_display()}"
    data = {"request": current.pk, "assignment": share.pk}
    record_event(actor, proposal=locked, kind="take_back", post=post, text=words, data=data)
    return current


def keep_share(proposal: Proposal, share: Assignment) -> None:
    """The share stays with its bureau: it waits for the receipt, whose clock starts again today."""
    share.state = ASSIGNMENT.get("keep").target or share.state
    share.save(update_fields=["state"])
    open_deadline(
        proposal=proposal,
        kind=DeadlineKind.RECEIPT,
        recipient_role=Role.CLERK,
        link=reverse("assignment-accept", args=[share.pk]),
        starts_on=today(),
        calendar=load_calendar(),
        whose=share.bureau,
        assignment=share,
    )


def lapse_requests(assignments: Iterable[int]) -> None:
    """What was asked about shares that are done or withdrawn needs no decision any more (one statement)."""
    open_rows = HandlingRequest.objects.filter(assignment__in=list(assignments), state=RequestState.PENDING)
    open_rows.update(state=REQUEST.get("lapse").target or RequestState.LAPSED)


def clock_of(assignment: Assignment) -> Deadline | None:
    """The running reply or opinion clock of a share (one query)."""
    kind = DeadlineKind.REPLY if assignment.is_answering else DeadlineKind.OPINION
    rows = Deadline.objects.filter(assignment=assignment, kind=kind, met_at=None, cancelled_at=None)
    return rows.select_related("rule").first()


def check_suggested(bureau: Bureau | None, assignment: Assignment) -> None:
    """Raises InvalidInput(bureau) for a bureau out of use or the asking one."""
    if bureau is None:
        return
    if bureau.pk == assignment.bureau_id:
        raise InvalidInput({"bureau": "请选择本单位以外的单位。"})
    if not usable_bureaus([bureau.pk]):
        raise InvalidInput({"bureau": "请选择一个在用的承办单位。"})


def check_evidence(file: UploadedFile[Any]) -> CheckedUpload:
    """The facts of one file. Raises InvalidInput(evidence)."""
    try:
        return check_upload(cast(BinaryIO, file), file.name or "", allowed=ALLOWED, max_bytes=LARGEST)
    except UploadRefused as refusal:
        raise InvalidInput({"evidence": refusal.message}) from refusal


def _tell(actor: User, proposal: Proposal, row: HandlingRequest, post: Post, kind: str, words: str) -> None:
    data = {"request": row.pk, "assignment": row.assignment_id}
    record_event(actor, proposal=proposal, kind=kind, post=post, text=words, data=data)
    text = say("request_made", proposal, words=words)
    notify(holders_of(roles=[Role.OFFICE_STAFF]), text=text, link=reverse("request-decide", args=[row.pk]), but=actor)


def wanted_day(day: date | None) -> date:
    """A day that must be there. Raises InvalidInput(wanted_on)."""
    if day is None:
        raise InvalidInput({"wanted_on": "请填写申请延至的日期。"})
    return day
