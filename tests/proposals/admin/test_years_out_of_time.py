"""An address with a year nobody can reckon with leads back to the list, in every table that is read by date."""

from __future__ import annotations

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from tests.world import World

BY_DATE = sorted(
    ((model, page) for model, page in admin.site._registry.items() if page.date_hierarchy),
    key=lambda pair: pair[0]._meta.label,
)


@pytest.mark.parametrize("year", ["9999", "10000", "1", "0", "-5", "二〇二六", "2026.5", ""])
def test_a_year_out_of_time_leads_back_to_the_list(world: World, client: Client, year: str) -> None:
    client.force_login(world.admin)
    assert BY_DATE
    for model, page in BY_DATE:
        address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        answer = client.get(address, {f"{page.date_hierarchy}__year": year})
        assert (answer.status_code, answer.headers["Location"]) == (302, f"{address}?e=1"), model
        assert client.get(address, {"e": "1"}).status_code == 200


def test_a_year_of_ours_narrows(world: World, client: Client) -> None:
    client.force_login(world.admin)
    address = reverse("admin:proposals_workday_changelist")
    for query in ({"date__year": "2026"}, {"date__year": "2999"}, {"date__year": "2026", "date__month": "13"}):
        assert client.get(address, query, follow=True).status_code == 200
