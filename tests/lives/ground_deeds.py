"""Deeds on the ground floor: filing, review, assignment, requests."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from django.db.models import Model

from proposals.models import (
    Assignment,
    Deadline,
    HandlingRequest,
    Proposal,
    RejectionReason,
    ReturnReason,
    ReviewStep,
    SupervisionForm,
    User,
)
from proposals.permissions import can, can_file
from proposals.services import deciding, extensions, merging, requests, review
from proposals.services.assignment import assign, change_due_date, withdraw_assignment
from proposals.services.clerks import clerks_at, hand_over
from proposals.services.content import ProposalContent, stored_content
from proposals.services.filing import create_draft, save_draft, submit
from proposals.services.handling import accept_assignment
from proposals.services.marking import lift_mark, set_mark
from proposals.services.review_steps import next_step, take_step
from proposals.services.suspending import resume, suspend
from proposals.services.withdrawing import withdraw_proposal
from proposals.workflow import ASSIGNMENT, PROPOSAL, Workflow
from proposals.workflow_requests import REQUEST
from tests.lives.deeds import Life, May, deed

MOST_CASES = 14


def by_table(model: type[Model], table: Workflow, action: str) -> tuple[type[Model], May, frozenset[str]]:
    """Thing, right and states of a row of the table, as ``deed`` takes them."""
    return model, lambda user, thing: can(user, action, thing), table.get(action).sources


of_case = partial(by_table, Proposal, PROPOSAL)
of_share = partial(by_table, Assignment, ASSIGNMENT)
of_request = partial(by_table, HandlingRequest, REQUEST)


@deed(None, lambda user, _: can_file(user))
def file_draft(life: Life, actor: User, _: None) -> None:
    if Proposal.objects.count() >= MOST_CASES:
        return
    world, mark = life.world, life.mark()
    proposers = life.some([world.minjian, world.member, world.other_member], 2) or [world.minjian]
    row = create_draft(
        actor,
        content=ProposalContent(
            session_id=world.session.pk,
            title=f"关于{life.marks}号小事的建议",
            background=mark,
            analysis="问题在于衔接不够。",
            suggestions="1. 统一标准。",
            asks=("统一标准。",),
            proposer_ids=tuple(one.pk for one in proposers),
        ),
    )
    life.keep("proposal", row.pk, mark)


@deed(*of_case("edit"), weight=3)
def write_draft(life: Life, actor: User, proposal: Proposal) -> None:
    """Often what was opened some time ago: whoever saved in between wins, and this one is shown both."""
    page = life.pages.pop(("proposal", proposal.pk), None) if life.chance(0.5) else None
    content, version = page or (stored_content(proposal), proposal.version)
    mark = life.mark()
    written = replace(content, background=content.background + mark)
    save_draft(actor, proposal=proposal, content=written, version=version)
    life.keep("proposal", proposal.pk, mark)


@deed(*of_case("edit"), weight=1)
def open_draft(life: Life, actor: User, proposal: Proposal) -> None:
    life.pages["proposal", proposal.pk] = stored_content(proposal), proposal.version


@deed(*of_case("submit"), weight=3)
def hand_in(life: Life, actor: User, proposal: Proposal) -> None:
    submit(actor, proposal=proposal)


@deed(*of_case("review_step"), weight=1)
def give_opinion(life: Life, actor: User, proposal: Proposal) -> None:
    step = next_step(proposal) or ReviewStep.objects.order_by("position").last()
    assert step is not None
    take_step(actor, proposal=proposal, step=step, opinion=life.reason())


@deed(*of_case("register"), weight=5)
def register(life: Life, actor: User, proposal: Proposal) -> None:
    review.register(actor, proposal=proposal)


@deed(*of_case("return_for_revision"), weight=1)
def return_for_revision(life: Life, actor: User, proposal: Proposal) -> None:
    review.return_for_revision(actor, proposal=proposal, opinion=life.reason())


@deed(*of_case("reject"), weight=1)
def reject(life: Life, actor: User, proposal: Proposal) -> None:
    reason = life.choose([None, *RejectionReason.objects.order_by("pk")[:2]])
    review.reject(actor, proposal=proposal, reason=reason, opinion=life.reason())


@deed(*of_case("to_suggestion"), weight=1)
def pass_on(life: Life, actor: User, proposal: Proposal) -> None:
    action = life.choose(sorted(review.TRANSFERS))
    review.transfer(actor, proposal=proposal, action=action, opinion=life.reason())


@deed(*of_case("undo_registration"), weight=1)
def undo_registration(life: Life, actor: User, proposal: Proposal) -> None:
    review.undo_registration(actor, proposal=proposal, opinion=life.reason())


@deed(*of_case("undo_decision"))
def undo_decision(life: Life, actor: User, proposal: Proposal) -> None:
    review.undo_decision(actor, proposal=proposal, opinion=life.reason())


@deed(*of_case("merge"))
def merge(life: Life, actor: User, proposal: Proposal) -> None:
    main = life.choose(list(Proposal.objects.order_by("pk")))
    merging.merge(actor, proposal=proposal, main=main)


@deed(*of_case("undo_merge"), weight=3)
def undo_merge(life: Life, actor: User, proposal: Proposal) -> None:
    merging.undo_merge(actor, proposal=proposal, opinion=life.reason())


@deed(*of_case("withdraw_proposal"), weight=1)
def take_proposal_back(life: Life, actor: User, proposal: Proposal) -> None:
    withdraw_proposal(actor, proposal=proposal, reason=life.reason())


@deed(*of_case("mark_key"), weight=1)
def put_or_lift_mark(life: Life, actor: User, proposal: Proposal) -> None:
    kind = life.choose(["key", "excellent"])
    if life.chance(0.3):
        lift_mark(actor, proposal=proposal, kind=kind)
    else:
        form = SupervisionForm.objects.order_by("pk").first()
        set_mark(actor, proposal=proposal, kind=kind, leader=life.reason(), form=form)


@deed(*of_case("assign"), weight=6)
def assign_case(life: Life, actor: User, proposal: Proposal) -> None:
    bureaus = life.random.sample(life.bureaus, 4)
    by_hand = {"reply_due": life.day(10, 90), "reason": life.reason()} if life.chance(0.3) else {}
    if life.chance(0.3):
        assign(actor, proposal=proposal, separate=bureaus[: life.random.randint(1, 3)], **by_hand)  # type: ignore[arg-type]
    else:
        helpers = bureaus[1 : 1 + life.random.randint(0, 2)]
        assign(actor, proposal=proposal, lead=bureaus[0], co_handlers=helpers, **by_hand)  # type: ignore[arg-type]


@deed(*of_case("suspend"), weight=1)
def stop_case(life: Life, actor: User, proposal: Proposal) -> None:
    suspend(actor, proposal=proposal, reason=life.reason())


@deed(*of_case("resume"), weight=4)
def go_on(life: Life, actor: User, proposal: Proposal) -> None:
    resume(actor, proposal=proposal, reason=life.mark())


@deed(*of_case("change_due_date"), weight=1)
def move_day(life: Life, actor: User, proposal: Proposal) -> None:
    clocks = list(Deadline.objects.filter(proposal=proposal).order_by("pk"))
    if clocks:
        change_due_date(actor, deadline=life.choose(clocks), due_on=life.day(), reason=life.reason())


@deed(*of_share("accept"), weight=8)
def sign_for_receipt(life: Life, actor: User, share: Assignment) -> None:
    suggestion = requests.Suggestion(life.choose(life.bureaus), life.mark()) if life.chance(0.2) else None
    accept_assignment(actor, assignment=share, suggestion=suggestion)


@deed(*of_share("ask_return"), weight=4)
def ask_return(life: Life, actor: User, share: Assignment) -> None:
    reason = life.choose(list(ReturnReason.objects.order_by("pk")[:2]))
    bureau = life.choose([None, *life.bureaus])
    requests.ask_return(actor, assignment=share, reason=reason, text=life.reason(), bureau=bureau)


@deed(*of_share("ask_extension"))
def ask_extension(life: Life, actor: User, share: Assignment) -> None:
    clock = requests.clock_of(share)
    wanted = life.day(1, 20) if clock is None else clock.due_on.replace(day=min(clock.due_on.day + 3, 28))
    extensions.ask_extension(actor, assignment=share, wanted_on=wanted, text=life.reason())


@deed(*of_share("hand_over"))
def give_to_colleague(life: Life, actor: User, share: Assignment) -> None:
    hand_over(
        actor,
        assignment=share,
        clerk=life.choose(life.people if life.chance(0.3) else list(clerks_at([share.bureau_id]))),
    )


@deed(*of_share("withdraw"))
def withdraw_share(life: Life, actor: User, share: Assignment) -> None:
    withdraw_assignment(actor, assignment=share, reason=life.reason())


@deed(*of_request("grant"), weight=3)
def grant(life: Life, actor: User, request: HandlingRequest) -> None:
    bureau = life.choose([request.bureau, *life.bureaus])
    match request.kind:
        case "add":
            deciding.add_bureau(actor, request=request, bureau=bureau, decision=life.reason())
        case "return":
            deciding.reassign(actor, request=request, bureau=bureau, decision=life.reason())
        case _:
            day = request.wanted_on or life.day()
            extensions.grant_extension(actor, request=request, due_on=day, decision=life.reason())


@deed(*of_request("adjust"), weight=4)
def adjust(life: Life, actor: User, request: HandlingRequest) -> None:
    deciding.adjust_roles(actor, request=request, bureau=life.choose([None, *life.bureaus]), decision=life.reason())


@deed(*of_request("refuse"))
def refuse(life: Life, actor: User, request: HandlingRequest) -> None:
    deciding.refuse_request(actor, request=request, decision=life.reason())


@deed(*of_request("take_back"), weight=1)
def take_request_back(life: Life, actor: User, request: HandlingRequest) -> None:
    requests.take_back_request(actor, request=request)
