"""Review: numbers without gaps, returns with an opinion, rejections with a reason, an undone number that stays void."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from proposals.errors import InvalidInput, NotAllowed, WrongStage
from proposals.models import Event, IssuedNumber, Proposal, RejectionReason, Review, Topic
from proposals.services.filing import save_draft, submit
from proposals.services.review import register, reject, return_for_revision, undo_registration
from tests.proposals.stages import content_for, draft, registered, submitted
from tests.world import World


def review_url(proposal: Proposal) -> str:
    return reverse("proposal-review", args=[proposal.pk])


def undo_url(proposal: Proposal) -> str:
    return reverse("proposal-undo-registration", args=[proposal.pk])


def test_numbers_follow_each_other_in_each_kind(world: World) -> None:
    numbers = [registered(world, title=f"第{n}件").number for n in range(2)]
    interim = registered(world, kind="interim")
    assert numbers == ["001", "002"]
    assert interim.number == "平001"
    assert world.office_staff.notices.count() == 3
    assert world.minjian_contact.notices.count() == 3


def test_both_kinds_share_one_run_where_they_print_alike(world: World) -> None:
    world.session.interim_numbering = world.session.numbering
    world.session.save()
    assert [registered(world).number, registered(world, kind="interim").number] == ["001", "002"]


def test_an_undone_number_stays_void_and_is_never_given_again(world: World) -> None:
    first = registered(world)
    undone = undo_registration(world.committee_staff, proposal=first, opinion="编错届次")
    assert (undone.state, undone.number) == ("submitted", "")
    assert str(IssuedNumber.objects.get()) == "第001号（作废）"
    assert register(world.committee_staff, proposal=undone).number == "002"
    assert registered(world).number == "003"


def test_a_number_taken_by_an_imported_case_is_stepped_over(world: World) -> None:
    Proposal.objects.filter(pk=draft(world).pk).update(number="001")
    Proposal.objects.filter(pk=draft(world).pk).update(number="2")  # as some old pages print it
    assert registered(world).number == "003"


def test_a_returned_proposal_comes_back_after_the_change(client: Client, world: World) -> None:
    proposal = submitted(world)
    with pytest.raises(InvalidInput) as refusal:
        return_for_revision(world.committee_staff, proposal=proposal, opinion=" ")
    assert set(refusal.value.errors) == {"opinion"}
    return_for_revision(world.committee_staff, proposal=proposal, opinion="请补充数据。")
    notice = world.minjian_contact.notices.get()
    assert notice.link == reverse("proposal-edit", args=[proposal.pk])
    client.force_login(world.minjian_contact)
    assert "请补充数据。" in client.get(notice.link).content.decode()
    save_draft(world.minjian_contact, proposal=proposal, content=content_for(world, analysis="已补数据"), version=1)
    assert submit(world.minjian_contact, proposal=proposal).state == "submitted"


def test_a_rejection_needs_a_reason_from_the_list(client: Client, world: World) -> None:
    proposal = submitted(world)
    client.force_login(world.committee_staff)
    answer = client.post(review_url(proposal), {"outcome": "reject", "opinion": "写下的意见"})
    assert answer.status_code == 400
    assert "reason" in answer.context["form"].errors
    assert "写下的意见" in answer.content.decode()
    reason = RejectionReason.objects.get(text__startswith="内容空泛")
    client.post(review_url(proposal), {"outcome": "reject", "reason": reason.pk})
    review = Review.objects.get()
    assert (review.outcome, review.reason, review.reviewed_by) == ("rejected", reason, world.committee_staff)
    assert Proposal.objects.get().state == "rejected"


def test_registering_by_the_page_sets_the_topic_and_keeps_who_and_in_which_post(client: Client, world: World) -> None:
    proposal = submitted(world)
    topic = Topic.objects.get(name="营商环境")
    client.force_login(world.committee_staff)
    assert client.get(review_url(proposal)).status_code == 200
    answer = client.post(review_url(proposal), {"outcome": "register", "topic": topic.pk}, follow=True)
    assert answer.status_code == 200
    stored = Proposal.objects.get()
    assert (stored.state, stored.number, stored.topic) == ("registered", "001", topic)
    event = Event.objects.get(kind="register")
    assert (event.actor, event.post) == (world.committee_staff, Review.objects.get().post)


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({}, "outcome"),
        ({"outcome": "merge"}, "outcome"),
        ({"outcome": "return_for_revision"}, "opinion"),
        ({"outcome": "register", "opinion": "长" * 2001}, "opinion"),
        ({"outcome": "register", "opinion": "控\x07制"}, "opinion"),
        ({"outcome": "register", "topic": "999999"}, "topic"),
    ],
)
def test_a_bad_decision_is_shown_at_its_field(client: Client, world: World, sent: dict[str, str], field: str) -> None:
    proposal = submitted(world)
    client.force_login(world.committee_staff)
    answer = client.post(review_url(proposal), sent)
    assert answer.status_code == 400
    assert field in answer.context["form"].errors
    assert Proposal.objects.get().state == "submitted"


@pytest.mark.parametrize("stage", ["draft", "registered"])
def test_review_out_of_turn_is_refused(client: Client, world: World, stage: str) -> None:
    proposal = draft(world, by=world.committee_staff) if stage == "draft" else registered(world)
    client.force_login(world.committee_staff)
    assert client.get(review_url(proposal)).status_code == 409
    assert client.post(review_url(proposal), {"outcome": "register"}).status_code == 409
    reason = RejectionReason.objects.first()
    with pytest.raises(WrongStage):
        register(world.committee_staff, proposal=proposal)
    with pytest.raises(WrongStage):
        return_for_revision(world.committee_staff, proposal=proposal, opinion="改")
    with pytest.raises(WrongStage):
        reject(world.committee_staff, proposal=proposal, reason=reason)


def test_review_by_the_wrong_person_is_refused(client: Client, world: World) -> None:
    proposal = submitted(world)
    for user, status in (
        (world.minjian_contact, 403),  # sees it, may not decide
        (world.office_staff, 404),
        (world.sfj_clerk, 404),
        (world.other_member_user, 404),
    ):
        client.force_login(user)
        assert client.get(review_url(proposal)).status_code == status
        assert client.post(review_url(proposal), {"outcome": "register"}).status_code == status
        with pytest.raises(NotAllowed):
            register(user, proposal=proposal)
    assert not IssuedNumber.objects.exists()


def test_undoing_asks_why_and_is_refused_to_others_and_the_second_time(client: Client, world: World) -> None:
    proposal = registered(world)
    for user, status in ((world.minjian_contact, 403), (world.office_staff, 403), (world.sfj_clerk, 404)):
        client.force_login(user)
        assert client.get(undo_url(proposal)).status_code == status
        assert client.post(undo_url(proposal), {"opinion": "撤"}).status_code == status
    client.force_login(world.committee_staff)
    assert "opinion" in client.post(undo_url(proposal), {"opinion": ""}).context["form"].errors
    answers = [client.post(undo_url(proposal), {"opinion": "编错"}).status_code for _ in range(2)]
    assert answers == [302, 409]
    assert IssuedNumber.objects.filter(voided_at__isnull=False).count() == 1


def test_what_the_committee_typed_goes_back_to_the_person_who_typed_it(world: World) -> None:
    proposal = submitted(world, by=world.committee_colleague)
    world.committee_colleague.notices.all().delete()
    return_for_revision(world.committee_staff, proposal=proposal, opinion="请补充数据。")
    edit = reverse("proposal-edit", args=[proposal.pk])
    assert [notice.link for notice in world.committee_colleague.notices.all()] == [edit]
    assert [notice.link for notice in world.minjian_contact.notices.all()] != [edit]
