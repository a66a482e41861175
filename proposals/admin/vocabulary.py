"""Word lists a city changes without a release."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import ForeignKey
from django.forms import ModelChoiceField
from django.http import HttpRequest

from proposals.admin.base import AuditedAdmin, AuditedInline
from proposals.models import (
    ConsultationMethod,
    NumberingPattern,
    ProposerRule,
    RejectionReason,
    ResultClass,
    ResultScheme,
    ReturnReason,
    ReviewStep,
    SupervisionForm,
    Topic,
)


class TopicForm(forms.ModelForm[Topic]):
    """Two levels and no more."""

    def clean_parent(self) -> Topic | None:
        """A class is not its own parent, and one that has sub-classes stays on top."""
        parent: Topic | None = self.cleaned_data.get("parent")
        if parent is not None and self.instance.pk:
            if parent.pk == self.instance.pk:
                raise forms.ValidationError("不能以自己为大类。")
            if self.instance.children.exists():
                raise forms.ValidationError("这个大类下面还有小类，不能再归入别的大类。")
        return parent


@admin.register(Topic)
class TopicAdmin(AuditedAdmin[Topic]):
    """Subject classes in two levels."""

    form = TopicForm
    told_fields = ("parent", "name", "is_active", "position")
    list_display = ("name", "parent", "position", "is_active")
    list_filter = ("is_active",)
    search_fields = ("name", "parent__name")
    list_select_related = ("parent",)

    def formfield_for_foreignkey(
        self, db_field: ForeignKey[Any, Any], request: HttpRequest, **options: Any
    ) -> ModelChoiceField[Any] | None:
        """Offer only main classes as parent."""
        if db_field.name == "parent":
            options["queryset"] = Topic.objects.filter(parent=None)
        return super().formfield_for_foreignkey(db_field, request, **options)


@admin.register(RejectionReason)
class RejectionReasonAdmin(AuditedAdmin[RejectionReason]):
    """Grounds for 不予立案."""

    told_fields = ("text", "is_active", "position")
    list_display = ("text", "position", "is_active")
    list_filter = ("is_active",)
    search_fields = ("text",)


@admin.register(ReviewStep)
class ReviewStepAdmin(AuditedAdmin[ReviewStep]):
    """Steps before the decision of the committee. A change counts for proposals under review too."""

    told_fields = ("position", "name", "asks_opinion", "is_required", "is_active")
    list_display = ("position", "name", "asks_opinion", "is_required", "is_active")
    list_display_links = ("name",)
    list_filter = ("is_active",)
    search_fields = ("name",)


@admin.register(SupervisionForm)
class SupervisionFormAdmin(AuditedAdmin[SupervisionForm]):
    """How key proposals are supervised."""

    told_fields = ("name", "is_active", "position")
    list_display = ("name", "position", "is_active")
    list_filter = ("is_active",)
    search_fields = ("name",)


class ProposerRuleForm(forms.ModelForm[ProposerRule]):
    """What is advised is not beyond what is allowed."""

    def clean(self) -> dict[str, Any]:
        """The two lengths in order."""
        cleaned = super().clean() or self.cleaned_data
        advised, most = cleaned.get("advised_length"), cleaned.get("most_length")
        if advised and most and advised > most:
            self.add_error("advised_length", "建议字数不能大于最多字数。")
        return cleaned


@admin.register(ProposerRule)
class ProposerRuleAdmin(AuditedAdmin[ProposerRule]):
    """What is asked of the proposals of each kind of proposer."""

    form = ProposerRuleForm
    told_fields = ("kind", "advised_length", "most_length", "needs_signed_page")
    list_display = ("kind", "advised_length", "most_length", "needs_signed_page")
    search_fields = ("kind",)


@admin.register(ReturnReason)
class ReturnReasonAdmin(AuditedAdmin[ReturnReason]):
    """Grounds for asking for re-assignment."""

    told_fields = ("text", "is_active", "position")
    list_display = ("text", "position", "is_active")
    list_filter = ("is_active",)
    search_fields = ("text",)


@admin.register(ConsultationMethod)
class ConsultationMethodAdmin(AuditedAdmin[ConsultationMethod]):
    """How a bureau talks with the proposer."""

    told_fields = ("name", "is_active", "position")
    list_display = ("name", "position", "is_active")
    list_filter = ("is_active",)
    search_fields = ("name",)


@admin.register(NumberingPattern)
class NumberingPatternAdmin(AuditedAdmin[NumberingPattern]):
    """How official numbers are written."""

    told_fields = ("name", "prefix", "digits")
    list_display = ("name", "prefix", "digits", "sample")
    search_fields = ("name", "prefix")

    @admin.display(description="示例")
    def sample(self, obj: NumberingPattern) -> str:
        """The fifth number in this pattern."""
        return f"第{obj.format(5)}号"


class ResultClassInline(AuditedInline):
    """The classes of one scheme."""

    model = ResultClass
    told_fields = ("code", "meaning", "needs_promise", "position")


@admin.register(ResultScheme)
class ResultSchemeAdmin(AuditedAdmin[ResultScheme]):
    """Schemes of three or four result classes."""

    told_fields = ("name",)
    list_display = ("name",)
    search_fields = ("name",)
    inlines = (ResultClassInline,)
