"""Forms of the review: the decision, the main proposal of a merge, reasons of undoing and of 撤案."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.db.models import QuerySet

from proposals.forms.fields import LineField, PlainTextField
from proposals.models import Proposal, RejectionReason, Topic
from proposals.services.review import OPINION_MAX, VOID_REASON_MAX
from proposals.services.withdrawing import REASON_MAX as WITHDRAW_REASON_MAX
from proposals.workflow import PROPOSAL

OUTCOMES = ("register", "return_for_revision", "reject", "to_suggestion", "to_public_opinion")


class ReviewForm(forms.Form):
    """立案, 退回修改, 不予立案 or a transfer, with what each asks for; which of it is needed the services say."""

    needed_sometimes = frozenset({"reason", "opinion"})

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
        label="审查意见",
        most=OPINION_MAX,
        required=False,
        help_text="退回修改、转意见建议、转社情民意时必填；提案者会看到。",
    )

    def __init__(self, *args: Any, proposal: Proposal, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        topics = Topic.objects.filter(is_active=True) | Topic.objects.filter(pk=proposal.topic_id or 0)
        cast(forms.ModelChoiceField[Topic], self.fields["topic"]).queryset = topics.select_related("parent")
        self.fields["topic"].initial = proposal.topic_id


class UndoForm(forms.Form):
    """Why a decision is undone; of a registration it stands in the register beside the void number."""

    opinion = PlainTextField(label="撤销的原因", most=VOID_REASON_MAX, lines=3, help_text="提案者会看到。")


class WithdrawForm(forms.Form):
    """Why the proposer takes his proposal back."""

    reason = LineField(label="撤案的理由", most=WITHDRAW_REASON_MAX, help_text="记入办理记录，政协提案委会看到。")


class MergeForm(forms.Form):
    """The main proposal out of those that were found, and an opinion."""

    main = forms.ModelChoiceField(
        Proposal.objects.none(),
        label="主提案",
        empty_label=None,
        widget=forms.RadioSelect,
        error_messages={"required": "请选择主提案。", "invalid_choice": "所选的提案不在可选之列，请重新查找选择。"},
    )
    opinion = PlainTextField(label="并案意见", most=OPINION_MAX, lines=3, required=False)

    def __init__(self, *args: Any, found: QuerySet[Proposal], offered: QuerySet[Proposal], **kwargs: Any) -> None:
        """``found``: what the search shows; ``offered``: all that may be chosen, so that a choice survives a new
        search."""
        super().__init__(*args, **kwargs)
        field = cast(forms.ModelChoiceField[Proposal], self.fields["main"])
        field.queryset = offered
        field.choices = [(row.pk, describe_case(row)) for row in found]


def describe_case(proposal: Proposal) -> str:
    """How a main proposal is offered."""
    first = next((row.proposer.name for row in proposal.proposal_proposers.all()), "未选提案者")
    return f"{proposal}（{first}，{PROPOSAL.label_of(proposal.state)}）"
