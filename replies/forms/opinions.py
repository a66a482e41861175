"""Forms about the opinion of a co-handler."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from replies.forms.fields import PlainLineField, PlainTextField
from replies.queries import Placed


class OpinionForm(forms.Form):
    """The opinion itself, read at ``version`` (0: not begun)."""

    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput, required=False)
    document_number = PlainLineField(
        label="纸质公函的发文字号",
        max_length=40,
        required=False,
        help_text="一般留空，领导签发时自动编号。另以纸质公函送会办意见的，填公函上的字号，签发时不再另编。",
    )
    heading = PlainLineField(
        label="小标题", max_length=200, required=False, help_text="主办单位采用时，作为这部分答复的标题；可以不填。"
    )
    body = PlainTextField(
        label="会办意见",
        max_length=20_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 14}),
        help_text="每行一段。可以用“一、”“1.”等序号分条，采用时自动变成答复的层次。",
    )

    def clean_version(self) -> int:
        """A page without the field counts as not begun; an old version then meets the stored text as a conflict."""
        return self.cleaned_data.get("version") or 0


class OpinionSignForm(forms.Form):
    """The leader's decision about the text he read at ``version``."""

    needed_sometimes = frozenset({"comment"})

    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput, required=False)
    comment = PlainTextField(
        label="意见",
        max_length=2_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="退回修改时必须写明意见，经办人会看到。",
    )


class TakeOverForm(forms.Form):
    """Where the opinion shall stand in the draft."""

    under = forms.TypedChoiceField(label="放在哪里", required=False, coerce=int, empty_value=None)

    def __init__(self, *args: Any, placed: Sequence[Placed], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["under"]
        assert isinstance(field, forms.TypedChoiceField)
        field.choices = [
            ("", "答复正文的最后"),
            *((one.row.pk, f"{'　' * (one.depth - 1)}{one.name}之下") for one in placed),
        ]
