"""What the steps of the promise ledger ask for."""

from __future__ import annotations

from django import forms

from proposals.forms.fields import DayField, LineField, PlainTextField
from replies.models import PromiseCheck

TEXT_HELP = "写给提案者的话，每段一行；标题、主送、开头和落款由系统加上。"


class KeepForm(forms.Form):
    """登记兑现."""

    evidence = PlainTextField(
        label="落实情况", most=2000, lines=4, help_text="怎样落实的，有什么可以查证（文件、地点、数据）。"
    )
    text = PlainTextField(label="跟踪答复正文", most=3000, lines=6, help_text=TEXT_HELP)


class GiveUpForm(forms.Form):
    """不再办理."""

    reason = LineField(label="理由", most=300)
    text = PlainTextField(label="跟踪答复正文", most=3000, lines=6, help_text=TEXT_HELP)


class CarryOverForm(forms.Form):
    """结转."""

    due_on = DayField(label="新的完成日期")
    reason = LineField(label="理由", most=300)


class ReopenForm(forms.Form):
    """条件成熟，重新办理."""

    text = LineField(label="承诺", most=300, help_text="现在承诺办成什么。")
    due_on = DayField(label="完成日期")
    reason = LineField(label="什么条件成熟了", most=300)


class CheckForm(forms.Form):
    """回头看."""

    checked_on = DayField(label="回头看日期")
    finding = forms.ChoiceField(label="结论", choices=PromiseCheck.Finding.choices, widget=forms.RadioSelect)
    text = PlainTextField(label="情况", most=2000, lines=4)


class FollowUpForm(forms.Form):
    """The mended text of a second answer."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    text = PlainTextField(label="跟踪答复正文", most=3000, lines=8, help_text=TEXT_HELP)


class ReturnForm(forms.Form):
    """退回修改."""

    comment = PlainTextField(label="退回意见", most=500, lines=3)
