"""Forms of supervision: urging, supervision slips."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from django import forms

from proposals.forms.fields import DayField, LineField, ManyFilesField, PlainTextField
from proposals.models import Bureau, SlipFile, UrgingTemplate
from proposals.services import slip_answers, slips, urging
from proposals.services.attachments import MOST
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


class SlipForm(forms.Form):
    """A supervision slip: to whom, what is demanded, until when."""

    bureau = forms.ModelChoiceField(
        Bureau.objects.none(),
        label="督办单位",
        empty_label="（请选择）",
        error_messages={"required": "请选择单位。", "invalid_choice": "请选择办理这件提案的单位。"},
    )
    text = PlainTextField(
        label="督办要求",
        most=slips.TEXT_MAX,
        lines=6,
        help_text="写明要办什么、报送什么。",
        error_messages={"required": "请写明督办的要求。"},
    )
    due_on = DayField(label="报送期限", required=False, help_text="不填则按本届的期限规则计算。")
    key = forms.CharField(widget=forms.HiddenInput, max_length=slips.KEY_MAX, required=False)

    def __init__(self, *args: Any, bureaus: Sequence[Bureau], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["bureau"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Bureau.objects.filter(pk__in=[bureau.pk for bureau in bureaus])
        if not self.is_bound:
            self.initial.setdefault("key", uuid4().hex)
            if len(bureaus) == 1:
                self.initial.setdefault("bureau", bureaus[0])


class SlipAnswerForm(forms.Form):
    """What the bureau reports, read at ``version``; files to it, and which of them go."""

    needed_sometimes = frozenset({"text"})

    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput, required=False)
    text = PlainTextField(
        label="办理情况",
        most=slip_answers.ANSWER_MAX,
        lines=12,
        required=False,
        help_text=f"最多 {slip_answers.ANSWER_MAX} 字。报送时必填；保存后是草稿，报送后督查室才能看到。",
    )
    attachments = ManyFilesField(
        label="附件", required=False, help_text=f"一次可选几个文件，合计最多 {MOST} 个，每个不超过 20 MB。"
    )
    remove = forms.MultipleChoiceField(label="移除附件", required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, files: Sequence[SlipFile] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["remove"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(str(row.pk), row.name) for row in files]
        if not files:
            del self.fields["remove"]

    def clean_version(self) -> int:
        """A page without the field is an old one: the stored text meets it as a conflict."""
        return self.cleaned_data.get("version") or 0


class SlipDecisionForm(forms.Form):
    """What the office says to the report of a bureau; ``seen``: the number of the report on the page."""

    needed_sometimes = frozenset({"opinion"})

    seen = forms.IntegerField(
        min_value=1, widget=forms.HiddenInput, error_messages={"required": "请重新打开页面，看过报送的内容再审核。"}
    )
    do = forms.ChoiceField(
        label="审核",
        widget=forms.RadioSelect,
        choices=[("accept", "同意办结"), ("return", "退回重报")],
        error_messages={"required": "请选择一项。"},
    )
    opinion = PlainTextField(
        label="审核意见", most=slips.TEXT_MAX, lines=4, required=False, help_text="退回时必填，承办单位会看到。"
    )
    due_on = DayField(
        label="重新报送的期限", required=False, help_text="只在退回时用；不填则按本届的期限规则自今天起算。"
    )


class SlipWithdrawalForm(forms.Form):
    """撤回督办单 asks why."""

    reason = LineField(label="理由", most=slips.REASON_MAX, help_text="承办单位会看到。")
