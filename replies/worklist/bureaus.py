"""Lines for the people of a bureau: receipt, drafting, clearance, issue."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from panjin_portal.lib.kept import Kept
from proposals.models import Assignment, Proposal, Role, User
from proposals.models.deadlines import DeadlineKind
from proposals.permissions import bureaus_of, posts_of
from proposals.workflow import AssignmentState, ProposalState
from replies.handling_workflow import LEAD_ROLES, ChangeState
from replies.models import ClearanceStep, Countersignature, CountersignChange, HandlingRule, Publication, Reply
from replies.rules import best_rule, key_mark, needs_main_leader
from replies.turns import with_own_turns
from replies.workflow import REPLY, DocumentState, OpinionState, ReplyState
from replies.worklist.items import (
    BY_DUE,
    JOINED,
    LATEST,
    MOST,
    VALUES,
    Badge,
    ClockKey,
    WorkItem,
    case_of,
    item,
    nearest,
)
from replies.worklist.rooms import EVERY, Room

AsksMainLeader = Callable[[int, str, bool], bool]  # of a session, a kind of case, and whether it is a key case
# What a line about a reply needs beside ``VALUES``; the last two decide which rule holds for its case.
OF_REPLY = ("answer_round", "document_number", "drafted_by_id", "proposal__session_id", "proposal__kind")
# What ``with_own_turns`` and ``key_mark`` annotate, as far as it decides whose turn it is.
TURNS = ("acted", "returned", "letter_id", "letter_state", "is_key")
SENT = (
    *(ReplyState.REVIEWING, ReplyState.COUNTERSIGNING),
    *(ReplyState.COORDINATING, ReplyState.AUDITING, ReplyState.SIGNING),
)
AT_WORK = (ReplyState.DRAFTING, ReplyState.REVIEWING, ReplyState.SIGNING, ReplyState.SIGNED)
PUBLISHABLE = (ReplyState.ISSUED, ReplyState.CONFIRMED)
WAITS_FOR = {
    ReplyState.REVIEWING: "等本单位核稿",
    ReplyState.COUNTERSIGNING: "等会办单位会签",
    ReplyState.COORDINATING: "等督查室协调",
    ReplyState.AUDITING: "等督查室审查",
    ReplyState.SIGNING: "等领导签发",
}


def bureau_work(user: User, rooms: Collection[Room] = EVERY) -> Iterator[WorkItem]:
    """Everything of the person's bureaus that is his to do next (at most six queries)."""
    clerk_at = bureaus_of(user, [Role.CLERK])
    if clerk_at:
        yield from _assignments(tuple(sorted(clerk_at)))
    at = bureaus_of(user)
    if at:
        roles = {role: bureaus_of(user, [role]) for role in (Role.CLERK, Role.REVIEWER)}
        asks_main = _asks_main_leader(_every_rule() if bureaus_of(user, [Role.LEADER]) else [])
        keys = tuple(sorted(at))
        for reply in (*_replies(user.pk, keys), *_unpublished(tuple(sorted(clerk_at)))):
            line = _own_step(user, reply, roles, asks_main)
            if line:
                yield line
        if Room.COUNTERSIGNING in rooms:
            yield from _countersignatures(user.pk, keys)
    at = bureaus_of(user, LEAD_ROLES)
    if at and Room.CHANGES in rooms:
        yield from _changes(at)


def bureau_waits(user: User) -> Iterator[WorkItem]:
    """Replies a clerk has handed on and others are reading (one query)."""
    at = bureaus_of(user, [Role.CLERK])
    if not at:
        return
    for reply in _sent(tuple(sorted(at))):
        stage = ReplyState(reply.state)
        badge = Badge(REPLY.label_of(reply.state), "info")
        yield item(case_of(reply), reply.bureau__short_name, WAITS_FOR[stage], state=badge, clock=_clock(reply))


@Kept
def _every_rule() -> QuerySet[HandlingRule]:
    return HandlingRule.objects.all()


@Kept
def _sent(at: tuple[int, ...]) -> QuerySet[Reply, Any]:
    sent = Reply.objects.filter(bureau__in=at, state__in=SENT)
    return _values(nearest(Reply.objects.all(), among=sent))


