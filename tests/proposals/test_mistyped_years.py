"""A year of another age is refused at its field, wherever a day is typed."""

from __future__ import annotations

from datetime import date

import pytest
from django import forms

from proposals.forms.fields import DayField, SearchDayField
from proposals.services.wording import day_fault
from replies.forms.importing import ConfirmImportForm
from replies.forms.publication import MetadataForm
from tests.world import World


def test_a_day_before_the_committees_began_is_refused_at_its_field() -> None:
    with pytest.raises(forms.ValidationError, match="早于1949年"):
        DayField().clean("1900-01-01")
    assert DayField().clean("1949-09-21") == date(1949, 9, 21)
    assert "signed_on" in ConfirmImportForm({"signed_on": "1900-01-01", "signed_by": "市司法局"}).errors
    assert "created_on" in MetadataForm({"title": "答复", "created_on": "1900-01-01"}, is_import=False).errors


def test_a_day_in_an_age_to_come_is_refused_at_its_field_and_is_no_end_of_a_search() -> None:
    with pytest.raises(forms.ValidationError, match="晚于2100年"):
        DayField().clean("9999-12-31")
    assert DayField().clean("2100-12-31") == date(2100, 12, 31)
    assert SearchDayField().clean("9999-12-31") == date(9999, 12, 31)


def test_a_case_is_stricter_the_year_before_its_session_is_the_first(world: World) -> None:
    year = world.session.opens_on.year
    assert day_fault(date(year - 1, 1, 1), world.session) == ""
    assert f"不会早于{year - 1}年" in day_fault(date(year - 2, 12, 31), world.session)
