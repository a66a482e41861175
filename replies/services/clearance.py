"""Clearance (核签): handing the draft in, 核稿, sending it back, and the rules every step of the chain shares."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse

from panjin_portal.lib.clock import now, today
from panjin_portal.lib.kept import Kept, insert, write
from proposals.errors import InvalidInput, NotAllowed, StateChanged
from proposals.models import Assignment, Bureau, Post, Proposal, Role, User
from proposals.permissions import BUREAU_ROLES
from proposals.services.events import record_event
from proposals.services.locking import fresh, insist, lock_proposal
from proposals.services.notice_wording import Said, say
from proposals.services.notices import notify, people_holding
from proposals.workflow import AssignmentState
from replies.answer_matrix import draft_matrix, gaps
from replies.handling_workflow import CHANGE, ChangeState
from replies.models import ClearanceStep, Countersignature, CountersignChange, HandlingRule, Reply, ReplySection
from replies.permissions import can
from replies.queries import active_assignments, load_sections
from replies.rules import marked_case, marked_case_with_session, needs_main_leader, rule_for
from replies.services.checklist import Mark, active_items, check_marks, items_to_check, keep_marks
from replies.services.consultations import missing_consultation
from replies.services.glyphs import glyph_fault
from replies.services.letters import letter_to_sign
from replies.services.revisions import record_revision
from replies.workflow import ReplyState

Step = ClearanceStep.Step
Decided = ClearanceStep.Decision
STALE_PAGE = "答复稿在您打开页面之后已退回修改并重新送审，请看过新的文字再办理。"


def missing_for_review(reply: Reply, rows: Sequence[ReplySection]) -> dict[str, str]:
    """What a draft still lacks before it can be handed in, by field, and (``glyphs``) what no font could print of it;
    empty when it is ready."""
    missing: dict[str, str] = {}
    if reply.result_class_id is None:
        missing["result_class"] = "请先在答复稿里选定办理结果类别，再送核稿。"
    if not any(row.body.strip() for row in rows):
        missing[""] = "答复稿还没有正文，请写好再送核稿。"
    matrix = draft_matrix(reply, rows)
    missing |= {gap.line.anchor: gap.sentence for gap in gaps(matrix, reply.result_class)}
    if told := glyph_fault(letter_to_sign(reply, rows, matrix)):
        missing["glyphs"] = told
    return missing


@transaction.atomic
def send_to_review(actor: User, *, reply: Reply, comment: str = "") -> Reply:
    """Hand the draft in: a new round begins, the text is closed for editing, the bureau's reviewers are told.

    InvalidInput without a result class (``result_class``), without any text (``""``), or where the answer matrix has
    gaps (``ask-12``); and for characters that no font could print (``glyphs``).
    """
    proposal, reply, post = take_up(actor, "send_to_review", reply, with_session=True)
    rows = load_sections(reply)
    missing = missing_for_review(reply, rows)
    if missing:
        raise InvalidInput(missing)
    reply.state, reply.clearance_round = ReplyState.REVIEWING, reply.clearance_round + 1
    write(reply, "state", "clearance_round")
    record_step(actor, post, reply, Step.DRAFT, Decided.PASSED, comment)
    record_revision(actor, post=post, reply=reply, rows=rows, reason=f"第{reply.clearance_round}次送核稿")
    record_clearance_event(actor, proposal, reply, post, "send_to_review", "答复稿送核稿", comment)
    tell_next(actor, proposal, reply, [Role.REVIEWER], [reply.bureau], "reply-review", say("to_review", proposal))
    return reply


@transaction.atomic
def pass_review(
    actor: User,
    *,
    reply: Reply,
    comment: str = "",
    marks: Mapping[int, Mark] | None = None,
    seen_round: int | None = None,
) -> Reply:
    """核稿通过: every co-handler gets its slot for 会签; without co-handlers the draft goes on to the leader.

    ``marks``: what the reviewer says of the items of the checklist, by their keys; InvalidInput at the items he has
    left out, and (``""``) while the talk with the proposer is missing that the session demands before signing.
    """
    proposal, reply, post = take_up(actor, "pass_review", reply, seen_round)
    insist_on_new_person(actor, reply)
    rule = rule_for(proposal)
    if missing := missing_consultation(reply, rule):
        raise InvalidInput({"": missing})
    helpers = [one for one in active_assignments(proposal.pk) if one.role == Assignment.Role.CO_HANDLER]
    items = items_to_check(has_co_handlers=bool(helpers))
    said = check_marks(items, marks or {}, is_return=False)
    if helpers:
        reply.state = ReplyState.COUNTERSIGNING
        write(reply, "state")
    keep_marks(record_step(actor, post, reply, Step.REVIEW, Decided.PASSED, comment), items, said)
    insert(Countersignature(reply=reply, round=reply.clearance_round, assignment=helper) for helper in helpers)
    record_clearance_event(actor, proposal, reply, post, "pass_review", "核稿通过", comment)
    if helpers:
        asked = [one.bureau for one in helpers]
        tell_next(actor, proposal, reply, BUREAU_ROLES, asked, "reply-countersign", say("to_countersign", proposal))
    else:
        hand_on(actor, proposal, reply, rule)
    return reply


@transaction.atomic
def send_back(
    actor: User,
    *,
    reply: Reply,
    comment: str,
    marks: Mapping[int, Mark] | None = None,
    seen_round: int | None = None,
) -> Reply:
    """退回修改, by whoever's turn it is, with an opinion the clerk will see. The next round starts over. What a
    reviewer has ticked or commented by then (``marks``) is kept with his step."""
    proposal, reply, post = take_up(actor, "send_back", reply, seen_round)
    insist_on_new_person(actor, reply)
    if not comment.strip():
        raise InvalidInput({"comment": "退回修改必须写明意见，经办人据此修改。"})
    step = {
        ReplyState.REVIEWING: Step.REVIEW,
        ReplyState.COUNTERSIGNING: Step.COUNTERSIGN,
        ReplyState.SIGNING: Step.SIGN,
    }[reply.stage]
    reply.state = ReplyState.DRAFTING
    write(reply, "state")
    if step == Step.COUNTERSIGN:
        end_changes(reply)
    returned = record_step(actor, post, reply, step, Decided.RETURNED, comment.strip())
    if marks:
        items = active_items()
        keep_marks(returned, items, check_marks(items, marks, is_return=True))
    if step == Step.COUNTERSIGN:
        slots = reply.countersignatures.filter(round=reply.clearance_round, assignment__bureau=post.bureau, step=None)
        slots.update(step=returned)
    record_clearance_event(actor, proposal, reply, post, "send_back", f"{step.label}时退回修改", comment)
    tell_next(
        actor, proposal, reply, [Role.CLERK], [reply.bureau], "reply-edit", say("sent_back", proposal, what="已退回")
    )
    return reply


def settle(actor: User | None, proposal: Proposal, reply: Reply) -> None:
    """Pass ``reply`` on when no bureau of this round still has to decide and no change waits for the lead's word. A
    bureau taken off the case has nothing to decide."""
    missing = reply.countersignatures.filter(round=reply.clearance_round, step=None)
    if missing.exclude(assignment__state=AssignmentState.WITHDRAWN).exists():
        return
    if not CountersignChange.objects.filter(reply=reply, state=ChangeState.WAITING).exists():
        hand_on(actor, proposal, reply, rule_for(proposal))


def hand_on(actor: User | None, proposal: Proposal, reply: Reply, rule: HandlingRule) -> None:
    """From the bureaus to the leader, by way of the office where the session's rule wants its audit."""
    if not rule.pre_audit:
        hand_to_leader(actor, proposal, reply, rule)
        return
    reply.state = ReplyState.AUDITING
    write(reply, "state")
    tell_next(actor, proposal, reply, [Role.OFFICE_STAFF], (), "reply-audit", say("to_audit", proposal))


