"""并案: chosen at review, undone until the main proposal is assigned, told on both sides; never a dead end."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from proposals.errors import InvalidInput, NotAllowed, WrongStage
from proposals.models import Event, Proposal, RejectionReason, Review
from proposals.permissions import visible_proposals
from proposals.services.assignment import assign
from proposals.services.merging import merge, undo_merge
from proposals.services.review import register, reject, undo_registration
from proposals.services.verification import verify_events
from proposals.services.withdrawing import withdraw_proposal
from tests.proposals.stages import registered, submitted
from tests.world import World


def of_the_member(world: World, **changes: object) -> Proposal:
    """A proposal of 赵青禾, under review."""
    return submitted(world, by=world.member_user, proposer_ids=(world.member.pk,), title="关于园区法律服务", **changes)


def merged(world: World) -> tuple[Proposal, Proposal]:
    """The main proposal of 民建 with its number, and the member's merged into it."""
    main = registered(world)
    return main, merge(world.committee_staff, proposal=of_the_member(world), main=main)


def test_both_sides_are_told_and_both_chains_hold_it(world: World) -> None:
    main, one = merged(world)
    assert (one.state, one.merged_into_id, one.number) == ("merged", main.pk, "")
    assert {event.proposal_id for event in Event.objects.filter(kind="merge")} == {main.pk, one.pk}
    assert world.member_user.notices.latest("pk").link == reverse("proposal-detail", args=[one.pk])
    assert "并入您的提案" in world.minjian_contact.notices.latest("pk").text
    assert Review.objects.get(proposal=one).outcome == "merged"
    assert verify_events().faults == []


def test_who_answers_the_main_proposal_reads_the_merged_one_and_its_proposer_only_his_own(world: World) -> None:
    main, one = merged(world)
    assign(world.office_staff, proposal=main, lead=world.sfj, co_handlers=[world.gaj])
    assert set(visible_proposals(world.sfj_clerk)) == set(visible_proposals(world.gaj_clerk)) == {main, one}
    assert set(visible_proposals(world.member_user)) == {one}
    assert set(visible_proposals(world.minjian_contact)) == {main}
    assert not visible_proposals(world.scj_clerk)


def test_its_proposer_hears_of_the_main_one_by_the_page_of_his_own_case(world: World) -> None:
    main, one = submitted(world), of_the_member(world)
    merge(world.committee_staff, proposal=one, main=main)
    register(world.committee_staff, proposal=main)
    told = world.member_user.notices.latest("pk")
    assert ("第001号" in told.text, told.link) == (True, reverse("proposal-detail", args=[one.pk]))
    assert world.minjian_contact.notices.latest("pk").link == reverse("proposal-detail", args=[main.pk])


@pytest.mark.parametrize("has_number", [False, True])
def test_a_merge_is_undone_into_the_state_it_was_made_in(world: World, has_number: bool) -> None:
    main, one = registered(world), of_the_member(world)
    if has_number:
        one = register(world.committee_staff, proposal=one)
    merge(world.committee_staff, proposal=one, main=main)
    with pytest.raises(InvalidInput):
        undo_merge(world.committee_staff, proposal=one, opinion=" ")
    undone = undo_merge(world.committee_staff, proposal=one, opinion="并非一事")
    assert (undone.state, undone.number, undone.merged_into_id) == (
        ("registered", "002", None) if has_number else ("submitted", "", None)
    )
    assert Event.objects.filter(kind="undo_merge").count() == 2
    with pytest.raises(WrongStage):
        undo_merge(world.committee_staff, proposal=one, opinion="再撤")


def test_once_the_main_one_is_assigned_a_merge_stands(world: World) -> None:
    main, one = merged(world)
    assign(world.office_staff, proposal=main, lead=world.sfj)
    with pytest.raises(WrongStage, match="已经交办"):
        undo_merge(world.committee_staff, proposal=one, opinion="改")
    with pytest.raises(InvalidInput, match="只能并入"):
        merge(world.committee_staff, proposal=of_the_member(world), main=main)


def test_a_main_proposal_must_be_another_one_of_the_session_under_review(world: World) -> None:
    main, one = merged(world)
    other = of_the_member(world)
    for proposal, target in ((other, None), (other, other), (other, one), (main, other)):
        with pytest.raises(InvalidInput) as refusal:
            merge(world.committee_staff, proposal=proposal, main=target)
        assert set(refusal.value.errors) == {"main"}


def test_a_case_others_hang_on_cannot_end_without_them(world: World) -> None:
    main, one = merged(world)
    with pytest.raises(WrongStage, match="先撤销并案"):
        withdraw_proposal(world.minjian_contact, proposal=main, reason="撤")
    undo_registration(world.committee_staff, proposal=main, opinion="编错")
    with pytest.raises(WrongStage, match="先撤销并案"):
        reject(world.committee_staff, proposal=main, reason=RejectionReason.objects.first())
    assert undo_merge(world.committee_staff, proposal=one, opinion="分开办").state == "submitted"


def test_the_page_finds_by_words_and_by_number_and_merges_once(client: Client, world: World) -> None:
    main, one = registered(world), of_the_member(world)
    url = reverse("proposal-merge", args=[one.pk])
    for user, status in ((world.member_user, 403), (world.office_staff, 404), (world.minjian_contact, 404)):
        client.force_login(user)
        assert client.get(url).status_code == client.post(url, {"main": main.pk}).status_code == status
        with pytest.raises(NotAllowed):
            merge(user, proposal=one, main=main)
    client.force_login(world.committee_staff)
    assert main.title in client.get(url, {"q": "法治化 营商"}).content.decode()
    assert main.title in client.get(url, {"q": "第1号"}).content.decode()
    assert "没有找到" in client.get(url, {"q": "并无此事"}).content.decode()
    assert "main" in client.post(url, {}).context["form"].errors
    answers = [client.post(url, {"main": main.pk, "opinion": "同一件事"}).status_code for _ in range(2)]
    assert answers == [302, 409]
    assert "并入第001号" in client.get(reverse("proposal-list")).content.decode()
    page = client.get(reverse("proposal-detail", args=[main.pk])).content.decode()
    assert "并入本案的提案（1 件）" in page
