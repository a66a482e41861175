"""What a step of clearance asks for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet

from proposals.models import ResultClass
from replies.forms.fields import PlainLineField, PlainTextField
from replies.models import ChecklistItem
from replies.queries import Placed
from replies.services.checklist import LONGEST_COMMENT, Mark, field_of
from replies.services.countersigning import Wording


class CommentForm(forms.Form):
    """An opinion; ``round`` and ``edition`` say which hand-in, with which changes, the person has read."""

    needed_sometimes: frozenset[str] = frozenset({"comment"})

    round = forms.IntegerField(min_value=0, widget=forms.HiddenInput, required=False)
    edition = forms.IntegerField(min_value=0, widget=forms.HiddenInput, required=False)
    comment = PlainTextField(
        label="意见",
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="退回修改时必须写明意见，经办人会看到。",
    )


class ReviewForm(CommentForm):
    """核稿: each item of the checklist with a tick and a line for a comment; what is missing the service says."""

    def __init__(self, *args: Any, items: Sequence[ChecklistItem], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.items = items
        for item in items:
            name = field_of(item)
            self.fields[name] = forms.BooleanField(label=f"{item.name}：符合", help_text=item.question, required=False)
            self.fields[f"{name}_comment"] = PlainLineField(
                label=f"{item.name}的意见", max_length=LONGEST_COMMENT, required=False
            )
        self.order_fields([*(name for name in self.fields if name.startswith("item_")), "comment", "round", "edition"])

    def marks(self) -> dict[int, Mark]:
        """What was ticked and written, by key of the item."""
        data = self.cleaned_data
        names = {item.pk: field_of(item) for item in self.items}
        return {key: Mark(data[name], data[f"{name}_comment"]) for key, name in names.items()}


class HandInForm(CommentForm):
    """送核稿."""

    needed_sometimes = frozenset()

    comment = PlainTextField(
        label="给核稿人的说明", max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


class WordingsForm(CommentForm):
    """附修改同意: heading and text of every section as sent, to be changed where the bureau wants it otherwise."""

    def __init__(self, *args: Any, sections: Sequence[Placed], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sections = sections
        for placed in sections:
            row = placed.row
            self.fields[f"heading_{row.pk}"] = PlainLineField(
                label=f"{placed.name}：小标题", max_length=200, required=False, initial=row.heading
            )
            self.fields[f"body_{row.pk}"] = PlainTextField(
                label=f"{placed.name}：正文",
                max_length=20_000,
                required=False,
                initial=row.body,
                widget=forms.Textarea(attrs={"rows": min(12, 3 + len(row.body) // 60)}),
            )
        self.order_fields([*(name for name in self.fields if "_" in name), "comment", "round", "edition"])

    def wordings(self) -> dict[int, Wording]:
        """What came back, by key of the section."""
        data = self.cleaned_data
        return {
            placed.row.pk: Wording(data[f"heading_{placed.row.pk}"], data[f"body_{placed.row.pk}"])
            for placed in self.sections
        }


class ChangeForm(forms.Form):
    """The lead's word on one change; ``version`` is that of the section the difference was shown against."""

    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput, required=False)
    answer = PlainTextField(
        label="给会办单位的说明",
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="不采用时必须写明理由。",
    )


class CoordinationForm(CommentForm):
    """The record of a coordination and what comes of it."""

    ON, BACK = "coordinate_on", "coordinate_back"

    field_order = ("outcome", "comment")

    outcome = forms.ChoiceField(
        label="协调结论",
        choices=[(ON, "继续会签、签发"), (BACK, "退回主办单位修改")],
        widget=forms.RadioSelect,
        error_messages={"required": "请选择协调结论。"},
    )
    comment = PlainTextField(
        label="协调情况",
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="时间、方式、参加单位、各方意见和结论。",
    )


class AuditForm(CommentForm):
    """办复审查: the conclusion, and the result class confirmed or changed."""

    PASS, BACK = "pass_audit", "return_audit"

    field_order = ("outcome", "result_class", "comment")

    outcome = forms.ChoiceField(
        label="审查结论",
        choices=[(PASS, "通过，送领导签发"), (BACK, "退回承办单位修改")],
        widget=forms.RadioSelect,
        error_messages={"required": "请选择审查结论。"},
    )
    result_class = forms.ModelChoiceField(
        label="办理结果类别",
        queryset=ResultClass.objects.none(),
        help_text="可以改，理由写在意见里。",
    )

    def __init__(self, *args: Any, classes: QuerySet[ResultClass], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, classes)


def _offer(form: forms.Form, classes: QuerySet[ResultClass]) -> None:
    field = form.fields["result_class"]
    assert isinstance(field, forms.ModelChoiceField)
    field.queryset = classes
    field.empty_label = "尚未选定"


class SignForm(CommentForm):
    """签发, with the result class confirmed or changed."""

    field_order = ("result_class", "comment")

    result_class = forms.ModelChoiceField(
        label="办理结果类别", queryset=ResultClass.objects.none(), help_text="经办人拟定的类别已选好，可以改定。"
    )

    def __init__(self, *args: Any, classes: QuerySet[ResultClass], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, classes)
