"""会签 with changes, refused, coordinated: no text is replaced unseen, and nobody signs an older text."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from panjin_portal.lib.clock import now
from proposals.errors import InvalidInput, NotAllowed, WrongStage
from proposals.models import Assignment, Event, Notice, User
from replies.models import CountersignChange, Reply
from replies.permissions import visible_replies
from replies.services.changes import accept_change, refuse_change
from replies.services.clearance import send_back
from replies.services.coordinating import coordinate_back, coordinate_on
from replies.services.countersigning import Wording, countersign, countersign_with_changes, refuse_countersign
from replies.services.rounds import renew_rounds
from replies.workflow import ReplyState
from tests.replies.drafting.case import countersigning
from tests.world import World

OLD = "全市执法单位的信息已汇入一个平台。"
NEW = "全市执法单位的信息已汇入一个平台，公安机关的信息每日更新。"
HEADING = "执法信息平台已经联通"


def wanting(world: World, who: User, reply: Reply, body: str = NEW) -> CountersignChange:
    """``who`` agrees if the only section reads ``body``."""
    section = reply.sections.get()
    countersign_with_changes(who, reply=reply, wordings={section.pk: Wording(HEADING, body)})
    return CountersignChange.objects.latest("pk")


def waiting_bureaus(reply: Reply) -> set[str]:
    slots = reply.countersignatures.filter(round=reply.clearance_round, step=None)
    return set(slots.values_list("assignment__bureau__code", flat=True))


def test_a_change_leaves_the_text_alone_until_the_lead_has_decided(world: World) -> None:
    reply = countersigning(world)
    change = wanting(world, world.gaj_clerk, reply)
    assert reply.sections.get().body == OLD
    assert (change.old_body, change.body, change.state) == (OLD, NEW, "waiting")
    assert Notice.objects.filter(recipient=world.sfj_clerk, text__contains="附修改").exists()
    for who in (world.scj_clerk, world.ysj_clerk):
        reply = countersign(who, reply=reply)
    assert reply.state == ReplyState.COUNTERSIGNING


def test_a_colleague_of_a_bureau_that_has_decided_is_told_so_while_a_change_waits(world: World) -> None:
    """Nobody is missing any more, the change waits for the lead: the colleague has no turn, and no page breaks."""
    reply = countersigning(world)
    wanting(world, world.gaj_clerk, reply)
    for who in (world.scj_clerk, world.ysj_clerk):
        reply = countersign(who, reply=reply)
    with pytest.raises(WrongStage, match="已经会签过"):
        countersign(world.gaj_leader, reply=reply)
    with pytest.raises(NotAllowed):
        send_back(world.gaj_leader, reply=reply, comment="再想想。")


def test_a_bureau_taken_off_the_case_holds_no_round_up_and_one_that_joined_is_asked(world: World) -> None:
    reply = countersigning(world)
    for who in (world.gaj_clerk, world.scj_clerk):
        reply = countersign(who, reply=reply)
    share = Assignment.objects.get(proposal=reply.proposal_id, bureau=world.ysj)
    Assignment.objects.filter(pk=share.pk).update(state="withdrawn")
    with pytest.raises(NotAllowed):
        countersign(world.ysj_clerk, reply=reply)
    assert renew_rounds() == 1
    assert Reply.objects.get(pk=reply.pk).state == ReplyState.SIGNING
    assert Event.objects.latest("pk").text == "市营商局不再会办，不用会签"
    assert Notice.objects.filter(recipient=world.sfj_leader, text__contains="请签发").exists()
    assert renew_rounds() == 0


def test_a_bureau_that_joins_during_countersigning_gets_its_slot(world: World) -> None:
    reply = countersigning(world)
    share = Assignment.objects.get(proposal=reply.proposal_id, bureau=world.ysj)
    Assignment.objects.filter(pk=share.pk).update(state="withdrawn")
    again = Assignment.objects.create(
        proposal=reply.proposal,
        bureau=world.ysj,
        role="co_handler",
        state="accepted",
        assigned_by=world.office_staff,
        assigned_at=now(),
    )
    assert renew_rounds() == 1
    assert Notice.objects.filter(recipient=world.ysj_clerk, text__contains="请会签").exists()
    for who in (world.gaj_clerk, world.scj_clerk, world.ysj_clerk):
        reply = countersign(who, reply=reply)
    assert (reply.state, reply.countersignatures.filter(assignment=again, step=None).exists()) == ("signing", False)


def test_after_an_accepted_change_those_who_had_signed_are_asked_again(world: World) -> None:
    reply = countersigning(world)
    countersign(world.scj_clerk, reply=reply)
    accept_change(world.sfj_reviewer, change=wanting(world, world.gaj_clerk, reply))
    assert reply.sections.get().body == NEW
    assert waiting_bureaus(reply) == {"scj", "ysj"}
    assert reply.clearance_steps.get(actor=world.scj_clerk).is_void
    assert Notice.objects.filter(recipient=world.scj_clerk, text__contains="再次会签").exists()
    with pytest.raises(WrongStage, match="已经会签过"):
        countersign(world.gaj_clerk, reply=reply)
    for who in (world.scj_clerk, world.ysj_clerk):
        reply = countersign(who, reply=reply)
    assert reply.state == ReplyState.SIGNING
    assert reply.revisions.filter(reason__contains="会签修改").exists()


def test_a_page_with_the_earlier_text_signs_nothing(world: World) -> None:
    reply = countersigning(world)
    seen = reply.edition
    accept_change(world.sfj_clerk, change=wanting(world, world.gaj_clerk, reply))
    with pytest.raises(WrongStage, match="改过文字"):
        countersign(world.scj_clerk, reply=reply, seen_edition=seen)


def test_who_is_refused_a_change_decides_anew_with_the_reason(world: World) -> None:
    reply = countersigning(world)
    change = wanting(world, world.gaj_clerk, reply)
    with pytest.raises(InvalidInput, match="写明理由"):
        refuse_change(world.sfj_clerk, change=change, answer=" ")
    refuse_change(world.sfj_clerk, change=change, answer="更新频次以平台通告为准。")
    assert reply.sections.get().body == OLD
    assert "gaj" in waiting_bureaus(reply)
    assert Notice.objects.filter(recipient=world.gaj_leader, text__contains="没有采用").exists()
    with pytest.raises(WrongStage, match="未采用"):
        accept_change(world.sfj_clerk, change=change)
    countersign(world.gaj_clerk, reply=reply)


def test_two_changes_of_one_section_do_not_overwrite_each_other_unseen(world: World) -> None:
    reply = countersigning(world)
    seen = reply.sections.get().version
    first = wanting(world, world.gaj_clerk, reply)
    second = wanting(world, world.scj_clerk, reply, body="信息已汇入一个平台。")
    accept_change(world.sfj_clerk, change=first, seen_version=seen)
    with pytest.raises(WrongStage, match="另一处修改"):
        accept_change(world.sfj_clerk, change=second, seen_version=seen)
    assert reply.sections.get().body == NEW


@pytest.mark.parametrize("who", ["sfj_leader", "gaj_clerk", "office_staff", "nobody"])
def test_only_the_leads_clerk_or_reviewer_decides_on_a_change(world: World, who: str) -> None:
    change = wanting(world, world.gaj_clerk, countersigning(world))
    with pytest.raises(NotAllowed):
        accept_change(getattr(world, who), change=change)


def test_nothing_changed_is_no_change_and_a_section_is_not_emptied(world: World) -> None:
    reply = countersigning(world)
    section = reply.sections.get()
    for wording, told in ((Wording(HEADING, OLD), "没有改动"), (Wording("", ""), "空白")):
        with pytest.raises(InvalidInput, match=told):
            countersign_with_changes(world.gaj_clerk, reply=reply, wordings={section.pk: wording})
    assert "gaj" in waiting_bureaus(reply)


def test_a_draft_that_goes_back_takes_its_open_changes_with_it(world: World) -> None:
    reply = countersigning(world)
    change = wanting(world, world.gaj_clerk, reply)
    send_back(world.scj_clerk, reply=reply, comment="请先补充数据。")
    change.refresh_from_db()
    assert change.state == "lapsed"


def test_a_refusal_stops_the_chain_and_shows_the_draft_to_the_office_only(world: World) -> None:
    reply = countersigning(world)
    with pytest.raises(InvalidInput, match="写明理由"):
        refuse_countersign(world.gaj_clerk, reply=reply, comment="")
    assert not visible_replies(world.office_staff).exists()
    reply = refuse_countersign(world.gaj_clerk, reply=reply, comment="数据口径不一致。")
    assert reply.state == ReplyState.COORDINATING
    assert visible_replies(world.office_staff).filter(pk=reply.pk).exists()
    for name in ("committee_staff", "minjian_contact", "admin"):
        assert not visible_replies(getattr(world, name)).exists(), name
    assert Notice.objects.filter(recipient=world.office_staff, text__contains="请协调").exists()
    with pytest.raises(WrongStage):
        countersign(world.scj_clerk, reply=reply)


@pytest.mark.parametrize("who", ["committee_staff", "sfj_leader", "gaj_leader", "nobody"])
def test_only_the_office_coordinates(world: World, who: str) -> None:
    reply = refuse_countersign(world.gaj_clerk, reply=countersigning(world), comment="不同意。")
    with pytest.raises(NotAllowed):
        coordinate_on(getattr(world, who), reply=reply, comment="已协调。")


def test_after_coordination_the_chain_goes_on_over_the_objection(world: World) -> None:
    reply = countersigning(world)
    for who in (world.scj_clerk, world.ysj_clerk):
        countersign(who, reply=reply)
    reply = refuse_countersign(world.gaj_clerk, reply=reply, comment="数据口径不一致。")
    with pytest.raises(InvalidInput, match="协调情况"):
        coordinate_on(world.office_staff, reply=reply, comment="")
    reply = coordinate_on(world.office_staff, reply=reply, comment="8月3日当面协调，以统计口径为准。")
    assert reply.state == ReplyState.SIGNING
    steps = list(reply.clearance_steps.values_list("step", "decision").order_by("id"))
    assert steps[-2:] == [("countersign", "refused"), ("coordinate", "passed")]


def test_coordination_may_send_the_draft_back_and_happen_again(world: World) -> None:
    reply = refuse_countersign(world.gaj_clerk, reply=countersigning(world), comment="不同意。")
    reply = coordinate_on(world.office_staff, reply=reply, comment="先听其他单位意见。")
    assert reply.state == ReplyState.COUNTERSIGNING
    reply = refuse_countersign(world.scj_clerk, reply=reply, comment="也不同意。")
    reply = coordinate_back(world.office_staff, reply=reply, comment="请按公安局口径修改。")
    assert reply.state == ReplyState.DRAFTING
    assert Notice.objects.filter(recipient=world.sfj_clerk, text__contains="请修改").exists()


def test_the_pages_from_the_changed_text_to_the_leads_answer(world: World, client: Client) -> None:
    reply = countersigning(world)
    section = reply.sections.get()
    client.force_login(world.gaj_clerk)
    changes = reverse("reply-countersign-changes", args=[reply.pk])
    assert changes in client.get(reverse("reply-countersign", args=[reply.pk])).content.decode()
    assert OLD in client.get(changes).content.decode()
    seen = {"round": reply.clearance_round, "edition": reply.edition}
    words = {f"heading_{section.pk}": HEADING, f"body_{section.pk}": NEW, "comment": "补一句。"}
    assert client.post(changes, {**seen, **words, f"body_{section.pk}": OLD}).status_code == 400
    assert client.post(changes, {**seen, **words}).status_code == 302
    change = reverse("change-decide", args=[CountersignChange.objects.get().pk])
    client.force_login(world.sfj_clerk)
    page = client.get(change).content.decode()
    assert OLD in page
    assert NEW in page
    assert client.post(change, {"decision": "refuse", "answer": ""}).status_code == 400
    assert client.post(change, {"decision": "accept", "version": section.version}).status_code == 302
    assert client.post(change, {"decision": "accept", "version": section.version}).status_code == 409
    refusal = reverse("reply-countersign-refuse", args=[reply.pk])
    client.force_login(world.scj_clerk)
    assert client.post(refusal, {"round": reply.clearance_round, "comment": ""}).status_code == 400
    assert client.post(refusal, {"round": reply.clearance_round, "comment": "不同意。"}).status_code == 302
    coordination = reverse("reply-coordinate", args=[reply.pk])
    client.force_login(world.office_staff)
    assert coordination in client.get(reverse("work")).content.decode()
    assert client.get(coordination).status_code == 200
    form = {"round": reply.clearance_round, "outcome": "coordinate_back", "comment": "退回修改。"}
    assert client.post(coordination, {**form, "comment": ""}).status_code == 400
    assert client.post(coordination, form).status_code == 302
