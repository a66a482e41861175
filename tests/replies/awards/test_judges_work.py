"""A judge finds his ballot on the page of his work until he has voted or the round is over."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

from django.test import Client
from django.urls import reverse

from proposals.models import Post, User
from replies.models import Award, Nomination
from replies.services.award_results import decide_award
from replies.services.awards import cast_ballot, name_judges
from replies.worklist.assembling import work_of
from replies.worklist.items import WorkItem
from tests.replies.awards.conftest import JUDGED, Rounds
from tests.world import World


def _ballots(user: User) -> list[WorkItem]:
    return [line for line in work_of(user).owed if line.page == "award-ballot"]


def test_each_judge_has_the_line_with_the_last_day_and_nobody_else(
    world: World, rounds: Rounds, judging: list[Nomination], client: Client
) -> None:
    (line,) = _ballots(world.office_staff)
    assert line.deadline is not None
    assert line.deadline.due_on == JUDGED
    assert _ballots(world.committee_colleague)
    for other in (world.committee_staff, world.office_colleague, world.sfj_clerk, world.nobody, world.admin):
        assert not _ballots(other)
    client.force_login(world.office_staff)
    page = client.get(reverse("work")).content.decode()
    assert str(rounds.proposals) in page
    assert line.next_url in page
    assert client.get(line.next_url).status_code == 200
    assert client.get(line.url).status_code == 200


def test_there_is_no_line_while_candidates_are_still_named(world: World, rounds: Rounds) -> None:
    name_judges(world.committee_staff, award=rounds.proposals, people=[world.office_staff])
    assert not _ballots(world.office_staff)


def test_the_line_goes_with_the_ballot_of_this_judge_only(
    world: World, rounds: Rounds, judging: list[Nomination]
) -> None:
    cast_ballot(world.office_staff, award=rounds.proposals, values={judging[0].pk: 1})
    assert not _ballots(world.office_staff)
    assert _ballots(world.committee_colleague)


def test_the_line_goes_when_the_last_day_is_over_or_the_award_is_decided(
    world: World, rounds: Rounds, judging: list[Nomination], clock_at: Callable[[date | datetime], None]
) -> None:
    clock_at(JUDGED)
    assert _ballots(world.office_staff)
    clock_at(JUDGED + timedelta(days=1))
    assert not _ballots(world.office_staff)
    decide_award(world.committee_staff, award=rounds.proposals, winners=[judging[0].pk])
    clock_at(JUDGED)
    assert not _ballots(world.office_staff)


def test_who_is_no_longer_a_judge_or_serves_no_more_has_no_line(
    world: World, rounds: Rounds, judging: list[Nomination]
) -> None:
    award = Award.objects.get(pk=rounds.proposals.pk)
    name_judges(world.committee_staff, award=award, people=[world.committee_colleague])
    assert not _ballots(world.office_staff)
    Post.objects.filter(user=world.committee_colleague).delete()
    assert not _ballots(User.objects.get(pk=world.committee_colleague.pk))
