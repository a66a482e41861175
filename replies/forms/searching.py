"""The search box of the public list."""

from __future__ import annotations

from django import forms


class PublicSearchForm(forms.Form):
    """Words in published replies; part of the address."""

    q = forms.CharField(
        label="在已公开的答复中查找",
        max_length=100,
        required=False,
        error_messages={"max_length": "最多 %(limit_value)d 字，现有 %(show_value)d 字，请删减。"},
    )
