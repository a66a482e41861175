"""The lamp board: everyone's own deadlines, filters, figures that equal their lists, few queries."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from proposals.models import Deadline, Proposal, Workday
from proposals.permissions_board import counted_clocks, visible_clocks
from proposals.services.events import record_event
from proposals.services.marking import set_mark
from tests.replies.figures.conftest import TODAY, Filed
from tests.replies.figures.test_exports import lines_of
from tests.world import World

BOARD_QUERIES, CALENDAR_QUERIES = 10, 7


def rows_of(client: Client, address: str = "", **query: Any) -> list[Deadline]:
    answer = client.get(address or reverse("board"), query or None)
    assert answer.status_code == 200
    return [row for group in answer.context["groups"] for row in group.rows]


def test_the_offices_see_all_a_bureau_its_own_and_nobody_else_the_board(client: Client, city: World) -> None:
    seen = {
        "committee_staff": 11,
        "office_staff": 11,
        "admin": 11,
        "sfj_clerk": 5,
        "gaj_leader": 5,
        "ysj_clerk": 1,
        "scj_clerk": 0,
    }
    for who, expected in seen.items():
        client.force_login(getattr(city, who))
        assert len(rows_of(client)) == expected, who
    for who in ("minjian_contact", "other_member_user", "nobody"):
        client.force_login(getattr(city, who))
        assert client.get(reverse("board")).status_code == 403, who
    client.logout()
    assert client.get(reverse("board")).status_code == 302


def test_what_is_met_cancelled_or_archived_is_not_on_it(client: Client, city: World) -> None:
    client.force_login(city.office_staff)
    rows = rows_of(client)
    assert all(row.met_at is None for row in rows)
    assert not Deadline.objects.exclude(cancelled_at=None).filter(pk__in=[row.pk for row in rows])
    Proposal.objects.filter(pk=rows[0].proposal_id).update(archived_at=rows[0].proposal.created_at)
    assert rows[0].pk not in [row.pk for row in rows_of(client)]


def test_a_case_the_office_may_not_know_of_has_no_deadline_for_it(client: Client, city: World, filed: Filed) -> None:
    secret = filed.case("draft", title="不能看的草稿")
    filed.due(filed.share(secret, city.sfj, "sole", "withdrawn"), 3)
    for who in ("office_staff", "committee_staff", "sfj_clerk"):
        client.force_login(getattr(city, who))
        for page in ("board", "board-calendar", "board-live"):
            assert "不能看的草稿" not in client.get(reverse(page)).content.decode(), (who, page)


def test_each_filter_narrows(client: Client, city: World) -> None:
    client.force_login(city.office_staff)
    assert {row.bureau for row in rows_of(client, bureau=city.gaj.pk)} == {city.gaj}
    assert {row.kind for row in rows_of(client, kind="opinion")} == {"opinion"}
    assert all(row.due_on < TODAY for row in rows_of(client, lamp="overdue"))
    assert len(rows_of(client, lamp="overdue")) == 2
    assert len(rows_of(client, lamp="green")) == 2
    assert rows_of(client, bureau="0") == []
    later = city.session.__class__.objects.exclude(pk=city.session.pk).get()
    assert rows_of(client, session=later.pk) == []
    one = Deadline.objects.get(bureau=city.sfj, kind="reply", due_on=TODAY)
    assert [row.pk for row in rows_of(client, bureau=city.sfj.pk, due_from=TODAY, due_to=TODAY)] == [one.pk]
    assert one.assignment is not None
    one.assignment.clerk = city.sfj_clerk
    one.assignment.save()
    assert [row.pk for row in rows_of(client, clerk="司文清")] == [one.pk]
    set_mark(city.committee_staff, proposal=one.proposal, kind="excellent", proposed_by="", leader="", form=None)
    assert rows_of(client, key_case="yes") == []


def test_a_key_proposal_is_marked_and_found(client: Client, city: World) -> None:
    from proposals.models import SupervisionForm

    one = Deadline.objects.get(bureau=city.sfj, kind="reply", due_on=TODAY)
    form = SupervisionForm.objects.first()
    set_mark(city.committee_staff, proposal=one.proposal, kind="key", proposed_by="提案委", leader="某", form=form)
    client.force_login(city.office_staff)
    assert {row.proposal_id for row in rows_of(client, key_case="yes")} == {one.proposal_id}
    assert "重点" in client.get(reverse("board"), {"key_case": "yes"}).content.decode()


@pytest.mark.parametrize("group", ["", "bureau"])
def test_pages_follow_each_other_without_gap_under_headings(
    client: Client, city: World, monkeypatch: pytest.MonkeyPatch, group: str
) -> None:
    monkeypatch.setattr("replies.views.board.PAGE_SIZE", 3)
    client.force_login(city.office_staff)
    address, found, headings = f"{reverse('board')}?group={group}", [], []
    while address:
        answer = client.get(address)
        found += [row.pk for part in answer.context["groups"] for row in part.rows]
        headings += [part.title for part in answer.context["groups"]]
        address = answer.context["next_url"]
    assert sorted(found) == sorted(visible_clocks(city.office_staff).values_list("pk", flat=True))
    assert len(set(found)) == len(found)
    assert headings[0] == (city.sfj.short_name if group else "已超期") or group


def test_a_lamp_is_said_in_words_and_a_date_that_may_move_is_marked(client: Client, city: World) -> None:
    Deadline.objects.filter(bureau=city.ysj, met_at=None).update(is_provisional=True)
    client.force_login(city.ysj_clerk)
    text = client.get(reverse("board")).content.decode()
    assert "超期5天" in text.replace(" ", "")
    assert "暂定" in text


def test_every_figure_equals_the_list_behind_it(client: Client, city: World, filed: Filed) -> None:
    share = filed.share(filed.case("answered"), city.sfj, "sole", "done")
    filed.due(share, 5, kind="promise")
    for who in ("office_staff", "sfj_clerk"):
        client.force_login(getattr(city, who))
        figures = client.get(reverse("board")).context["figures"]
        by_label = {figure.label: figure for figure in figures}
        for figure in figures:
            answer = client.get(figure.url)
            assert answer.status_code == 200, figure.url
            if figure.url.startswith(reverse("board") + "?"):
                assert figure.value == str(len(rows_of(client, figure.url))), figure.label
        assert by_label["承诺将到期"].value == "1"
        assert ("争议交办" in by_label) == (who == "office_staff")


def test_what_is_counted_is_what_is_listed(city: World, filed: Filed) -> None:
    rated = filed.share(filed.case("answered"), city.sfj, "sole", "done")
    shelved = filed.share(filed.case("answered"), city.sfj, "sole", "done")
    for share in (rated, shelved):
        filed.due(share, -3, kind="feedback")
    Proposal.objects.filter(pk=shelved.proposal_id).update(archived_at=shelved.assigned_at)
    filed.due(filed.share(filed.case("draft"), city.sfj, "sole", "withdrawn"), 3, kind="cosign")
    for who in (city.office_staff, city.committee_staff, city.admin, city.sfj_clerk, city.scj_clerk):
        listed = set(visible_clocks(who).values_list("pk", flat=True))
        assert set(counted_clocks(who).values_list("pk", flat=True)) == listed, who
        assert not Deadline.objects.filter(pk__in=listed, proposal=shelved.proposal_id)


def test_the_numbers_per_bureau_equal_their_lists(client: Client, city: World) -> None:
    client.force_login(city.office_staff)
    lines = client.get(reverse("board")).context["lines"]
    assert next(line.name for line in lines) in {city.sfj.short_name, city.ysj.short_name}
    for line in lines:
        assert line.total == len(rows_of(client, bureau=line.value))
        for lamp, count in line.counts.items():
            assert count == len(rows_of(client, bureau=line.value, lamp=lamp)), (line.name, lamp)


def test_the_sheet_holds_the_filtered_board(client: Client, city: World) -> None:
    for who, query, expected in (
        ("office_staff", {}, 11),
        ("office_staff", {"lamp": "overdue"}, 2),
        ("gaj_leader", {"group": "bureau"}, 5),
    ):
        client.force_login(getattr(city, who))
        lines = lines_of(client, "board-export", **query)
        assert len(lines) == expected
    assert {line["责任单位"] for line in lines} == {city.gaj.short_name}
    assert client.get(reverse("board-export"), {"lamp": "blau"}).status_code == 400


def test_a_value_without_sense_shows_its_error_and_narrows_nothing(client: Client, city: World) -> None:
    client.force_login(city.office_staff)
    for query in ({"lamp": "blau"}, {"bureau": "x"}, {"session": "99999"}, {"due_from": "2022-13-40"}, {"key": "xx"}):
        assert len(rows_of(client, **query)) == 11, query


def test_the_office_ticks_rows_and_urges_in_those_cases(client: Client, city: World) -> None:
    client.force_login(city.office_staff)
    rows = rows_of(client, lamp="overdue")
    page = client.get(reverse("board"), {"lamp": "overdue"}).content.decode()
    for row in rows:
        assert f'name="p" value="{row.proposal_id}" form="urge"' in page
    answer = client.get(reverse("urging-new"), {"p": [row.proposal_id for row in rows]})
    assert {one.proposal.pk for one in answer.context["chosen"]} == {row.proposal_id for row in rows}
    client.force_login(city.sfj_clerk)
    assert 'form="urge"' not in client.get(reverse("board")).content.decode()


def test_nothing_new_is_said_in_one_word_and_a_step_changes_the_mark(client: Client, city: World) -> None:
    client.force_login(city.office_staff)
    page = client.get(reverse("board"), {"lamp": "overdue"})
    address, mark = page.context["live_url"], page.context["mark"]
    same = client.get(address, headers={"If-None-Match": mark})
    assert (same.status_code, same.content) == (304, b"")
    assert client.get(reverse("board-live"), {"lamp": "red"}, headers={"If-None-Match": mark}).status_code == 200
    case = Proposal.objects.filter(state="assigned")[0]
    record_event(city.office_staff, proposal=case, kind="test", post=city.office_staff.posts.get(), text="动了")
    fresh = client.get(address, headers={"If-None-Match": mark})
    assert fresh.status_code == 200
    assert fresh["ETag"] != mark
    assert "<html" not in fresh.content.decode()
    client.force_login(city.sfj_clerk)
    assert client.get(address, headers={"If-None-Match": fresh["ETag"]}).status_code == 200


def test_by_bureau_what_proposers_owe_stands_apart_and_is_counted(client: Client, city: World) -> None:
    case = Proposal.objects.filter(state="answered")[0]
    day = TODAY + timedelta(3)
    Deadline.objects.create(
        proposal=case,
        kind="feedback",
        proposer=city.minjian,
        recipient_role="proposer",
        starts_on=TODAY,
        due_on=day,
        explanation="十五天",
        link="/",
    )
    client.force_login(city.office_staff)
    for query in ({}, {"due_to": str(day)}, {"session": str(city.session.pk)}):
        whole = client.get(reverse("board"), query)
        apart = client.get(reverse("board"), {**query, "group": "bureau"})
        listed = len(rows_of(client, **query, group="bureau"))
        assert (listed, whole.context["note"]) == (len(rows_of(client, **query)) - 1, f"共 {listed + 1} 项")
        assert apart.context["note"] == f"共 {listed} 项"
        assert "另有提案者的 1 项" in apart.content.decode()
        assert "另有提案者" not in whole.content.decode()
        (row,) = rows_of(client, apart.context["apart_url"])
        assert row.proposer == city.minjian
        assert client.get(apart.context["apart_url"]).context["note"] == "共 1 项"
    weeks = client.get(reverse("board-calendar"), {"month": f"{day:%Y-%m}", "group": "bureau"}).context["weeks"]
    shown = next(one for week in weeks for one in week if one.date == day)
    assert len(rows_of(client, shown.url)) == shown.count


def test_the_number_of_queries_does_not_grow(
    client: Client, city: World, filed: Filed, django_assert_max_num_queries: Callable[[int], Any]
) -> None:
    for number in range(40):
        filed.due(filed.share(filed.case("assigned"), city.sfj, "sole"), number)
    client.force_login(city.office_staff)
    client.get(reverse("board"))
    for query in ({}, {"group": "bureau"}, {"lamp": "green", "bureau": str(city.sfj.pk), "key_case": "yes"}):
        with django_assert_max_num_queries(BOARD_QUERIES):
            client.get(reverse("board"), query)
        with django_assert_max_num_queries(CALENDAR_QUERIES):
            client.get(reverse("board-calendar"), query)
    mark = client.get(reverse("board")).context["mark"]
    with CaptureQueriesContext(
        connection,
    ) as spent:
        assert client.get(reverse("board-live"), headers={"If-None-Match": mark}).status_code == 304
    assert len(spent) <= 5


def test_the_month_shows_deadlines_holidays_and_make_up_days(client: Client, city: World) -> None:
    client.force_login(city.office_staff)
    answer = client.get(reverse("board-calendar"), {"month": "2022-07"})
    days = {day.date: day for week in answer.context["weeks"] for day in week if day.is_inside}
    assert len(days) == 31
    for day, shown in days.items():
        listed = visible_clocks(city.office_staff).filter(due_on=day)
        assert shown.count == listed.count()
        assert len(rows_of(client, shown.url)) == shown.count
    october = client.get(reverse("board-calendar"), {"month": "2022-10"})
    marks = {day.date.day: day.mark for week in october.context["weeks"] for day in week if day.is_inside}
    assert (marks[3], marks[8], marks[9], marks[10]) == ("休", "班", "班", "")
    assert Workday.objects.exists()
    for wrong in ("", "2022-13", "x", "99999999-1", "²-1", "2022-1-1"):
        assert client.get(reverse("board-calendar"), {"month": wrong}).context["first"] == TODAY.replace(day=1)


def test_a_full_day_of_the_month_names_three_and_leads_to_the_rest(client: Client, city: World, filed: Filed) -> None:
    for _ in range(6):
        filed.due(filed.share(filed.case("assigned"), city.scj, "sole"), 12)
    client.force_login(city.scj_clerk)
    day = TODAY + timedelta(12)
    weeks = client.get(reverse("board-calendar"), {"month": f"{day:%Y-%m}"}).context["weeks"]
    shown = next(one for week in weeks for one in week if one.date == day)
    assert (len(shown.rows), shown.more, shown.count) == (3, 3, 6)


@pytest.mark.parametrize("month", ["020229-01", "2022-0123", "2022-13", "20229-1", "²-1", "2022-", ""])
def test_a_month_that_is_none_gives_the_current_one(client: Client, city: World, month: str) -> None:
    client.force_login(city.office_staff)
    answer = client.get(reverse("board-calendar"), {"month": month})
    assert answer.status_code == 200
    assert answer.context["first"] == TODAY.replace(day=1)


def test_the_conditions_of_a_sheet_and_of_a_month_name_what_was_chosen(client: Client, city: World) -> None:
    client.force_login(city.office_staff)
    chosen = {"session": str(city.session.pk), "bureau": str(city.sfj.pk)}
    for name in ("board-export", "board-calendar", "proposal-export"):
        context = client.get(reverse(name), chosen).context
        said = context["export"].conditions if "export" in context else context["conditions"]
        assert {city.session.name, city.sfj.short_name} <= {one.value for one in said}, name
