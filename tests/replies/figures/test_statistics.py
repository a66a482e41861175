"""Each number of the statistics is the length of the list it leads to; few queries; only for those who may."""

from __future__ import annotations

import io
import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from replies.statistics import percent
from tests.replies.figures.conftest import Filed
from tests.world import World

QUERIES = 12
NUMBER = re.compile(r'<a href="(/proposals/\?[^"]*)">(\d+)</a>')


def page(client: Client, **query: Any) -> str:
    answer = client.get(reverse("statistics"), query)
    assert answer.status_code == 200
    return answer.content.decode()


def rows_behind(client: Client, address: str) -> int:
    """All rows of a list, page by page."""
    found, url = 0, address.replace("&amp;", "&")
    while url:
        answer = client.get(url)
        assert not answer.context["form"].errors, url
        found += len(answer.context["rows"])
        following = answer.context["next_url"]
        url = f"{reverse('proposal-list')}{following}" if following else ""
    return found


def figures(client: Client, key: str, **query: Any) -> dict[str, list[int]]:
    blocks = client.get(reverse("statistics"), query).context["blocks"]
    block = next(one for one in blocks if one.key == key)
    return {line.label: [figure.count for figure in line.figures] for line in block.lines}


@pytest.mark.parametrize(
    ("who", "scope"),
    [
        ("committee_staff", ""),
        ("committee_staff", "first"),
        ("office_staff", "gaj"),
        ("sfj_clerk", "first"),
        ("gaj_leader", "gaj"),
        ("admin", "all"),
    ],
)
def test_every_number_is_the_length_of_its_list(client: Client, city: World, who: str, scope: str) -> None:
    client.force_login(getattr(city, who))
    scopes: dict[str, dict[str, Any]] = {
        "": {},
        "first": {"session": city.session.pk},
        "all": {"session": "all"},
        "gaj": {"session": city.session.pk, "bureau": city.gaj.pk},
    }
    query = scopes[scope]
    numbers = sorted(set(NUMBER.findall(page(client, **query))))
    assert len(numbers) >= 20
    counted = {address: rows_behind(client, address) for address, _ in numbers}
    assert len(counted) == len(numbers)
    wrong = {address: (number, counted[address]) for address, number in numbers if int(number) != counted[address]}
    assert wrong == {}
    if scope == "all":
        assert sum(int(number) for _, number in numbers) > 20


def test_the_numbers_count_what_they_say(client: Client, city: World) -> None:
    client.force_login(city.office_staff)
    scope = {"session": city.session.pk}
    assert figures(client, "stage", **scope)["待交办"] == [3]
    assert figures(client, "stage", **scope)["待审查"] == [0]  # the office sees nothing before registration
    bureaus = figures(client, "bureau", **scope)
    assert bureaus["市司法局"] == [7, 0, 2, 1, 1, 1]
    assert bureaus["市公安局"] == [2, 5, 2, 2, 0, 0]
    assert bureaus["市市场局"] == [1, 0, 1, 1, 0, 0]
    assert bureaus["市营商局"] == [2, 0, 1, 1, 1, 1]
    assert figures(client, "lamp", **scope) == {
        "已超期": [2],
        "红灯": [2],
        "黄灯": [1],
        "绿灯": [1],
        "没有在计的期限": [8],
    }
    assert figures(client, "punctuality", **scope) == {
        "按期答复": [5],
        "逾期答复": [2],
        "超期未答复": [2],
        "未到期": [4],
    }
    classes = figures(client, "result", **scope)
    assert [number for label, (number,) in classes.items() if label.startswith("A")] == [2]
    assert classes["未标类别"] == [1]
    assert not any(label.startswith("C") for label in classes)
    assert figures(client, "rating", **scope) == {
        "满意": [1, 1],
        "基本满意": [1, 0],
        "不满意": [0, 1],
        "逾期未反馈": [0, 0],
    }
    text = page(client, **scope)
    assert "按期答复率 55.6%" in text
    assert "办理态度满意率 100.0%，办理结果满意率 50.0%" in text


def test_without_a_choice_the_newest_session_is_counted(client: Client, city: World) -> None:
    client.force_login(city.committee_staff)
    assert figures(client, "stage")["待审查"] == [1]
    assert "九届二次会议，共" in page(client)
    assert figures(client, "stage", session="all")["待审查"] == [2]


