"""A text that its writer opened (可否附议) is listed for members, who sign it unasked; else nobody but the invited."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from proposals.errors import NotAllowed, TextSigned, WrongStage
from proposals.models import Deadline, Event, Invitation, Notice, Proposal
from proposals.permissions_cosigning import cosignable_by
from proposals.services.cosigning import accept_cosigning, decline_cosigning, withdraw_invitation
from proposals.services.filing import save_draft, submit
from proposals.services.joining import join_cosigning
from proposals.services.review import return_for_revision
from proposals.workflow_cosigning import InvitationState
from tests.proposals.cosigning.people import invited, member, my_content, my_draft
from tests.proposals.stages import form_data
from tests.world import World

pytestmark = pytest.mark.django_db


def opened(world: World, **changes: Any) -> Proposal:
    return my_draft(world, open_to_cosigning=True, **changes)


def page(proposal: Proposal, name: str = "proposal-cosign") -> str:
    return reverse(name, args=[proposal.pk])


def joined(world: World, proposal: Proposal, opinion: str = "") -> Invitation:
    version = Proposal.objects.get(pk=proposal.pk).version
    return join_cosigning(world.other_member_user, proposal=proposal, version=version, opinion=opinion)


def told(person: Any) -> list[str]:
    return list(Notice.objects.filter(recipient=person).order_by("pk").values_list("text", flat=True))


def test_a_text_is_closed_unless_its_writer_opens_it(client: Client, world: World) -> None:
    proposal = my_draft(world)
    client.force_login(world.other_member_user)
    assert client.get(page(proposal)).status_code == 404
    assert proposal.title not in client.get(reverse("proposal-cosignable")).content.decode()
    with pytest.raises(WrongStage, match="没有开放附议"):
        joined(world, proposal)
    client.force_login(world.member_user)
    sent = form_data(my_content(world), 1, open_to_cosigning="on")
    assert client.post(page(proposal, "proposal-edit"), sent).status_code == 302
    client.force_login(world.other_member_user)
    assert proposal.title in client.get(reverse("proposal-cosignable")).content.decode()
    assert client.get(page(proposal)).status_code == 200


def test_a_member_finds_it_from_his_landing_page_reads_it_and_signs(client: Client, world: World) -> None:
    proposal = opened(world)
    client.force_login(world.other_member_user)
    assert reverse("proposal-cosignable") in client.get(reverse("work")).content.decode()
    listed = client.get(reverse("proposal-cosignable")).content.decode()
    assert page(proposal) in listed
    assert "赵青禾" in listed
    shown = client.get(page(proposal)).content.decode()
    for words in (proposal.analysis, "建立涉企行政执法检查备案制度", "附议并签名"):
        assert words in shown
    assert client.get(page(proposal, "proposal-detail")).status_code == 404
    assert client.post(page(proposal), {"version": 1, "opinion": "赞成第二条"}).status_code == 302
    signed = client.get(page(proposal)).content.decode()
    assert "您已签名" in signed
    assert "再附议" in signed  # to take it back is not for ever
    again = client.get(reverse("proposal-cosignable")).content.decode()
    assert "现在没有可附议的提案" in again
    assert page(proposal) in again  # among what he has signed, where he can still change his mind


def test_the_initiator_is_told_sees_it_in_the_progress_and_may_take_it_off(client: Client, world: World) -> None:
    proposal = opened(world)
    row = joined(world, proposal, "赞成第二条")
    assert told(world.member_user) == [f"孙望潮附议：{proposal.title}"]
    assert Event.objects.get(kind="join_cosigning").text == "孙望潮附议"
    client.force_login(world.member_user)
    shown = client.get(page(proposal, "proposal-cosigners")).content.decode()
    for words in ("自行附议", "赞成第二条", "撤下附议"):
        assert words in shown
    asked = client.get(reverse("invitation-withdraw", args=[row.pk])).content.decode()
    assert "撤下孙望潮的附议" in asked
    client.post(reverse("invitation-withdraw", args=[row.pk]), {"seen": "accepted"})
    row.refresh_from_db()
    assert row.state == InvitationState.WITHDRAWN
    assert told(world.other_member_user) == [f"发起人撤下了您的附议，签名不再有效：{proposal.title}"]
    with pytest.raises(WrongStage, match="不能再自行附议"):
        joined(world, proposal)
    invited(world, proposal)  # but the initiator may ask him


def test_handing_in_makes_who_signed_a_proposer_and_closes_the_text(client: Client, world: World) -> None:
    proposal = opened(world)
    joined(world, proposal)
    submit(world.member_user, proposal=proposal)
    named = proposal.proposal_proposers.order_by("position").values_list("proposer__name", "is_cosigner")
    assert list(named) == [("赵青禾", False), ("孙望潮", True)]
    _, late = member("钱一帆")
    client.force_login(late)
    assert client.get(page(proposal)).status_code == 404
    assert proposal.title not in client.get(reverse("proposal-cosignable")).content.decode()
    with pytest.raises(WrongStage):
        join_cosigning(late, proposal=proposal, version=1)
    return_for_revision(world.committee_staff, proposal=proposal, opinion="请补充数据")
    assert cosignable_by(late).filter(pk=proposal.pk).exists()


def test_a_signed_text_is_not_changed_by_who_does_not_know_and_a_change_asks_again(world: World) -> None:
    proposal = opened(world)
    row = joined(world, proposal)
    content = my_content(world, title="关于另一件事的建议", open_to_cosigning=True)
    with pytest.raises(TextSigned):
        save_draft(world.member_user, proposal=proposal, content=content, version=1)
    save_draft(world.member_user, proposal=proposal, content=content, version=1, knows_of=1)
    row.refresh_from_db()
    assert row.state == InvitationState.ASKED_AGAIN
    assert row.deadline is not None
    accept_cosigning(world.other_member_user, invitation=row, version=2)


def test_closing_the_text_keeps_the_signatures_and_lets_nobody_else_in(world: World) -> None:
    proposal = opened(world)
    row = joined(world, proposal)
    save_draft(world.member_user, proposal=proposal, content=my_content(world), version=1)
    row.refresh_from_db()
    assert row.state == InvitationState.ACCEPTED
    with pytest.raises(WrongStage, match="没有开放附议"):
        join_cosigning(member("钱一帆")[1], proposal=proposal, version=2)


def test_a_stale_page_takes_no_signature(client: Client, world: World) -> None:
    proposal = opened(world)
    changed = my_content(world, title="关于别的事的建议", open_to_cosigning=True)
    save_draft(world.member_user, proposal=proposal, content=changed, version=1)
    client.force_login(world.other_member_user)
    assert client.post(page(proposal), {"version": 1}).status_code == 409
    assert not Invitation.objects.exists()


def test_nobody_signs_twice_his_own_or_half_a_text(world: World) -> None:
    proposal = opened(world)
    joined(world, proposal)
    with pytest.raises(WrongStage):
        joined(world, proposal)
    with pytest.raises(WrongStage):
        join_cosigning(world.member_user, proposal=proposal, version=1)
    half = opened(world, analysis="")
    with pytest.raises(WrongStage):
        joined(world, half)
    assert not cosignable_by(world.other_member_user).exists()


def test_organisations_and_offices_do_not_sign(world: World) -> None:
    proposal = opened(world)
    for user in (world.minjian_contact, world.committee_staff, world.sfj_clerk, world.admin):
        assert not cosignable_by(user).exists()
        with pytest.raises(NotAllowed):
            join_cosigning(user, proposal=proposal, version=1)


def test_who_let_an_invitation_run_out_or_declined_may_still_sign(
    client: Client, world: World, clock_at: Callable[[date | datetime], None]
) -> None:
    clock_at(date(2022, 1, 4))
    proposal = opened(world)
    third, third_user = member("钱一帆")
    ran_out, declined = invited(world, proposal, world.other_member, third, due_on=date(2022, 1, 6))
    decline_cosigning(third_user, invitation=declined)
    assert not cosignable_by(world.other_member_user).exists()  # asked: he answers there
    assert cosignable_by(third_user).exists()
    clock_at(date(2022, 1, 6) + timedelta(days=1))
    client.force_login(world.other_member_user)
    assert "附议并签名" in client.get(page(proposal)).content.decode()
    assert client.post(page(proposal), {"version": 1}).status_code == 302
    ran_out.refresh_from_db()
    assert ran_out.state == InvitationState.LAPSED
    assert Deadline.objects.get(kind="cosign", proposer=world.other_member).cancelled_at is not None
    assert Invitation.objects.filter(proposer=world.other_member, by_himself=True, state="accepted").exists()


def test_a_signer_takes_his_signature_back_and_is_gone_from_the_progress(world: World) -> None:
    proposal = opened(world)
    row = joined(world, proposal)
    decline_cosigning(world.other_member_user, invitation=row, reason="另有安排")
    submit(world.member_user, proposal=proposal)
    assert proposal.proposal_proposers.count() == 1
    with pytest.raises(WrongStage):
        withdraw_invitation(world.member_user, invitation=row, seen="declined")


def test_who_took_his_signature_back_may_sign_again(world: World) -> None:
    proposal = opened(world)
    decline_cosigning(world.other_member_user, invitation=joined(world, proposal))
    assert joined(world, proposal).state == InvitationState.ACCEPTED


@pytest.mark.parametrize("many", [2, 15])
def test_the_list_asks_the_same_for_many_texts(
    client: Client, world: World, django_assert_max_num_queries: Any, many: int
) -> None:
    for n in range(many):
        opened(world, title=f"关于第{n}件事的建议")
    client.force_login(world.other_member_user)
    client.get(reverse("proposal-cosignable"))
    with django_assert_max_num_queries(10):
        client.get(reverse("proposal-cosignable"))
    proposal = Proposal.objects.latest("pk")
    with django_assert_max_num_queries(12):
        client.get(page(proposal))
    with django_assert_max_num_queries(16):
        joined(world, proposal)
