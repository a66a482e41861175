"""The form of 批量导出."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms

from replies.models import Bundle
from replies.services.bundle_makers import Maker

PUBLIC_HOLDS = "公开版只收入已经公开的答复和同意公开的提案，不含提案正文，可以对外发放；其他汇编是内部资料。"


class BundleForm(forms.Form):
    """What is made of the chosen cases, as what. ``key`` makes the same form sent twice one batch; ``cases`` is where
    the service speaks of the selection."""

    kind = forms.ChoiceField(label="做什么", widget=forms.RadioSelect)
    formats = forms.MultipleChoiceField(label="格式", widget=forms.CheckboxSelectMultiple)
    grouping = forms.ChoiceField(
        label="编排", widget=forms.RadioSelect, choices=Bundle.Grouping.choices, required=False
    )
    key = forms.CharField(widget=forms.HiddenInput, max_length=64, required=False)

    def __init__(self, data: Any = None, *, makers: Mapping[str, Maker], **options: Any) -> None:
        """``makers``: the kinds on offer, each with its formats."""
        super().__init__(data, **options)
        kinds = [(kind, Bundle.Kind(kind).label) for kind in makers]
        self._choose("kind", kinds)
        if Bundle.Kind.PUBLIC_BOOK in makers:
            self.fields["kind"].help_text = PUBLIC_HOLDS
        names = list(dict.fromkeys(one for maker in makers.values() for one in maker.formats))
        self._choose("formats", [(one, one.upper()) for one in names])
        if len(kinds) > 1:
            told = "；".join(
                f"{Bundle.Kind(kind).label}可选 {'、'.join(one.upper() for one in maker.formats)}"
                for kind, maker in makers.items()
            )
            self.fields["formats"].help_text = f"{told}。"
        if any(maker.has_grouping for maker in makers.values()):
            self.fields["grouping"].help_text = "只用于汇编；打包都按提案号。"
        else:
            del self.fields["grouping"]

    def _choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices
