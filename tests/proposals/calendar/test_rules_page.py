"""期限试算 and the pages of the calendar: every kind of limit with what it is counted from; who may look."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from panjin_portal.lib import clock
from proposals.models import AssignmentPolicy, DeadlineRule, Workday
from proposals.models.deadlines import DeadlineKind
from proposals.rule_kinds import BOUNDS, RULE_KINDS, START_EVENTS
from proposals.services.calendar import known_until, load_calendar
from proposals.services.reference import seed_calendar
from proposals.services.trial import TrialLine, trial
from tests.world import World

QUERIES = 15


def lines(world: World, day: date, kind: str = "session") -> dict[str, TrialLine]:
    return {line.kind: line for line in trial(world.session, kind, day, load_calendar())}


def ask(client: Client, world: World, **fields: str) -> str:
    asked = {"session": str(world.session.pk), "kind": "session", **fields}
    answer = client.get(reverse("deadline-trial"), asked)
    return answer.content.decode()


def test_every_kind_of_deadline_has_its_rule_and_its_start() -> None:
    assert {code for code, _ in RULE_KINDS} == {*DeadlineKind.values, *BOUNDS}
    assert all(START_EVENTS.values())
    labels = dict(RULE_KINDS)
    assert {kind.value: kind.label for kind in DeadlineKind} == {kind: labels[kind] for kind in DeadlineKind.values}


def test_a_new_session_has_a_rule_of_every_kind(world: World) -> None:
    kinds = set(DeadlineRule.objects.filter(session=world.session, proposal_kind="").values_list("kind", flat=True))

    assert kinds == {code for code, _ in RULE_KINDS}


def test_each_rule_is_reckoned_from_the_day_asked_for(world: World) -> None:
    found = lines(world, date(2022, 3, 7))

    assert [(found[kind].due.due.isoformat(), found[kind].rule) for kind in ("receipt", "return", "reply")] == [  # type: ignore[union-attr]
        ("2022-03-14", "5个工作日"),
        ("2022-03-14", "5个工作日"),
        ("2022-08-22", "8月20日"),
    ]
    assert found["extension"].starts_at == "原截止日"
    assert found["extension"].rolls == "不顺延"
    assert lines(world, date(2022, 3, 7), "interim")["reply"].rule == "3个月"


def test_the_extension_says_from_which_day_it_is_counted(world: World) -> None:
    AssignmentPolicy.objects.update(extension_basis="start")

    assert lines(world, date(2022, 3, 7))["extension"].starts_at == "起算日"


def test_an_opinion_is_capped_by_the_reply_as_in_a_case(world: World) -> None:
    DeadlineRule.objects.filter(kind="reply", proposal_kind="").update(unit="calendar_days", amount=10)
    opinion = lines(world, date(2022, 3, 7))["opinion"].due

    assert opinion is not None
    assert opinion.due == date(2022, 3, 17)
    assert "晚于答复期限" in opinion.explanation


def test_a_session_without_a_rule_says_so_and_bounds_have_their_defaults(world: World, client: Client) -> None:
    DeadlineRule.objects.all().delete()
    client.force_login(world.office_staff)
    page = ask(client, world, day="2022-03-07")

    assert page.count("本届没有这项规则，不计期限") == len(RULE_KINDS) - len(BOUNDS)
    assert "1个月（默认）" in page
    assert "5个工作日（默认）" in page


def test_the_page_marks_what_may_still_move_and_keeps_a_wrong_day(world: World, client: Client) -> None:
    client.force_login(world.committee_staff)
    Workday.objects.filter(date__year__gte=2027).delete()
    beyond = ask(client, world, day="2026-12-28")
    wrong = client.get(f"{reverse('deadline-trial')}?session={world.session.pk}&kind=session&day=后天")

    assert "2027-01-04（暂定）" in beyond
    assert "已知到 2026-12-31" in beyond
    assert wrong.status_code == 400
    assert "请按“2026-03-02”的样式填写日期" in wrong.content.decode()
    assert "后天" in wrong.content.decode()


def test_the_pages_cost_few_queries(world: World, client: Client) -> None:
    client.force_login(world.office_staff)
    for address in (reverse("deadline-trial"), reverse("workday-calendar")):
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address).status_code == 200
        assert len(captured) <= QUERIES, address


@pytest.mark.parametrize("year", ["2026", "2099", "0", "99999", "abc", ""])
def test_the_calendar_shows_a_year(world: World, client: Client, year: str) -> None:
    client.force_login(world.office_staff)
    with clock.at(date(2026, 3, 2)):
        page = client.get(reverse("workday-calendar"), {"year": year}).content.decode()

    assert ("2026-02-14" in page) == (year != "2099")
    assert ("这一年还没有安排" in page) == (year == "2099")


def test_statutory_days_without_a_notice_give_way_when_the_list_knows_it(world: World) -> None:
    Workday.objects.filter(date__year=2026).delete()
    Workday.objects.create(date=date(2026, 2, 26), is_working=False, is_confirmed=False, name="猜测")
    assert known_until() == date(2025, 12, 31)

    seed_calendar([2026])

    assert known_until() == date(2026, 12, 31)
    assert not Workday.objects.filter(name="猜测").exists()


def test_a_day_near_the_end_of_time_is_refused_at_its_field(world: World, client: Client) -> None:
    client.force_login(world.office_staff)
    page = ask(client, world, day="9999-12-31")
    assert "年份晚于2100年" in page
    assert "年份晚于" not in ask(client, world, day="2100-12-31")
