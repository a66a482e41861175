"""Forms of the import: the files, the fields that were read, and the signature as the original has it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from django import forms

from panjin_portal.lib.case_numbers import tidy_number
from proposals.forms.fields import DayField, LineField, ManyFilesField, ManyFilesInput, PlainTextField
from proposals.models import Bureau
from replies.services.import_batches import MEGABYTE, MOST_BYTES, MOST_FILES
from replies.services.import_fields import LABELS
from replies.services.import_text import SUFFIXES
from replies.structure.sources.opening import MAX_BYTES, MAX_TEXT_BYTES

LONGEST_BODY = 300_000
_ONE_TO_99 = dict.fromkeys(("invalid", "min_value", "max_value"), "请填 1 到 99 的整数。")


class UploadForm(forms.Form):
    """Published pages, as many as one likes; ``key`` makes the same form sent twice one batch."""

    uploads = ManyFilesField(
        label="已公开答复的文件",
        help_text=(
            f"可以一次选多个。能读：文本（UTF-8 或 GB18030）、另存的网页、Word（docx）、有文字的 PDF。"
            f"文本和网页每个不超过 {MAX_TEXT_BYTES // MEGABYTE} MB，其他每个不超过 {MAX_BYTES // MEGABYTE} MB；"
            f"一次最多 {MOST_FILES} 个，共 {MOST_BYTES // MEGABYTE} MB。"
        ),
        widget=ManyFilesInput(attrs={"accept": ",".join(SUFFIXES)}),
    )
    key = forms.CharField(widget=forms.HiddenInput, max_length=64, required=False)


class NeededInTheEnd(forms.Field):
    """A field that must be filled before the file is stored: not called optional, and not insisted on until then."""

    def validate(self, value: Any) -> None:
        """As always, but a blank passes."""
        if value not in self.empty_values:
            super().validate(value)


class NeededNumber(NeededInTheEnd, forms.IntegerField):
    """A whole number."""


class NeededLine(NeededInTheEnd, LineField):
    """A line of text."""


class NeededChoice(NeededInTheEnd, forms.ChoiceField):
    """One out of a list."""


class CorrectionForm(forms.Form):
    """Everything that was read, to be put right by hand. What a case cannot exist without may be blank until then."""

    use_required_attribute = False

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)
    term = NeededNumber(
        label="届", error_messages=_ONE_TO_99, min_value=1, max_value=99, help_text="如九届一次会议填 9。"
    )
    session_number = NeededNumber(
        label="次", error_messages=_ONE_TO_99, min_value=1, max_value=99, help_text="如九届一次会议填 1。"
    )
    number = NeededLine(label=LABELS["number"], most=20, help_text="照原件，前面的 0 保留，如 005。")
    bureau = NeededChoice(label=LABELS["bureau"], help_text="写这份答复的单位；没有登记的，请管理员先登记。")
    title = NeededLine(label=LABELS["title"], most=200)
    proposal_title = LineField(label=LABELS["proposal_title"], most=100, required=False)
    addressees = LineField(label=LABELS["addressees"], most=300, required=False, help_text="多个用顿号隔开。")
    signers = LineField(label=LABELS["signers"], most=300, required=False, help_text="多个用顿号隔开。")
    signed_on = DayField(label=LABELS["signed_on"], required=False)
    document_number = LineField(label=LABELS["document_number"], most=60, required=False)
    result_class = forms.ChoiceField(
        label=LABELS["result_class"],
        required=False,
        choices=[("", "（原件没有）"), *((letter, f"{letter} 类") for letter in "ABCD")],
    )
    index_number = LineField(label=LABELS["index_number"], most=200, required=False, help_text="照原网页。")
    published_on = DayField(label=LABELS["published_on"], required=False)
    opening = PlainTextField(label=LABELS["opening"], most=5_000, lines=3, required=False)
    body = PlainTextField(
        label=LABELS["body"],
        most=LONGEST_BODY,
        lines=16,
        required=False,
        help_text="一行一段。以“一、”“（一）”“1.”开头的行读作标题；保存后重新分层。",
    )
    closing = PlainTextField(label=LABELS["closing"], most=5_000, lines=3, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        bureaus = Bureau.objects.filter(kind=Bureau.Kind.BUREAU).order_by("position", "id")
        choices = [("", "（未选）"), *((row.code, row.name) for row in bureaus)]
        cast(forms.ChoiceField, self.fields["bureau"]).choices = choices
        for name in LABELS:
            self.fields[name].widget.attrs["class"] = "short" if name in _SHORT else ""

    def clean_number(self) -> str:
        """As numbers are stored: two spellings of one number would be two cases."""
        number = tidy_number(self.cleaned_data["number"])
        if number and not any(sign.isdecimal() for sign in number):
            raise forms.ValidationError("请填写提案号中的数字，如 005。")
        return number

    def values(self) -> dict[str, str]:
        """What was entered, as texts by the names of ``LABELS``."""
        return {name: _text(self.cleaned_data.get(name)) for name in LABELS}

    def short(self) -> list[forms.BoundField]:
        """The fields that stand side by side."""
        return [self[name] for name in LABELS if name not in _LONG]

    def long(self) -> list[forms.BoundField]:
        """What needs the whole width."""
        return [self[name] for name in _LONG]


_SHORT = ("term", "session_number", "number", "signed_on", "published_on", "result_class")
_LONG = ("title", "proposal_title", "addressees", "signers", "opening", "body", "closing")


class StoreForm(forms.Form):
    """Which version of the fields was looked at."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)


class ConfirmImportForm(forms.Form):
    """Signed outside the portal on this day by this body."""

    signed_on = DayField(
        label="原件签发日期",
        help_text="即原件落款的日期。",
        error_messages={"required": "请填写原件落款的日期。", "invalid": "请按 2022-08-18 的格式填写日期。"},
    )
    signed_by = forms.CharField(
        label="原件签发单位",
        max_length=300,
        help_text="照原件落款填写；多个单位用顿号隔开。",
        error_messages={"required": "请填写原件落款的单位。"},
    )


def _text(value: object) -> str:
    return "" if value is None else str(value)


def initial_of(values: Mapping[str, str], version: int) -> dict[str, str | int]:
    """The texts of the fields and the version they belong to."""
    return {**values, "version": version}