def hand_to_leader(actor: User | None, proposal: Proposal, reply: Reply, rule: HandlingRule | None = None) -> None:
    """The leader is next: the main one where the rule names him."""
    reply.state = ReplyState.SIGNING
    write(reply, "state")
    is_main = needs_main_leader(rule or rule_for(proposal))
    said = say("to_sign_main" if is_main else "to_sign", proposal)
    tell_next(actor, proposal, reply, [Role.LEADER], [reply.bureau], "reply-sign", said, is_main=is_main)


@Kept
def reply_with_bureau(pk: int) -> QuerySet[Reply]:
    """The reply with its bureau."""
    return Reply.objects.filter(pk=pk).select_related("bureau")


def steps_of_round(reply: Reply) -> list[ClearanceStep]:
    """What has been decided in the running round, in order (one query)."""
    return _steps(reply.pk, reply.clearance_round)


@Kept
def _steps(reply: int, number: int) -> QuerySet[ClearanceStep]:
    return ClearanceStep.objects.filter(reply=reply, round=number)


def same_person_refusal(actor: User, reply: Reply, steps: Iterable[ClearanceStep] | None = None) -> str:
    """Why ``actor`` may not take the next step although he holds the post; "" when he may. Nobody acts at two steps
    of one round, and who drafts does not clear. ``steps``: those of the round, where the caller has read them."""
    asked_again = reply.state == ReplyState.COUNTERSIGNING  # what is void: the text has changed since
    for step in steps_of_round(reply) if steps is None else steps:
        if step.actor_id != actor.pk or step.step == Step.COORDINATE or (asked_again and step.is_void):
            continue
        done = step.get_step_display()
        return f"您在本轮已经办过“{done}”，同一人不能在一轮核签里办两个环节，请由其他同志办理。"
    if reply.drafted_by_id == actor.pk:
        return "这份答复由您拟稿，拟稿人不能核稿、会签或签发，请由其他同志办理。"
    return ""


