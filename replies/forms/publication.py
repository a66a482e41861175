"""Forms of the publication: metadata, findings of personal data, decisions, taking down."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms

from proposals.forms.fields import DayField, LineField
from replies.models import Publication
from replies.services.metadata import LABELS, MISSING, Metadata, metadata_of
from replies.services.publishing import LONGEST_REASON, Finding
from replies.services.withholding import LONGEST_REASON as LONGEST_WITHHOLDING
from replies.services.withholding import MISSING as MISSING_WITHHOLDING


class MetadataForm(forms.Form):
    """The metadata a clerk edits. Only an imported reply may mark a field 原件无."""

    title = forms.CharField(label="标题", max_length=200, error_messages={"required": "请填写标题。"})
    issuing_body = forms.CharField(label="发文机关", max_length=80, required=False)
    created_on = DayField(
        label="成文日期",
        required=False,
        error_messages={"invalid": "请按 2022-08-18 的格式填写日期。"},
    )
    document_number = forms.CharField(label="发文字号", max_length=60, required=False)
    topic_class = forms.CharField(label="主题分类", max_length=60, required=False)
    keywords = forms.CharField(
        label="主题词",
        max_length=120,
        required=False,
        help_text="由标题、主题和正文推荐，可以改；用空格隔开。",
    )
    missing = forms.MultipleChoiceField(
        label=MISSING,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[(name, LABELS[name]) for name in Publication.MISSING_ALLOWED],
        help_text="原网页上没有、也查不到的项目，勾选后公开页面显示“原件无”。",
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, is_import: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_import:
            return
        del self.fields["missing"]  # a reply of our own has every one of them
        for name in ("issuing_body", "created_on", "document_number", "topic_class", "keywords"):
            field = self.fields[name]
            field.required = True
            field.error_messages["required"] = f"请填写{field.label}。"

    @classmethod
    def initial_of(cls, publication: Publication) -> dict[str, Any]:
        """The stored values."""
        stored = metadata_of(publication)
        return {**stored.as_fields(), "missing": sorted(stored.missing), "version": publication.version}

    def metadata(self) -> Metadata:
        """What was entered, as the service takes it."""
        data = dict(self.cleaned_data)
        data.pop("version")
        return Metadata(**{**data, "missing": frozenset(data.get("missing", ()))})


class StartReleaseForm(forms.Form):
    """One reason for each finding of personal data; without findings there is nothing to fill in."""

    def __init__(self, *args: Any, found: Iterable[Finding], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._keys = []
        for finding in found:
            self._keys.append(finding.key)
            self.fields[f"harmless_{finding.key}"] = forms.CharField(
                label=f"疑似{finding.label}“{finding.text}”可以公开的理由",
                max_length=LONGEST_REASON,
                error_messages={"required": "请写明理由；不能公开的，请退回修改答复，不要送审。"},
                help_text=f"见“…{finding.around}…”。不能公开的，请另拟新稿，不要送审。",
            )

    def harmless(self) -> dict[str, str]:
        """The reasons by key of the finding."""
        return {key: self.cleaned_data.get(f"harmless_{key}", "") for key in self._keys}


class DecisionForm(forms.Form):
    """Pass or send back, with a comment."""

    needed_sometimes = frozenset({"comment"})

    PASS, RETURN = "pass", "return"

    decision = forms.ChoiceField(
        label="审查意见",
        choices=[(PASS, "通过"), (RETURN, "退回经办人修改")],
        widget=forms.RadioSelect,
        error_messages={"required": "请选择通过或退回。"},
    )
    comment = forms.CharField(
        label="说明",
        required=False,
        max_length=500,
        help_text="退回时必填。",
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class WithholdForm(forms.Form):
    """Why the reply is not made public."""

    reason = LineField(
        label="不予公开的理由",
        most=LONGEST_WITHHOLDING,
        help_text="写明依据，如涉及国家秘密、商业秘密、个人隐私。",
        error_messages={"required": MISSING_WITHHOLDING},
    )


class UnpublishForm(forms.Form):
    """Why the public will no longer see the text."""

    reason = forms.CharField(
        label="撤下原因",
        max_length=200,
        help_text="公众打开原页面时会看到这句话。",
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "请写明撤下的原因，公众会看到这句话。"},
    )