def test_a_nonsense_choice_shows_its_error(client: Client, city: World) -> None:
    client.force_login(city.committee_staff)
    answer = client.get(reverse("statistics"), {"session": "昨天", "bureau": "9" * 30})
    assert set(answer.context["form"].errors) == {"session", "bureau"}


def test_a_bureau_gets_its_own_row_only(client: Client, city: World) -> None:
    client.force_login(city.gaj_leader)
    assert set(figures(client, "bureau", session="all")) == {"市公安局"}
    offered = [label for _, label in client.get(reverse("statistics")).context["form"].fields["bureau"].choices]
    assert offered == ["全部单位", "市公安局"]


@pytest.mark.parametrize("who", ["minjian_contact", "nobody"])
def test_whoever_may_not_see_statistics_is_told_who_may(client: Client, city: World, who: str) -> None:
    client.force_login(getattr(city, who))
    for url in (reverse("statistics"), reverse("statistics-export", args=["stage"])):
        answer = client.get(url)
        assert answer.status_code == 403
        assert "统计由提案委、督查室和承办单位查看" in answer.content.decode()
    assert reverse("statistics") not in client.get(reverse("work")).content.decode()


def test_a_proposer_cannot_filter_by_how_others_rated(client: Client, city: World) -> None:
    client.force_login(city.minjian_contact)
    answer = client.get(reverse("proposal-list"), {"rating": "dissatisfied", "attitude": "satisfied"})
    assert not {"rating", "attitude"} & set(answer.context["form"].fields)
    assert len(answer.context["rows"]) == 19  # nothing was narrowed
    client.force_login(city.office_staff)
    assert len(client.get(reverse("proposal-list"), {"rating": "dissatisfied"}).context["rows"]) == 1


def test_the_page_takes_the_same_few_queries_whatever_the_rows(
    client: Client, filed: Filed, django_assert_max_num_queries: Any
) -> None:
    world = filed.world
    client.force_login(world.committee_staff)
    client.get(reverse("statistics"))  # the first request of a session also writes it
    with django_assert_max_num_queries(QUERIES) as few:
        client.get(reverse("statistics"))
    for bureau in (world.sfj, world.gaj, world.scj, world.ysj) * 3:
        share = filed.share(filed.case("assigned"), bureau, "sole")
        filed.due(share, 5)
        filed.rate(filed.answer(share, "A"), "satisfied", "satisfied")
    with django_assert_max_num_queries(QUERIES) as many:
        client.get(reverse("statistics"))
    assert len(many) == len(few)


def test_a_chart_says_its_numbers_and_needs_no_style(client: Client, city: World) -> None:
    client.force_login(city.office_staff)
    text = page(client, session=city.session.pk)
    (chart,) = (part for part in text.split("<svg ") if 'aria-labelledby="chart-lamp-title' in part)
    chart = chart.partition("</svg>")[0]
    assert 'role="img"' in chart
    assert "已超期 2；红灯 2；黄灯 1；绿灯 1；没有在计的期限 8" in chart
    assert re.findall(r'width="([\d.]+)%" height="16"', chart) == ["11.5", "11.5", "5.75", "5.75", "46.0"]
    assert "style=" not in chart


def test_each_table_can_be_downloaded_as_it_stands(client: Client, city: World) -> None:
    client.force_login(city.office_staff)
    for key in ("stage", "bureau", "lamp", "punctuality", "result", "rating"):
        answer = client.get(reverse("statistics-export", args=[key]), {"session": city.session.pk})
        sheet = load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active  # type: ignore[attr-defined]
        head, *lines = sheet.iter_rows(values_only=True)
        expected = figures(client, key, session=city.session.pk)
        width = 1 + max(len(numbers) for numbers in expected.values())
        assert {line[0]: list(line[1:width]) for line in lines} == expected, key
        assert len(head) == width + (key == "bureau")
    assert client.get(reverse("statistics-export", args=["nothing"])).status_code == 404


def test_the_links_say_nothing_of_a_scope_that_was_not_chosen(client: Client, city: World) -> None:
    client.force_login(city.office_staff)
    address, _ = NUMBER.findall(page(client, session="all"))[0]
    assert "session" not in parse_qs(urlsplit(address).query)


def test_a_rate_of_nothing_is_no_rate() -> None:
    assert percent(0, 0) == "—"
    assert percent(1, 3) == "33.3%"
