"""The landing page: everybody finds his next step, nobody one he may not do."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from panjin_portal.lib.clock import today
from proposals.models import Deadline, Post, Role, User
from replies.models import RenderedDocument, Reply
from replies.worklist import work_of
from replies.worklist.items import MOST
from tests.factories import Stage, Step, case_in
from tests.world import World, appoint

# Who owes which step in each stage (co-handlers besides the lead).
OWED = {
    Stage.SUBMITTED: {"committee_staff": "审查", "committee_colleague": "审查"},
    Stage.REGISTERED: {"office_staff": "交办"},
    Stage.ASSIGNED: {"sfj_clerk": "签收", "sfj_clerk_colleague": "签收", "gaj_clerk": "签收", "ysj_clerk": "签收"},
    Stage.ACCEPTED: {"sfj_clerk": "拟写答复", "gaj_clerk": "写会办意见"},
    Stage.DRAFTING: {"sfj_clerk": "继续拟稿"},
    Stage.REVIEWING: {"sfj_reviewer": "核稿"},
    Stage.COUNTERSIGNING: {"gaj_clerk": "会签", "gaj_leader": "会签", "scj_clerk": "会签"},
    Stage.SIGNING: {"sfj_leader": "签发"},
    Stage.SIGNED: {"sfj_clerk": "印发"},
    Stage.ISSUED: {"sfj_clerk": "准备公开", "minjian_contact": "评价答复"},
    Stage.PREPARING: {"sfj_clerk": "继续准备"},
    Stage.RELEASING: {"sfj_clerk": "公开初审"},
    Stage.IMPORTED: {"committee_staff": "核对导入", "office_staff": "核对导入"},
    Stage.CONFIRMED: {"scj_clerk": "准备公开"},
}
EVERYBODY = (
    *("committee_staff", "office_staff", "sfj_clerk", "sfj_reviewer", "sfj_leader", "gaj_clerk", "gaj_leader"),
    *("scj_clerk", "ysj_clerk", "minjian_contact", "other_member_user", "nobody", "admin"),
)


def steps(user: User) -> list[str]:
    return [line.next_label for line in work_of(User.objects.get(pk=user.pk)).owed]


@pytest.mark.parametrize("stage", OWED)
def test_each_stage_puts_its_step_before_those_who_take_it(world: World, stage: Stage) -> None:
    case_in(world, stage)
    for name, step in OWED[stage].items():
        assert step in steps(getattr(world, name)), f"{name} does not find {step}"


@pytest.mark.parametrize("stage", list(Stage))
def test_every_button_on_the_page_leads_to_a_page_its_reader_may_open(
    world: World, client: Client, stage: Stage
) -> None:
    case_in(world, stage)
    for name in EVERYBODY:
        client.force_login(getattr(world, name))
        for line in work_of(User.objects.get(pk=getattr(world, name).pk)).owed:
            answer = client.get(line.next_url, follow=True)
            assert answer.status_code == 200, f"{name}: {line.next_label} gives {answer.status_code}"


@pytest.mark.parametrize("stage", list(Stage))
def test_a_stranger_and_a_person_without_a_post_owe_nothing(world: World, stage: Stage) -> None:
    case_in(world, stage)
    assert steps(world.other_member_user) == []
    assert steps(world.nobody) == []


def test_a_clerk_who_drafted_is_not_asked_to_review_even_as_reviewer(world: World) -> None:
    case_in(world, Stage.REVIEWING)
    appoint(world.sfj_clerk, Role.REVIEWER, bureau=world.sfj)
    assert "核稿" not in steps(world.sfj_clerk)
    assert "核稿" in steps(world.sfj_reviewer)


def test_who_took_the_first_release_step_is_not_shown_the_second(world: World) -> None:
    from replies.services.release import pass_release

    case = case_in(world, Stage.RELEASING)
    pass_release(world.sfj_clerk, publication=case.publication)
    appoint(world.sfj_clerk, Role.REVIEWER, bureau=world.sfj)
    assert steps(world.sfj_clerk) == []
    assert steps(world.sfj_reviewer) == ["公开复审"]


def test_a_returned_draft_says_so_with_the_comment(world: World) -> None:
    case_in(world, Stage.REVIEWING).do(Step.SEND_BACK)
    line = work_of(world.sfj_clerk).owed[0]
    assert line.state is not None
    assert line.state.label == "被退回"
    assert "缺少完成时间" in line.note


def test_a_failed_letter_asks_for_another_try_instead_of_issue(world: World) -> None:
    case_in(world, Stage.SIGNED)
    RenderedDocument.objects.update(state="failed", error="磁盘空间不足")
    assert steps(world.sfj_clerk) == ["重新生成"]


def test_lines_stand_by_due_date_with_the_undated_last(world: World) -> None:
    late, soon = case_in(world, Stage.ACCEPTED), case_in(world, Stage.ACCEPTED)
    case_in(world, Stage.CONFIRMED)
    rows = Deadline.objects.filter(kind="reply")
    rows.filter(proposal=late.proposal).update(starts_on=today() - timedelta(30), due_on=today() - timedelta(3))
    rows.filter(proposal=soon.proposal).update(due_on=today() + timedelta(2))
    appoint(world.sfj_clerk, Role.CLERK, bureau=world.scj)
    found = work_of(User.objects.get(pk=world.sfj_clerk.pk))
    days = [line.deadline.due_on if line.deadline else None for line in found.owed]
    dated = [day for day in days if day]
    assert dated == sorted(dated)
    assert days[-1] is None
    assert found.late_on(today()) == 1


def test_what_was_handed_on_stands_under_waiting_without_a_button(world: World) -> None:
    case_in(world, Stage.REVIEWING)
    found = work_of(world.sfj_clerk)
    assert found.owed == ()
    assert [line.next_url for line in found.waiting] == [""]


def test_a_post_that_has_ended_brings_no_work(world: World) -> None:
    case_in(world, Stage.SUBMITTED)
    Post.objects.filter(user=world.committee_staff).update(ends_on=today() - timedelta(1))
    assert steps(world.committee_staff) == []


def test_the_page_takes_no_more_queries_for_many_cases(
    world: World, client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for stage in (Stage.ASSIGNED, Stage.ACCEPTED, Stage.DRAFTING, Stage.COUNTERSIGNING, Stage.SIGNED, Stage.PREPARING):
        for _ in range(2):
            case_in(world, stage)
    client.force_login(world.sfj_clerk)
    client.get(reverse("work"))
    with django_assert_max_num_queries(10):
        assert client.get(reverse("work")).status_code == 200


def test_the_page_shows_at_most_a_hundred_lines_of_one_kind(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    assert MOST == 100
    monkeypatch.setattr("replies.worklist.offices.MOST", 2)
    for _ in range(3):
        case_in(world, Stage.SUBMITTED)
    assert len(steps(world.committee_staff)) == 2


def test_an_empty_page_says_that_all_is_done(world: World, client: Client) -> None:
    client.force_login(world.sfj_leader)
    assert "都办完了" in client.get(reverse("work")).content.decode()
    client.force_login(world.nobody)
    assert "您还没有岗位" in client.get(reverse("work")).content.decode()


def test_who_is_not_signed_in_is_sent_to_log_in(client: Client, db: None) -> None:
    assert client.get(reverse("work")).headers["Location"].startswith(reverse("login"))


def test_the_two_offices_find_the_import_and_nobody_else_is_offered_it(world: World, client: Client) -> None:
    offered = {}
    for user in (world.committee_staff, world.office_staff, world.sfj_clerk, world.minjian_contact):
        client.force_login(user)
        offered[user.username] = reverse("import-new") in client.get(reverse("work")).content.decode()
    assert offered == {"tian": True, "ducha": True, "sfj_clerk": False, "minjian": False}


def test_the_nearest_lines_are_shown_and_the_rest_by_a_link(
    world: World, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("panjin_portal.work.SHOWN", 1)
    for _ in range(3):
        case_in(world, Stage.SUBMITTED)
    client.force_login(world.committee_staff)
    page = client.get(reverse("work"))
    assert (len(page.context["owed"]), page.context["owed_count"]) == (1, 3)
    assert "还有 2 件" in page.content.decode()
    assert len(client.get(f"{reverse('work')}?all=1").context["owed"]) == 3


def test_a_reply_that_was_replaced_is_not_offered_for_rating(world: World) -> None:
    case = case_in(world, Stage.ISSUED)
    assert steps(world.minjian_contact) == ["评价答复"]
    old = case.reply
    Reply.objects.create(
        proposal=old.proposal,
        bureau=world.gaj,
        state="superseded",
        title="旧稿",
        addressee="民建",
        created_at=old.created_at,
    )
    assert steps(world.minjian_contact) == ["评价答复"]
