"""The editor of a reply as one form of many parts, each with the version it was read at.

The hidden ``version`` field is a list of ``key:version:fingerprint``. A part whose fingerprint still fits was not
touched on this page and is left alone, so two people at two sections of one reply never meet.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from django import forms
from django.http import QueryDict

from proposals.models import Ask, Bureau, ResultClass
from replies.forms.fields import PlainLineField, PlainTextField
from replies.models import Reply, ReplySection
from replies.services.saving import HEAD, NEW, HeadText, Part, SectionText, head_text, section_text

LONGEST_BODY = 20_000
_KEY = re.compile(rf"{HEAD}|s\d{{1,18}}|{NEW}\d{{0,18}}", re.ASCII)


class HeadForm(forms.Form):
    """The reply's own fields."""

    title = PlainLineField(label="标题", max_length=200)
    addressee = PlainLineField(label="主送", max_length=300)
    opening = PlainLineField(label="开头语", max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 2}))
    closing = PlainTextField(
        label="结尾",
        max_length=5000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="每行一段。",
    )
    result_class = forms.TypedChoiceField(label="办理结果类别", required=False, coerce=int, empty_value=None)
    scheme = forms.ChoiceField(
        label="层次序号",
        choices=list(Reply._meta.get_field("scheme").flatchoices),
        help_text="序号由系统按层次生成，不用输入。",
    )
    contact_person = PlainLineField(label="联系人", max_length=40, required=False)
    contact_phone = PlainLineField(label="联系电话", max_length=40, required=False)
    copies = PlainLineField(label="抄送", max_length=300, required=False, help_text="多个单位用顿号隔开。")

    def __init__(self, *args: Any, classes: Sequence[ResultClass], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = self.fields["result_class"]
        assert isinstance(choice, forms.TypedChoiceField)
        choice.choices = [("", "尚未选定"), *((one.pk, str(one)) for one in classes)]

    def text(self) -> HeadText:
        """What was entered; only after ``is_valid``."""
        data = dict(self.cleaned_data)
        return HeadText(result_class_id=data.pop("result_class"), **data)


class SectionForm(forms.Form):
    """One section."""

    heading = PlainLineField(label="小标题", max_length=200, required=False, help_text="")
    run_in = forms.BooleanField(label="小标题与正文同行", required=False)
    body = PlainTextField(
        label="正文", max_length=LONGEST_BODY, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    asks = forms.TypedMultipleChoiceField(
        label="回应的建议", required=False, coerce=int, widget=forms.CheckboxSelectMultiple
    )
    supplied_by = forms.TypedChoiceField(label="提供单位", required=False, coerce=int, empty_value=None)

    def __init__(self, *args: Any, asks: Sequence[Ask], bureaus: Sequence[Bureau], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ask_field, bureau_field = self.fields["asks"], self.fields["supplied_by"]
        assert isinstance(ask_field, forms.TypedMultipleChoiceField)
        assert isinstance(bureau_field, forms.TypedChoiceField)
        ask_field.choices = [(ask.pk, f"{ask.position}. {_short(ask.text)}") for ask in asks]
        bureau_field.choices = [("", "未注明"), *((bureau.pk, bureau.short_name) for bureau in bureaus)]

    def text(self) -> SectionText:
        """What was entered; only after ``is_valid``."""
        data = self.cleaned_data
        return SectionText(
            heading=data["heading"],
            run_in=data["run_in"] and bool(data["heading"]),
            body=data["body"],
            ask_ids=frozenset(data["asks"]),
            supplied_by_id=data["supplied_by"],
        )


@dataclass(frozen=True)
class Choices:
    """What can be chosen in the editor of one reply."""

    classes: Sequence[ResultClass]
    asks: Sequence[Ask]
    bureaus: Sequence[Bureau]


@dataclass(frozen=True)
class Stamp:
    """One entry of the version field."""

    version: int
    fingerprint: str


@dataclass
class EditorForms:
    """All forms of the editor, bound where the request carried the part."""

    head: HeadForm
    sections: dict[str, SectionForm]
    stamps: dict[str, Stamp] = field(default_factory=dict)

    def named(self) -> dict[str, HeadForm | SectionForm]:
        """The forms of the parts this request is about."""
        every: dict[str, HeadForm | SectionForm] = {HEAD: self.head, **self.sections}
        return {key: every[key] for key in self.stamps if key in every and every[key].is_bound}

    def is_valid(self) -> bool:
        """Whether every part that came with the request can be taken."""
        checked = [form.is_valid() for form in self.named().values()]  # all of them, so that every error shows
        return all(checked)

    def changed_parts(self) -> list[Part]:
        """The parts somebody touched on the page."""
        parts = []
        for key, form in self.named().items():
            text, stamp = form.text(), self.stamps[key]
            if fingerprint(text) != stamp.fingerprint:
                parts.append(Part(key, stamp.version, text))
        return parts

    def stamps_after(self, versions: Mapping[str, int]) -> str:
        """The version field for the page that stays open: fresh stamps for what was stored now."""
        fresh = {
            key: Stamp(versions[key], fingerprint(form.text())) for key, form in self.named().items() if key in versions
        }
        return stamps_text({**self.stamps, **fresh})

    def add_errors(self, errors: Mapping[str, Sequence[str]]) -> None:
        """Put a service's refusal (``s12-body``) to its field; what has no field goes to the head."""
        for name, messages in errors.items():
            key, _, field_name = name.partition("-")
            form: forms.Form = self.named().get(key, self.head)
            for message in messages:
                form.add_error(field_name if field_name in form.fields else None, message)


def bind_editor(
    reply: Reply, rows: Sequence[ReplySection], choices: Choices, data: QueryDict | None = None
) -> EditorForms:
    """Forms of the whole editor. With ``data``, the parts named in its version field are bound to it."""
    stamps = read_stamps(data.get("version", "")) if data is not None else {}
    texts = {f"s{row.pk}": section_text(row) for row in rows}
    keys = [*texts, *(key for key in stamps if key not in texts and key != HEAD)]
    sections = {
        key: SectionForm(
            # A part whose fields did not come along must not be taken for one that was emptied.
            data if data is not None and key in stamps and f"{key}-body" in data else None,
            prefix=key,
            initial=section_initial(texts.get(key, SectionText())),
            asks=choices.asks,
            bureaus=choices.bureaus,
        )
        for key in keys
    }
    head = HeadForm(
        data if data is not None and HEAD in stamps and f"{HEAD}-title" in data else None,
        prefix=HEAD,
        initial=head_initial(head_text(reply)),
        classes=choices.classes,
    )
    return EditorForms(head, sections, stamps)


def fresh_stamps(reply: Reply, rows: Sequence[ReplySection]) -> str:
    """The version field of a page that shows the text as it is stored now."""
    stamps = {HEAD: Stamp(reply.version, fingerprint(head_text(reply)))}
    stamps.update({f"s{row.pk}": Stamp(row.version, fingerprint(section_text(row))) for row in rows})
    return stamps_text(stamps)


def stamps_text(stamps: Mapping[str, Stamp]) -> str:
    """Stamps as the version field carries them."""
    return ";".join(f"{key}:{stamp.version}:{stamp.fingerprint}" for key, stamp in stamps.items())


def read_stamps(text: str) -> dict[str, Stamp]:
    """The version field of a request; entries nobody can have got from a page are dropped."""
    found = {}
    for entry in text.split(";"):
        key, version, mark = [*entry.split(":"), "", ""][:3]
        is_part = _KEY.fullmatch(key) is not None
        if is_part and version.isascii() and version.isdecimal() and len(entry) < 80:
            found[key] = Stamp(int(version), mark)
    return found


def fingerprint(text: HeadText | SectionText) -> str:
    """A short digest that tells whether a part was touched on the page."""
    data = asdict(text)
    if isinstance(text, SectionText):
        data["ask_ids"] = sorted(text.ask_ids)
    return hashlib.sha256(json.dumps(data, ensure_ascii=False, sort_keys=True).encode()).hexdigest()[:12]


def section_initial(text: SectionText) -> dict[str, Any]:
    """Initial values of a section's form."""
    return {
        "heading": text.heading,
        "run_in": text.run_in,
        "body": text.body,
        "asks": sorted(text.ask_ids),
        "supplied_by": text.supplied_by_id,
    }


def head_initial(text: HeadText) -> dict[str, Any]:
    """Initial values of the head's form."""
    data = asdict(text)
    data["result_class"] = data.pop("result_class_id")
    return data


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 40 else f"{line[:40]}…"
