"""What a step of clearance asks for."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet

from proposals.models import ResultClass
from replies.forms.fields import PlainTextField


class CommentForm(forms.Form):
    """An opinion; ``round`` says which hand-in the person has read."""

    round = forms.IntegerField(min_value=0, widget=forms.HiddenInput, required=False)
    comment = PlainTextField(
        label="意见",
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="退回修改时必须写明意见，经办人会看到。",
    )


class HandInForm(CommentForm):
    """送核稿."""

    comment = PlainTextField(
        label="给核稿人的说明", max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


class SignForm(CommentForm):
    """签发, with the result class confirmed or changed."""

    field_order = ("result_class", "comment")

    result_class = forms.ModelChoiceField(
        label="办理结果类别", queryset=ResultClass.objects.none(), help_text="经办人拟定的类别已选好，可以改定。"
    )

    def __init__(self, *args: Any, classes: QuerySet[ResultClass], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["result_class"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = classes
