"""The proposer's form (征询意见表)."""

from __future__ import annotations

from django import forms

from replies.models import Feedback
from replies.services.feedback import LONGEST_OPINION, Rating


class RatingForm(forms.Form):
    """Two grades and free words; what must be filled when is said by ``Rating.faults``."""

    attitude = forms.ChoiceField(
        label="办理态度",
        choices=Feedback.Grade.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "请选择对办理态度的评价。"},
    )
    result = forms.ChoiceField(
        label="办理结果",
        choices=Feedback.Grade.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "请选择对办理结果的评价。"},
    )
    opinion = forms.CharField(
        label="意见建议",
        required=False,
        help_text=f"选择“不满意”时必填，最多{LONGEST_OPINION}字。",
        widget=forms.Textarea(attrs={"rows": 6}),
    )

    def rating(self) -> Rating:
        """What was entered, as the service takes it."""
        data = self.cleaned_data
        return Rating(data.get("attitude", ""), data.get("result", ""), data.get("opinion", ""))

    def clean(self) -> dict[str, object]:
        """Add what the rating itself finds missing, at its field."""
        for field, message in self.rating().faults().items():
            if field not in self.errors:
                self.add_error(field, message)
        return self.cleaned_data
