"""The form of the trial reckoning."""

from __future__ import annotations

from typing import Any

from django import forms

from proposals.forms.fields import DayField
from proposals.models import Proposal, Session


class TrialForm(forms.Form):
    """Which session, which kind of proposal, from which day."""

    session = forms.ModelChoiceField(label="届次", queryset=Session.objects.none(), empty_label=None)
    kind = forms.ChoiceField(label="提案", choices=Proposal.Kind.choices)
    day = DayField(label="起算日")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["session"].queryset = Session.objects.order_by("-term", "-number")  # type: ignore[attr-defined]
