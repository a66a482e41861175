"""Everybody asks for everything in every stage, and gets what the matrix says."""

from __future__ import annotations

from itertools import groupby
from typing import Any
from urllib.parse import parse_qsl

import pytest
from django.http import HttpResponse
from django.urls import resolve

from tests.permissions.city import City
from tests.permissions.matrix import LIKENESSES, Row, due_for, is_asked, methods_of, rows

# The city wraps all of them in one transaction.
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("unrendered")]

BY_PAGE = {page: list(found) for page, found in groupby(sorted(rows(), key=lambda row: row.page), lambda row: row.page)}
NO_REASON = {"errors/403.html", "403.html", "您当前的任职没有办理这一步的权限。"}
# What the form of the page carries without anybody typing.
SENT: dict[str, dict[str, Any]] = {
    "document-make": {"format": "docx"},
    "opinion-edit@helper": {"version": 1},
    "opinion-autosave@helper": {"version": 1},
    "section-delete": {"version": 2},
    "slip-answer": {"version": 2},
    "slip-autosave": {"version": 2},
}


def spoken(response: HttpResponse, method: str) -> str:
    """The answer in the words of the matrix."""
    if response.status_code == 302 and "login/" in response["Location"]:
        return "in"
    if response.status_code in {200, 302} or (method == "POST" and response.status_code == 400):
        return "ok"
    return "." if response.status_code == 404 else str(response.status_code)


def answers(city: City, row: Row, method: str) -> dict[str, str]:
    """What everybody gets; a refusal must say why."""
    url = city.address(row.page, row.stage)
    assert url, f"nothing at {row.page} in {row.stage}"
    got = {}
    for column in row.asked:
        response = city.ask(column, url, method, SENT.get(row.page) if method == "POST" else None)
        got[column] = spoken(response, method)
        if got[column] == "403":
            reason = response.content.decode()
            assert NO_REASON.isdisjoint(reason.split()), f"no reason for {column} at {method} {url}"
    return got


@pytest.mark.parametrize("page", BY_PAGE)
def test_everybody_gets_what_the_matrix_says(city: City, page: str) -> None:
    wrong = []
    for row in BY_PAGE[page]:
        for method in row.methods:
            got = answers(city, row, method)
            off = {who: f"{answer} not {row.cells[who]}" for who, answer in got.items() if answer != row.cells[who]}
            if off:
                wrong.append(f"{row.stage} {method}: {off}")

    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("column", LIKENESSES)
def test_others_of_a_kind_get_what_their_like_gets(city: City, column: str) -> None:
    """At the first stage of every line of the table; what the like may not even look at is not sent either."""
    wrong = []
    for row in (row for row in rows() if is_asked(column, row)):
        url, due = city.address(row.page, row.stage) or "", due_for(column, row)
        for method in row.methods if due == "ok" else row.methods[:1]:
            got = spoken(city.ask(column, url, method, SENT.get(row.page) if method == "POST" else None), method)
            if got != due:
                wrong.append(f"{row.page} {row.stage} {method}: {got} not {due}")

    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("page", [page for page in BY_PAGE if page != "admin"])
def test_an_address_takes_no_other_method(city: City, page: str) -> None:
    # somebody who gets the page; where nobody does, a clerk who at least reaches the view
    best = [(row, who) for row in BY_PAGE[page] for who, cell in row.cells.items() if cell == "ok"]
    row, who = best[0] if best else (BY_PAGE[page][0], "C1")
    url = city.address(row.page, row.stage)
    assert url

    for method in {"GET", "POST"} - methods_of(page):
        assert city.ask(who, url, method).status_code == 405


# Where a browser that comes by GET to an address for buttons alone is led: after a log-in that ran out under the
# button, by reload, by hand.
LED_BACK = {
    "cover-end": "cover-list",
    "logout": "work",
    "login-end": "login-list",
    "login-end-others": "login-list",
    "calendar-link-revoke": "calendar-link",
    "notice-read-all": "notice-list",
    "proposal-autosave": "proposal-edit",
    "proposal-length": "proposal-edit",
    "proposal-similar": "proposal-edit",
    "slip-autosave": "slip-answer",
    "proposal-log-autosave": "proposal-log",
    "proposal-report-autosave": "proposal-report",
    "log-correct-autosave": "log-correct",
    "assessment-open": "assessment",
    "opinion-autosave@helper": "opinion-edit",
    "opinion-autosave@lead": "opinion-edit",
    "reply-autosave": "reply-edit",
    "document-make": "document-detail",
}


@pytest.mark.parametrize("page", [page for page in BY_PAGE if methods_of(page) == {"POST"}])
def test_a_browser_that_comes_to_a_button_by_get_is_led_to_its_page(city: City, page: str) -> None:
    best = [(row, who) for row in BY_PAGE[page] for who, cell in row.cells.items() if cell == "ok"]
    row, who = best[0] if best else (BY_PAGE[page][0], "C1")
    url = city.address(row.page, row.stage)
    assert url

    answer = city.ask(who, url, accept="text/html,*/*;q=0.8")
    assert answer.status_code == 302
    path, _, query = answer["Location"].partition("?")
    assert resolve(path).view_name == LED_BACK[page]
    if best:
        assert city.ask(who, path, data=dict(parse_qsl(query)) or None).status_code == 200
