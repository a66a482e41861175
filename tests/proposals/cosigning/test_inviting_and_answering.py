"""Members are invited, sign or decline, in time, and become proposers when the text is handed in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from panjin_portal.lib.clock import today
from proposals.errors import InvalidInput, NotAllowed, TextSigned, WrongStage
from proposals.models import Deadline, Event, Invitation, Notice, Proposal, ProposalProposer, User
from proposals.permissions import can, visible_invitations, visible_proposals
from proposals.services.cosigning import (
    Wanted,
    accept_cosigning,
    decline_cosigning,
    invite,
    withdraw_invitation,
)
from proposals.services.filing import save_draft, submit
from proposals.services.review import return_for_revision
from proposals.services.withdrawing import withdraw_proposal
from proposals.workflow import ProposalState
from proposals.workflow_cosigning import InvitationState
from tests.proposals.cosigning.people import invited, member, my_content, my_draft, signed, silent_member
from tests.proposals.reminders.clocks import due_on_day
from tests.proposals.stages import content_for, draft
from tests.world import World

pytestmark = pytest.mark.django_db


def names(proposal: Proposal) -> list[str]:
    rows = ProposalProposer.objects.filter(proposal=proposal).order_by("position")
    return [str(row.proposer) for row in rows.select_related("proposer")]


def told(user: User) -> list[str]:
    return list(Notice.objects.filter(recipient=user).order_by("id").values_list("text", flat=True))


def test_an_invitation_has_a_clock_and_is_told(world: World) -> None:
    proposal = my_draft(world)
    (row,) = invited(world, proposal, message="请看第二条")
    clock = Deadline.objects.get(proposal=proposal)
    assert (clock.kind, clock.proposer, clock.recipient_role) == ("cosign", world.other_member, "proposer")
    assert row.due_on == clock.due_on > today()
    assert told(world.other_member_user) == [f"邀您联名：{proposal.title}，请于 {clock.due_on} 前答复"]
    assert Event.objects.get(kind="invite_cosigners").text.startswith("邀请孙望潮联名")
    proposal.refresh_from_db()
    assert proposal.next_due_on == clock.due_on


def test_a_sector_and_a_group_are_invited_at_once(world: World) -> None:
    one, two = member("钱一帆")[0], member("李二南", sector="经济界", group="第三组")[0]
    silent = silent_member("吴三舟")
    proposal = my_draft(world)
    done = invite(world.member_user, proposal=proposal, wanted=Wanted(sector="教育界", group="第三组"))
    assert {row.proposer for row in done.rows} == {one, two, world.other_member}
    assert done.without_account == [silent.name]
    with pytest.raises(InvalidInput, match="没有账号"):
        invite(world.member_user, proposal=proposal, wanted=Wanted(sector="教育界"))


def test_the_initiator_may_choose_the_day(world: World) -> None:
    day = today() + timedelta(days=20)
    (row,) = invited(world, my_draft(world), due_on=day)
    assert row.due_on == day
    with pytest.raises(InvalidInput, match="早于今天"):
        invited(world, my_draft(world), due_on=today() - timedelta(days=1))
    with pytest.raises(InvalidInput, match="年份"):
        invited(world, my_draft(world), due_on=today() + timedelta(days=8000))


def test_an_unfinished_text_is_not_sent_round(world: World) -> None:
    with pytest.raises(InvalidInput, match="问题分析"):
        invited(world, my_draft(world, analysis=""))


def test_only_the_first_proposer_or_who_typed_the_text_invites(world: World) -> None:
    proposal = my_draft(world)
    assert not can(world.other_member_user, "invite_cosigners", proposal)
    assert not can(world.committee_staff, "invite_cosigners", proposal)
    typed = draft(world, by=world.committee_staff, proposer_ids=(world.member.pk,))
    assert can(world.committee_colleague, "invite_cosigners", typed)
    assert not can(world.member_user, "invite_cosigners", typed)


def test_the_invited_sees_the_invitation_and_not_the_case(world: World) -> None:
    proposal = my_draft(world)
    (row,) = invited(world, proposal)
    assert list(visible_invitations(world.other_member_user)) == [row]
    assert not visible_proposals(world.other_member_user).filter(pk=proposal.pk).exists()
    assert not visible_invitations(world.minjian_contact).exists()
    decline_cosigning(world.other_member_user, invitation=row, reason="不熟悉这个领域")
    assert not visible_invitations(world.other_member_user).exists()
    assert told(world.member_user)[-1] == f"孙望潮不参加联名：{proposal.title}"
    assert "不熟悉" not in Event.objects.get(kind="decline_cosigning").text
    assert not Deadline.objects.filter(met_at=None, cancelled_at=None).exists()


def test_who_signs_becomes_a_proposer_when_the_text_is_handed_in(world: World) -> None:
    proposal = my_draft(world)
    second, second_user = member("钱一帆")
    third, third_user = member("李二南")
    rows = {row.proposer: row for row in invited(world, proposal, world.other_member, second, third)}
    accept_cosigning(second_user, invitation=rows[second], version=1, opinion="同意第二条")
    accept_cosigning(world.other_member_user, invitation=rows[world.other_member], version=1)
    submit(world.member_user, proposal=proposal)
    assert names(proposal) == ["赵青禾", "钱一帆", "孙望潮"]
    assert list(visible_proposals(world.other_member_user)) == [proposal]
    assert not visible_proposals(third_user).exists()
    assert Invitation.objects.get(proposer=third).state == InvitationState.LAPSED
    assert told(third_user)[-1].startswith("联名邀请已失效")
    assert Event.objects.get(kind="submit").text == "提交提案，2位委员联名，1份邀请失效"
    assert not Deadline.objects.filter(met_at=None, cancelled_at=None).exists()
    proposal.refresh_from_db()
    assert proposal.next_due_on is None
    assert proposal.search_text.text.startswith("赵青禾、钱一帆、孙望潮")


def test_a_signer_reads_the_returned_text_but_does_not_write_it(world: World) -> None:
    proposal = my_draft(world)
    signed(world, proposal)
    submit(world.member_user, proposal=proposal)
    returned = return_for_revision(world.committee_staff, proposal=proposal, opinion="补充数据")
    assert can(world.member_user, "edit", returned)
    assert not can(world.other_member_user, "edit", returned)
    assert not can(world.other_member_user, "submit", returned)


def test_an_expired_invitation_cannot_be_accepted_and_can_be_made_anew(
    world: World, clock_at: Callable[[date], None]
) -> None:
    clock_at(date(2026, 3, 2))
    proposal = my_draft(world)
    (row,) = invited(world, proposal)
    clock_at(date(2026, 4, 1))
    with pytest.raises(WrongStage, match="到期"):
        accept_cosigning(world.other_member_user, invitation=row, version=1)
    assert due_on_day(today()) == []  # nothing is asked any more of who let it pass
    (again,) = invited(world, proposal)
    row.refresh_from_db()
    assert (row.state, again.state) == (InvitationState.LAPSED, InvitationState.INVITED)
    accept_cosigning(world.other_member_user, invitation=again, version=1)


def test_the_reminder_comes_before_the_day(world: World, clock_at: Callable[[date], None]) -> None:
    clock_at(date(2026, 3, 2))
    (row,) = invited(world, my_draft(world))
    assert row.due_on
    clock_at(row.due_on)
    assert [found.user_id for found in due_on_day(today())] == [world.other_member_user.pk]


def test_a_withdrawn_invitation_is_no_more(world: World) -> None:
    proposal = my_draft(world)
    (row,) = invited(world, proposal)
    withdraw_invitation(world.member_user, invitation=row, seen="invited")
    assert not visible_invitations(world.other_member_user).exists()
    with pytest.raises(WrongStage, match="已撤回"):
        accept_cosigning(world.other_member_user, invitation=row, version=1)
    with pytest.raises(NotAllowed):
        withdraw_invitation(world.other_member_user, invitation=invited(world, proposal)[0], seen="invited")


def test_an_invitation_that_was_answered_meanwhile_is_looked_at_before_it_is_taken_back(world: World) -> None:
    row = signed(world, my_draft(world))
    with pytest.raises(WrongStage, match="刚刚答复：已签名"):
        withdraw_invitation(world.member_user, invitation=row, seen="invited")
    withdraw_invitation(world.member_user, invitation=row, seen="accepted")


def test_a_changed_text_asks_the_signers_again(world: World) -> None:
    proposal = my_draft(world)
    row = signed(world, proposal)
    content = my_content(world, title="关于另一件事的建议")
    with pytest.raises(TextSigned):  # autosave, and who does not know of the signature
        save_draft(world.member_user, proposal=proposal, content=content, version=1)
    save_draft(world.member_user, proposal=proposal, content=content, version=1, knows_of=1)
    row.refresh_from_db()
    assert row.state == InvitationState.ASKED_AGAIN
    assert row.due_on
    assert Deadline.objects.filter(met_at=None, cancelled_at=None).count() == 1
    assert told(world.other_member_user)[-1].startswith("您签名的提案有改动")
    assert Event.objects.get(kind="ask_again").text == "修改提案，1位签名的委员须重新确认"
    with pytest.raises(WrongStage, match="改动"):
        accept_cosigning(world.other_member_user, invitation=row, version=1)
    accept_cosigning(world.other_member_user, invitation=row, version=2)
    submit(world.member_user, proposal=proposal)
    assert names(proposal) == ["赵青禾", "孙望潮"]


def test_what_nobody_signs_may_change_freely(world: World) -> None:
    proposal = my_draft(world)
    row = signed(world, proposal)
    content = my_content(world, publicity_consent=False, publicity_reason="涉及企业")
    save_draft(world.member_user, proposal=proposal, content=content, version=1)
    row.refresh_from_db()
    assert row.state == InvitationState.ACCEPTED


def test_who_does_not_sign_the_changed_text_is_a_proposer_no_more(world: World) -> None:
    proposal = my_draft(world)
    row = signed(world, proposal)
    submit(world.member_user, proposal=proposal)
    returned = return_for_revision(world.committee_staff, proposal=proposal, opinion="改题目")
    both = (world.member.pk, world.other_member.pk)
    content = content_for(world, proposer_ids=both, title="关于改过的题目的建议")
    save_draft(world.member_user, proposal=returned, content=content, version=1, knows_of=1)
    assert names(proposal) == ["赵青禾", "孙望潮"]
    assert ProposalProposer.objects.get(proposer=world.other_member).is_cosigner
    submit(world.member_user, proposal=proposal)
    assert names(proposal) == ["赵青禾"]
    row.refresh_from_db()
    assert row.state == InvitationState.LAPSED


def test_who_is_taken_off_the_list_has_not_signed_any_more(world: World) -> None:
    proposal = my_draft(world)
    row = signed(world, proposal)
    submit(world.member_user, proposal=proposal)
    returned = return_for_revision(world.committee_staff, proposal=proposal, opinion="改")
    save_draft(world.member_user, proposal=returned, content=my_content(world), version=1)
    row.refresh_from_db()
    assert row.state == InvitationState.WITHDRAWN
    submit(world.member_user, proposal=proposal)
    assert names(proposal) == ["赵青禾"]


def test_a_signer_may_leave_while_the_text_is_with_its_writer(world: World) -> None:
    proposal = my_draft(world)
    row = signed(world, proposal)
    submit(world.member_user, proposal=proposal)
    return_for_revision(world.committee_staff, proposal=proposal, opinion="改")
    decline_cosigning(world.other_member_user, invitation=row)
    assert names(proposal) == ["赵青禾"]
    assert not visible_proposals(world.other_member_user).exists()


def test_nobody_is_put_on_the_list_without_his_signature(world: World) -> None:
    both = (world.member.pk, world.other_member.pk)
    proposal = draft(world, by=world.member_user, proposer_ids=both)
    with pytest.raises(InvalidInput, match="孙望潮没有签名"):
        submit(world.member_user, proposal=proposal)
    typed = draft(world, by=world.committee_staff, proposer_ids=both)
    submit(world.committee_staff, proposal=typed)  # signed on paper


def test_a_withdrawn_proposal_asks_nobody_any_more(world: World) -> None:
    proposal = submit(world.member_user, proposal=my_draft(world))
    returned = return_for_revision(world.committee_staff, proposal=proposal, opinion="改")
    (row,) = invited(world, returned)
    done = withdraw_proposal(world.member_user, proposal=returned, reason="另作考虑")
    assert done.stage is ProposalState.WITHDRAWN
    row.refresh_from_db()
    assert row.state == InvitationState.LAPSED
    assert not Deadline.objects.filter(met_at=None, cancelled_at=None).exists()
    with pytest.raises(WrongStage):
        accept_cosigning(world.other_member_user, invitation=row, version=1)
