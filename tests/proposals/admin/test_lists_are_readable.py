"""Lists of system management: headed by their name, in plain words, and readable on a narrow screen."""

from __future__ import annotations

import re

from django.test import Client
from django.urls import reverse
from django.utils.safestring import mark_safe

from proposals.templatetags.admin_tables import labelled_cells
from tests.proposals.admin.records import fill
from tests.world import World


def page(client: Client, name: str, **query: str) -> str:
    answer = client.get(reverse(f"admin:proposals_{name}_changelist"), query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_each_cell_bears_the_name_of_its_column(world: World, client: Client) -> None:
    fill(world, range(2))
    client.force_login(world.admin)
    deadlines = page(client, "deadline")
    body = deadlines.partition("<tbody>")[2].partition("</tbody>")[0]
    cells = re.findall(r"<t[dh][^>]*>", body)

    assert cells
    assert all("data-label=" in cell for cell in cells)
    assert re.findall(r'data-label="([^"]*)" class="field-(?:kind|due_on|whose)', body)[:3] == [
        "事项",
        "责任方",
        "截止日",
    ]
    assert "css/admin.css" in deadlines


def test_the_column_of_tick_boxes_has_no_name(world: World, client: Client) -> None:
    client.force_login(world.admin)
    body = page(client, "workday").partition("<tbody>")[2]
    (box,) = re.findall(r'<td[^>]*class="action-checkbox"[^>]*>', body)[:1]

    assert "data-label" not in box
    assert 'data-label="日期"' in body


def test_headings_filters_and_search_speak_plainly(world: World, client: Client) -> None:
    fill(world, range(2))
    client.force_login(world.admin)
    deadlines = page(client, "deadline", q="民建")

    assert re.search(r"<h1>\s*期限\s*</h1>", deadlines)
    assert "<summary> 完成时间</summary>" in deadlines
    assert ">没有</a>" in deadlines
    assert "找到" in deadlines
    for odd in ("选择期限查看", "以 事项", "显示全部", "条结果", "非空"):
        assert odd not in deadlines, odd


def test_a_name_with_odd_signs_is_written_as_text() -> None:
    made = labelled_cells([mark_safe("<td>x</td>")], [{"text": 'a"b&'}])
    assert made == '<td data-label="a&quot;b&amp;">x</td>'
    assert labelled_cells(["<td>x</td>"], [{"text": "a"}]) == "&lt;td&gt;x&lt;/td&gt;"
