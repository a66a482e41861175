"""Forms of the committee beside the single decision: a step before it, a meeting's decision on many, marks."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.db.models import QuerySet

from proposals.forms.fields import DayField, LineField, PlainTextField, is_id
from proposals.models import Proposal, RejectionReason, Review, ReviewStep, SupervisionForm
from proposals.services.marking import NAME_MAX as MARK_NAME_MAX
from proposals.services.meeting import MOST, NAME_MAX, OUTCOMES
from proposals.services.review import OPINION_MAX
from proposals.services.review_steps import SUGGESTIONS
from proposals.workflow import PROPOSAL


class StepForm(forms.Form):
    """What is said at one step, and the outcome one would give."""

    opinion = PlainTextField(label="意见", most=OPINION_MAX, lines=4)
    suggestion = forms.ChoiceField(
        label="建议结论",
        choices=[("", "（不提）"), *((code, Review.Outcome(code).label) for code in SUGGESTIONS)],
        required=False,
    )

    def __init__(self, *args: Any, step: ReviewStep, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["opinion"].required = step.asks_opinion
        self.fields["opinion"].label = f"{step}意见"


class ChosenField(forms.ModelMultipleChoiceField[Proposal]):
    """The ticked rows of a table."""

    widget = forms.MultipleHiddenInput

    def clean(self, value: Any) -> QuerySet[Proposal]:
        """Refuse what is no key before the database sees it."""
        if any(not is_id(pk) for pk in value or []):
            raise forms.ValidationError(self.error_messages["invalid_choice"])
        return super().clean(value)


class MeetingForm(forms.Form):
    """The meeting, its outcome, and the proposals it is about: their boxes stand in the table of the page."""

    needed_sometimes = frozenset({"reason", "opinion"})

    name = LineField(label="会议名称", most=NAME_MAX, help_text="如 提案审查委员会第二次会议。")
    met_on = DayField(label="会议日期")
    outcome = forms.ChoiceField(
        label="审定结论",
        choices=[(name, PROPOSAL.get(name).label) for name in OUTCOMES],
        widget=forms.RadioSelect,
        error_messages={"required": "请选择审定结论。"},
    )
    reason = forms.ModelChoiceField(
        RejectionReason.objects.filter(is_active=True),
        label="不予立案的理由",
        required=False,
        empty_label="（不予立案时选择）",
    )
    opinion = PlainTextField(
        label="审定意见",
        most=OPINION_MAX,
        lines=3,
        required=False,
        help_text="写给所选的每一件；退回修改、转意见建议、转社情民意时必填。",
    )
    chosen = ChosenField(
        Proposal.objects.none(),
        label="提案",
        error_messages={"required": "请在下面的表里至少勾选一件提案。", "invalid_choice": "所选的提案不存在。"},
    )

    def __init__(self, *args: Any, offered: QuerySet[Proposal], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(ChosenField, self.fields["chosen"]).queryset = offered

    def clean_chosen(self) -> list[Proposal]:
        """No more at once than a meeting decides on."""
        chosen = list(self.cleaned_data["chosen"].order_by("submitted_at", "pk"))
        if len(chosen) > MOST:
            raise forms.ValidationError(f"一次最多 {MOST} 件，请分几次登记。")
        return chosen


class KeyMarkForm(forms.Form):
    """Who asked for it, who supervises, in which form."""

    proposed_by = LineField(label="提出", most=MARK_NAME_MAX, required=False, help_text="如 主席会议、某委员会。")
    leader = LineField(label="督办领导", most=MARK_NAME_MAX)
    form = forms.ModelChoiceField(
        SupervisionForm.objects.filter(is_active=True), label="督办形式", empty_label="（请选择）"
    )


class ExcellentMarkForm(forms.Form):
    """Who asked for it."""

    proposed_by = LineField(label="提出", most=MARK_NAME_MAX, required=False)
