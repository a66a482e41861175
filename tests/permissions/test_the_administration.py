"""Every address of system management is in its table, and everybody gets what the table says."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib import admin
from django.http import HttpResponse
from django.urls import URLPattern, URLResolver, reverse

from tests.permissions.admin_table import elsewhere, kinds
from tests.permissions.city import City
from tests.permissions.matrix import LIKENESSES, PEOPLE
from tests.proposals.admin.records import fill

# The city wraps all of them in one transaction; on a second worker it would be built once more.
pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("administration")]

OF_A_ROW = {"changelist": "see", "add": "add", "change": "change", "delete": "remove", "history": "see"}
# Asked for by POST too: the administrator, a visitor, and one of those who are refused.
SENDERS = ("A", "C1", "--")
OTHERS = [column for column in (*PEOPLE, *LIKENESSES) if column != "A"]


@pytest.fixture(scope="module")
def filled(city: City) -> City:
    """The city with a row in every table."""
    fill(city.world, range(28, 29))
    return city


@pytest.fixture(scope="module")
def table(filled: City) -> list[tuple[str, str, str]]:
    """``addresses``, looked up once."""
    return list(addresses())


def names_of(patterns: list[URLPattern | URLResolver]) -> Iterator[str]:
    """Names of the addresses; those without a name lead to a named one or to nothing."""
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            yield pattern.name or ""
        else:
            yield from names_of(pattern.url_patterns)


def addresses() -> Iterator[tuple[str, str, str]]:
    """Address, and what the administrator gets by GET and by POST without any field."""
    for kind, may in kinds().items():
        model = apps.get_model(kind)
        row = model._default_manager.order_by("-pk").first()
        assert row is not None, f"no {kind} to look at"
        for page, deed in OF_A_ROW.items():
            name = f"admin:{kind.replace('.', '_')}_{page}"
            url = reverse(name, args=[] if page in {"changelist", "add"} else [row.pk])
            shown = "see" if page == "change" else deed
            get = "200" if may[shown] else "403"
            yield url, get, "200" if may[deed] or page == "changelist" else "405" if page == "history" else "403"
    for name, (get, post) in elsewhere().items():
        yield _address(name), get, post


def _address(name: str) -> str:
    plain, _, label = name.partition("@")
    arguments: dict[str, list[Any]] = {
        "view_on_site": [1, 1],
        "auth_user_password_change": [1],
        "operations-retry": ["nothing", 1],
    }
    if plain == "auth_user_password_change":
        arguments[plain] = [apps.get_model(settings.AUTH_USER_MODEL)._default_manager.latest("pk").pk]
    return reverse(f"admin:{plain}", args=[label] if label else arguments.get(plain, []))


def spoken(response: HttpResponse) -> str:
    """The status, or ``in``."""
    leads_in = response.status_code == 302 and "login/" in response["Location"]
    return "in" if leads_in else str(response.status_code)


def test_every_address_has_a_line() -> None:
    of_rows = {f"{kind.replace('.', '_')}_{page}" for kind in kinds() for page in OF_A_ROW}
    others = {name.partition("@")[0] for name in elsewhere()}
    labels = {model._meta.app_label for model in admin.site._registry}

    assert set(names_of(admin.site.urls[0])) - {""} == of_rows | others
    assert {name.partition("@")[2] for name in elsewhere() if "@" in name} == labels


def test_the_administrator_gets_what_the_table_says(filled: City, table: list[tuple[str, str, str]]) -> None:
    wrong = []
    for url, get, post in table:
        for method, due in (("GET", get), ("POST", post)):
            got = spoken(filled.ask("A", url, method))
            if got != due:
                wrong.append(f"{method} {url}: {got} not {due}")

    assert not wrong, "\n".join(wrong)


@pytest.mark.usefixtures("unrendered")
@pytest.mark.parametrize("column", OTHERS)
def test_nobody_else_gets_anything(filled: City, table: list[tuple[str, str, str]], column: str) -> None:
    expected = "in" if column in {"--", "GONE"} else "403"
    wrong = []
    for url, _, _ in table:
        due = "in" if url == reverse("admin:login") else expected
        if due == "in" and url == reverse("admin:logout"):
            due = "302"  # to the index, and from there to the log-in page
        for method in ("GET", "POST") if column in SENDERS else ("GET",):
            response = filled.ask(column, url, method)
            if spoken(response) != due:
                wrong.append(f"{method} {url}: {spoken(response)} not {due}")
            elif due == "403":
                assert "系统管理只对系统管理员开放" in response.content.decode()

    assert not wrong, "\n".join(wrong)


def test_an_address_that_does_not_exist_tells_a_stranger_nothing(filled: City) -> None:
    for url in ("/admin/nothing/", "/admin/proposals/nothing/", "/admin/proposals/user/999999/change/"):
        assert spoken(filled.ask("C1", url)) == "403"
        assert spoken(filled.ask("--", url)) == "in"


@pytest.mark.parametrize("column", ["A", "C1", "--"])
def test_stored_files_have_no_address_of_their_own(filled: City, column: str) -> None:
    stored = apps.get_model("proposals.attachment")._default_manager.latest("pk").file
    paths = [f"/media/{stored.name}", f"/files/{stored.name}", f"/static/{stored.name}", f"/{stored.name}"]
    paths += ["/static/../var/secret_key", "/static/%2e%2e/var/secret_key", "/var/secret_key", "/.git/config", "/.env"]

    assert {filled.ask(column, path).status_code for path in paths} <= {404, 400}
