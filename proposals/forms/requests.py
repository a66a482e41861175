"""Forms about assignments: receipt with a suggestion, re-assignment, extension, decisions, hand-over, cover."""

from __future__ import annotations

from typing import Any

from django import forms

from proposals.forms.fields import DayField, LineField, PlainTextField
from proposals.models import Bureau, ReturnReason, User
from proposals.services import clerks, deciding, extensions, suspending
from proposals.services.requests import TEXT_MAX


def bureau_field(label: str, *, required: bool = False, **kwargs: Any) -> forms.ModelChoiceField[Bureau]:
    """One bureau in use."""
    in_use = Bureau.objects.filter(is_active=True, kind=Bureau.Kind.BUREAU)
    errors = {"required": "请选择单位。", "invalid_choice": "请选择一个在用的承办单位。"}
    return forms.ModelChoiceField(
        in_use, label=label, required=required, empty_label="（不选）", error_messages=errors, **kwargs
    )


def _leave_out(field: forms.Field, own: int) -> None:
    """A bureau does not suggest itself."""
    assert isinstance(field, forms.ModelChoiceField)
    assert field.queryset is not None
    field.queryset = field.queryset.exclude(pk=own)
    field.error_messages["invalid_choice"] = "请选择一个在用的承办单位，不能是本单位。"


class ReceiptForm(forms.Form):
    """签收, with a bureau to be added where that is needed."""

    bureau = bureau_field("建议增办的单位", help_text="不需要增加单位的留空，直接签收。")
    text = PlainTextField(label="建议增办的理由", most=TEXT_MAX, lines=3, required=False)

    def __init__(self, *args: Any, own: int, **kwargs: Any) -> None:
        """``own``: key of the bureau that signs for receipt."""
        super().__init__(*args, **kwargs)
        _leave_out(self.fields["bureau"], own)


class ReturnForm(forms.Form):
    """申请改办: reason out of the list, grounds, evidence, and who should have it."""

    reason = forms.ModelChoiceField(
        ReturnReason.objects.filter(is_active=True),
        label="理由",
        empty_label="（请选择）",
        error_messages={"required": "请选择理由。"},
    )
    text = PlainTextField(label="依据", most=TEXT_MAX, lines=4, help_text="写明职责依据，如“三定”规定的条款。")
    bureau = bureau_field("建议承办单位")
    evidence = forms.FileField(
        label="佐证材料", required=False, help_text="一个文件，不超过 20 MB。", allow_empty_file=True
    )

    def __init__(self, *args: Any, own: int, **kwargs: Any) -> None:
        """``own``: key of the bureau that asks."""
        super().__init__(*args, **kwargs)
        _leave_out(self.fields["bureau"], own)


class ExtensionForm(forms.Form):
    """申请延期: to when and why."""

    wanted_on = DayField(label="申请延至")
    text = LineField(label="理由", most=extensions.REASON_MAX, help_text="提案者会看到。")


class DecideReturnForm(forms.Form):
    """What the office does about a request for re-assignment."""

    needed_sometimes = frozenset({"bureau", "decision"})

    do = forms.ChoiceField(
        label="决定",
        widget=forms.RadioSelect,
        choices=[
            ("reassign", "改由另一单位承办"),
            ("adjust", "另定主办单位，申请单位改为会办"),
            ("refuse", "不同意，仍由申请单位办理"),
        ],
        error_messages={"required": "请选择一项决定。"},
    )
    bureau = bureau_field("改由哪个单位", help_text="改办或另定主办时必选。")
    due_on = DayField(label="新单位的截止日", required=False, help_text="不填则按规则自今天起重新计算。")
    decision = LineField(
        label="说明", most=deciding.REASON_MAX, required=False, help_text="不同意、改动日期时必填；相关单位会看到。"
    )


class DecideAdditionForm(forms.Form):
    """What the office does about a suggestion to add a bureau."""

    needed_sometimes = frozenset({"decision"})

    do = forms.ChoiceField(
        label="决定",
        widget=forms.RadioSelect,
        choices=[("add", "同意增办"), ("refuse", "不同意")],
        error_messages={"required": "请选择一项决定。"},
    )
    bureau = bureau_field("增加的单位")
    decision = LineField(label="说明", most=deciding.REASON_MAX, required=False, help_text="不同意时必填。")


class DecideExtensionForm(forms.Form):
    """What the office does about a request for extension."""

    needed_sometimes = frozenset({"due_on", "decision"})

    do = forms.ChoiceField(
        label="决定",
        widget=forms.RadioSelect,
        choices=[("grant", "同意延期"), ("refuse", "不同意")],
        error_messages={"required": "请选择一项决定。"},
    )
    due_on = DayField(label="延至", required=False, help_text="同意延期时必填。")
    decision = LineField(label="说明", most=extensions.REASON_MAX, required=False, help_text="不同意时必填。")


class SuspendForm(forms.Form):
    """中止办理 asks why."""

    reason = LineField(label="理由", most=suspending.REASON_MAX, help_text="提案者和承办单位会看到。")


class ResumeForm(forms.Form):
    """恢复办理."""

    reason = LineField(label="说明", most=suspending.REASON_MAX, required=False)


class _ClerkField(forms.ModelChoiceField[User]):
    def label_from_instance(self, obj: User) -> str:
        return str(obj)


class HandOverForm(forms.Form):
    """Which colleague goes on."""

    clerk = _ClerkField(User.objects.none(), label="接手的经办人", empty_label="（请选择）")
    reason = LineField(label="说明", most=clerks.REASON_MAX, required=False)

    def __init__(self, *args: Any, bureau_id: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["clerk"].queryset = clerks.clerks_at([bureau_id])  # type: ignore[attr-defined]


class CoverForm(forms.Form):
    """Who stands in for whom, from when to when."""

    absent = _ClerkField(User.objects.none(), label="离岗的经办人", empty_label="（请选择）")
    substitute = _ClerkField(User.objects.none(), label="顶岗的经办人", empty_label="（请选择）")
    starts_on = DayField(label="从")
    ends_on = DayField(label="到")

    def __init__(self, *args: Any, bureau_id: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("absent", "substitute"):
            self.fields[name].queryset = clerks.clerks_at([bureau_id])  # type: ignore[attr-defined]
