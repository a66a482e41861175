"""Lines for the people of a bureau: receipt, drafting, clearance, issue."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from proposals.models import Assignment, Role, User
from proposals.models.deadlines import DeadlineKind
from proposals.permissions import bureaus_of, posts_of
from proposals.workflow import AssignmentState, ProposalState
from replies.handling_workflow import LEAD_ROLES, ChangeState
from replies.models import ClearanceStep, Countersignature, CountersignChange, HandlingRule, Publication, Reply
from replies.rules import best_rule, key_mark, needs_main_leader
from replies.turns import with_turns
from replies.workflow import REPLY, DocumentState, OpinionState, ReplyState
from replies.worklist.items import BY_INDEX, JOINED, MOST, Badge, ClockKey, WorkItem, item

# What decides which rule holds for a case (``replies.rules``).
RULED = ("proposal__session", "proposal__kind")
SENT = (
    *(ReplyState.REVIEWING, ReplyState.COUNTERSIGNING),
    *(ReplyState.COORDINATING, ReplyState.AUDITING, ReplyState.SIGNING),
)
PUBLISHABLE = (ReplyState.ISSUED, ReplyState.CONFIRMED)
WAITS_FOR = {
    ReplyState.REVIEWING: "等本单位核稿",
    ReplyState.COUNTERSIGNING: "等会办单位会签",
    ReplyState.COORDINATING: "等督查室协调",
    ReplyState.AUDITING: "等督查室审查",
    ReplyState.SIGNING: "等领导签发",
}


def bureau_work(user: User) -> Iterator[WorkItem]:
    """Everything of the person's bureaus that is his to do next (at most six queries)."""
    clerk_at = bureaus_of(user, [Role.CLERK])
    if clerk_at:
        yield from _assignments(clerk_at)
    at = bureaus_of(user)
    if at:
        roles = {role: bureaus_of(user, [role]) for role in (Role.CLERK, Role.REVIEWER)}
        rules = list(HandlingRule.objects.all()) if bureaus_of(user, [Role.LEADER]) else []
        for reply in (*_replies(user, at), *_unpublished(clerk_at)):
            line = _own_step(user, reply, roles, rules)
            if line:
                yield line
        yield from _countersignatures(user, at)
    at = bureaus_of(user, LEAD_ROLES)
    if at:
        yield from _changes(at)


def bureau_waits(user: User) -> Iterator[WorkItem]:
    """Replies a clerk has handed on and others are reading (one query)."""
    at = bureaus_of(user, [Role.CLERK])
    if not at:
        return
    for reply in _lean(Reply.objects.filter(bureau__in=at, state__in=SENT)).order_by(*BY_INDEX)[:MOST]:
        badge = Badge(REPLY.label_of(reply.state), "info")
        yield item(reply.proposal, reply.bureau.short_name, WAITS_FOR[reply.stage], state=badge, clock=_clock(reply))


def _assignments(at: set[int]) -> Iterator[WorkItem]:
    """签收; then the beginning of a reply or of an opinion (one query)."""
    has_reply = Reply.objects.filter(proposal=OuterRef("proposal"), bureau=OuterRef("bureau"))
    rows = (
        Assignment.objects.filter(bureau__in=at, state__in=(AssignmentState.PENDING, AssignmentState.ACCEPTED))
        .annotate(has_reply=Exists(has_reply), opinion_state=F("opinion__state"))
        .exclude(opinion__state=OpinionState.SUBMITTED)
        .exclude(proposal__state=ProposalState.SUSPENDED)
        .select_related("proposal", "bureau", "clerk")
        .only("role", "state", "proposal", "bureau", "clerk", "clerk__display_name", "clerk__username", *JOINED)
        .order_by(*BY_INDEX)
    )
    for row in rows.filter(Q(state=AssignmentState.PENDING) | Q(has_reply=False))[:MOST]:
        facts = (row.get_role_display(), row.bureau.short_name, f"经办人{row.clerk}" if row.clerk else "")
        if row.state == AssignmentState.PENDING:
            clock = ClockKey(DeadlineKind.RECEIPT, row.bureau_id)
            badge = Badge("待签收", "info")
            yield item(row.proposal, *facts, step="签收", page="assignment-accept", of=row.pk, state=badge, clock=clock)
        elif row.is_answering:
            clock = ClockKey(DeadlineKind.REPLY, row.bureau_id)
            yield item(
                row.proposal, *facts, step="拟写答复", page="reply-start", of=row.pk, state=Badge("待拟稿"), clock=clock
            )
        else:
            clock = ClockKey(DeadlineKind.OPINION, row.bureau_id)
            badge = Badge("会办意见起草中", "info") if getattr(row, "opinion_state", None) else Badge("待写会办意见")
            yield item(
                row.proposal, *facts, step="写会办意见", page="opinion-edit", of=row.pk, state=badge, clock=clock
            )


def _replies(user: User, at: set[int]) -> Iterable[Reply]:
    """Replies of these bureaus that anybody there may have to move on, with what decides whose turn it is."""
    at_work = (ReplyState.DRAFTING, ReplyState.REVIEWING, ReplyState.SIGNING, ReplyState.SIGNED)
    replies = with_turns(Reply.objects.filter(bureau__in=at, state__in=at_work), user).annotate(
        is_key=key_mark(OuterRef("proposal"))
    )
    return _lean(replies).order_by(*BY_INDEX)[: 3 * MOST]


