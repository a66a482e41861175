"""The review page's form: one decision out of three."""

from __future__ import annotations

from typing import Any, cast

from django import forms

from proposals.forms.fields import PlainTextField
from proposals.models import Proposal, RejectionReason, Topic
from proposals.services.review import OPINION_MAX, VOID_REASON_MAX
from proposals.workflow import PROPOSAL

OUTCOMES = ("register", "return_for_revision", "reject")


class ReviewForm(forms.Form):
    """立案, 退回修改 or 不予立案, with what each asks for; which of it is needed the services say."""

    outcome = forms.ChoiceField(
        label="审查结论",
        choices=[(name, f"{PROPOSAL.get(name).label}：{PROPOSAL.get(name).consequence}") for name in OUTCOMES],
        widget=forms.RadioSelect,
        error_messages={"required": "请选择审查结论。"},
    )
    topic = forms.ModelChoiceField(
        Topic.objects.none(), label="主题", required=False, empty_label="（未选）", help_text="立案时确定。"
    )
    reason = forms.ModelChoiceField(
        RejectionReason.objects.filter(is_active=True),
        label="不予立案的理由",
        required=False,
        empty_label="（不予立案时选择）",
    )
    opinion = PlainTextField(
        label="审查意见", most=OPINION_MAX, required=False, help_text="退回修改时必填，写明要改什么；提案者会看到。"
    )

    def __init__(self, *args: Any, proposal: Proposal, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        topics = Topic.objects.filter(is_active=True) | Topic.objects.filter(pk=proposal.topic_id or 0)
        cast(forms.ModelChoiceField[Topic], self.fields["topic"]).queryset = topics.select_related("parent")
        self.fields["topic"].initial = proposal.topic_id


class UndoForm(forms.Form):
    """Why a registration is undone; it stands in the register beside the void number."""

    opinion = PlainTextField(label="撤销立案的原因", most=VOID_REASON_MAX, lines=3)
