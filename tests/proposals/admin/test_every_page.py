"""Every page of system management opens, in Chinese, with as many queries for many rows as for few."""

from __future__ import annotations

import re
from typing import Any

import pytest
from axes.models import AccessAttempt
from django.conf import settings
from django.contrib import admin
from django.db import connection
from django.db.models import Model
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from proposals.admin.base import COUNTED_UP_TO, CappedPaginator, RecordAdmin
from proposals.models import Event, LeaveCover, OutgoingMail, Workday
from replies.models import Bundle
from tests.proposals.admin.records import fill
from tests.world import World

MODELS = sorted(admin.site._registry, key=lambda model: model._meta.label)
RECORDS = [model for model in MODELS if isinstance(admin.site._registry[model], RecordAdmin)]
READ_ONLY = {
    *(
        "Proposal",
        "Assignment",
        "HandlingRequest",
        "Deadline",
        "Review",
        "IssuedNumber",
        "Reminder",
        "OutgoingMail",
        "Event",
    ),
    *("Mark", "Suspension", "LeaveCover"),
    *("Reply", "Publication", "RenderedDocument"),
    *("Delivery", "Redo", "Promise", "FollowUp", "Bundle"),
}


def address(model: type[Model], page: str, *args: object) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


@pytest.fixture
def filled(world: World) -> World:
    fill(world, range(2))
    return world


@pytest.fixture
def manager(filled: World, client: Client) -> Client:
    client.force_login(filled.admin)
    return client


def queries(client: Client, path: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(path).status_code == 200
    return len(captured)


def test_records_of_the_workflow_are_read_only() -> None:
    assert {model.__name__ for model in RECORDS} == READ_ONLY


def newest(model: type[Model]) -> Any:
    """The last row of a table; of the events the last one of a case."""
    rows = Event.objects.exclude(proposal=None) if model is Event else model._default_manager.all()
    row = rows.order_by("-pk").first()
    assert row is not None, model
    return row


def test_every_page_opens(manager: Client) -> None:
    """One test for the whole registry: filling the tables is what costs time here."""
    answers = {}
    for model in MODELS:
        row = newest(model)
        changelist = manager.get(address(model, "changelist"))
        may_add = admin.site._registry[model].has_add_permission(changelist.wsgi_request)
        answers[model._meta.label] = (
            changelist.status_code,
            manager.get(address(model, "change", row.pk)).status_code,
            manager.get(address(model, "history", row.pk)).status_code,
            manager.get(address(model, "add")).status_code - (0 if may_add else 203),
        )

    assert set(answers.values()) == {(200, 200, 200, 200)}, answers


@pytest.mark.parametrize("words", ["005", "法治", "2022-08-19", "'; --", "１２", "99999999999999999999", "\x00"])
def test_any_words_may_be_searched_for(manager: Client, words: str) -> None:
    answers = {model: manager.get(address(model, "changelist"), {"q": words}).status_code for model in MODELS}

    assert set(answers.values()) <= {200, 302}, answers


def test_a_record_can_neither_be_added_nor_changed_nor_removed(manager: Client) -> None:
    for model in RECORDS:
        row, before = newest(model), model._default_manager.count()

        assert manager.post(address(model, "add"), {}).status_code == 403, model
        assert manager.post(address(model, "change", row.pk), {"title": "改"}).status_code == 403, model
        assert manager.post(address(model, "delete", row.pk), {"post": "yes"}).status_code == 403, model
        removal = {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"}
        manager.post(address(model, "changelist"), removal)
        assert model._default_manager.count() == before, model


def test_a_record_leads_to_its_page_in_the_portal(manager: Client) -> None:
    for model in RECORDS:
        # Mails have none; cover is arranged on the bureau's own page; a batch is for who asked for it.
        if model in (OutgoingMail, LeaveCover, Bundle):
            continue
        row = newest(model)
        page = admin.site._registry[model].get_view_on_site_url(row)

        assert page, model
        for shown in (address(model, "changelist"), address(model, "change", row.pk)):
            assert f'href="{page}"' in manager.get(shown).content.decode(), shown


def test_lists_and_pages_cost_the_same_for_many_rows_as_for_few(manager: Client, filled: World) -> None:
    manager.get(reverse("admin:index"))

    def costs() -> dict[str, tuple[int, int]]:
        return {
            model._meta.label: (
                queries(manager, address(model, "changelist")),
                queries(manager, address(model, "change", newest(model).pk)),
            )
            for model in MODELS
        }

    costs()  # fills the caches Django keeps per process
    few = costs()
    fill(filled, range(2, 8))

    assert costs() == few


def test_no_page_offers_a_select_box_over_a_growing_table(manager: Client, filled: World) -> None:
    fill(filled, range(2, 30))

    for model in MODELS:
        row = model._default_manager.order_by("-pk").first()
        page = manager.get(address(model, "change", row.pk if row else 0)).content.decode()
        if model.__name__ not in {
            "Session",
            "Topic",
        }:  # numbering patterns, main classes: short lists of the city's own
            assert page.count("<option") <= 60, model


def test_a_big_table_is_never_counted_to_its_end(db: None) -> None:
    pages = CappedPaginator(Workday.objects.order_by("date"), 50)

    with CaptureQueriesContext(connection) as captured:
        assert pages.count == Workday.objects.count()

    assert f"LIMIT {COUNTED_UP_TO}" in captured[0]["sql"]


def test_the_head_of_the_pages_names_the_portal(manager: Client) -> None:
    page = manager.get(reverse("admin:index")).content.decode()

    assert f"{settings.SITE_NAME} · 系统管理" in page
    assert "管理员" in page
    assert "Access" not in page
    assert "认证和授权" not in page


def test_every_label_of_a_record_is_chinese(manager: Client) -> None:
    labels = re.compile(r"<label>([^<]*)</label>|<div class=\"text\">(?:<a[^>]*>|<span>)?([^<]*)<")
    english = {
        f"{model.__name__}: {label}"
        for model in MODELS
        for page in (address(model, "changelist"), address(model, "change", newest(model).pk))
        for pair in labels.findall(manager.get(page).content.decode())
        if (label := "".join(pair).strip(" :：")) and not re.search("[\u4e00-\u9fff]", label)
    }

    assert english <= {"RenderedDocument: SHA-256"}


def test_removing_a_failed_log_in_unlocks_the_person(manager: Client) -> None:
    row = newest(AccessAttempt)
    address_of_removal = address(AccessAttempt, "delete", row.pk)

    assert manager.post(address_of_removal, {"post": "yes"}).status_code == 302
    assert not AccessAttempt.objects.filter(pk=row.pk).exists()
