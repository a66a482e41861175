"""催办: a numbered notice to whoever owes something, once per form, for one case or many."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from panjin_portal.lib import clock
from proposals.errors import InvalidInput, NotAllowed, WrongStage
from proposals.models import Event, Notice, Proposal, Urging
from proposals.permissions_supervision import visible_urgings
from proposals.services.suspending import suspend
from proposals.services.urging import HELPING, urge, urge_many
from tests.proposals.stages import assigned, registered
from tests.world import World

LATE = datetime(2022, 8, 25, 10, 0, tzinfo=clock.SHANGHAI)
ASSIGNED = datetime(2022, 4, 1, 10, 0, tzinfo=clock.SHANGHAI)
TEXT = "{单位}：{提案号}{事项}，请抓紧。"
TRANSITION_QUERIES, LIST_QUERIES, DETAIL_QUERIES = 16, 10, 15


def case(world: World, **changes: Any) -> Proposal:
    with clock.at(ASSIGNED):
        return assigned(world, **changes)[0].proposal


def test_whoever_owes_something_is_told_what_since_when(world: World) -> None:
    proposal = case(world)
    with clock.at(LATE):
        row = urge(world.office_staff, proposal=proposal, text=TEXT, key="a" * 32)
    assert str(row) == "督催〔2022〕1号"
    assert {bureau.code for bureau in row.bureaus.all()} == {"sfj", "gaj"}
    assert "市司法局答复（截止2022年8月22日，已超期3天）" in row.text
    told = {notice.recipient for notice in Notice.objects.filter(link=reverse("urging-detail", args=[row.pk]))}
    assert told == {
        *(world.sfj_clerk, world.sfj_clerk_colleague, world.sfj_reviewer, world.sfj_leader),
        *(world.gaj_clerk, world.gaj_leader),
    }
    event = Event.objects.filter(proposal=proposal).latest("number")
    assert (event.kind, event.text) == ("urge", "催办（督催〔2022〕1号）：市司法局、市公安局")


def test_only_the_co_handlers_can_be_meant(world: World) -> None:
    proposal = case(world)
    with clock.at(LATE):
        row = urge(world.office_staff, proposal=proposal, text=TEXT, key="k", whom=HELPING)
    assert [bureau.code for bureau in row.bureaus.all()] == ["gaj"]


def test_a_double_click_urges_once(world: World) -> None:
    proposal = case(world)
    first = urge(world.office_staff, proposal=proposal, text=TEXT, key="k")
    again = urge(world.office_staff, proposal=proposal, text=TEXT, key="k")
    assert first == again
    assert Urging.objects.count() == Event.objects.filter(kind="urge").count() == 1


def test_other_words_in_a_form_that_was_sent_are_not_dropped_in_silence(world: World) -> None:
    proposal = case(world)
    first = urge(world.office_staff, proposal=proposal, text=TEXT, key="k")

    with pytest.raises(WrongStage, match="改过的文字没有再发"):
        urge(world.office_staff, proposal=proposal, text=f"{TEXT}另请说明原因。", key="k")

    assert list(Urging.objects.all()) == [first]


def test_numbers_have_no_gap_and_begin_anew_each_year(world: World) -> None:
    first, second = case(world, title="关于甲的建议"), case(world, title="关于乙的建议")
    with clock.at(LATE):
        urge(world.office_staff, proposal=first, text=TEXT, key="1")
        with pytest.raises(InvalidInput):
            urge(world.office_staff, proposal=second, text="{单为}", key="2")
        urge(world.office_staff, proposal=second, text=TEXT, key="2")
    with clock.at(datetime(2023, 1, 9, 9, 0, tzinfo=clock.SHANGHAI)):
        urge(world.office_staff, proposal=second, text=TEXT, key="3")
    assert sorted(map(str, Urging.objects.all())) == ["督催〔2022〕1号", "督催〔2022〕2号", "督催〔2023〕1号"]


def test_where_nobody_owes_anything_nobody_is_urged(world: World) -> None:
    waiting, stopped = registered(world), case(world, title="关于丙的建议")
    suspend(world.office_staff, proposal=stopped, reason="等上级规定")
    outcomes = urge_many(world.office_staff, proposals=[waiting, stopped], text=TEXT, key="k")
    assert [one.urging for one in outcomes] == [None, None]
    assert "不用催办" in outcomes[0].refusal
    assert "中止" in outcomes[1].refusal
    with pytest.raises(WrongStage):
        urge(world.office_staff, proposal=waiting, text=TEXT, key="k")


def test_only_the_office_urges(world: World) -> None:
    proposal = case(world)
    for person in (world.committee_staff, world.sfj_leader, world.admin, world.minjian_contact):
        with pytest.raises(NotAllowed):
            urge(person, proposal=proposal, text=TEXT, key="k")


def test_a_bureau_reads_what_was_sent_to_it_and_no_more(world: World) -> None:
    row = urge(world.office_staff, proposal=case(world), text=TEXT, key="k")
    assert list(visible_urgings(world.sfj_clerk)) == list(visible_urgings(world.committee_staff)) == [row]
    assert not visible_urgings(world.scj_clerk)
    assert not visible_urgings(world.minjian_contact)


def test_many_cases_are_chosen_in_the_list_and_urged_at_once(client: Client, world: World) -> None:
    first, second, idle = case(world, title="关于甲的建议"), case(world, title="关于乙的建议"), registered(world)
    client.force_login(world.office_staff)
    page = client.get(reverse("proposal-list")).content.decode()
    assert f'value="{first.pk}" form="chosen"' in page
    chosen = {"p": [first.pk, second.pk, idle.pk]}
    page = client.get(reverse("urging-new"), chosen).content.decode()
    assert "没有欠办的事项" in page
    assert "催办通知" in page
    sent = {**chosen, "text": TEXT, "whom": "all", "key": "k"}
    for _ in range(2):
        page = client.post(reverse("urging-new"), sent).content.decode()
    assert page.count("已催办") == 2
    assert page.count("没有催办") == 1
    assert Urging.objects.count() == 2


def test_a_wrong_text_is_shown_again_with_its_fault(client: Client, world: World) -> None:
    proposal = case(world)
    client.force_login(world.office_staff)
    sent = {"p": [proposal.pk], "text": "请{单为}抓紧", "whom": "all", "key": "k"}
    answer = client.post(reverse("urging-new"), sent)
    assert answer.status_code == 400
    assert "请{单为}抓紧" in answer.content.decode()
    assert "没有“{单为}”这个占位" in answer.content.decode()


def test_one_notice_is_a_page_of_its_own_and_stands_on_the_case(client: Client, world: World) -> None:
    proposal = case(world)
    client.force_login(world.office_staff)
    sent = {"p": [proposal.pk], "text": TEXT, "whom": "all", "key": "k"}
    page = client.post(reverse("urging-new"), sent, follow=True).content.decode()
    assert "提案催办通知" in page
    row = Urging.objects.get()
    client.force_login(world.sfj_clerk)
    assert (
        str(row) in client.get(reverse("proposal-detail", args=[proposal.pk]), {"tab": "supervision"}).content.decode()
    )
    assert str(row) in client.get(reverse("urging-list")).content.decode()


def test_queries_do_not_grow(client: Client, world: World) -> None:
    proposal = case(world)
    with CaptureQueriesContext(connection) as found:
        row = urge(world.office_staff, proposal=proposal, text=TEXT, key="k")
    assert len(found) <= TRANSITION_QUERIES
    for number in range(4):
        urge(world.office_staff, proposal=proposal, text=TEXT, key=str(number))
    client.force_login(world.office_staff)
    for url, most in (
        (reverse("urging-list"), LIST_QUERIES),
        (reverse("urging-detail", args=[row.pk]), DETAIL_QUERIES),
        (f"{reverse('urging-new')}?p={proposal.pk}", DETAIL_QUERIES),
        (f"{reverse('proposal-detail', args=[proposal.pk])}?tab=supervision", DETAIL_QUERIES),
    ):
        with CaptureQueriesContext(connection) as found:
            assert client.get(url).status_code == 200
        assert len(found) <= most, (url, [one["sql"][:150] for one in found])
