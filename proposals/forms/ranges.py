"""Two days that bound a list: from one to the other."""

from __future__ import annotations

from typing import Any

from django import forms

FROM, TO = "_from", "_to"


class DayRangesForm(forms.Form):
    """A form whose fields ``x_from`` and ``x_to`` are the ends of a time: the end may not come before the beginning."""

    def clean(self) -> dict[str, Any] | None:
        """Said at the end, which then narrows nothing."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        for name in [name for name in self.fields if name.endswith(FROM)]:
            end = name.removesuffix(FROM) + TO
            first, last = given.get(name), given.get(end)
            if first is not None and last is not None and last < first:
                self.add_error(end, f"“{self.fields[end].label}”早于“{self.fields[name].label}”，请改其中一个日期。")
        return self.cleaned_data
