"""Forms of supervision: urging."""

from __future__ import annotations

from uuid import uuid4

from django import forms

from proposals.forms.fields import PlainTextField
from proposals.models import UrgingTemplate
from proposals.services import urging
from proposals.urging_text import PLACEHOLDERS, faults_of


class UrgeForm(forms.Form):
    """The text of an urging, whom it is for, and the key that lets the same form urge once only."""

    whom = forms.ChoiceField(label="催办对象", choices=urging.WHOM, widget=forms.RadioSelect, initial=urging.ALL)
    text = PlainTextField(
        label="催办内容",
        most=urging.TEXT_MAX,
        lines=7,
        help_text="逐件填入：" + "、".join(f"{{{name}}}" for name in PLACEHOLDERS),
        error_messages={"required": "请写明催办的内容。"},
    )
    key = forms.CharField(widget=forms.HiddenInput, max_length=urging.KEY_MAX, required=False)

    def clean_text(self) -> str:
        """Placeholders that can be filled in."""
        text: str = self.cleaned_data["text"]
        faults = faults_of(text)
        if faults:
            raise forms.ValidationError(faults)
        return text


def new_urge_form(template: UrgingTemplate | None) -> UrgeForm:
    """An empty form with the text of ``template`` and a key of its own."""
    return UrgeForm(initial={"text": template.text if template else "", "whom": urging.ALL, "key": uuid4().hex})
