"""Forms of the supervision office."""

from __future__ import annotations

from typing import Any

from django import forms

from proposals.forms.fields import BureausField, DayField, LineField
from proposals.models import Bureau
from proposals.services.assignment import NOTE_MAX, REASON_MAX, PlannedDates


class AssignForm(forms.Form):
    """Lead, co-handlers, dates. The dates stand as the rules give them; another one needs a reason."""

    needed_sometimes = frozenset({"lead", "separate", "reason"})

    lead = forms.ModelChoiceField(
        Bureau.objects.filter(is_active=True, kind=Bureau.Kind.BUREAU),
        label="主办单位",
        empty_label="（请选择）",
        required=False,
        help_text="独办或主办时选择；分办的不选。",
    )
    co_handlers = BureausField(label="会办单位", help_text="不选则由主办单位独办。")
    separate = BureausField(label="分办单位", help_text="由几个单位分别答复时，选两个以上，不选主办和会办。")
    reply_due = DayField(label="答复截止日", required=False)
    opinion_due = DayField(label="会办意见截止日", required=False)
    reason = LineField(
        label="改动日期的理由", most=REASON_MAX, required=False, help_text="日期与按规则算出的不同时必填。"
    )
    note = LineField(label="交办说明", most=NOTE_MAX, required=False, help_text="承办单位会看到。")

    def __init__(self, *args: Any, plan: PlannedDates, **kwargs: Any) -> None:
        """``plan``: what the rules give; its sentences stand under the two dates."""
        super().__init__(*args, **kwargs)
        for name, due in (("reply_due", plan.reply), ("opinion_due", plan.opinion)):
            self.fields[name].initial = due.due if due else None
            self.fields[name].help_text = due.explanation if due else "本届没有这项规则，请填写日期和理由。"


class ChangeDateForm(forms.Form):
    """Another day for one deadline, and why."""

    due_on = DayField(label="新的截止日")
    reason = LineField(label="理由", most=REASON_MAX, help_text="记入办理记录，相关单位会看到。")


class ReasonForm(forms.Form):
    """A step that only asks why."""

    reason = LineField(label="理由", most=REASON_MAX, help_text="记入办理记录，相关单位会看到。")
