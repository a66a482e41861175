"""The record of a meeting (会商记录)."""

from __future__ import annotations

from django import forms

from proposals.forms.fields import DayField, LineField, PlainTextField
from replies.services.redo import MeetingRecord


class MeetingForm(forms.Form):
    """Who met where, what was said, what came of it."""

    met_on = DayField(label="会商日期")
    place = LineField(label="会商地点", most=80)
    people = LineField(label="参加人", most=300, help_text="提案者、承办单位、提案委和督查室的参加人。")
    record = PlainTextField(label="会商情况", most=4000, lines=6)
    outcome = PlainTextField(label="会商结果", most=2000, lines=4)

    def meeting(self) -> MeetingRecord:
        """What was entered, as the service takes it."""
        return MeetingRecord(**self.cleaned_data)
