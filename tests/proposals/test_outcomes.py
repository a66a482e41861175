"""The less usual ends of a review: transfers, 撤案, late proposals, and what can be undone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from proposals.errors import InvalidInput, NotAllowed, WrongStage
from proposals.models import IssuedNumber, RejectionReason
from proposals.services.filing import submit
from proposals.services.review import reject, return_for_revision, transfer, undo_decision
from proposals.services.withdrawing import withdraw_proposal
from tests.proposals.stages import draft, registered, submitted
from tests.world import World


@pytest.mark.parametrize(
    ("action", "state"), [("to_suggestion", "suggestion"), ("to_public_opinion", "public_opinion")]
)
def test_a_transfer_tells_the_proposer_where_it_went(client: Client, world: World, action: str, state: str) -> None:
    proposal = submitted(world)
    client.force_login(world.committee_staff)
    url = reverse("proposal-review", args=[proposal.pk])
    assert "opinion" in client.post(url, {"outcome": action}).context["form"].errors
    assert client.post(url, {"outcome": action, "opinion": "已转市信访局研究参考。"}).status_code == 302
    proposal.refresh_from_db()
    assert (proposal.state, proposal.number) == (state, "")
    client.force_login(world.minjian_contact)
    page = client.get(world.minjian_contact.notices.latest("pk").link).content.decode()
    assert "已转市信访局研究参考。" in page


def test_rejections_and_transfers_are_undone_with_a_reason(world: World) -> None:
    one, other = submitted(world), submitted(world)
    reject(world.committee_staff, proposal=one, reason=RejectionReason.objects.first())
    transfer(world.committee_staff, proposal=other, action="to_suggestion", opinion="转有关单位参考。")
    for proposal in (one, other):
        with pytest.raises(InvalidInput):
            undo_decision(world.committee_staff, proposal=proposal, opinion="")
        with pytest.raises(NotAllowed):
            undo_decision(world.minjian_contact, proposal=proposal, opinion="改")
        undone = undo_decision(world.committee_staff, proposal=proposal, opinion="复核后认为可以立案")
        assert (undone.state, undone.reviews.latest("pk").outcome) == ("submitted", "undone")
        assert "重新审查" in world.minjian_contact.notices.latest("pk").text
        with pytest.raises(WrongStage):
            undo_decision(world.committee_staff, proposal=proposal, opinion="再撤")


def test_the_first_proposer_withdraws_and_the_number_is_never_given_again(client: Client, world: World) -> None:
    both = (world.minjian.pk, world.member.pk)
    proposal = registered(world, proposer_ids=both)
    url = reverse("proposal-withdraw", args=[proposal.pk])
    for user, status in ((world.member_user, 403), (world.committee_staff, 403), (world.other_member_user, 404)):
        client.force_login(user)
        assert client.post(url, {"reason": "情况变化"}).status_code == status
    client.force_login(world.minjian_contact)
    assert "第001号作废" in client.get(url).content.decode()
    assert "reason" in client.post(url, {"reason": " "}).context["form"].errors
    assert [client.post(url, {"reason": "情况变化"}).status_code for _ in range(2)] == [302, 409]
    proposal.refresh_from_db()
    assert (proposal.state, proposal.number) == ("withdrawn", "")
    assert str(IssuedNumber.objects.get()) == "第001号（作废）"
    assert registered(world).number == "002"
    for user in (world.committee_staff, world.office_staff, world.member_user):
        assert "撤案" in user.notices.filter(text__contains="撤案").latest("pk").text


def test_the_committee_withdraws_at_the_word_of_the_proposer_only_what_it_typed(world: World) -> None:
    typed = submitted(world, by=world.committee_colleague)
    assert withdraw_proposal(world.committee_staff, proposal=typed, reason="提案者来电撤案").state == "withdrawn"
    with pytest.raises(NotAllowed):
        withdraw_proposal(world.committee_staff, proposal=submitted(world), reason="撤")


@pytest.fixture
def after_the_cutoff(world: World) -> None:
    """The last day of the session has long been."""
    world.session.filing_cutoff = date(2022, 3, 7)
    world.session.save()


def test_a_late_one_becomes_interim_and_the_filer_is_told_before_and_after(
    client: Client, world: World, after_the_cutoff: None
) -> None:
    proposal = draft(world)
    client.force_login(world.minjian_contact)
    url = reverse("proposal-submit", args=[proposal.pk])
    assert "将作为平时提案" in client.get(url).content.decode()
    assert "作为平时提案办理" in client.post(url, follow=True).content.decode()
    proposal.refresh_from_db()
    assert proposal.kind == "interim"
    assert registered(world).number == "平001"


def test_the_last_day_counts_and_one_that_was_in_time_stays_so(world: World, clock_at: Callable[[date], None]) -> None:
    world.session.filing_cutoff = date(2022, 3, 7)
    world.session.save()
    clock_at(date(2022, 3, 7))
    proposal = submitted(world)
    return_for_revision(world.committee_staff, proposal=proposal, opinion="请补充数据。")
    clock_at(date(2022, 3, 20))
    assert submit(world.minjian_contact, proposal=proposal).kind == "session"
    assert submitted(world).kind == "interim"
