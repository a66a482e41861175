"""Script, hidden characters, endless text and impossible dates in every field: refused at the field, nothing lost."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.utils.html import escape

from tests.permissions.city import City
from tests.security.forms_on_pages import Sent, form_with

pytestmark = pytest.mark.django_db  # the city wraps all of them in one transaction

SCRIPT = "<script>alert(1)</script>"


@dataclass(frozen=True)
class Place:
    """A form and its free texts: where, in which stage, who, field to greatest length, and what is chosen beside."""

    page: str
    stage: str
    who: str
    texts: dict[str, int]
    days: tuple[str, ...] = ()
    chosen: dict[str, str] = field(default_factory=dict)


PLACES = (
    Place("proposal-new", "ANY", "P", {"title": 100}),
    Place(
        *("proposal-edit", "DRAFT", "P"),
        {"title": 100, "background": 20_000, "analysis": 20_000, "suggestions": 20_000, "asks-0-text": 2_000},
    ),
    Place("proposal-cosign", "DRAFT", "S", {"opinion": 300}),
    Place("proposal-edit", "TYPED", "T1", {"publicity_reason": 20}, chosen={"publicity_consent": "no"}),
    Place("proposal-review", "SUBMITTED", "T1", {"opinion": 2_000}, chosen={"outcome": "return_for_revision"}),
    Place("proposal-undo-registration", "REGISTERED", "T1", {"opinion": 200}),
    Place("proposal-assign", "REGISTERED", "D1", {"reason": 200, "note": 300}, ("reply_due", "opinion_due")),
    Place("deadline-change", "ASSIGNED", "D1", {"reason": 200}, ("due_on",), {"reason": "会期有变"}),
    Place("assignment-withdraw@helper", "ASSIGNED", "D1", {"reason": 200}),
    Place("opinion-edit@helper", "ACCEPTED", "H1", {"heading": 200, "body": 20_000}),
    Place(
        *("reply-edit", "DRAFTING", "C1"),
        {
            "head-title": 200,
            "head-addressee": 300,
            "head-opening": 2_000,
            "head-closing": 5_000,
            "head-contact_person": 40,
            "head-contact_phone": 40,
            "head-copies": 300,
            "SECTION-heading": 200,
            "SECTION-body": 20_000,
        },
    ),
    Place("reply-send-to-review", "DRAFTING", "C1", {"comment": 2_000}),
    Place("reply-review", "REVIEWING", "RV", {"comment": 2_000}, chosen={"decision": "send_back"}),
    Place("reply-countersign", "COUNTERSIGNING", "H1", {"comment": 2_000}, chosen={"decision": "send_back"}),
    Place("reply-sign", "SIGNING", "LD", {"comment": 2_000}, chosen={"decision": "send_back"}),
    Place("reply-rate", "ISSUED", "P", {"opinion": 2_000}, chosen={"attitude": "satisfied", "result": "dissatisfied"}),
    Place(
        *("publication-detail", "PREPARING", "C1"),
        {"title": 200, "issuing_body": 80, "document_number": 60, "topic_class": 60, "keywords": 120},
        ("created_on",),
    ),
    Place("publication-decide", "RELEASING", "C1", {"comment": 500}, chosen={"decision": "return"}),
    Place("publication-unpublish", "PUBLISHED", "LD", {"reason": 200}),
    Place("import-item", "ANY", "T1", {"title": 200, "addressees": 300, "closing": 5_000}, ("signed_on",)),
    Place("import-confirm", "IMPORTED", "T1", {"signed_by": 300}, ("signed_on",)),
)
KEPT = ("proposal-edit", "opinion-edit@helper")  # drafts: whatever is typed is stored
TEXTS = [pytest.param(place, name, id=f"{place.page}-{name}") for place in PLACES for name in place.texts]
DAYS = [pytest.param(place, name, id=f"{place.page}-{name}") for place in PLACES for name in place.days]


def send(city: City, place: Place, name: str, value: str) -> tuple[HttpResponse, str]:
    """Send the form of ``place`` as it stands, with ``value`` in the field ``name``; gives answer and full name."""
    url = city.address(place.page, place.stage)
    assert url
    page = city.ask(place.who, url).content.decode()
    section = page.partition('name="s')[2].partition("-")[0]
    name = name.replace("SECTION", f"s{section}")
    data: Sent = {**form_with(page, name), **{key: [chosen] for key, chosen in place.chosen.items()}, name: [value]}
    return city.ask(place.who, url, "POST", data), name


def has_error_at(response: HttpResponse, name: str) -> bool:
    """Whether the page shows an error that belongs to the field ``name``."""
    return f'id="id_{name}_error"' in response.content.decode()


@pytest.mark.parametrize(("place", "name"), TEXTS)
def test_hidden_characters_are_refused_at_the_field_and_script_comes_back_as_text(
    city: City, place: Place, name: str
) -> None:
    response, name = send(city, place, name, f"{SCRIPT}\x07")
    page = response.content.decode()

    assert response.status_code == 400
    assert has_error_at(response, name)
    assert escape(SCRIPT) in page, "what was typed is gone"
    assert SCRIPT not in page


@pytest.mark.parametrize(("place", "name"), TEXTS)
def test_a_text_that_is_too_long_is_refused_at_the_field(city: City, place: Place, name: str) -> None:
    long = "长" * (place.texts[name] + 1)
    response, name = send(city, place, name, long)

    assert response.status_code == 400
    assert has_error_at(response, name)
    assert long in response.content.decode(), "what was typed is gone"


@pytest.mark.parametrize("day", ["2022-02-30", "明天", "0000-00-00", "99999-01-01"])
@pytest.mark.parametrize(("place", "name"), DAYS)
def test_an_impossible_day_is_refused_at_the_field(city: City, place: Place, name: str, day: str) -> None:
    response, name = send(city, place, name, day)

    assert response.status_code == 400
    assert has_error_at(response, name)
    assert f'value="{day}"' in response.content.decode(), "what was typed is gone"


@pytest.mark.parametrize(
    ("page", "name", "day"),
    [("deadline-change", "due_on", "2020-01-01"), ("import-confirm", "signed_on", "2099-01-01")],
)
def test_a_day_on_the_wrong_side_of_today_is_refused_at_the_field(city: City, page: str, name: str, day: str) -> None:
    place = next(one for one in PLACES if one.page == page)
    response, _ = send(city, place, name, day)

    assert response.status_code == 400
    assert has_error_at(response, name)


@pytest.mark.parametrize(
    ("place", "name"), [(place, name) for place in PLACES if place.page in KEPT for name in place.texts]
)
def test_stored_script_is_shown_as_text(city: City, place: Place, name: str) -> None:
    url = city.address(place.page, place.stage) or ""
    page = city.ask(place.who, url).content.decode()
    words = SCRIPT[: place.texts[name]]
    data = {**form_with(page, name), **{key: [chosen] for key, chosen in place.chosen.items()}, name: [words]}
    with transaction.atomic():
        saved = city.client.post(url, data)
        shown = city.client.get(url).content.decode()
        transaction.set_rollback(True)

    assert saved.status_code == 302
    assert escape(words) in shown
    assert SCRIPT not in shown
