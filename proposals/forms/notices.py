"""The form in which a person says how notices come by mail."""

from __future__ import annotations

from django import forms

from proposals.models import NoticeMail


class NoticeMailForm(forms.Form):
    """One choice out of three."""

    choice = forms.ChoiceField(
        label="通知邮件",
        choices=NoticeMail.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "请选择一种。", "invalid_choice": "没有这一种，请重新选择。"},
    )
