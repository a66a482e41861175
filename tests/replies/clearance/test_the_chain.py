"""核稿, 会签, 签发 in their order; sent back at any step; nobody twice; refusals by service."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from proposals.errors import InvalidInput, NotAllowed, WrongStage
from proposals.models import Assignment, Event, Notice, Role, User
from proposals.workflow import AssignmentState
from replies.models import ClearanceStep, Reply
from replies.queries import latest_return
from replies.services.clearance import pass_review, send_back, send_to_review
from replies.services.countersigning import countersign
from replies.services.sections import add_section
from replies.services.signing import sign_reply
from replies.workflow import ReplyState
from tests.replies.drafting.case import (
    class_of,
    countersigning,
    drafted,
    reviewing,
    share_of,
    signed,
    signing,
    started,
    write,
)
from tests.world import World, appoint

Stage = Callable[..., Reply]


def _sign(world: World, who: User, reply: Reply) -> Reply:
    return sign_reply(who, reply=reply, result_class=class_of(world, "A"))


def test_the_whole_chain_leaves_one_row_per_person(world: World) -> None:
    reply = signed(world)
    steps = reply.clearance_steps.values_list("step", "decision", "actor__username")
    assert list(steps) == [
        ("draft", "passed", "sfj_clerk"),
        ("review", "passed", "sfj_reviewer"),
        ("countersign", "passed", "gaj_clerk"),
        ("countersign", "passed", "scj_clerk"),
        ("countersign", "passed", "ysj_clerk"),
        ("sign", "passed", "sfj_leader"),
    ]
    assert reply.state == ReplyState.SIGNED
    kinds = Event.objects.filter(proposal=reply.proposal).values_list("kind", flat=True)
    assert {"send_to_review", "pass_review", "countersign", "sign"} <= set(kinds)


def test_each_hand_over_tells_the_next_people(world: World) -> None:
    signed(world)
    told = {(notice.recipient.username, notice.text[:3]) for notice in Notice.objects.select_related("recipient")}
    assert {("sfj_reviewer", "请核稿"), ("gaj_leader", "请会签"), ("scj_clerk", "请会签")} <= told
    assert {("sfj_leader", "请签发"), ("sfj_clerk", "已签发")} <= told


def test_without_a_result_class_or_text_nothing_is_handed_in(world: World) -> None:
    reply = started(world)
    with pytest.raises(InvalidInput) as refusal:
        send_to_review(world.sfj_clerk, reply=reply)
    assert "result_class" in refusal.value.errors
    Reply.objects.update(result_class=class_of(world, "A"))
    with pytest.raises(InvalidInput, match="还没有正文"):
        send_to_review(world.sfj_clerk, reply=reply)
    add_section(world.sfj_clerk, reply=reply)
    with pytest.raises(InvalidInput, match="还没有正文"):
        send_to_review(world.sfj_clerk, reply=reply)


def test_asks_whose_silence_is_explained_do_not_stop_the_hand_in(world: World) -> None:
    assert reviewing(world).state == ReplyState.REVIEWING


def test_a_sole_bureau_goes_from_review_straight_to_signing(world: World) -> None:
    reply = countersigning(world, helpers=[])
    assert reply.state == ReplyState.SIGNING
    assert not reply.countersignatures.exists()


def test_a_withdrawn_co_handler_is_not_asked(world: World) -> None:
    reply = reviewing(world)
    Assignment.objects.filter(bureau=world.ysj).update(state=AssignmentState.WITHDRAWN)
    pass_review(world.sfj_reviewer, reply=reply)
    assert set(reply.countersignatures.values_list("assignment__bureau", flat=True)) == {world.gaj.pk, world.scj.pk}


def test_a_co_handler_signs_for_receipt_before_countersigning(world: World) -> None:
    reply = countersigning(world)
    Assignment.objects.filter(bureau=world.gaj).update(state=AssignmentState.PENDING)
    with pytest.raises(WrongStage, match="还没有签收"):
        countersign(world.gaj_clerk, reply=reply)


def test_a_bureau_countersigns_once_whoever_comes(world: World) -> None:
    reply = countersigning(world)
    countersign(world.gaj_clerk, reply=reply)
    for person in (world.gaj_clerk, world.gaj_leader):
        with pytest.raises(WrongStage, match="已经会签过"):
            countersign(person, reply=reply)


@pytest.mark.parametrize(
    ("stage", "who", "step"),
    [
        (reviewing, "sfj_reviewer", "review"),
        (countersigning, "scj_clerk", "countersign"),
        (signing, "sfj_leader", "sign"),
    ],
)
def test_sent_back_at_any_step_the_clerk_sees_why_and_the_chain_starts_over(
    world: World, stage: Stage, who: str, step: str
) -> None:
    reply = send_back(getattr(world, who), reply=stage(world), comment="第二部分请写具体。")
    assert reply.state == ReplyState.DRAFTING
    returned = latest_return(reply)
    assert returned is not None
    assert (returned.step, returned.comment) == (step, "第二部分请写具体。")
    assert Notice.objects.filter(recipient=world.sfj_clerk, text__startswith="已退回").exists()
    write(world, reply.sections.get(), heading="改过", body="写具体了。", asks=[1])
    again = send_to_review(world.sfj_clerk, reply=reply)
    assert again.clearance_round == 2
    assert latest_return(again) is None
    passed = pass_review(world.sfj_reviewer, reply=again)
    assert passed.countersignatures.filter(round=2, step=None).count() == 3


@pytest.mark.parametrize("comment", ["", "  \n "])
def test_sending_back_needs_a_comment(world: World, comment: str) -> None:
    with pytest.raises(InvalidInput, match="写明意见"):
        send_back(world.sfj_reviewer, reply=reviewing(world), comment=comment)


def test_nobody_acts_at_two_steps_of_one_round(world: World) -> None:
    everything = (Role.REVIEWER, Role.LEADER)
    for role in everything:
        appoint(world.sfj_clerk, role, bureau=world.sfj)
    reply = reviewing(world)
    with pytest.raises(NotAllowed, match="已经办过“拟稿”"):
        pass_review(world.sfj_clerk, reply=reply)
    with pytest.raises(NotAllowed, match="已经办过“拟稿”"):
        send_back(world.sfj_clerk, reply=reply, comment="自己退自己。")
    appoint(world.sfj_reviewer, Role.LEADER, bureau=world.sfj)
    appoint(world.sfj_reviewer, Role.CLERK, bureau=world.gaj)
    pass_review(world.sfj_reviewer, reply=reply)
    with pytest.raises(NotAllowed, match="已经办过“核稿”"):
        countersign(world.sfj_reviewer, reply=reply)
    for person in (world.gaj_clerk, world.scj_clerk, world.ysj_clerk):
        countersign(person, reply=reply)
    for person in (world.sfj_clerk, world.sfj_reviewer):
        with pytest.raises(NotAllowed, match="同一人"):
            _sign(world, person, reply)


def test_who_began_the_draft_does_not_clear_it_even_when_a_colleague_handed_it_in(world: World) -> None:
    appoint(world.sfj_clerk, Role.REVIEWER, bureau=world.sfj)
    reply = send_to_review(world.sfj_clerk_colleague, reply=drafted(world))
    with pytest.raises(NotAllowed, match="由您拟稿"):
        pass_review(world.sfj_clerk, reply=reply)


@pytest.mark.parametrize("who", ["sfj_clerk_colleague", "sfj_leader", "gaj_clerk", "office_staff", "nobody"])
def test_only_the_reviewer_reviews(world: World, who: str) -> None:
    with pytest.raises(NotAllowed):
        pass_review(getattr(world, who), reply=reviewing(world))


@pytest.mark.parametrize("who", ["sfj_reviewer", "sfj_leader", "office_staff", "nobody"])
def test_only_co_handlers_countersign(world: World, who: str) -> None:
    with pytest.raises(NotAllowed):
        countersign(getattr(world, who), reply=countersigning(world))


@pytest.mark.parametrize("who", ["sfj_clerk_colleague", "sfj_reviewer", "gaj_leader", "office_staff", "nobody"])
def test_only_the_leader_signs(world: World, who: str) -> None:
    with pytest.raises(NotAllowed):
        _sign(world, getattr(world, who), signing(world))


@pytest.mark.parametrize("stage", [drafted, countersigning, signing, signed])
def test_review_out_of_turn_is_refused(world: World, stage: Stage) -> None:
    with pytest.raises(WrongStage):
        pass_review(world.sfj_reviewer, reply=stage(world))


@pytest.mark.parametrize("stage", [drafted, reviewing, countersigning, signed])
def test_signing_out_of_turn_or_twice_is_refused(world: World, stage: Stage) -> None:
    with pytest.raises(WrongStage):
        _sign(world, world.sfj_leader, stage(world))


@pytest.mark.parametrize("stage", [reviewing, countersigning, signing, signed])
def test_handing_in_twice_is_refused(world: World, stage: Stage) -> None:
    with pytest.raises(WrongStage):
        send_to_review(world.sfj_clerk, reply=stage(world))


@pytest.mark.parametrize("stage", [drafted, signed])
def test_there_is_nothing_to_send_back_before_and_after(world: World, stage: Stage) -> None:
    with pytest.raises(WrongStage):
        send_back(world.sfj_leader, reply=stage(world), comment="退回。")


def test_a_page_of_an_earlier_round_signs_nothing(world: World) -> None:
    reply = signing(world)
    send_back(world.sfj_leader, reply=reply, comment="请补充数据。")
    send_to_review(world.sfj_clerk, reply=reply)
    pass_review(world.sfj_reviewer, reply=reply)
    for person in (world.gaj_clerk, world.scj_clerk, world.ysj_clerk):
        countersign(person, reply=reply)
    with pytest.raises(WrongStage, match="重新送审"):
        sign_reply(world.sfj_leader, reply=reply, result_class=class_of(world, "A"), seen_round=1)
    assert ClearanceStep.objects.filter(step="sign", decision="passed").count() == 0


def test_the_co_handlers_share_is_what_counts(world: World) -> None:
    reply = countersigning(world)
    slot = reply.countersignatures.get(assignment=share_of(reply.proposal, world.gaj))
    countersign(world.gaj_leader, reply=reply, comment="没有意见。")
    slot.refresh_from_db()
    assert slot.step is not None
    assert (slot.step.actor, slot.step.comment) == (world.gaj_leader, "没有意见。")
