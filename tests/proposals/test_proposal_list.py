"""The list: everyone's own cases, filters kept in the address, pages by key, few queries."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import reverse

from panjin_portal.lib.clock import SHANGHAI, at
from proposals.models import Deadline, Proposal, Topic
from proposals.services.assignment import assign
from proposals.services.events import refresh_next_due
from tests.proposals.stages import assigned, draft, registered, submitted
from tests.world import World

LIST_QUERIES = 9
TODAY = date(2026, 3, 2)


@pytest.fixture(autouse=True)
def in_march(clock_at: Callable[[date], None]) -> None:
    """One day for all."""
    clock_at(TODAY)


def titles(client: Client, **query: Any) -> list[str]:
    answer = client.get(f"{reverse('proposal-list')}?{urlencode(query)}")
    assert answer.status_code == 200
    return [row.proposal.title for row in answer.context["rows"]]


def test_everyone_sees_his_own_part_of_the_list(client: Client, world: World) -> None:
    draft(world, title="草稿")
    submitted(world, title="已交")
    assigned(world, title="已办")
    seen = {
        "minjian_contact": ["已办", "已交", "草稿"],
        "committee_staff": ["已办", "已交"],
        "office_staff": ["已办"],
        "sfj_clerk": ["已办"],
        "gaj_leader": ["已办"],
        "scj_clerk": [],
        "other_member_user": [],
        "nobody": [],
    }
    for who, expected in seen.items():
        client.force_login(getattr(world, who))
        assert titles(client) == expected, who
    client.logout()
    assert client.get(reverse("proposal-list")).status_code == 302


def test_filters_narrow_by_each_condition(client: Client, world: World) -> None:
    with at(date(2026, 2, 2)):
        registered(world, title="关于湿地的建议", proposer_ids=(world.minjian.pk, world.member.pk))
    submitted(
        world, title="关于夜市的建议", topic_id=Topic.objects.get(name="营商环境").pk, background="讲到烧烤与河豚"
    )
    assigned(world, [world.gaj], title="关于检查的建议")
    client.force_login(world.committee_staff)
    cases: list[tuple[dict[str, Any], list[str]]] = [
        ({"q": "河豚"}, ["关于夜市的建议"]),
        ({"q": "第001号"}, ["关于湿地的建议"]),
        ({"q": "关于 检查的"}, ["关于检查的建议"]),
        ({"state": "submitted"}, ["关于夜市的建议"]),
        ({"session": world.session.pk}, ["关于检查的建议", "关于夜市的建议", "关于湿地的建议"]),
        ({"bureau": world.gaj.pk}, ["关于检查的建议"]),
        ({"bureau": world.gaj.pk, "role": "lead"}, []),
        ({"bureau": world.sfj.pk, "role": "lead"}, ["关于检查的建议"]),
        ({"role": "co_handler"}, ["关于检查的建议"]),
        ({"topic": Topic.objects.get(name="经济建设").pk}, ["关于夜市的建议"]),
        ({"proposer": "青禾"}, ["关于湿地的建议"]),
        ({"submitted_to": "2026-02-28"}, ["关于湿地的建议"]),
        ({"submitted_from": "2026-03-02", "state": "submitted"}, ["关于夜市的建议"]),
        ({"due_from": "2026-03-09", "due_to": "2026-03-09"}, ["关于检查的建议"]),
        ({"due_from": "2026-03-10"}, []),
        ({"lamp": "none"}, ["关于夜市的建议", "关于湿地的建议"]),
        ({"sort": "due"}, ["关于检查的建议", "关于夜市的建议", "关于湿地的建议"]),
    ]
    for query, expected in cases:
        assert titles(client, **query) == expected, query


@pytest.mark.parametrize(
    ("days", "lamp"), [(-1, "overdue"), (0, "red"), (3, "red"), (4, "yellow"), (15, "yellow"), (16, "green")]
)
def test_the_lamp_filter_draws_the_line_where_the_lamp_does(client: Client, world: World, days: int, lamp: str) -> None:
    assigned(world)
    Deadline.objects.update(starts_on=TODAY - timedelta(30), due_on=TODAY + timedelta(days))
    refresh_next_due(Proposal.objects.all())
    client.force_login(world.office_staff)
    shown = {name for name in ("overdue", "red", "yellow", "green", "none") if titles(client, lamp=name)}
    assert shown == {lamp}
    page = client.get(reverse("proposal-list")).content.decode()
    assert f"lamp-{lamp}" in page


def test_only_the_nearest_open_deadline_gives_the_lamp(client: Client, world: World) -> None:
    assigned(world)
    Deadline.objects.filter(kind="receipt").update(met_at="2026-03-02T09:00+08:00")
    refresh_next_due(Proposal.objects.all())
    client.force_login(world.office_staff)
    (row,) = client.get(reverse("proposal-list")).context["rows"]
    assert row.deadline.due_on == date(2026, 6, 30)


def test_a_mistake_in_another_field_keeps_the_chosen_order(client: Client, world: World) -> None:
    assigned(world, title="有期限的")
    submitted(world, title="最新的")
    client.force_login(world.committee_staff)
    assert titles(client) == ["最新的", "有期限的"]
    assert titles(client, sort="due") == ["有期限的", "最新的"]
    assert titles(client, sort="due", lamp="zz") == ["有期限的", "最新的"]


def test_pages_go_by_key_and_keep_the_filter(client: Client, world: World) -> None:
    for n in range(45):
        Proposal.objects.filter(pk=draft(world, title=f"关于第{n:02}件的建议").pk).update(state="submitted")
    client.force_login(world.committee_staff)
    seen: list[str] = []
    url = f"{reverse('proposal-list')}?state=submitted&sort=due"
    for _ in range(3):
        answer = client.get(url)
        seen += [row.proposal.title for row in answer.context["rows"]]
        following = answer.context["next_url"]
        assert not following or "state=submitted" in following
        url = f"{reverse('proposal-list')}{following}"
    assert (len(seen), len(set(seen)), following) == (45, 45, "")
    assert answer.context["note"] == "共 45 件"
    before = client.get(f"{reverse('proposal-list')}{answer.context['previous_url']}")
    assert [row.proposal.title for row in before.context["rows"]] == seen[20:40]


@pytest.mark.parametrize(
    "query",
    ["key=broken", "state=nonsense", "submitted_from=gestern", "session=x", "q=%00", "bureau=" + "9" * 30, "lamp=blue"],
)
def test_a_nonsense_address_gives_a_list_and_says_what_is_wrong(client: Client, world: World, query: str) -> None:
    submitted(world)
    client.force_login(world.committee_staff)
    answer = client.get(f"{reverse('proposal-list')}?{query}")
    assert answer.status_code == 200
    assert len(answer.context["rows"]) == 1
    if not query.startswith("key"):
        assert answer.context["form"].errors


def test_the_list_takes_nine_queries_at_most_whatever_its_length(
    client: Client, world: World, django_assert_max_num_queries: Any
) -> None:
    client.force_login(world.office_staff)
    client.get(reverse("proposal-list"))  # the first request of a session also writes it
    for n in range(12):
        proposal = registered(world, title=f"第{n}件", proposer_ids=(world.minjian.pk, world.member.pk))
        assign(world.office_staff, proposal=proposal, lead=world.sfj, co_handlers=[world.gaj, world.scj])
    with django_assert_max_num_queries(LIST_QUERIES):
        answer = client.get(reverse("proposal-list"))
    assert len(answer.context["rows"]) == 12
    row = answer.context["rows"][0]
    assert (row.proposer, row.lead, row.helpers) == ("民建盘锦市委员会等2位", "市司法局", ("市公安局", "市市场局"))


def test_a_row_says_what_happens_next_and_who_has_it(client: Client, world: World) -> None:
    for make, title in ((submitted, "甲"), (registered, "乙"), (assigned, "丙")):
        make(world, title=title)
    client.force_login(world.committee_staff)
    rows = client.get(reverse("proposal-list")).context["rows"]
    assert {row.proposal.title: row.next for row in rows} == {
        "甲": "等提案委审查",
        "乙": "等督查室交办",
        "丙": "等市司法局答复",
    }


@pytest.mark.parametrize(
    ("query", "budget"),
    [
        ("state=assigned", LIST_QUERIES),
        ("lamp=green", LIST_QUERIES),
        ("lamp=overdue", LIST_QUERIES),
        ("proposer=民建", LIST_QUERIES),
        ("role=co_handler", LIST_QUERIES),
        ("submitted_from=2026-03-01&submitted_to=2026-03-31", LIST_QUERIES),
        ("due_from=2026-03-01", LIST_QUERIES),
        # One more for the rows without a deadline, which stand last.
        ("sort=due", LIST_QUERIES + 1),
        # One more for the chosen row of a list of choices.
        ("session={session}", LIST_QUERIES + 1),
        ("bureau={bureau}&role=co_handler", LIST_QUERIES + 1),
        ("topic={topic}", LIST_QUERIES + 1),
    ],
)
def test_no_filter_asks_for_more(
    client: Client, world: World, django_assert_max_num_queries: Any, query: str, budget: int
) -> None:
    client.force_login(world.office_staff)
    client.get(reverse("proposal-list"))
    for n in range(3):
        assigned(world, title=f"第{n}件")
    topic = Topic.objects.get(name="营商环境").pk
    address = query.format(session=world.session.pk, bureau=world.gaj.pk, topic=topic)
    with django_assert_max_num_queries(budget):
        assert client.get(f"{reverse('proposal-list')}?{address}").status_code == 200


def test_days_at_the_ends_of_time_give_a_list(client: Client, world: World) -> None:
    submitted(world)
    client.force_login(world.committee_staff)
    assert titles(client, submitted_from="0001-01-01", submitted_to="9999-12-31") == [
        "关于推动盘锦市营商环境法治化建设"
    ]
    assert titles(client, submitted_from="9999-12-31") == []


def test_the_last_day_of_a_range_counts_in_full(client: Client, world: World) -> None:
    with at(datetime(2026, 3, 2, 23, 59, tzinfo=SHANGHAI)):
        submitted(world)
    client.force_login(world.committee_staff)
    assert len(titles(client, submitted_from="2026-03-02", submitted_to="2026-03-02")) == 1
    assert titles(client, submitted_to="2026-03-01") == []
    assert titles(client, submitted_from="2026-03-03") == []
