"""Forms about talks with the proposers."""

from __future__ import annotations

from typing import Any, cast

from django import forms

from proposals.forms.fields import DayField, ManyFilesField
from proposals.models import ConsultationMethod
from replies.forms.fields import PlainLineField, PlainTextField
from replies.models import Consultation
from replies.models.consultations import NO_VISIT
from replies.services.consultations import LONGEST_CONTENT, LONGEST_PEOPLE, Talk

WAIVER = "waiver"


class ConsultationForm(forms.Form):
    """One talk. The last choice of the method is that there was none because the member wanted none."""

    phase = forms.ChoiceField(label="阶段", choices=Consultation.Phase.choices, widget=forms.RadioSelect)
    method = forms.ChoiceField(label="方式", widget=forms.RadioSelect)
    held_on = DayField(label="日期")
    people = PlainLineField(label="参加人员", max_length=LONGEST_PEOPLE, help_text="双方参加的人员")
    content = PlainTextField(
        label="沟通内容",
        max_length=LONGEST_CONTENT,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="谈了什么，提案者有什么意见；委员不需要走访的，写明他说的理由。",
    )
    attachments = ManyFilesField(
        label="附件", required=False, help_text="如会议记录、照片；最多 10 个，每个不超过 20 MB"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.methods = {str(row.pk): row for row in ConsultationMethod.objects.filter(is_active=True)}
        field = cast(forms.ChoiceField, self.fields["method"])
        field.choices = [*((key, row.name) for key, row in self.methods.items()), (WAIVER, NO_VISIT)]

    def talk(self) -> Talk:
        """What was entered, as the service takes it."""
        data = self.cleaned_data
        method = self.methods.get(data["method"])
        return Talk(data["phase"], method, data["held_on"], data["people"], data["content"])


def initial_of(row: Consultation) -> dict[str, object]:
    """What the form begins with when a record is corrected; its files stay with the record they came with."""
    method = WAIVER if row.is_waiver else str(row.method_id)
    return {
        "phase": row.phase,
        "method": method,
        "held_on": row.held_on,
        "people": row.people,
        "content": row.content,
    }


class AnswerForm(forms.Form):
    """The proposer's side: the record is right, or his own text."""

    CONFIRM, CORRECT = "confirm", "correct"

    answer = forms.ChoiceField(
        label="承办单位的记录",
        choices=[(CONFIRM, "情况属实"), (CORRECT, "另作说明")],
        widget=forms.RadioSelect,
        error_messages={"required": "请选择情况属实，或另作说明。"},
    )
    text = PlainTextField(
        label="我的说明",
        max_length=LONGEST_CONTENT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="选择“另作说明”时填写。",
    )

    def clean(self) -> dict[str, Any]:
        """A correction says what was otherwise; who confirms is not silently made to correct."""
        data = self.cleaned_data
        if data.get("answer") == self.CORRECT and not data.get("text") and "text" not in self.errors:
            self.add_error("text", "请写明与记录不一致的地方。")
        if data.get("answer") == self.CONFIRM and data.get("text"):
            self.add_error("answer", "写了说明的，请选择“另作说明”。")
        return data
