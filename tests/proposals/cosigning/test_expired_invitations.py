"""An invitation that ran out is told to its initiator once, whatever nights are missed and runs are doubled."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from importlib import import_module

from django.apps import apps

from proposals.models import Deadline, Event, Invitation, Notice, Proposal
from proposals.services.cosigning import accept_cosigning
from proposals.services.expired_invitations import tell_expired_invitations
from proposals.services.filing import submit
from replies.worklist.assembling import work_of
from tests.proposals.cosigning.people import invited, member, my_draft, signed
from tests.world import World

DAY = date(2022, 1, 4)
ClockAt = Callable[[date | datetime], None]


def told(world: World) -> list[str]:
    found = Notice.objects.filter(recipient=world.member_user, text__contains="没有在期限内答复")
    return list(found.order_by("pk").values_list("text", flat=True))


def test_the_initiator_is_told_once_of_all_that_ran_out_after_a_missed_night_and_in_a_doubled_run(
    world: World, clock_at: ClockAt
) -> None:
    clock_at(DAY)
    other, _ = member("钱来")
    proposal = my_draft(world)
    invited(world, proposal, world.other_member, other, due_on=DAY + timedelta(days=2))
    clock_at(DAY + timedelta(days=2))
    assert tell_expired_invitations() == 0  # the last day is a day to answer
    clock_at(DAY + timedelta(days=9))  # nobody came by for a week
    assert tell_expired_invitations() == 2
    assert tell_expired_invitations() == 0
    assert len(told(world)) == 1
    assert "钱来" in told(world)[0]
    assert "孙望潮" in told(world)[0]
    event = Event.objects.get(kind="invitation_expired")
    assert (event.proposal_id, event.actor) == (proposal.pk, None)


def test_the_line_of_the_invited_ends_with_the_day(world: World, clock_at: ClockAt) -> None:
    clock_at(DAY)
    proposal = my_draft(world)
    invited(world, proposal, due_on=DAY + timedelta(days=2))
    assert any(line.title == proposal.title for line in work_of(world.other_member_user).owed)
    clock_at(DAY + timedelta(days=3))
    tell_expired_invitations()
    assert not any(line.title == proposal.title for line in work_of(world.other_member_user).owed)


def test_who_answered_or_was_invited_for_longer_is_not_told_of(world: World, clock_at: ClockAt) -> None:
    clock_at(DAY)
    invitation = signed(world, my_draft(world))
    clock_at(DAY + timedelta(days=60))
    assert invitation.state == "accepted"
    assert tell_expired_invitations() == 0
    assert told(world) == []


def test_a_text_that_was_handed_in_meanwhile_is_told_of_nothing(world: World, clock_at: ClockAt) -> None:
    clock_at(DAY)
    proposal = my_draft(world)
    invited(world, proposal, due_on=DAY + timedelta(days=2))
    submit(world.member_user, proposal=Proposal.objects.get(pk=proposal.pk))
    clock_at(DAY + timedelta(days=9))
    assert tell_expired_invitations() == 0


def test_a_day_that_was_moved_later_runs_out_anew(world: World, clock_at: ClockAt) -> None:
    clock_at(DAY)
    proposal = my_draft(world)
    (row,) = invited(world, proposal, due_on=DAY + timedelta(days=2))
    clock_at(DAY + timedelta(days=3))
    assert tell_expired_invitations() == 1
    assert row.deadline_id is not None
    Deadline.objects.filter(pk=row.deadline_id).update(due_on=DAY + timedelta(days=5))
    assert tell_expired_invitations() == 0
    row = Invitation.objects.get(pk=row.pk)
    assert not row.is_expired_on(DAY + timedelta(days=3))
    clock_at(DAY + timedelta(days=6))
    assert tell_expired_invitations() == 1
    assert len(told(world)) == 2


def test_a_member_asked_anew_after_the_day_can_still_sign(world: World, clock_at: ClockAt) -> None:
    clock_at(DAY)
    proposal = my_draft(world)
    invited(world, proposal, due_on=DAY + timedelta(days=2))
    clock_at(DAY + timedelta(days=3))
    tell_expired_invitations()
    (again,) = invited(world, proposal, due_on=DAY + timedelta(days=8))
    version = Proposal.objects.get(pk=proposal.pk).version
    assert accept_cosigning(world.other_member_user, invitation=again, version=version).state == "accepted"
    clock_at(DAY + timedelta(days=20))
    assert tell_expired_invitations() == 0


def test_what_ran_out_long_before_the_upgrade_is_never_told_and_what_ran_out_lately_is(
    world: World, clock_at: ClockAt
) -> None:
    clock_at(DAY)
    old, _ = member("钱来")
    proposal = my_draft(world)
    invited(world, proposal, old, due_on=DAY + timedelta(days=2))
    invited(world, proposal, due_on=DAY + timedelta(days=20))
    clock_at(DAY + timedelta(days=22))
    upgrade = import_module("proposals.migrations.0031_old_expired_invitations")
    upgrade.mark_as_told(apps, None)
    assert tell_expired_invitations() == 1
    assert len(told(world)) == 1
    assert "孙望潮" in told(world)[0]
    assert "钱来" not in told(world)[0]
    assert tell_expired_invitations() == 0
