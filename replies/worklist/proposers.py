"""Lines for the contact of a proposer: his own texts, and answers to be rated."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery

from panjin_portal.lib.clock import today
from panjin_portal.lib.kept import Kept, Keys
from proposals.models import Assignment, Invitation, Proposal, ProposalProposer, Review, User
from proposals.models.deadlines import DeadlineKind
from proposals.permissions import bureaus_of, invitations_to, proposers_of
from proposals.workflow import PROPOSAL, ProposalState
from proposals.workflow_cosigning import OPEN, InvitationState
from replies.models import Feedback
from replies.models.replies import reference_of
from replies.workflow import ReplyState
from replies.worklist.items import MOST, Badge, ClockKey, WorkItem, item

Unrated = tuple[int, int, str, int]  # proposer, reply, name of its bureau, case to be opened
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
    mine = Keys.of(sorted(proposers_of(user)))
    if not mine:
        return
    for one in _texts(mine):
        if one.stage is ProposalState.DRAFT:
            yield item(one, step="继续填写", page="proposal-edit", state=Badge("草稿"))
        else:
            told = f"修改意见：{getattr(one, 'review_opinion', None) or ''}"
            yield item(one, told, step="修改后提交", page="proposal-edit", state=Badge("退回修改", "warn"))
    yield from _invitations(mine)
    yield from _ratings(mine, Keys.of(sorted(bureaus_of(user))) or None)


@Kept
def _texts(mine: Keys) -> QuerySet[Proposal]:
    """Their own texts that are theirs to write, with what the last review said."""
    opinion = Review.objects.filter(proposal=OuterRef("pk")).order_by("-id").values("opinion")[:1]
    texts = _proposals(mine, own_text=True).filter(state__in=OPEN_TEXTS, created_by_committee=False)
    return texts.annotate(review_opinion=Subquery(opinion)).order_by("id")[:MOST]


@Kept
def _asked(mine: Keys, day: date) -> QuerySet[Invitation]:
    """What others ask them to sign, as long as there is time."""
    rows = invitations_to(mine).filter(state__in=OPEN).exclude(deadline__due_on__lt=day)
    names = ("state", "proposer", "proposal__number", "proposal__title", "proposal__state", "proposal__merged_into")
    return rows.select_related("proposal").only(*names).order_by("id")[:MOST]


def _invitations(mine: Keys) -> Iterator[WorkItem]:
    """The same as lines (one query)."""
    for row in _asked(mine, today()):
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
    mine = Keys.of(sorted(proposers_of(user)))
    for one in _on_the_way(mine) if mine else ():
        yield item(one, WAITS_FOR[one.stage], state=Badge(PROPOSAL.label_of(one.state), "info"))


@Kept
def _on_the_way(mine: Keys) -> QuerySet[Proposal]:
    along = Q(state=ProposalState.MERGED, merged_into__state__in=ON_THE_WAY)
    return _proposals(mine).filter(Q(state__in=ON_THE_WAY) | along).order_by("id")[:MOST]


def _proposals(mine: Keys, *, own_text: bool = False) -> QuerySet[Proposal]:
    """Cases of these proposers; ``own_text``: those they write, not those they only signed."""
    named = ProposalProposer.objects.filter(proposer__in=mine).order_by()
    if own_text:
        named = named.filter(is_cosigner=False)
    return _light().filter(pk__in=named.values("proposal"))


def _light() -> QuerySet[Proposal]:
    return Proposal.objects.only("number", "title", "state", "merged_into")


def _ratings(mine: Keys, serves: Keys | None) -> Iterator[WorkItem]:
    """One line for each proposer of this person that has not rated yet, of cases of his own and of those his were
    merged into (three queries). ``serves``: the bureaus he works at; who works at one of the case may not rate."""
    found = _unrated_own(mine, serves)
    seen = {row[:2] for row in found}
    found += [row for row in _unrated_merged(mine, serves) if row[:2] not in seen]
    yield from _rating_lines(found)


@Kept
def _unrated_own(mine: Keys, serves: Keys | None) -> QuerySet[ProposalProposer, Unrated]:
    return _unrated(ProposalProposer.objects.filter(proposer__in=mine), "proposal", serves or ())


@Kept
def _unrated_merged(mine: Keys, serves: Keys | None) -> QuerySet[ProposalProposer, Unrated]:
    own = ProposalProposer.objects.filter(proposer__in=mine, proposal__state=ProposalState.MERGED)
    return _unrated(own, "proposal__merged_into", serves or ())


def _unrated(
    named: QuerySet[ProposalProposer], case: str, serves: Sequence[int]
) -> QuerySet[ProposalProposer, Unrated]:
    """``case`` leads to the case that is answered."""
    # Named once, so that state, rating and bureau are asked of the same reply.
    named = named.annotate(
        reply=F(f"{case}__replies"),
        reply_state=F(f"{case}__replies__state"),
        outdated=F(f"{case}__replies__is_outdated"),
        bureau=F(f"{case}__replies__bureau__short_name"),
    )
    rated = Feedback.objects.filter(reply=OuterRef("reply"), proposer=OuterRef("proposer"))
    at_work = Assignment.objects.filter(proposal=OuterRef(case), bureau__in=serves)
    # "Not in another state": no index serves that, so SQLite begins with the person's cases, not with all issued.
    waiting = named.filter(
        ~Q(reply_state__in=NOT_ISSUED), ~Exists(rated), ~Exists(at_work), reply__isnull=False, outdated=False
    )
    return waiting.values_list("proposer_id", "reply", "bureau", "proposal_id").order_by("proposal_id")[:MOST]


@Kept
def _cases(keys: Keys) -> QuerySet[Proposal]:
    return _light().filter(pk__in=keys)


def _rating_lines(found: list[Unrated]) -> Iterator[WorkItem]:
    proposals = {case.pk: case for case in _cases(Keys.of(row[3] for row in found))} if found else {}
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