@Kept
def _shares(at: tuple[int, ...]) -> QuerySet[Assignment, Any]:
    """Shares to receive, or without a beginning of their reply or a finished opinion."""
    has_reply = Reply.objects.filter(proposal=OuterRef("proposal"), bureau=OuterRef("bureau"))
    begun = Assignment.objects.annotate(has_reply=Exists(has_reply))
    to_do = (
        begun.filter(bureau__in=at, state__in=(AssignmentState.PENDING, AssignmentState.ACCEPTED))
        .filter(Q(state=AssignmentState.PENDING) | Q(has_reply=False))
        .exclude(opinion__state=OpinionState.SUBMITTED)
        .exclude(proposal__state=ProposalState.SUSPENDED)
    )
    clerk = ("clerk_id", "clerk__display_name", "clerk__username")
    shown = Assignment.objects.annotate(opinion_state=F("opinion__state"), returned=F("opinion__returned_with"))
    return nearest(shown, among=to_do).values_list(*VALUES, "role", "opinion_state", "returned", *clerk, named=True)


def _assignments(at: tuple[int, ...]) -> Iterator[WorkItem]:
    """签收; then the beginning of a reply or of an opinion; without a step while its leader has the opinion (one
    query)."""
    for row in _shares(at):
        handler = f"经办人{row.clerk__display_name or row.clerk__username}" if row.clerk_id else ""
        facts: tuple[str, ...] = (Assignment.Role(row.role).label, row.bureau__short_name, handler)
        if row.state == AssignmentState.PENDING:
            kind, step, page, badge = DeadlineKind.RECEIPT, "签收", "assignment-accept", Badge("待签收", "info")
        elif row.role in Assignment.ANSWERING_ROLES:
            kind, step, page, badge = DeadlineKind.REPLY, "拟写答复", "reply-start", Badge("待拟稿")
        elif row.opinion_state == OpinionState.SIGNING:
            kind, step, page, badge = DeadlineKind.OPINION, "", "", Badge("会办意见待签发", "info")
            facts = (*facts, "等领导签发")
        else:
            kind, step, page = DeadlineKind.OPINION, "写会办意见", "opinion-edit"
            badge = Badge("会办意见起草中", "info") if row.opinion_state else Badge("待写会办意见")
            if row.returned:
                badge, facts = Badge("被退回", "warn"), (*facts, f"退回意见：{row.returned}")
        clock = ClockKey(kind, row.bureau_id)
        yield item(case_of(row), *facts, step=step, page=page, of=row.pk, state=badge, clock=clock)


@Kept
def _replies(person: int, at: tuple[int, ...]) -> QuerySet[Reply, Any]:
    """Replies of these bureaus that anybody there may have to move on, with what decides whose turn it is."""
    shown = with_own_turns(Reply.objects.all(), person).annotate(is_key=key_mark(OuterRef("proposal")))
    at_work = Reply.objects.filter(bureau__in=at, state__in=AT_WORK)
    return _values(nearest(shown, among=at_work, most=3 * MOST), *TURNS)


@Kept
def _unpublished(at: tuple[int, ...]) -> QuerySet[Reply, Any]:
    """Replies that went out and whose publication nobody has begun, among the latest: what was published keeps its
    state, so a big bureau has thousands of them."""
    latest = Reply.objects.filter(bureau__in=at, state__in=PUBLISHABLE, is_outdated=False).order_by("-id").values("pk")
    begun = Publication.objects.filter(reply=OuterRef("pk"))
    left = Reply.objects.filter(~Exists(begun), pk__in=latest[:LATEST])
    return _values(left.order_by(*BY_DUE)[:MOST])


def _values(replies: QuerySet[Reply], *also: str) -> QuerySet[Reply, Any]:
    """What a line shows of each, by name."""
    return replies.values_list(*VALUES, *OF_REPLY, *also, named=True)


def _asks_main_leader(rules: Sequence[HandlingRule]) -> AsksMainLeader:
    """Whether ``rules`` leave the signature to the main leader; most replies of a page are of the same sort."""

    @cache
    def asks(session: int, kind: str, is_key: bool) -> bool:
        return needs_main_leader(best_rule(Proposal(session_id=session, kind=kind), rules, is_for_key=is_key))

    return asks


def _is_signer(user: User, reply: Any, asks_main: AsksMainLeader) -> bool:
    """Whether ``user`` is the leader, or the main leader, whom the session's rule names for this reply."""
    must_be_main = asks_main(reply.proposal__session_id, reply.proposal__kind, reply.is_key)
    return any(
        post.role == Role.LEADER and post.bureau_id == reply.bureau_id and (post.is_main_leader or not must_be_main)
        for post in posts_of(user)
    )