def _unpublished(at: set[int]) -> Iterable[Reply]:
    """Replies that went out and whose publication nobody has begun."""
    if not at:
        return ()
    begun = Publication.objects.filter(reply=OuterRef("pk"))
    return _lean(Reply.objects.filter(~Exists(begun), bureau__in=at, state__in=PUBLISHABLE, is_outdated=False))[:MOST]


def _lean(replies: QuerySet[Reply]) -> QuerySet[Reply]:
    """With case and bureau, as far as a line shows them."""
    found = replies.select_related("proposal", "bureau").order_by("id")
    return found.only("state", "answer_round", "document_number", "drafted_by", "proposal", "bureau", *RULED, *JOINED)


def _is_signer(user: User, reply: Reply, rules: Sequence[HandlingRule]) -> bool:
    """Whether ``user`` is the leader, or the main leader, whom the session's rule names for this reply."""
    must_be_main = needs_main_leader(best_rule(reply.proposal, rules, is_for_key=getattr(reply, "is_key", False)))
    return any(
        post.role == Role.LEADER and post.bureau_id == reply.bureau_id and (post.is_main_leader or not must_be_main)
        for post in posts_of(user)
    )


def _own_step(
    user: User, reply: Reply, roles: Mapping[Role, set[int]], rules: Sequence[HandlingRule]
) -> WorkItem | None:
    """The line of one reply, or None when it is somebody else's turn (or he acted in this round already). ``roles``:
    the keys of the bureaus he serves in each."""
    facts, clock = (reply.bureau.short_name,), _clock(reply)
    is_clerk = reply.bureau_id in roles[Role.CLERK]
    is_new = not getattr(reply, "acted", False) and reply.drafted_by_id != user.pk
    match reply.stage:
        case ReplyState.DRAFTING if is_clerk:
            comment = getattr(reply, "returned", None)
            badge = Badge("被退回", "warn") if comment else Badge("拟稿中", "info")
            note = (*facts, f"退回意见：{comment}") if comment else facts
            return item(
                reply.proposal, *note, step="继续拟稿", page="reply-edit", of=reply.pk, state=badge, clock=clock
            )
        case ReplyState.REVIEWING if is_new and reply.bureau_id in roles[Role.REVIEWER]:
            badge = Badge("待核稿", "info")
            return item(reply.proposal, *facts, step="核稿", page="reply-review", of=reply.pk, state=badge, clock=clock)
        case ReplyState.SIGNING if is_new and _is_signer(user, reply, rules):
            badge = Badge("待签发", "info")
            return item(reply.proposal, *facts, step="签发", page="reply-sign", of=reply.pk, state=badge, clock=clock)
        case ReplyState.SIGNED if is_clerk:
            return _letter_step(reply)
        case ReplyState.ISSUED | ReplyState.CONFIRMED if is_clerk:
            badge = Badge("待公开", "good")
            clock = ClockKey(DeadlineKind.PUBLICATION, reply.bureau_id)
            return item(
                reply.proposal,
                *facts,
                step="准备公开",
                page="publication-prepare",
                of=reply.pk,
                state=badge,
                clock=clock,
            )
    return None


def _letter_step(reply: Reply) -> WorkItem:
    letter_id, state = getattr(reply, "letter_id", None), getattr(reply, "letter_state", None)
    facts, clock = (reply.bureau.short_name, reply.document_number), _clock(reply)
    if state == DocumentState.READY:
        badge = Badge("已签发", "good")
        return item(reply.proposal, *facts, step="印发", page="reply-issue", of=reply.pk, state=badge, clock=clock)
    if state == DocumentState.FAILED:
        badge = Badge("答复函生成失败", "bad")
        return item(
            reply.proposal, *facts, step="重新生成", page="document-detail", of=letter_id, state=badge, clock=clock
        )
    badge = Badge("答复函生成中", "info")
    page = "document-detail" if letter_id else "reply-detail"
    return item(reply.proposal, *facts, step="查看进度", page=page, of=letter_id or reply.pk, state=badge, clock=clock)


def _countersignatures(user: User, at: set[int]) -> Iterator[WorkItem]:
    """会签 slots of these bureaus nobody has decided; not for who acted in this round (one query)."""
    acted = ClearanceStep.objects.filter(reply=OuterRef("reply"), round=OuterRef("round"), actor=user, is_void=False)
    slots = (
        Countersignature.objects.filter(
            step=None,
            assignment__bureau__in=at,
            assignment__state__in=(AssignmentState.ACCEPTED, AssignmentState.DONE),  # done: a redo
            round=F("reply__clearance_round"),
            reply__state=ReplyState.COUNTERSIGNING,
        )
        .exclude(reply__drafted_by=user)
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
    for slot in slots[:MOST]:
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


def _clock(reply: Reply) -> ClockKey:
    return ClockKey(DeadlineKind.REPLY if reply.answer_round == 1 else DeadlineKind.REDO, reply.bureau_id)
