"""Bureaus and sessions with their deadline rules."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db import models
from django.http import HttpRequest

from panjin_portal.lib.uploads import UploadRefused
from proposals.admin.base import AuditedAdmin, AuditedInline, actor_of
from proposals.admin.previewing import PreviewingAdmin
from proposals.deadlines import InvalidRule
from proposals.models import AssignmentPolicy, Bureau, DeadlineRule, FeedbackField, SealSample, Session
from proposals.rule_kinds import RULE_KINDS
from proposals.services.seal_samples import Picture, checked_picture, drop_sample, keep_sample


class BureauForm(forms.ModelForm[Bureau]):
    """A bureau with the picture of its seal for previews."""

    sample = forms.FileField(
        label="样章图片",
        required=False,
        max_length=200,
        help_text="PNG，不超过100 KB，长宽100至1200像素、相差不超过一成。只用于平台内部的用印预览，"
        "预览上标明“样章”；签发的公文里没有这张图。",
    )
    remove_sample = forms.BooleanField(label="删除样章图片", required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        """Say whether there is a picture."""
        super().__init__(*args, **options)
        kept = SealSample.objects.filter(bureau=self.instance.pk).first() if self.instance.pk else None
        field = self.fields["remove_sample"]
        field.disabled = kept is None
        field.label = f"删除现有的样章图片（{kept.size / 1024:.1f} KB）" if kept else "删除样章图片（还没有上传）"

    def clean_sample(self) -> Picture | None:
        """The picture that passed, or None. Errors at the field."""
        upload = self.cleaned_data["sample"]
        if not upload:
            return None
        try:
            return checked_picture(upload, upload.name)
        except UploadRefused as error:
            raise forms.ValidationError(error.message) from error


@admin.register(Bureau)
class BureauAdmin(AuditedAdmin[Bureau]):
    """Bureaus and the two offices. One in use cannot be removed: take it out of use instead."""

    form = BureauForm
    told_fields = (
        *(
            "kind",
            "name",
            "short_name",
            "code",
            "document_word",
            "letterhead",
            "letter_form",
            "printing_office",
            "seal_use",
            "duty_keywords",
            "is_active",
            "position",
        ),
    )
    list_display = ("short_name", "name", "kind", "code", "document_word", "is_active")
    list_filter = ("kind", "is_active")
    search_fields = ("name", "short_name", "=code", "document_word")

    def save_model(self, request: HttpRequest, obj: Bureau, form: forms.ModelForm[Bureau], change: bool) -> None:
        """Save the bureau, then keep or drop the picture of its seal."""
        super().save_model(request, obj, form, change)
        picture = form.cleaned_data.get("sample")
        before = SealSample.objects.filter(bureau=obj).first()
        if picture:
            keep_sample(actor_of(request), bureau=obj, picture=picture)
            told = "首次上传" if before is None else "换成另一张" if before.sha256 != picture.sha256 else ""
            self._tell_of_sample(form, "sample", told)
        elif form.cleaned_data.get("remove_sample"):
            drop_sample(actor_of(request), bureau=obj)
            self._tell_of_sample(form, "remove_sample", "已删除")

    def _tell_of_sample(self, form: forms.ModelForm[Bureau], name: str, told: str) -> None:
        """What the history of the row, which is written of the changed fields' labels, says of the picture; with ""
        nothing, for the same picture sent again is no change."""
        form.fields[name].label = f"样章图片（{told}）"
        for changed in ("sample", "remove_sample"):
            if changed in form.changed_data and (changed != name or not told):
                form.changed_data.remove(changed)


class DeadlineRuleForm(forms.ModelForm[DeadlineRule]):
    """A rule must give a date: the check the reckoning itself makes, said at the field."""

    def clean(self) -> dict[str, Any]:
        """Errors at the field the rule trips over."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("unit") and not self.errors:
            rule = DeadlineRule(**{name: cleaned[name] for name in ("kind", "unit", "amount", "month", "day")})
            try:
                rule.spec()
            except InvalidRule as error:
                self.add_error(error.field, error.message)
        return cleaned


class DeadlineRuleInline(AuditedInline):
    """The rules of one session."""

    model = DeadlineRule
    form = DeadlineRuleForm
    told_fields = ("kind", "proposal_kind", "unit", "amount", "month", "day", "roll_forward")
    fields = ("kind", "starts_at", *told_fields[1:])
    readonly_fields = ("starts_at",)

    @admin.display(description="从何时起算")
    def starts_at(self, obj: DeadlineRule) -> str:
        """What the days are counted from."""
        return obj.starts_at or "—"


class FeedbackFieldInline(AuditedInline):
    """What the feedback form of one session asks."""

    model = FeedbackField
    formfield_overrides = {
        models.CharField: {"widget": forms.TextInput(attrs={"size": 14})},
        models.TextField: {"widget": forms.Textarea(attrs={"rows": 4, "cols": 20})},
    }
    told_fields = ("code", "label", "options", "audience", "is_required", "is_active", "position")


class AssignmentPolicyInline(AuditedInline):
    """Returns and extensions of one session."""

    model = AssignmentPolicy
    told_fields = ("late_return", "extension_basis")


@admin.register(Session)
class SessionAdmin(PreviewingAdmin[Session]):
    """Sessions; their rules stand on the same page."""

    told_fields = (
        *("term", "number", "opens_on", "closes_on", "filing_cutoff"),
        *("numbering", "interim_numbering", "result_scheme", "is_open"),
        *("matrix_in_letter", "matrix_in_public", "fairly_redoes", "most_rounds", "silence", "rating_link_days"),
    )
    list_display = ("full_name", "opens_on", "closes_on", "filing_cutoff", "is_open")
    list_filter = ("is_open",)
    search_fields = ("term__exact", "number__exact")
    inlines = (DeadlineRuleInline, FeedbackFieldInline, AssignmentPolicyInline)

    @admin.display(description="届次")
    def full_name(self, obj: Session) -> str:
        """As printed: 九届一次会议."""
        return obj.name

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Save the rules and reckon the open deadlines they concern anew, once they were looked at."""
        before = {rule.pk: rule.kind for rule in DeadlineRule.objects.filter(session=form.instance.pk)}
        super().save_formset(request, form, formset, change)
        if formset.model is not DeadlineRule:
            return
        touched = [*formset.new_objects, *formset.deleted_objects, *(rule for rule, _ in formset.changed_objects)]
        was = [before[rule.pk] for rule, _ in formset.changed_objects]
        kinds = {kind: name for kind, name in RULE_KINDS if kind in {*(rule.kind for rule in touched), *was}}
        if kinds:
            scope = {(form.instance.pk, kind) for kind in kinds}
            self.settle(request, because=f"期限规则调整（{'、'.join(kinds.values())}）", scope=scope)
