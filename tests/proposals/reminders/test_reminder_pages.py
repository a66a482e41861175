"""What was said of a deadline and what comes next, on its page; the rules of it in system management."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from panjin_portal.lib import clock
from proposals.models import Deadline, Event, ReminderRule
from proposals.services.reminding import remind
from tests.proposals.reminders.clocks import DUE, morning, running
from tests.world import World

pytestmark = pytest.mark.django_db
QUERIES = 15


def shown(client: Client, deadline: Deadline, after: int) -> str:
    with clock.at(morning(DUE + timedelta(days=after))):
        answer = client.get(reverse("deadline-reminders", args=[deadline.pk]))
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_page_tells_who_was_reminded_and_what_comes_next(
    world: World, client: Client, django_assert_max_num_queries: Any
) -> None:
    deadline = running(world, of=world.sfj)
    for day in (-7, 0, 3):
        with clock.at(morning(DUE + timedelta(days=day))):
            remind()
    client.force_login(world.office_staff)

    with django_assert_max_num_queries(QUERIES):
        page = shown(client, deadline, 3)

    for words in ("到期前7天", "到期当天", "超期第1个工作日", "何审言", "待发送", "已在平台"):
        assert words in page
    assert "2022-08-24（超期第3个工作日），发给经办人、核稿人、签发领导" in page
    assert page.index("超期第1个工作日") < page.index("到期前7天")  # the newest first


def test_of_what_is_done_moved_or_stopped_the_page_says_so(world: World, client: Client) -> None:
    deadline = running(world, of=world.sfj)
    with clock.at(morning(DUE - timedelta(days=7))):
        remind()
    client.force_login(world.office_staff)
    rows = Deadline.objects.filter(pk=deadline.pk)

    rows.update(version=2, due_on=DUE + timedelta(days=30))
    moved = shown(client, deadline, 0)
    assert "改期以前" in moved
    assert "2022-09-05（到期前15天），发给经办人" in moved
    rows.update(cancelled_at=morning(DUE), is_suspended=True)
    assert "中止期间不提醒" in shown(client, deadline, 0)
    rows.update(cancelled_at=None, is_suspended=False, met_at=morning(DUE))
    assert "已经完成，不再提醒" in shown(client, deadline, 0)


def test_an_administrator_changes_a_moment_and_the_log_says_so(world: World, client: Client) -> None:
    client.force_login(world.admin)
    add = reverse("admin:proposals_reminderrule_add")
    wrong = {"kind": "reply", "timing": "before", "days": "0"}

    assert "请填1至365之间的天数。" in client.post(add, wrong).content.decode()
    assert "这类期限已有同一时点的提醒。" in client.post(add, wrong | {"days": "7"}).content.decode()
    theirs = {"kind": "feedback", "timing": "after", "days": "9", "tells_leader": "on"}
    assert "没有核稿人和签发领导" in client.post(add, theirs).content.decode()
    assert client.post(add, wrong | {"days": "21", "tells_office": "on"}).status_code == 302

    row = ReminderRule.objects.get(kind="reply", days=21)
    assert row.tells_office
    assert "提醒规则" in Event.objects.get(kind="admin_reminderrule").text
    running(world)
    with clock.at(morning(DUE - timedelta(days=21))):
        assert remind().sent == 6  # the clerk and both of the office, by portal and mail


def test_when_nothing_comes_any_more_no_page_promises_it(world: World, client: Client) -> None:
    deadline = running(world, of=world.minjian, kind="feedback", role="proposer")
    client.force_login(world.office_staff)
    page = shown(client, deadline, 60)
    assert "规定的时点都已过去" in page
    assert "没有发过提醒。" in page
    assert "系统在工作时间自动提醒" not in page


def test_a_rule_is_named_as_the_page_of_a_deadline_names_it() -> None:
    rows = [ReminderRule(kind="reply", timing=timing, days=3) for timing in ("before", "after")]
    assert [str(row) for row in rows] == ["答复：到期前3天", "答复：超期第3个工作日"]
    assert str(ReminderRule(kind="", timing="weekly")) == "其他事项：此后每周一次"
