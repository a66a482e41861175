"""The proposer's form (征询意见表), as the session has configured it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from proposals.models import FeedbackField, Proposer
from replies.models import Feedback
from replies.services.feedback import LONGEST_OPINION, Rating


class RatingForm(forms.Form):
    """Two grades, the session's questions and free words; what must be filled when is said by ``Rating.faults``."""

    needed_sometimes = frozenset({"opinion"})

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

    def __init__(self, *args: Any, questions: Sequence[FeedbackField] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.questions = questions
        for one in questions:
            self.fields[f"ask_{one.code}"] = _field(one)
        self.order_fields([*self.first_fields(), *(f"ask_{one.code}" for one in questions), "attitude", "result"])

    def first_fields(self) -> tuple[str, ...]:
        """What stands before the questions."""
        return ()

    def rating(self) -> Rating:
        """What was entered, as the service takes it."""
        data = self.cleaned_data
        answers = {one.code: data.get(f"ask_{one.code}") or "" for one in self.questions}
        return Rating(data.get("attitude", ""), data.get("result", ""), data.get("opinion", ""), answers)

    def clean(self) -> dict[str, object]:
        """Add what the rating itself finds missing, at its field."""
        for field, message in self.rating().faults().items():
            if field not in self.errors:
                self.add_error(field, message)
        return self.cleaned_data


class PaperForm(RatingForm):
    """The same on paper: whose form it is, and its scan."""

    proposer = forms.TypedChoiceField(label="提案者", coerce=int)
    scan = forms.FileField(label="纸质表扫描件", help_text="PDF、JPG 或 PNG，不超过 20 MB。")

    def __init__(self, *args: Any, proposers: Sequence[Proposer], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self.fields["proposer"], proposers)

    def first_fields(self) -> tuple[str, ...]:
        """Whose it is comes first."""
        return ("proposer", "scan")


class LinkForm(forms.Form):
    """To whom a link is mailed."""

    proposer = forms.TypedChoiceField(label="提案者", coerce=int)

    def __init__(self, *args: Any, proposers: Sequence[Proposer], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self.fields["proposer"], proposers)


def _offer(field: forms.Field, proposers: Sequence[Proposer]) -> None:
    assert isinstance(field, forms.ChoiceField)
    field.choices = [(one.pk, one.name) for one in proposers]


def _field(one: FeedbackField) -> forms.Field:
    if one.choices:
        choices = [(value, value) for value in one.choices]
        if not one.is_required:
            choices = [("", "（不填）"), *choices]
        return forms.ChoiceField(label=one.label, choices=choices, required=one.is_required)
    return forms.CharField(label=one.label, required=one.is_required, max_length=300)
