"""Three different people let a text out; until the last of them nothing is public."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction
from pytest_django import DjangoAssertNumQueries

from panjin_portal.lib import clock
from panjin_portal.lib.clock import now, today
from proposals.errors import InvalidInput, NotAllowed, WrongStage
from proposals.models import Deadline, Event, Notice, Role
from replies.models import Publication, ReleaseDecision, ReleaseStep, RenderedDocument
from replies.services.publishing import start_release
from replies.services.release import pass_release, refuse_release, unpublish
from tests.replies.cases import ISSUE_DAY, published, released
from tests.world import World, appoint

TRANSITION_QUERIES = 16


def test_three_people_in_order_publish_and_meet_the_deadline(world: World) -> None:
    with clock.at(ISSUE_DAY):
        publication = released(world)
        for person, state in (
            (world.sfj_clerk, "releasing"),
            (world.sfj_reviewer, "releasing"),
            (world.sfj_leader, "published"),
        ):
            publication = pass_release(person, publication=publication)
            assert publication.state == state
    assert (publication.published_on, publication.published_at) == (ISSUE_DAY.date(), ISSUE_DAY)
    assert Deadline.objects.get(kind="publication").met_at is not None
    assert [one.name for one in publication.decisions.all()] == ["初审", "复审", "批准"]
    assert Notice.objects.filter(recipient=world.office_staff, text__contains="公开了").exists()


def test_the_steps_cannot_be_taken_out_of_turn(world: World) -> None:
    publication = released(world)
    for early in (world.sfj_reviewer, world.sfj_leader):
        with pytest.raises(NotAllowed, match="初审"):
            pass_release(early, publication=publication)
    assert not ReleaseDecision.objects.exists()


def test_one_person_with_all_three_posts_still_decides_only_once(world: World) -> None:
    publication = released(world)
    for role in (Role.REVIEWER, Role.LEADER):
        appoint(world.sfj_clerk, role, bureau=world.sfj)
    pass_release(world.sfj_clerk, publication=publication)
    with pytest.raises(NotAllowed, match="三个人"):
        pass_release(world.sfj_clerk, publication=publication)
    with pytest.raises(NotAllowed, match="三个人"):
        refuse_release(world.sfj_clerk, publication=publication, comment="不行")
    assert Publication.objects.get().state == "releasing"


def test_the_table_itself_refuses_a_second_decision_of_one_person(world: World) -> None:
    publication = released(world)
    pass_release(world.sfj_clerk, publication=publication)
    decision = ReleaseDecision.objects.get()
    decision.pk, decision.position = None, 2
    with pytest.raises(IntegrityError), transaction.atomic():
        decision.save(force_insert=True)


def test_strangers_have_no_step(world: World) -> None:
    publication = released(world)
    for stranger in (world.gaj_clerk, world.gaj_leader, world.office_staff, world.minjian_contact, world.nobody):
        with pytest.raises(NotAllowed):
            pass_release(stranger, publication=publication)
        with pytest.raises(NotAllowed):
            refuse_release(stranger, publication=publication, comment="x")


def test_the_last_step_waits_for_the_public_file(world: World) -> None:
    publication = released(world)
    pass_release(world.sfj_clerk, publication=publication)
    pass_release(world.sfj_reviewer, publication=publication)
    RenderedDocument.objects.filter(publication=publication).update(state="failed")
    with pytest.raises(WrongStage, match="PDF"):
        pass_release(world.sfj_leader, publication=publication)
    publication.refresh_from_db()
    assert (publication.state, publication.published_at, publication.decisions.count()) == ("releasing", None, 2)


def test_a_text_altered_during_the_release_does_not_go_out(world: World) -> None:
    publication = released(world)
    pass_release(world.sfj_clerk, publication=publication)
    pass_release(world.sfj_reviewer, publication=publication)
    Publication.objects.update(letter={**(publication.letter or {}), "title": "偷换的标题"})
    with pytest.raises(WrongStage, match="摘要不一致"):
        pass_release(world.sfj_leader, publication=publication)


def test_sending_back_needs_a_comment_and_the_next_round_starts_over(world: World) -> None:
    publication = released(world)
    pass_release(world.sfj_clerk, publication=publication)
    with pytest.raises(InvalidInput):
        refuse_release(world.sfj_reviewer, publication=publication, comment=" ")
    back = refuse_release(world.sfj_reviewer, publication=publication, comment="主题词不准")
    assert (back.state, back.letter, back.letter_digest) == ("preparing", None, "")
    assert Notice.objects.filter(recipient=world.sfj_clerk, text__contains="主题词不准").exists()
    again = start_release(world.sfj_clerk, publication=back, harmless={})
    assert (again.round, RenderedDocument.objects.filter(publication=again).count()) == (2, 1)
    for person in (world.sfj_clerk_colleague, world.sfj_reviewer, world.sfj_leader):
        again = pass_release(person, publication=again)
    assert again.state == "published"


def test_a_chain_of_the_citys_own_is_followed(world: World) -> None:
    ReleaseStep.objects.filter(position=3).update(position=4)
    ReleaseStep.objects.create(position=3, name="保密审查", role=Role.REVIEWER)
    extra = world.nobody
    appoint(extra, Role.REVIEWER, bureau=world.sfj)
    publication = released(world)
    for person in (world.sfj_clerk, world.sfj_reviewer, extra):
        assert pass_release(person, publication=publication).state == "releasing"
    assert pass_release(world.sfj_leader, publication=publication).state == "published"


def test_taking_down_needs_the_leader_and_a_reason_and_keeps_the_record(world: World) -> None:
    publication = published(world)
    with pytest.raises(NotAllowed):
        unpublish(world.sfj_clerk, publication=publication, reason="x")
    with pytest.raises(InvalidInput):
        unpublish(world.sfj_leader, publication=publication, reason="")
    gone = unpublish(world.sfj_leader, publication=publication, reason="正文有误，更正后重新公开")
    assert (gone.state, gone.unpublish_reason) == ("unpublished", "正文有误，更正后重新公开")
    assert gone.letter is not None
    assert Event.objects.filter(kind="unpublish").count() == 1
    with pytest.raises(WrongStage):
        unpublish(world.sfj_leader, publication=publication, reason="再一次")


def test_nothing_is_decided_twice(world: World) -> None:
    publication = published(world)
    with pytest.raises(WrongStage):
        pass_release(world.sfj_leader, publication=publication)
    assert publication.published_on == today()
    assert publication.published_at is not None
    assert publication.published_at <= now()


def test_a_published_row_without_its_text_is_refused_by_the_table(world: World) -> None:
    publication = published(world)
    with pytest.raises(IntegrityError), transaction.atomic():
        Publication.objects.filter(pk=publication.pk).update(letter=None)


def test_a_step_stays_within_the_query_budget(
    world: World, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    publication = released(world)
    for person in (world.sfj_clerk, world.sfj_reviewer, world.sfj_leader):
        # and the savepoint that stands for a transaction in a test, which counts as two
        with django_assert_max_num_queries(TRANSITION_QUERIES + 2):
            pass_release(person, publication=publication)
