"""Every answer tells browsers and caches to be careful: on each kind of page, as each kind of person."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from tests.permissions.city import City
from tests.permissions.matrix import STAGES, rows
from tests.security.walking import addresses

pytestmark = pytest.mark.django_db  # the city wraps all of them in one transaction

WALKERS = ("T1", "C1", "P", "A", "--")
FILES = {"document-file", "attachment-download", "import-source", "public-file"}
# PDF, which may be shown in a frame of our own pages.
FRAMED = {
    "document-file",
    "public-file",
    "proposal-notice",
    "urging-paper",
    "slip-paper",
    "reply-sheet",
    "reply-preview",
}
POLICY = {
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "object-src 'none'",
    "frame-ancestors 'none'",
}
INLINE = re.compile(
    r"<script(?![^>]*\bsrc=)(?![^>]*application/(?:ld\+)?json)|<style|\sstyle=|\son\w+=\"", re.IGNORECASE
)


def one_of_each(city: City, column: str) -> dict[str, str]:
    """An address of each kind of page that opens for ``column``."""
    found: dict[str, str] = {}
    for row in rows():
        if row.cells[column] in {"ok", "410"} and "GET" in row.methods:
            found.setdefault(row.page, city.address(row.page, row.stage) or "")
    return found


@pytest.mark.parametrize("column", WALKERS)
def test_every_page_carries_the_strict_policy_and_obeys_it(city: City, column: str) -> None:
    for page, url in one_of_each(city, column).items():
        response = city.ask(column, url)
        policy = {part.strip() for part in response["Content-Security-Policy"].split(";")}
        assert "unsafe" not in response["Content-Security-Policy"], page
        assert response["X-Content-Type-Options"] == "nosniff", page
        assert response["Referrer-Policy"] == "same-origin", page
        if page not in FRAMED:
            assert policy >= POLICY, page
            assert response["X-Frame-Options"] == "DENY", page
        if response.get("Content-Type", "").startswith("text/html") and not response.streaming:
            assert not INLINE.search(response.content.decode()), page


@pytest.mark.parametrize("column", ["T1", "C1", "P", "A"])
def test_no_shared_cache_keeps_what_a_signed_in_person_gets(city: City, column: str) -> None:
    for url in addresses(city, column):
        control = city.ask(column, url)["Cache-Control"]
        assert "private" in control or "no-store" in control, url
        assert "public" not in control, url


def test_a_refusal_is_not_kept_either(city: City) -> None:
    refused = city.ask("C1", reverse("import-new"))
    missing = city.ask("N", city.address("proposal-detail", "ASSIGNED") or "")

    assert (refused.status_code, missing.status_code) == (403, 404)
    assert "private" in refused["Cache-Control"]
    assert "private" in missing["Cache-Control"]


def test_a_published_page_is_kept_for_a_minute_at_most(city: City) -> None:
    for page in ("public-page", "public-file"):
        control = city.ask("--", city.address(page, "PUBLISHED") or "")["Cache-Control"]
        assert "public" in control
        assert "max-age=60" in control


def test_what_was_taken_down_is_not_handed_out_by_a_cache(city: City) -> None:
    gone = city.ask("--", city.address("public-page", "UNPUBLISHED") or "")

    assert gone.status_code == 410
    assert "public" not in gone.get("Cache-Control", "")


@pytest.mark.parametrize("page", sorted(FILES))
def test_a_file_is_handed_out_under_its_own_type_and_name(city: City, page: str) -> None:
    about = [stage for stage in STAGES if stage not in {"ANY", "UNPUBLISHED"} and city.address(page, stage)]
    who = "--" if page == "public-file" else "T1"
    response = city.ask(who, city.address(page, about[-1]) or "")

    assert response.status_code == 200
    assert response["X-Content-Type-Options"] == "nosniff"
    inline = response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"].startswith("inline" if inline else "attachment")
    assert "filename*=utf-8''" in response["Content-Disposition"]


@pytest.mark.parametrize("page", ["document-file", "public-file"])
def test_a_file_in_a_frame_can_load_nothing(city: City, page: str) -> None:
    response = city.ask("--" if page == "public-file" else "T1", city.address(page, "PUBLISHED") or "")
    policy = response["Content-Security-Policy"]

    assert "default-src 'none'" in policy
    assert "frame-ancestors 'self'" in policy
    assert "unsafe" not in policy
    assert response["X-Frame-Options"] == "SAMEORIGIN"


def test_cookies_are_out_of_reach_of_scripts_and_other_sites(city: City) -> None:
    client = Client()
    client.get(reverse("login"))
    client.post(reverse("login"), {"username": "tian", "password": "Demo-pass-2026"})

    assert set(client.cookies) >= {"sessionid", "csrftoken"}
    for cookie in client.cookies.values():
        assert cookie["httponly"]
        assert cookie["samesite"] == "Lax"
