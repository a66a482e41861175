"""Forms of the log and the report of a key proposal."""

from __future__ import annotations

from typing import Any

from django import forms

from proposals.forms.fields import DayField, LineField, ManyFilesField, PlainTextField
from proposals.models.supervision_log import LogKind
from proposals.services import supervision_log as service
from proposals.services.attachments import MOST


class LogForm(forms.Form):
    """What was done, when, by whom."""

    kind = forms.ChoiceField(
        label="方式",
        choices=LogKind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "请选择督办的方式。", "invalid_choice": "请选择督办的方式。"},
    )
    held_on = DayField(label="日期")
    people = LineField(label="参加人员", most=service.PEOPLE_MAX, help_text="督办领导、承办单位、提案者等。")
    content = PlainTextField(label="内容", most=service.CONTENT_MAX, lines=8)
    attachments = ManyFilesField(label="附件", required=False, help_text=f"最多 {MOST} 个，每个不超过 20 MB。")


class CorrectionForm(LogForm):
    """The same, corrected, read at ``version``; files stay as they are."""

    reason = LineField(label="更正说明", most=service.REASON_MAX, help_text="写明哪里记错了。")
    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["attachments"]

    def clean_version(self) -> int:
        """A page without the field is an old one."""
        return self.cleaned_data.get("version") or 0


class ReportForm(forms.Form):
    """The whole report, read at ``number`` (0: none yet)."""

    text = PlainTextField(
        label="督办报告",
        most=service.REPORT_MAX,
        lines=18,
        help_text="督办的经过、承办单位的办理情况、存在的问题和建议。",
    )
    number = forms.IntegerField(min_value=0, widget=forms.HiddenInput, required=False)

    def clean_number(self) -> int:
        """A page without the field counts as not begun."""
        return self.cleaned_data.get("number") or 0