def insist_on_new_person(actor: User, reply: Reply, steps: Iterable[ClearanceStep] | None = None) -> None:
    """NotAllowed with the reason of ``same_person_refusal``, if there is one."""
    if reason := same_person_refusal(actor, reply, steps):
        raise NotAllowed(reason)


def record_step(
    actor: User,
    post: Post,
    reply: Reply,
    step: ClearanceStep.Step,
    decision: ClearanceStep.Decision,
    comment: str,
    *,
    is_void: bool = False,
) -> ClearanceStep:
    """One row of the chain in the running round."""
    row = ClearanceStep(
        reply=reply,
        round=reply.clearance_round,
        step=step,
        decision=decision,
        comment=comment.strip(),
        is_void=is_void,
        actor=actor,
        post=post,
        at=now(),
    )
    insert([row])
    return row


def end_changes(reply: Reply) -> None:
    """Changes nobody has decided on go back with the draft; the clerk reads them in the chain."""
    CountersignChange.objects.filter(reply=reply, state=ChangeState.WAITING).update(
        state=CHANGE.get("lapse_change").target
    )


def insist_on_round(reply: Reply, seen_round: int | None) -> None:
    """WrongStage when the page was opened in an earlier round: the text may be another one by now."""
    if seen_round is not None and seen_round != reply.clearance_round:
        raise StateChanged(STALE_PAGE)


def tell_next(
    actor: User | None,
    proposal: Proposal,
    reply: Reply,
    roles: Iterable[str],
    bureaus: Sequence[Bureau],
    url_name: str,
    text: Said,
    *,
    is_main: bool = False,
) -> None:
    """Put a line into the lists of those whose turn it is: holders of ``roles`` at ``bureaus``, or wherever when no
    bureau is named (two queries, however many bureaus). ``is_main``: the main leaders among them."""
    at = tuple(dict.fromkeys(bureau.pk for bureau in bureaus)) or None
    people = dict.fromkeys(people_holding(today(), tuple(dict.fromkeys(roles)), at, None, is_main))
    notify(people, text=text, link=reverse(url_name, args=[reply.pk]), but=actor)


def record_clearance_event(
    actor: User,
    proposal: Proposal,
    reply: Reply,
    post: Post,
    kind: str,
    text: str,
    comment: str,
    more: Mapping[str, str] | None = None,
) -> None:
    """The event of one step; an opinion that was written stands behind the sentence."""
    told = f"{text}：{comment.strip()}" if comment.strip() else text
    data = {"reply": reply.pk, "round": reply.clearance_round, **(more or {})}
    record_event(actor, proposal=proposal, kind=kind, post=post, text=told, data=data, clocks_moved=False)


def take_up(
    actor: User, action: str, reply: Reply, seen_round: int | None = None, *, with_session: bool = False
) -> tuple[Proposal, Reply, Post]:
    """Lock the case (``with_session``: its session is read along), read the reply anew, and check right and stage."""
    proposal = lock_proposal(reply.proposal_id, rows=marked_case_with_session if with_session else marked_case)
    reply = reply_with_bureau.get(reply.pk)
    reply.proposal = proposal
    post = insist(can(fresh(actor), action, reply))
    insist_on_round(reply, seen_round)
    return proposal, reply, post
