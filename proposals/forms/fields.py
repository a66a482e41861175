"""Fields that clean pasted text, and fields for many files and for an ordered choice of proposers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Q, QuerySet

from proposals.models import Bureau, Proposer
from proposals.services.wording import check_text, one_line

SEARCH_SHOWS = 20
FIRST_YEAR = 1949  # the first plenary session of the 政协
LAST_YEAR = 2100  # what is due later is a slip of the hand, and near the end of time no term can be reckoned
LONGEST_ID = 18  # digits; a longer number fits no column, and SQLite would fail on it instead of finding nothing


class PlainTextField(forms.CharField):
    """A text of any number of lines: control characters are refused, the rest is cleaned before it is measured."""

    widget: Any = forms.Textarea

    def __init__(self, *, most: int, lines: int = 6, **kwargs: Any) -> None:
        self.most = most
        kwargs.setdefault("widget", self.widget(attrs={"rows": lines}))
        super().__init__(strip=False, **kwargs)

    def to_python(self, value: object) -> str:
        text, fault = check_text(super().to_python(value) or "", most=self.most)
        if fault:
            raise ValidationError(fault)
        return text


class PartField(PlainTextField):
    """A text that must be there in the end, though not in a draft: not called optional, and not insisted on here."""

    def validate(self, value: str) -> None:
        """Nothing: the service asks for it when the proposal is handed in."""


class LineField(PlainTextField):
    """A text of one line, such as a title or a reason."""

    widget = forms.TextInput

    def to_python(self, value: object) -> str:
        return one_line(super().to_python(value))


def refuse_early_year(day: date) -> None:
    """No day of a case lies before the committees began; a service that knows the case is stricter."""
    if day.year < FIRST_YEAR:
        raise ValidationError(f"年份早于{FIRST_YEAR}年，请核对。")


def refuse_late_year(day: date) -> None:
    """Nor in an age to come."""
    if day.year > LAST_YEAR:
        raise ValidationError(f"年份晚于{LAST_YEAR}年，请核对。")


class DayField(forms.DateField):
    """A day, with the browser's own calendar where it has one; typed as 2026-03-02 elsewhere."""

    default_validators = [refuse_early_year, refuse_late_year]

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
        kwargs.setdefault("error_messages", {"invalid": "请按“2026-03-02”的样式填写日期。"})
        super().__init__(**kwargs)


class SearchDayField(DayField):
    """A bound of a search: ``9999-12-31`` means no end there."""

    default_validators = [refuse_early_year]


class BureausField(forms.ModelMultipleChoiceField[Bureau]):
    """Tick boxes for the bureaus in use."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, **kwargs: Any) -> None:
        in_use = Bureau.objects.filter(is_active=True, kind=Bureau.Kind.BUREAU)
        super().__init__(in_use, required=False, **kwargs)

    def clean(self, value: Any) -> QuerySet[Bureau]:
        if any(not is_id(pk) for pk in value or []):
            raise ValidationError("所选的单位不存在，请重新选择。")
        return super().clean(value)


class ManyFilesInput(forms.FileInput):
    """One control that takes several files."""

    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    """Several files at once; the value is the list of them."""

    widget = ManyFilesInput

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile[Any]]:
        files = data if isinstance(data, list | tuple) else [data]
        # An empty file is passed on: the service refuses it with the other faults.
        return [file for file in files if file]


class ProposerPicker(forms.CheckboxSelectMultiple):
    """Tick boxes for those already chosen and those just searched, with a mark for the first proposer."""

    template_name = "proposals/widgets/proposer_picker.html"

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        chosen = [str(pk) for pk in value or []]
        context["first"] = chosen[0] if chosen else ""
        context["several"] = len(self.choices) > 1  # type: ignore[arg-type]
        return context

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> list[str]:
        """The ticked ids, the one marked as first in front."""
        ticked = list(dict.fromkeys(data.getlist(name) if hasattr(data, "getlist") else data.get(name, [])))
        first = data.get(f"{name}_first") or ""
        return [first, *(pk for pk in ticked if pk != first)] if first in ticked else ticked


class ProposerField(forms.Field):
    """An ordered choice of proposers out of a table that grows: no select box, only those chosen and those found."""

    widget = ProposerPicker

    def offer(self, chosen: Iterable[Any], words: str) -> None:
        """Give the control its boxes: the ``chosen`` ids in order, then what the search for ``words`` finds."""
        wanted = _numbers(chosen)
        known = Proposer.objects.in_bulk(wanted)
        found = [row for row in find_proposers(words) if row.pk not in known] if words.strip() else []
        rows = [known[pk] for pk in wanted if pk in known] + found
        self.widget.choices = [(row.pk, describe(row)) for row in rows]

    def to_python(self, value: Any) -> tuple[int, ...]:
        wanted = _numbers(value or [])
        known = set(Proposer.objects.filter(pk__in=wanted).values_list("pk", flat=True))
        if len(known) < len(value or []):
            raise ValidationError("所选的提案者不存在，请重新查找选择。")
        return tuple(wanted)


def find_proposers(words: str) -> QuerySet[Proposer]:
    """Active proposers whose name, sector or member number holds every word, the first twenty by name."""
    found = Proposer.objects.filter(is_active=True)
    for word in words.replace("\x00", "").split()[:5]:
        found = found.filter(Q(name__icontains=word) | Q(sector__icontains=word) | Q(member_number__startswith=word))
    return found.order_by("name", "id")[:SEARCH_SHOWS]


def describe(proposer: Proposer) -> str:
    """How a proposer is offered: name, kind, and what tells two of the same name apart. No contact data."""
    more = "，".join(part for part in (proposer.sector, proposer.member_number) if part)
    return f"{proposer.name}（{proposer.get_kind_display()}{'，' + more if more else ''}）"


def _numbers(values: Iterable[Any]) -> list[int]:
    return list(dict.fromkeys(int(value) for value in values if is_id(value)))


def is_id(value: Any) -> bool:
    """Whether ``value`` can be a key at all."""
    text = str(value)
    return text.isascii() and text.isdecimal() and len(text) <= LONGEST_ID
