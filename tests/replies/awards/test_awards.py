"""An award from its opening to the decision: who nominates, one ballot per judge, what the committee decides."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from proposals.errors import InvalidInput, NotAllowed, WrongStage
from proposals.models import Event, Mark, Notice, Post
from replies.models import Award, AwardRule, Ballot, Nomination
from replies.services.award_results import decide_award, with_counts
from replies.services.awards import Candidate, cast_ballot, name_judges, nominate, open_award, start_judging
from replies.services.reference import AWARDS, seed_awards
from replies.views.awards import count_of
from tests.replies.awards.conftest import JUDGED, TODAY, UNTIL, Rounds, decided, nominated
from tests.world import World


def test_the_usual_awards_are_the_three_of_every_year(world: World) -> None:
    seed_awards()
    seed_awards()

    assert [rule.name for rule in AwardRule.objects.all()] == [name for name, *_ in AWARDS]


def test_whoever_may_nominate_is_told_of_the_opening(world: World, rounds: Rounds) -> None:
    told = Notice.objects.filter(kind="award_opened", text__contains="优秀提案")

    assert {row.recipient for row in told} == {
        world.minjian_contact,
        world.member_user,
        world.other_member_user,
        world.committee_colleague,
    }
    assert told[0].text == "九届一次会议优秀提案开始推荐，2022-11-11截止"
    assert Notice.objects.filter(kind="award_opened", recipient=world.office_staff).count() == 2


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"seats": 0}, "seats"),
        ({"nominate_until": TODAY - timedelta(days=1)}, "nominate_until"),
        ({"judge_until": UNTIL - timedelta(days=1)}, "judge_until"),
        ({}, "rule"),
    ],
)
def test_an_opening_without_sense_is_refused(world: World, rounds: Rounds, change: dict[str, Any], field: str) -> None:
    given: dict[str, Any] = {"seats": 1, "nominate_until": UNTIL, "judge_until": JUDGED}

    with pytest.raises(InvalidInput) as refused:
        open_award(world.committee_staff, session=world.session, rule=rounds.proposals.rule, **given | change)
    assert field in refused.value.errors


def test_each_award_is_nominated_for_by_those_its_rule_names(world: World, rounds: Rounds) -> None:
    bureau, person = Candidate(bureau=world.sfj), Candidate(bureau=world.sfj, person=" 司文清 ")
    nominated(rounds, world.committee_colleague, rounds.first.number)
    nominated(rounds, world.minjian_contact, rounds.second.number)
    nominate(world.office_staff, award=rounds.bureaus, candidate=bureau, reason="按期")
    assert nominate(world.member_user, award=rounds.people, candidate=person, reason="耐心").person == "司文清"

    for actor, award, candidate in (
        (world.office_staff, rounds.proposals, Candidate(number="1")),
        (world.committee_staff, rounds.bureaus, bureau),
        (world.sfj_leader, rounds.people, person),
        (world.admin, rounds.bureaus, bureau),
    ):
        with pytest.raises(NotAllowed):
            nominate(actor, award=award, candidate=candidate, reason="好")


def test_a_candidate_is_nominated_once_and_must_exist(world: World, rounds: Rounds) -> None:
    number = str(int(rounds.first.number))
    nominated(rounds, world.minjian_contact, f"第{number}号")

    for by, typed in ((world.committee_staff, number), (world.minjian_contact, "999"), (world.minjian_contact, "")):
        with pytest.raises(InvalidInput) as refused:
            nominated(rounds, by, typed)
        assert list(refused.value.errors) == ["number"]
    with pytest.raises(InvalidInput, match="没有您看得到的"):  # another proposer's case is not his to know of
        nominated(rounds, world.other_member_user, rounds.second.number)
    with pytest.raises(InvalidInput, match="推荐理由"):
        nominated(rounds, world.minjian_contact, rounds.second.number, reason=" ")
    with pytest.raises(InvalidInput) as refused:
        nominate(world.office_staff, award=rounds.bureaus, candidate=Candidate(bureau=world.committee), reason="好")
    assert list(refused.value.errors) == ["bureau"]


def test_nominations_end_with_their_day(
    world: World, rounds: Rounds, clock_at: Callable[[date | datetime], None]
) -> None:
    clock_at(UNTIL)
    nominated(rounds, world.minjian_contact, rounds.first.number)
    clock_at(UNTIL + timedelta(days=1))

    with pytest.raises(WrongStage, match="推荐已于2022-11-11截止"):
        nominated(rounds, world.minjian_contact, rounds.second.number)


def test_judging_needs_judges_and_candidates(world: World, rounds: Rounds) -> None:
    with pytest.raises(WrongStage, match="还没有确定评委"):
        start_judging(world.committee_staff, award=rounds.proposals)
    name_judges(world.committee_staff, award=rounds.proposals, people=[world.office_staff])
    with pytest.raises(WrongStage, match="还没有人推荐"):
        start_judging(world.committee_staff, award=rounds.proposals)
    with pytest.raises(InvalidInput):
        name_judges(world.committee_staff, award=rounds.proposals, people=[])


def test_the_judges_are_told_and_nobody_else_votes(world: World, rounds: Rounds, judging: list[Nomination]) -> None:
    told = Notice.objects.filter(kind="award_to_judge")

    assert {row.recipient for row in told} == {world.committee_colleague, world.office_staff}
    for stranger in (world.committee_staff, world.minjian_contact, world.office_colleague, world.admin):
        with pytest.raises(NotAllowed):
            cast_ballot(stranger, award=rounds.proposals, values={judging[0].pk: 1})


def test_a_judge_has_one_ballot_and_may_change_it_until_the_close(
    world: World, rounds: Rounds, judging: list[Nomination], clock_at: Callable[[date | datetime], None]
) -> None:
    first, second = judging
    cast_ballot(world.office_staff, award=rounds.proposals, values={first.pk: 1, second.pk: 0})
    cast_ballot(world.office_staff, award=rounds.proposals, values={first.pk: 0, second.pk: 1})

    assert dict(Ballot.objects.values_list("nomination", "value")) == {first.pk: 0, second.pk: 1}
    ballot = Ballot.objects.first()
    assert ballot is not None
    with pytest.raises(IntegrityError), transaction.atomic():
        Ballot.objects.create(
            nomination_id=ballot.nomination_id, judge_id=ballot.judge_id, value=1, given_at=ballot.given_at
        )
    clock_at(JUDGED + timedelta(days=1))
    with pytest.raises(WrongStage, match="评议已于2022-11-21截止"):
        cast_ballot(world.office_staff, award=rounds.proposals, values={first.pk: 1})


def test_a_judge_casts_no_more_votes_than_there_are_seats(
    world: World, rounds: Rounds, judging: list[Nomination]
) -> None:
    with pytest.raises(InvalidInput, match="名额是 1 个，您投了 2 票"):
        cast_ballot(world.office_staff, award=rounds.proposals, values={row.pk: 1 for row in judging})
    assert not Ballot.objects.exists()


def test_scores_count_by_their_mean(world: World, rounds: Rounds) -> None:
    Award.objects.filter(pk=rounds.bureaus.pk).update(method="scores", seats=2)
    rows = [
        nominate(world.office_staff, award=rounds.bureaus, candidate=Candidate(bureau=bureau), reason="好")
        for bureau in (world.sfj, world.gaj, world.scj)
    ]
    judges = [world.committee_staff, world.committee_colleague]
    name_judges(world.committee_staff, award=rounds.bureaus, people=judges)
    start_judging(world.committee_staff, award=rounds.bureaus)
    with pytest.raises(InvalidInput, match="0 至 100"):
        cast_ballot(judges[0], award=rounds.bureaus, values={rows[0].pk: 101})
    cast_ballot(judges[0], award=rounds.bureaus, values={rows[0].pk: 80, rows[1].pk: 95, rows[2].pk: None})
    cast_ballot(judges[1], award=rounds.bureaus, values={rows[0].pk: 90, rows[1].pk: None, rows[2].pk: None})

    award = Award.objects.get(pk=rounds.bureaus.pk)
    counted = list(with_counts(award.nominations.all(), award))
    said = {row.bureau_id: count_of(award, row) for row in counted}
    assert said[world.sfj.pk] == "平均 85.0 分（2 人打分）"
    assert said[world.gaj.pk] == "平均 95.0 分（1 人打分）"
    assert said[world.scj.pk] == "还没有人打分"


def test_who_is_no_judge_any_more_takes_his_ballot_along(
    world: World, rounds: Rounds, judging: list[Nomination]
) -> None:
    cast_ballot(world.office_staff, award=rounds.proposals, values={judging[0].pk: 1})
    people = [world.committee_colleague, world.office_colleague]
    name_judges(world.committee_staff, award=rounds.proposals, people=people)

    assert not Ballot.objects.exists()
    assert Notice.objects.filter(kind="award_to_judge", recipient=world.office_colleague).count() == 1
    assert Notice.objects.filter(kind="award_to_judge", recipient=world.committee_colleague).count() == 1
    Post.objects.filter(user=world.office_colleague).update(ends_on=TODAY - timedelta(days=1))
    with pytest.raises(NotAllowed):
        cast_ballot(world.office_colleague, award=rounds.proposals, values={judging[0].pk: 1})


def test_the_committee_decides_after_the_close_or_when_all_have_spoken(
    world: World, rounds: Rounds, judging: list[Nomination], clock_at: Callable[[date | datetime], None]
) -> None:
    cast_ballot(world.office_staff, award=rounds.proposals, values={judging[0].pk: 1, judging[1].pk: 0})
    with pytest.raises(WrongStage, match="还有评委没有评议"):
        decide_award(world.committee_staff, award=rounds.proposals, winners=[judging[0].pk])
    with pytest.raises(NotAllowed):
        decide_award(world.office_staff, award=rounds.proposals, winners=[judging[0].pk])
    clock_at(JUDGED + timedelta(days=1))
    for winners, fault in (([], "至少勾选一项"), ([row.pk for row in judging], "名额是 1 个")):
        with pytest.raises(InvalidInput, match=fault):
            decide_award(world.committee_staff, award=rounds.proposals, winners=winners)
    decide_award(world.committee_staff, award=rounds.proposals, winners=[judging[1].pk])  # the committee is free to


def test_a_winning_proposal_gets_its_mark_and_its_proposers_hear_of_it(
    world: World, rounds: Rounds, judging: list[Nomination]
) -> None:
    decided(world, rounds, judging)

    mark = Mark.objects.get(lifted_at=None)
    assert (mark.proposal, mark.kind, mark.proposed_by) == (rounds.first, "excellent", "九届一次会议优秀提案")
    assert Notice.objects.get(kind="marked").text == "您的提案评为优秀提案：关于一"
    assert Event.objects.filter(proposal=rounds.first, kind="mark_excellent").count() == 1
    assert "入选1项：全体会议审定" in Event.objects.get(proposal=None, kind="decide_award").text


def test_a_proposal_marked_before_is_not_marked_twice(world: World, rounds: Rounds, judging: list[Nomination]) -> None:
    from proposals.services.marking import set_mark

    set_mark(world.committee_staff, proposal=rounds.first, kind="excellent")
    decided(world, rounds, judging)

    assert Mark.objects.count() == 1


def test_bureaus_and_people_hear_that_they_won(world: World, rounds: Rounds) -> None:
    for award, candidate in (
        (rounds.bureaus, Candidate(bureau=world.gaj)),
        (rounds.people, Candidate(bureau=world.sfj, person="司文清")),
    ):
        row = nominate(world.office_staff, award=award, candidate=candidate, reason="好")
        name_judges(world.committee_staff, award=award, people=[world.committee_staff])
        start_judging(world.committee_staff, award=award)
        cast_ballot(world.committee_staff, award=award, values={row.pk: 1})
        decide_award(world.committee_staff, award=award, winners=[row.pk])

    of_bureau = Notice.objects.filter(kind="award_won")
    assert {row.recipient for row in of_bureau} == {world.gaj_clerk, world.gaj_leader}
    assert of_bureau[0].text == "市公安局入选九届一次会议提案承办先进单位"
    of_person = Notice.objects.filter(kind="award_won_person")
    assert {row.recipient for row in of_person} == {world.sfj_clerk, world.sfj_leader}
    assert of_person[0].text == "市司法局司文清入选九届一次会议提案承办先进个人"


def test_a_ballot_is_sealed_without_what_was_said(world: World, rounds: Rounds, judging: list[Nomination]) -> None:
    cast_ballot(world.office_staff, award=rounds.proposals, values={judging[0].pk: 1, judging[1].pk: 0})

    event = Event.objects.filter(proposal=None).latest("number")
    assert event.text == "九届一次会议优秀提案收到一位评委的评议"
    assert set(event.data) == {"award", "judge"}
