"""The buttons of the case page, out of the workflow tables. A button that is not allowed says why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from django.urls import reverse

from proposals.models import Assignment, Role
from proposals.models.deadlines import DeadlineKind
from proposals.permissions import bureaus_of, find_post
from proposals.permissions import can as can_below
from proposals.workflow import ASSIGNMENT, PROPOSAL, AssignmentState, ProposalState
from replies.models import Feedback, Reply
from replies.permissions import MAIN_LEADER_ONLY, can, can_start_opinion, can_start_reply
from replies.services.clearance import same_person_refusal
from replies.turns import next_release_step
from replies.views.casefile.loading import CaseFile
from replies.views.casefile.shelf import Aside, shelf, supervision
from replies.workflow import REPLY, DocumentState, OpinionState, PublicationState, RedoState, ReplyState
from replies.workflow_followup import REDO

# action of the table -> URL name; actions that share a page share a button.
PROPOSAL_PAGES = {
    "edit": "proposal-edit",
    "submit": "proposal-submit",
    "invite_cosigners": "proposal-cosigners",
    "register": "proposal-review",
    "merge": "proposal-merge",
    "undo_registration": "proposal-undo-registration",
    "undo_decision": "proposal-undo-decision",
    "undo_merge": "proposal-undo-decision",
    "withdraw_proposal": "proposal-withdraw",
    "mark_key": "proposal-mark-key",
    "mark_excellent": "proposal-mark-excellent",
    "assign": "proposal-assign",
    "suspend": "proposal-suspend",
    "resume": "proposal-resume",
}
ASSIGNMENT_PAGES = {
    "ask_return": "assignment-return",
    "ask_extension": "assignment-extend",
    "hand_over": "assignment-hand-over",
}
REPLY_PAGES = {
    "draft": "reply-edit",
    "send_to_review": "reply-send-to-review",
    "pass_review": "reply-review",
    "countersign": "reply-countersign",
    "coordinate_on": "reply-coordinate",
    "pass_audit": "reply-audit",
    "sign": "reply-sign",
    "issue": "reply-issue",
    "confirm_import": "import-confirm",
    "revise": "reply-revise",
}
LABELS = {
    "register": "审查",
    "coordinate_on": "协调",
    "pass_audit": "办复审查",
    "pass_review": "核稿",
    "countersign": "会签",
    "draft": "继续拟稿",
}
ASIDE = {
    "invite_cosigners",
    "merge",
    "mark_key",
    "mark_excellent",
    "suspend",
    *ASSIGNMENT_PAGES,
}  # never the main button
DANGEROUS = {"undo_registration", "undo_decision", "undo_merge", "withdraw_proposal", "suspend", "ask_return"}
SECOND_STEPS = ("pass_review", "countersign", "sign")


@dataclass(frozen=True)
class Action:
    """A button: a page to go to, or a reason why not."""

    label: str
    url: str
    primary: bool = False
    danger: bool = False
    icon: str = ""
    is_aside: bool = False
    allowed: bool = True
    reason: str = ""


def actions_of(case: CaseFile) -> list[Action]:
    """All buttons for this person, the first that is allowed as the main one; of an archived case there is little."""
    if case.proposal.archived_at is not None:
        return [_aside(one) for one in shelf(case)]
    if case.main is None:
        found = [
            *(*_proposal(case), *_assignments(case), *_redo(case)),
            *(*_replies(case), *_rating(case), *_publication(case)),
            *(_aside(one) for one in (*supervision(case), *shelf(case))),
        ]
    else:  # what is merged is handled on the page of its main proposal
        found = [*_proposal(case), *_rating(case)]
    found.sort(key=lambda one: one.is_aside)
    main = (at for at, one in enumerate(found) if one.allowed and not one.danger and not one.is_aside)
    first = next(main, None)
    return [replace(one, primary=index == first) for index, one in enumerate(found)]


def _aside(one: Aside) -> Action:
    return Action(one.label, one.url, icon=one.icon, is_aside=True, allowed=not one.reason, reason=one.reason)


def _proposal(case: CaseFile) -> Iterator[Action]:
    for action, page in PROPOSAL_PAGES.items():
        row = PROPOSAL.get(action)
        decision = can_below(case.user, action, case.proposal)
        url = reverse(page, args=[case.proposal.pk])
        label = LABELS.get(action, row.label)
        if decision:
            yield Action(label, url, danger=action in DANGEROUS, is_aside=action in ASIDE)
        elif action == "edit" and decision.post and case.proposal.stage is ProposalState.SUBMITTED:
            yield Action(label, "", allowed=False, reason="审查期间不能修改；退回后可以再改。")


def _assignments(case: CaseFile) -> Iterator[Action]:
    begun = {reply.assignment_id for reply in case.replies}
    for row in case.in_force:
        is_pending = row.state == AssignmentState.PENDING
        if is_pending and can_below(case.user, "accept", row):
            yield Action(ASSIGNMENT.get("accept").label, reverse("assignment-accept", args=[row.pk]), icon="check")
        for action, page in ASSIGNMENT_PAGES.items():
            if can_below(case.user, action, row) and (action != "ask_extension" or _has_clock(case, row)):
                label, url = ASSIGNMENT.get(action).label, reverse(page, args=[row.pk])
                yield Action(label, url, danger=action in DANGEROUS, is_aside=True)
        if _may_be_signed(row) and row.bureau_id in bureaus_of(case.user, [Role.LEADER]):
            yield Action("签发会办意见", reverse("opinion-sign", args=[row.pk]), icon="check")
        if row.bureau_id not in bureaus_of(case.user, [Role.CLERK]):
            continue
        if row.is_answering and row.pk not in begun:
            start = can_start_reply(case.user, row)
            url = reverse("reply-start", args=[row.pk])
            yield Action("拟写答复", url, icon="edit", allowed=start.allowed, reason=start.reason)
        elif not row.is_answering and row.state != AssignmentState.DONE:
            start = can_start_opinion(case.user, row)
            url = reverse("opinion-edit", args=[row.pk])
            yield Action("会办意见", url, icon="edit", allowed=start.allowed, reason=start.reason)


def _may_be_signed(share: Assignment) -> bool:
    return share.state == AssignmentState.ACCEPTED and getattr(share, "opinion_state", None) == OpinionState.SIGNING


def _has_clock(case: CaseFile, share: Assignment) -> bool:
    """Whether something of the share still falls due that could be put off."""
    kind = DeadlineKind.REPLY if share.is_answering else DeadlineKind.OPINION
    mine = (row for row in case.deadlines if row.assignment_id == share.pk and row.kind == kind)
    return any(row.met_at is None and row.cancelled_at is None for row in mine)


def _replies(case: CaseFile) -> Iterator[Action]:
    reply = case.reply
    if reply is None or not case.standing.is_inside:
        return
    for row in REPLY.leaving(reply.state):
        if row.action not in REPLY_PAGES:
            continue
        if row.action == "revise" and any(one.replaces_id == reply.pk for one in case.replies):
            continue
        if row.action == "countersign":  # the bureaus are known already; ``can`` would ask for them again
            allowed = find_post(case.user, row.roles, bureau_ids=case.missing_countersigners) is not None
        else:
            decision = can(case.user, row.action, reply)
            allowed = decision.allowed
            if decision.reason == MAIN_LEADER_ONLY:
                yield Action(row.label, "", allowed=False, reason=decision.reason)
        if not allowed:
            continue
        reason = _why_not(case, row.action, reply)
        url = reverse(REPLY_PAGES[row.action], args=[reply.pk])
        yield Action(LABELS.get(row.action, row.label), url, allowed=not reason, reason=reason)
    if reply.stage is ReplyState.COUNTERSIGNING and find_post(case.user, [Role.LEADER], bureau_ids=[reply.bureau_id]):
        yield Action(REPLY.get("sign").label, "", allowed=False, reason="会办单位全部会签后才能签发。")


def _why_not(case: CaseFile, action: str, reply: Reply) -> str:
    if action in SECOND_STEPS and (getattr(reply, "acted", False) or reply.drafted_by_id == case.user.pk):
        return same_person_refusal(case.user, reply)
    if action == "issue" and getattr(reply, "letter_state", None) != DocumentState.READY:
        return "答复函的文件还没有生成好，生成后才能印发。"
    return ""


def _redo(case: CaseFile) -> Iterator[Action]:
    reply = case.asked_again
    if reply is None:
        return
    state, pk = getattr(reply, "redo_state", ""), getattr(reply, "redo_id", 0)
    if state == RedoState.OPEN and reply.bureau_id in bureaus_of(case.user, [Role.CLERK]):
        yield Action(REDO.get("start_redo").label, reverse("redo-start", args=[pk]), icon="edit")
    elif state == RedoState.MEETING and case.standing.is_office:
        yield Action(REDO.get("record_meeting").label, reverse("redo-meeting", args=[pk]), icon="edit")


def _rating(case: CaseFile) -> Iterator[Action]:
    reply = case.reply
    if reply is not None and reply.stage is ReplyState.ISSUED and not case.standing.bureaus:
        for action, page in (("enter_paper_rating", "rating-paper"), ("send_rating_link", "rating-send-link")):
            if not find_post(case.user, REPLY.get(action).roles) or case.is_rated_by_all:
                continue
            if action == "enter_paper_rating" or any(row.proposer.email for row in case.proposers):
                yield Action(REPLY.get(action).label, reverse(page, args=[reply.pk]))
    if reply is None or reply.stage is not ReplyState.ISSUED or not case.standing.proposers or case.standing.bureaus:
        return
    rated = set(Feedback.objects.filter(reply=reply).values_list("proposer_id", flat=True))
    is_open = bool(case.standing.proposers - rated)
    reason = "" if is_open else "已经评价过，评价不能修改。"
    url = reverse("reply-rate", args=[reply.pk])
    yield Action(REPLY.get("rate").label, url, allowed=is_open, reason=reason)


def _publication(case: CaseFile) -> Iterator[Action]:
    reply = case.reply
    if reply is None or reply.bureau_id not in bureaus_of(case.user):
        return
    live = next((row for row in case.publications if row.state != PublicationState.UNPUBLISHED), None)
    is_clerk = reply.bureau_id in bureaus_of(case.user, [Role.CLERK])
    if live is None:
        if is_clerk and reply.stage in (ReplyState.ISSUED, ReplyState.CONFIRMED):
            yield Action("准备公开", reverse("publication-prepare", args=[reply.pk]))
        return
    url = reverse("publication-detail", args=[live.pk])
    match live.stage:
        case PublicationState.PREPARING if is_clerk:
            yield Action("继续准备公开", url)
        case PublicationState.RELEASING:
            step = next_release_step(live, case.release_chain)
            if step is None or reply.bureau_id not in bureaus_of(case.user, [step.role]):
                return
            reason = "您已经办过本轮的一个环节，须由他人办理。" if getattr(live, "acted", False) else ""
            yield Action(f"公开{step.name}", url, allowed=not reason, reason=reason)
        case PublicationState.PREPARING if can(case.user, "withhold", live):
            yield Action("不予公开", reverse("publication-withhold", args=[live.pk]))
        case PublicationState.WITHHELD if can(case.user, "lift_withholding", live):
            yield Action("恢复准备公开", reverse("publication-lift", args=[live.pk]))
        case PublicationState.PUBLISHED if can(case.user, "unpublish", live):
            yield Action("撤下公开", reverse("publication-unpublish", args=[live.pk]), danger=True)
