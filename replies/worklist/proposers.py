"""Lines for the contact of a proposer: his own texts, and answers to be rated."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery

from panjin_portal.lib.clock import today
from proposals.models import Assignment, Proposal, ProposalProposer, Review, User
from proposals.models.deadlines import DeadlineKind
from proposals.permissions import bureaus_of, proposers_of, visible_invitations
from proposals.workflow import PROPOSAL, ProposalState
from proposals.workflow_cosigning import OPEN, InvitationState
from replies.models import Feedback
from replies.models.replies import reference_of
from replies.workflow import ReplyState
from replies.worklist.items import MOST, Badge, ClockKey, WorkItem, item

OPEN_TEXTS = (ProposalState.DRAFT, ProposalState.RETURNED)
ON_THE_WAY = (ProposalState.SUBMITTED, ProposalState.REGISTERED, ProposalState.ASSIGNED, ProposalState.SUSPENDED)
NOT_ISSUED = tuple(state for state in ReplyState if state is not ReplyState.ISSUED)
WAITS_FOR = {
    ProposalState.SUBMITTED: "等政协提案委审查",
    ProposalState.REGISTERED: "等市政府督查室交办",
    ProposalState.ASSIGNED: "等承办单位答复",
    ProposalState.MERGED: "已并入主提案，一并办理",
    ProposalState.SUSPENDED: "已中止办理",
}


def proposer_work(user: User) -> Iterator[WorkItem]:
    """修改 of drafts and returned texts, answers to invitations, 评价 of issued replies."""
    mine = proposers_of(user)
    if not mine:
        return
    opinion = Review.objects.filter(proposal=OuterRef("pk")).order_by("-id").values("opinion")[:1]
    texts = _proposals(mine, own_text=True).filter(state__in=OPEN_TEXTS, created_by_committee=False)
    for one in texts.annotate(review_opinion=Subquery(opinion)).order_by("id")[:MOST]:
        if one.stage is ProposalState.DRAFT:
            yield item(one, step="继续填写", page="proposal-edit", state=Badge("草稿"))
        else:
            told = f"修改意见：{one.review_opinion or ''}"
            yield item(one, told, step="修改后提交", page="proposal-edit", state=Badge("退回修改", "warn"))
    yield from _invitations(user)
    yield from _ratings(user, mine)


def _invitations(user: User) -> Iterator[WorkItem]:
    """What others ask this person to sign, as long as there is time (one query)."""
    rows = visible_invitations(user).filter(state__in=OPEN).exclude(deadline__due_on__lt=today())
    names = ("state", "proposer", "proposal__number", "proposal__title", "proposal__state", "proposal__merged_into")
    for row in rows.select_related("proposal").only(*names).order_by("id")[:MOST]:
        again = row.state == InvitationState.ASKED_AGAIN
        yield item(
            row.proposal,
            "签名后文字有改动，请重新确认" if again else "请看过文字再答复",
            step="看改动，答复" if again else "看文字，答复",
            page="proposal-cosign",
            state=Badge("邀我联名", "warn" if again else "info"),
            clock=ClockKey(DeadlineKind.COSIGN, proposer_id=row.proposer_id),
            home="proposal-cosign",
        )


def proposer_waits(user: User) -> Iterator[WorkItem]:
    """Own proposals that others are at work on (one query)."""
    mine = proposers_of(user)
    if not mine:
        return
    along = Q(state=ProposalState.MERGED, merged_into__state__in=ON_THE_WAY)
    for one in _proposals(mine).filter(Q(state__in=ON_THE_WAY) | along).order_by("id")[:MOST]:
        yield item(one, WAITS_FOR[one.stage], state=Badge(PROPOSAL.label_of(one.state), "info"))


def _proposals(mine: set[int], *, own_text: bool = False) -> QuerySet[Proposal]:
    """Cases of these proposers; ``own_text``: those they write, not those they only signed."""
    named = ProposalProposer.objects.filter(proposer__in=mine).order_by()
    if own_text:
        named = named.filter(is_cosigner=False)
    return _light().filter(pk__in=named.values("proposal"))


def _light() -> QuerySet[Proposal]:
    return Proposal.objects.only("number", "title", "state", "merged_into")


def _ratings(user: User, mine: set[int]) -> Iterator[WorkItem]:
    """One line for each proposer of this person that has not rated yet, of cases of his own and of those his were
    merged into (three queries)."""
    own = ProposalProposer.objects.filter(proposer__in=mine)
    found = _unrated(user, own, "proposal")
    seen = {row[:2] for row in found}
    merged = _unrated(user, own.filter(proposal__state=ProposalState.MERGED), "proposal__merged_into")
    found += [row for row in merged if row[:2] not in seen]
    yield from _rating_lines(found)


def _unrated(user: User, named: QuerySet[ProposalProposer], case: str) -> list[tuple[int, int, str, int]]:
    """Proposer, reply, its bureau and the case to be opened. ``case`` leads to the case that is answered. Who works at
    a bureau of the case may not rate."""
    # Named once, so that state, rating and bureau are asked of the same reply.
    named = named.annotate(
        reply=F(f"{case}__replies"),
        reply_state=F(f"{case}__replies__state"),
        outdated=F(f"{case}__replies__is_outdated"),
        bureau=F(f"{case}__replies__bureau__short_name"),
    )
    rated = Feedback.objects.filter(reply=OuterRef("reply"), proposer=OuterRef("proposer"))
    at_work = Assignment.objects.filter(proposal=OuterRef(case), bureau__in=bureaus_of(user))
    return list(
        # "Not in another state": no index serves that, so SQLite begins with the person's cases, not with all issued.
        named.filter(
            ~Q(reply_state__in=NOT_ISSUED), ~Exists(rated), ~Exists(at_work), reply__isnull=False, outdated=False
        )
        .values_list("proposer_id", "reply", "bureau", "proposal_id")
        .order_by("proposal_id")[:MOST]
    )


def _rating_lines(found: list[tuple[int, int, str, int]]) -> Iterator[WorkItem]:
    proposals = _light().in_bulk([row[3] for row in found])
    for proposer_id, reply_id, bureau, proposal_id in found:
        yield item(
            proposals[proposal_id],
            f"{bureau}已答复",
            step="评价答复",
            page="reply-rate",
            of=reply_id,
            state=Badge("已答复", "good"),
            clock=ClockKey(DeadlineKind.FEEDBACK, proposer_id=proposer_id, reference=reference_of(reply_id)),
            clock_of=proposals[proposal_id].merged_into_id,
        )