def _own_step(user: User, reply: Any, roles: Mapping[Role, set[int]], asks_main: AsksMainLeader) -> WorkItem | None:
    """The line of one reply, or None when it is somebody else's turn (or he acted in this round already). ``roles``:
    the keys of the bureaus he serves in each."""
    facts, clock, case = (reply.bureau__short_name,), _clock(reply), case_of(reply)
    is_clerk = reply.bureau_id in roles[Role.CLERK]
    is_new = reply.drafted_by_id != user.pk and not getattr(reply, "acted", False)
    match reply.state:
        case ReplyState.DRAFTING if is_clerk:
            badge = Badge("被退回", "warn") if reply.returned else Badge("拟稿中", "info")
            note = (*facts, f"退回意见：{reply.returned}") if reply.returned else facts
            return item(case, *note, step="继续拟稿", page="reply-edit", of=reply.pk, state=badge, clock=clock)
        case ReplyState.REVIEWING if is_new and reply.bureau_id in roles[Role.REVIEWER]:
            badge = Badge("待核稿", "info")
            return item(case, *facts, step="核稿", page="reply-review", of=reply.pk, state=badge, clock=clock)
        case ReplyState.SIGNING if is_new and _is_signer(user, reply, asks_main):
            badge = Badge("待签发", "info")
            return item(case, *facts, step="签发", page="reply-sign", of=reply.pk, state=badge, clock=clock)
        case ReplyState.SIGNED if is_clerk:
            return _letter_step(reply)
        case ReplyState.ISSUED | ReplyState.CONFIRMED if is_clerk:
            badge, page = Badge("待公开", "good"), "publication-prepare"
            clock = ClockKey(DeadlineKind.PUBLICATION, reply.bureau_id)
            return item(case, *facts, step="准备公开", page=page, of=reply.pk, state=badge, clock=clock)
    return None


def _letter_step(reply: Any) -> WorkItem:
    facts, clock, case = (reply.bureau__short_name, reply.document_number), _clock(reply), case_of(reply)
    if reply.letter_state == DocumentState.READY:
        badge = Badge("已签发", "good")
        return item(case, *facts, step="印发", page="reply-issue", of=reply.pk, state=badge, clock=clock)
    page, of = ("document-detail", reply.letter_id) if reply.letter_id else ("reply-detail", reply.pk)
    if reply.letter_state == DocumentState.FAILED:
        badge = Badge("答复函生成失败", "bad")
        return item(case, *facts, step="重新生成", page=page, of=of, state=badge, clock=clock)
    badge = Badge("答复函生成中", "info")
    return item(case, *facts, step="查看进度", page=page, of=of, state=badge, clock=clock)


@Kept
def _slots(person: int, at: tuple[int, ...]) -> QuerySet[Countersignature]:
    acted = ClearanceStep.objects.filter(reply=OuterRef("reply"), round=OuterRef("round"), actor=person, is_void=False)
    open_ones = (
        Countersignature.objects.filter(
            step=None,
            assignment__bureau__in=at,
            assignment__state__in=(AssignmentState.ACCEPTED, AssignmentState.DONE),  # done: a redo
            round=F("reply__clearance_round"),
            reply__state=ReplyState.COUNTERSIGNING,
        )
        .exclude(reply__drafted_by=person)
        .filter(~Exists(acted))
        .select_related("reply__proposal", "reply__bureau", "assignment__bureau")
        .only(
            "reply__answer_round",
            "reply__proposal",
            "reply__bureau",
            "assignment__bureau__short_name",
            *(f"reply__{name}" for name in JOINED),
        )
        .order_by("id")
    )
    return open_ones[:MOST]


def _countersignatures(person: int, at: tuple[int, ...]) -> Iterator[WorkItem]:
    """会签 slots of these bureaus nobody has decided; not for who acted in this round (one query)."""
    for slot in _slots(person, at):
        yield item(
            slot.reply.proposal,
            f"会办 · {slot.assignment.bureau.short_name}",
            f"{slot.reply.bureau.short_name}主办",
            step="会签",
            page="reply-countersign",
            of=slot.reply_id,
            state=Badge("待会签", "info"),
            clock=_clock(slot.reply),
        )


def _changes(at: set[int]) -> Iterator[WorkItem]:
    """会签修改 that wait for the lead's word (one query)."""
    rows = CountersignChange.objects.filter(
        state=ChangeState.WAITING, reply__bureau__in=at, reply__state=ReplyState.COUNTERSIGNING
    )
    joined = (f"reply__{name}" for name in JOINED)
    found = rows.select_related("reply__proposal", "reply__bureau").order_by("id")
    for row in found.only("place", "reply__proposal", "reply__bureau", *joined)[:MOST]:
        yield item(
            row.reply.proposal,
            row.reply.bureau.short_name,
            str(row),
            step="处理会签修改",
            page="change-decide",
            of=row.pk,
            state=Badge("会签修改", "warn"),
            clock=_clock(row.reply),
        )


def _clock(reply: Any) -> ClockKey:
    """The clock of a reply, given as its row or as what ``_values`` reads of it."""
    return ClockKey(DeadlineKind.REPLY if reply.answer_round == 1 else DeadlineKind.REDO, reply.bureau_id)
