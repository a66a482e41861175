"""Fields for plain text: cleaned as it is stored, control characters refused at the field."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from panjin_portal.lib.text import clean_text, has_control_characters

HIDDEN_CHARACTERS = "文字里有看不见的控制字符，请删去或改为重新输入。"


class PlainTextField(forms.CharField):
    """Several lines of plain text, one paragraph per line."""

    widget: type[forms.Widget] = forms.Textarea

    def to_python(self, value: Any) -> str:
        """The text as it is stored; ValidationError for control characters."""
        raw = "" if value in self.empty_values else str(value)
        if has_control_characters(raw):
            raise ValidationError(HIDDEN_CHARACTERS, code="control_characters")
        return clean_text(raw)


class PlainLineField(PlainTextField):
    """One line of plain text; line breaks that came along with pasting are taken out."""

    widget = forms.TextInput

    def to_python(self, value: Any) -> str:
        """The line as it is stored."""
        return "".join(part.strip() for part in super().to_python(value).split("\n"))
