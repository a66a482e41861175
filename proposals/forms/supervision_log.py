"""Forms of the log and the report of a key proposal."""

from __future__ import annotations

from typing import Any

from django import forms

from proposals.forms.fields import DayField, LineField, ManyFilesField, PlainTextField
from proposals.models.supervision_log import LogKind
from proposals.services import supervision_drafts as service
from proposals.services.attachments import MOST


class KeptForm(forms.Form):
    """A page that is saved as a draft while it is written: ``version`` of the draft, ``read``: the number of the
    stored text it was begun from. A page without them is an old one: 0."""

    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput, required=False)
    read = forms.IntegerField(min_value=0, widget=forms.HiddenInput, required=False)

    def clean_version(self) -> int:
        """0 for none."""
        return self.cleaned_data.get("version") or 0

    def clean_read(self) -> int:
        """0 for none."""
        return self.cleaned_data.get("read") or 0


class LogForm(KeptForm):
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
    """The same, corrected; files stay as they are."""

    reason = LineField(label="更正说明", most=service.REASON_MAX, help_text="写明哪里记错了。")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["attachments"]


class ReportForm(KeptForm):
    """The whole report."""

    text = PlainTextField(
        label="督办报告",
        most=service.REPORT_MAX,
        lines=18,
        help_text="督办的经过、承办单位的办理情况、存在的问题和建议。",
    )
