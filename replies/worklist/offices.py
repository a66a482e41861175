"""Lines for the committee and the supervision office."""

from __future__ import annotations

from collections.abc import Iterator

from panjin_portal.lib.clock import day_of
from proposals.models import HandlingRequest, Proposal, Role, User
from proposals.models.deadlines import DeadlineKind
from proposals.permissions import has_role
from proposals.workflow import AssignmentState, ProposalState
from proposals.workflow_requests import RequestState
from replies.models import Reply
from replies.workflow import REPLY, ReplyState
from replies.worklist.items import JOINED, MOST, Badge, ClockKey, WorkItem, item

OFFICE_STEPS = {ReplyState.COORDINATING: ("协调", "reply-coordinate"), ReplyState.AUDITING: ("办复审查", "reply-audit")}


def office_work(user: User) -> Iterator[WorkItem]:
    """审查 and own drafts for the committee, 交办, drafts and requests for the office, 核对导入 for both (at most six
    queries)."""
    is_committee, is_office = has_role(user, Role.COMMITTEE_STAFF), has_role(user, Role.OFFICE_STAFF)
    proposals = Proposal.objects.only("number", "title", "state", "submitted_at", "registered_at")
    if is_committee:
        for one in proposals.filter(state=ProposalState.SUBMITTED).order_by("submitted_at", "id")[:MOST]:
            again = Badge("待审查", "info")
            yield item(one, _when("提交", one), step="审查", page="proposal-review", state=again)
        typed = proposals.filter(created_by=user, created_by_committee=True)
        for one in typed.filter(state__in=(ProposalState.DRAFT, ProposalState.RETURNED)).order_by("id")[:MOST]:
            badge = Badge("草稿") if one.stage is ProposalState.DRAFT else Badge("退回修改", "warn")
            yield item(one, "代录", step="继续填写", page="proposal-edit", state=badge)
    if is_office:
        for one in proposals.filter(state=ProposalState.REGISTERED).order_by("registered_at", "id")[:MOST]:
            yield item(one, _when("立案", one), step="交办", page="proposal-assign", state=Badge("待交办", "info"))
        yield from _replies_at_the_office()
        yield from _requests()
    if is_committee or is_office:
        imported = Reply.objects.filter(state=ReplyState.IMPORTED).select_related("proposal", "bureau")
        for reply in imported.only("proposal", "bureau", *JOINED).order_by("id")[:MOST]:
            yield item(
                reply.proposal,
                reply.bureau.short_name,
                step="核对导入",
                page="import-confirm",
                of=reply.pk,
                state=Badge("已导入", "neutral"),
            )


def _replies_at_the_office() -> Iterator[WorkItem]:
    """Drafts that wait for the office (one query)."""
    rows = Reply.objects.filter(state__in=OFFICE_STEPS).select_related("proposal", "bureau")
    for reply in rows.only("state", "proposal", "bureau", *JOINED).order_by("id")[:MOST]:
        step, page = OFFICE_STEPS[reply.stage]
        badge = Badge(REPLY.label_of(reply.state), "warn")
        clock = ClockKey(DeadlineKind.REPLY, reply.bureau_id)
        yield item(reply.proposal, reply.bureau.short_name, step=step, page=page, of=reply.pk, state=badge, clock=clock)


def _requests() -> Iterator[WorkItem]:
    """What bureaus ask about assignments that are not over (one query)."""
    at_work = (AssignmentState.PENDING, AssignmentState.CONTESTED, AssignmentState.ACCEPTED)
    rows = HandlingRequest.objects.filter(state=RequestState.PENDING, assignment__state__in=at_work)
    rows = rows.exclude(assignment__proposal__state=ProposalState.SUSPENDED)
    for row in rows.select_related("assignment__proposal", "assignment__bureau").order_by("id")[:MOST]:
        name, share = row.get_kind_display(), row.assignment
        badge = Badge(name, "warn")
        yield item(
            share.proposal, share.bureau.short_name, step=f"决定{name}", page="request-decide", of=row.pk, state=badge
        )


def _when(verb: str, proposal: Proposal) -> str:
    moment = proposal.submitted_at if verb == "提交" else proposal.registered_at
    return f"{day_of(moment)} {verb}" if moment else ""
