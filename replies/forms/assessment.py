"""The form in which the office gives one bureau its scores by hand."""

from __future__ import annotations

from decimal import Decimal

from django import forms
from django.http import QueryDict

from proposals.forms.fields import LineField
from replies.assessment_sheet import BureauSheet
from replies.services.assessing import REASON_MAX, Given


class ScoreForm(forms.Form):
    """For each item by hand a score and its reason; ``version``: what the form was made from."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, data: QueryDict | None, *, lines: BureauSheet) -> None:
        self.items = [line for line in lines.lines if line.is_hand]
        initial: dict[str, object] = {"version": lines.version}
        for line in self.items:
            initial |= {f"score-{line.item_id}": line.score, f"reason-{line.item_id}": line.reason}
        super().__init__(data, initial=initial)
        for line in self.items:
            self.fields[f"score-{line.item_id}"] = forms.DecimalField(
                label=f"{line.name}（0 至 {line.points} 分）",
                required=False,
                min_value=Decimal(0),
                max_value=line.points,
                decimal_places=1,
                max_digits=4,
                widget=forms.NumberInput(attrs={"step": "0.1"}),
                error_messages={
                    "invalid": "请填写数字，如 4.5。",
                    "min_value": "分数不能小于 0。",
                    "max_value": f"分数不能大于 {line.points}。",
                    "max_decimal_places": "至多一位小数。",
                    "max_digits": f"请填写 0 至 {line.points} 的分数。",
                },
            )
            self.fields[f"reason-{line.item_id}"] = LineField(
                label=f"{line.name}的理由", most=REASON_MAX, required=False
            )

    def given(self) -> dict[int, Given]:
        """Item (key) to score and reason."""
        data = self.cleaned_data
        return {
            line.item_id: Given(data[f"score-{line.item_id}"], data[f"reason-{line.item_id}"]) for line in self.items
        }
