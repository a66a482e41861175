"""The case page: what each person sees of a case, and what stays hidden."""

from __future__ import annotations

import pytest
from django.http import Http404
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from proposals.models import User
from replies.views.casefile.actions import actions_of
from replies.views.casefile.loading import find_case, load_case
from replies.views.casefile.next_step import next_step
from replies.views.casefile.tabs import TABS
from tests.factories import Case, Stage, Step, case_in
from tests.world import World

UNSIGNED = "全市年度检查计划已在政府网站公布"
READERS = ("committee_staff", "office_staff", "sfj_clerk", "sfj_reviewer", "sfj_leader", "gaj_clerk", "minjian_contact")


def html(client: Client, user: User, case: Case, tab: str = "overview") -> str:
    client.force_login(user)
    answer = client.get(reverse("proposal-detail", args=[case.proposal.pk]), {"tab": tab})
    assert answer.status_code == 200
    return answer.content.decode()


def whole(client: Client, user: User, case: Case) -> str:
    return "".join(html(client, user, case, tab) for tab in TABS)


def labels(user: User, case: Case) -> dict[str, bool]:
    user = User.objects.get(pk=user.pk)
    found = load_case(user, find_case(user, case.proposal.pk))
    return {action.label: action.allowed for action in actions_of(found)}


def sentence(user: User, case: Case) -> str:
    user = User.objects.get(pk=user.pk)
    return next_step(load_case(user, find_case(user, case.proposal.pk)))


def test_who_prepares_the_publication_is_not_told_to_wait_for_himself(world: World) -> None:
    case = case_in(world, Stage.ISSUED)

    assert "准备公开" in labels(world.sfj_clerk, case)
    assert "准备公开" not in sentence(world.sfj_clerk, case)
    assert "等经办人准备公开" in sentence(world.sfj_leader, case)
    assert f"等{world.sfj.short_name}准备公开" in sentence(world.office_staff, case)


def test_a_stranger_gets_404(world: World, client: Client) -> None:
    case = case_in(world, Stage.PUBLISHED)
    for user in (world.other_member_user, world.nobody):
        client.force_login(user)
        assert client.get(reverse("proposal-detail", args=[case.proposal.pk])).status_code == 404


@pytest.mark.parametrize("stage", [Stage.DRAFTING, Stage.REVIEWING, Stage.COUNTERSIGNING, Stage.SIGNING, Stage.SIGNED])
def test_before_issue_the_proposer_reads_neither_text_nor_comments(world: World, client: Client, stage: Stage) -> None:
    page = whole(client, world.minjian_contact, case_in(world, stage))
    assert UNSIGNED not in page
    assert "关于合并检查" not in page
    assert "文字已核" not in page


def test_after_issue_the_proposer_reads_the_text_but_not_the_clearance(world: World, client: Client) -> None:
    page = whole(client, world.minjian_contact, case_in(world, Stage.ISSUED))
    assert UNSIGNED in page
    for hidden in ("文字已核", "核稿通过", "送核稿", "会签同意", "开始拟写答复"):
        assert hidden not in page


def test_a_returned_draft_keeps_its_comment_inside_the_bureau(world: World, client: Client) -> None:
    case = case_in(world, Stage.REVIEWING)
    case.do(Step.SEND_BACK)
    assert "缺少完成时间" in html(client, world.sfj_clerk, case, "record")
    for outsider in (world.gaj_clerk, world.office_staff, world.committee_staff, world.minjian_contact):
        assert "缺少完成时间" not in whole(client, outsider, case)


def test_a_co_handler_reads_the_draft_only_once_it_is_up_for_countersigning(world: World, client: Client) -> None:
    assert UNSIGNED not in whole(client, world.gaj_clerk, case_in(world, Stage.REVIEWING))
    assert UNSIGNED in whole(client, world.gaj_clerk, case_in(world, Stage.COUNTERSIGNING))


def test_contact_data_is_for_offices_and_handling_bureaus_only(world: World, client: Client) -> None:
    case = case_in(world, Stage.ISSUED)
    for user in (world.committee_staff, world.office_staff, world.sfj_clerk, world.gaj_clerk):
        assert world.minjian.phone in html(client, user, case)
    assert world.minjian.phone not in whole(client, world.minjian_contact, case)
    assert world.minjian.phone not in whole(client, world.admin, case)


def test_the_answer_matrix_names_the_sections_once_the_reply_may_be_read(world: World, client: Client) -> None:
    case = case_in(world, Stage.DRAFTING)
    assert "一、关于公布检查计划" in html(client, world.sfj_clerk, case)
    assert "一、关于公布检查计划" not in html(client, world.office_staff, case)


def test_a_button_before_its_time_says_why(world: World) -> None:
    assert labels(world.sfj_clerk, case_in(world, Stage.ASSIGNED)) == {
        "签收": True,
        "拟写答复": False,
        "申请改办": True,
    }
    assert labels(world.sfj_leader, case_in(world, Stage.COUNTERSIGNING)) == {"签发": False, "移交经办人": True}
    assert labels(world.minjian_contact, case_in(world, Stage.RATED)) == {"评价答复": False}
    signed = labels(world.sfj_clerk, case_in(world, Stage.SIGNED, renders=False))
    assert signed == {"印发答复": False, "申请延期": True, "移交经办人": True}


@pytest.mark.parametrize("stage", list(Stage))
def test_every_button_leads_to_a_page_that_opens(world: World, client: Client, stage: Stage) -> None:
    case = case_in(world, stage)
    for name in READERS:
        user = User.objects.get(pk=getattr(world, name).pk)
        try:
            row = find_case(user, case.proposal.pk)
        except Http404:
            continue
        client.force_login(user)
        for action in actions_of(load_case(user, row)):
            if action.allowed:
                status = client.get(action.url, follow=True).status_code
                assert status == 200, f"{name}: {action.label} gives {status}"


def test_the_sentence_says_who_has_it(world: World) -> None:
    assert sentence(world.minjian_contact, case_in(world, Stage.SUBMITTED)) == "政协提案委正在审查。"
    assert sentence(world.office_staff, case_in(world, Stage.ASSIGNED)).startswith("等市司法局、市公安局、")
    inside = sentence(world.sfj_clerk, case_in(world, Stage.COUNTERSIGNING))
    assert inside.startswith("市司法局的答复稿等市公安局、市市场局、市营商局会签")
    assert "会签" not in sentence(world.minjian_contact, case_in(world, Stage.COUNTERSIGNING))
    assert "公开文本等市司法局初审" in sentence(world.office_staff, case_in(world, Stage.RELEASING))
    assert "向社会公开" in sentence(world.minjian_contact, case_in(world, Stage.PUBLISHED))


@pytest.mark.parametrize("stage", [Stage.COUNTERSIGNING, Stage.ISSUED, Stage.RELEASING, Stage.PUBLISHED])
def test_no_tab_takes_more_than_fifteen_queries(
    world: World, client: Client, stage: Stage, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    address = reverse("proposal-detail", args=[case_in(world, stage).proposal.pk])
    for name in READERS:
        client.force_login(getattr(world, name))
        client.get(reverse("work"))
        client.get(address, {"tab": "reply"})  # the first reading of an issued letter is a step of its own
        for tab in TABS:
            with django_assert_max_num_queries(15):
                client.get(address, {"tab": tab})


def test_an_unknown_tab_shows_the_first(world: World, client: Client) -> None:
    case = case_in(world, Stage.SUBMITTED)
    assert "背景情况" in html(client, world.committee_staff, case, "nonsense")
