"""System management of the upper floor: the release chain, and records to be looked at."""

from __future__ import annotations

from django import forms
from django.contrib import admin

from proposals.admin.base import AuditedAdmin, FilledFilter, RecordAdmin
from proposals.models import Role
from replies.models import (
    AssessmentItem,
    AwardRule,
    Bundle,
    ChecklistItem,
    Delivery,
    FollowUp,
    HandlingRule,
    Promise,
    Publication,
    Redo,
    ReleaseStep,
    RenderedDocument,
    Reply,
)

HANDLING_RULE_FIELDS = (
    *("session", "proposal_kind", "key_only", "consultation", "waiver_counts", "signer", "pre_audit"),
    "opinion_signed",
)


class ReleaseStepForm(forms.ModelForm[ReleaseStep]):
    """Nobody outside the offices releases a text."""

    def clean_role(self) -> str:
        """Any role but that of a proposer."""
        role: str = self.cleaned_data["role"]
        if role == Role.PROPOSER:
            raise forms.ValidationError("提案者不参与公开审查，请选择单位内的岗位。")
        return role


@admin.register(ReleaseStep)
class ReleaseStepAdmin(AuditedAdmin[ReleaseStep]):
    """The steps a reply passes before it is public, by people of its bureau. A change counts for chains under way too:
    what has been decided stays, what follows is read from here."""

    form = ReleaseStepForm

    told_fields = ("position", "name", "role", "is_active")
    list_display = ("position", "name", "role", "is_active")
    list_display_links = ("name",)
    list_filter = ("is_active",)
    search_fields = ("name",)


@admin.register(ChecklistItem)
class ChecklistItemAdmin(AuditedAdmin[ChecklistItem]):
    """What a reviewer looks at in 核稿. What was ticked keeps the name it had."""

    told_fields = ("name", "question", "is_active", "position")
    list_display = ("name", "question", "position", "is_active")
    list_filter = ("is_active",)
    search_fields = ("name", "question")


@admin.register(AssessmentItem)
class AssessmentItemAdmin(AuditedAdmin[AssessmentItem]):
    """What bureaus are assessed by. A sheet that is published keeps the items and points of its day."""

    told_fields = ("session", "name", "points", "source", "is_active", "position")
    list_display = ("name", "session", "points", "source", "position", "is_active")
    list_filter = ("is_active", "source")
    list_select_related = ("session",)
    search_fields = ("name",)


@admin.register(AwardRule)
class AwardRuleAdmin(AuditedAdmin[AwardRule]):
    """The awards of every session, and who nominates. An award that is under way keeps its way of judging."""

    told_fields = (
        *("name", "subject", "method", "proposers_nominate", "committee_nominates", "office_nominates"),
        *("is_active", "position"),
    )
    list_display = ("name", "subject", "method", "position", "is_active")
    list_filter = ("is_active",)
    search_fields = ("name",)


@admin.register(HandlingRule)
class HandlingRuleAdmin(AuditedAdmin[HandlingRule]):
    """How a session wants proposals handled. Changes count from the next step of every case."""

    told_fields = HANDLING_RULE_FIELDS
    list_display = HANDLING_RULE_FIELDS
    list_display_links = ("session", "proposal_kind")
    list_filter = ("session",)
    list_select_related = ("session",)
    search_fields = ("session__term__exact", "session__number__exact")


@admin.register(Reply)
class ReplyAdmin(RecordAdmin[Reply]):
    """Replies; their text is read in the portal, by whoever may read it: the page of the case leads there."""

    list_display = ("title", "bureau", "state", "document_number", "signed_on", "issued_at", "portal_page")
    list_filter = ("state",)
    search_fields = ("=proposal__number", "title", "=document_number", "bureau__short_name")
    list_select_related = ("bureau",)
    fields = (
        *("proposal", "bureau", "assignment", "replaces", "state", "clearance_round", "title", "addressee"),
        *("result_class", "document_number", "signed_on", "signed_by", "signed_digest", "drafted_by"),
        *("created_at", "issued_at"),
    )


@admin.register(Publication)
class PublicationAdmin(RecordAdmin[Publication]):
    """What was or will be public, with its metadata."""

    page, page_key = "publication-detail", "pk"
    list_display = ("index_number", "title", "bureau", "state", "published_on", "portal_page")
    list_filter = ("state",)
    search_fields = ("=index_number", "title", "=document_number")
    list_select_related = ("bureau",)
    exclude = ("letter",)


@admin.register(Delivery)
class DeliveryAdmin(RecordAdmin[Delivery]):
    """To whom an issued letter went, and when it was opened first."""

    page_key = "reply.proposal_id"
    list_display = ("name", "reply", "delivered_at", "read_at", "portal_page")
    list_filter = (("read_at", FilledFilter),)
    search_fields = ("=reply__proposal__number", "=reply__document_number", "name")
    list_select_related = ("reply",)


@admin.register(Redo)
class RedoAdmin(RecordAdmin[Redo]):
    """What dissatisfied proposers set off. What was said at a meeting is read in the case."""

    page_key = "reply.proposal_id"
    list_display = ("reply", "state", "opened_at", "met_on", "portal_page")
    list_filter = ("state",)
    search_fields = ("=reply__proposal__number", "reply__title", "reply__bureau__short_name")
    list_select_related = ("reply",)
    fields = ("reply", "state", "opened_at", "met_on", "recorded_by", "recorded_at")


@admin.register(Promise)
class PromiseAdmin(RecordAdmin[Promise]):
    """The ledger of promises."""

    page, page_key = "promise-detail", "pk"
    list_display = ("text", "bureau", "due_on", "state", "portal_page")
    list_filter = ("state",)
    search_fields = ("=proposal__number", "text", "bureau__short_name")
    list_select_related = ("bureau",)


@admin.register(FollowUp)
class FollowUpAdmin(RecordAdmin[FollowUp]):
    """Second answers; their text is read in the portal, by whoever may read it."""

    page_key = "promise.proposal_id"
    list_display = ("promise", "bureau", "state", "document_number", "signed_on", "portal_page")
    list_filter = ("state",)
    search_fields = ("=document_number", "=promise__proposal__number", "bureau__short_name")
    list_select_related = ("promise", "bureau")
    fields = ("promise", "bureau", "state", "document_number", "written_by", "created_at", "signed_by", "signed_on")


@admin.register(RenderedDocument)
class RenderedDocumentAdmin(RecordAdmin[RenderedDocument]):
    """Files and how their making went. The file itself is served by the portal, which asks for the right."""

    page, page_key = "document-detail", "pk"
    list_display = ("file_name", "kind", "state", "attempts", "queued_at", "finished_at", "portal_page")
    list_display_links = ("queued_at",)
    list_filter = ("kind", "state", "format")
    search_fields = ("=reply__proposal__number", "=opinion__assignment__proposal__number", "file_name", "=sha256")
    exclude = ("letter", "file")

    def page_of(self, obj: RenderedDocument) -> str | None:
        """Opinions are read by their bureau and the lead only, so their files have no page for the administrator."""
        return None if obj.opinion_id else super().page_of(obj)


@admin.register(Bundle)
class BundleAdmin(RecordAdmin[Bundle]):
    """Who asked for which letters and books, and how their making went. Its page is for who asked."""

    list_display = ("title", "created_by", "post", "state", "done", "total", "attempts", "queued_at", "kept_until")
    list_filter = ("kind", "state")
    list_select_related = ("created_by", "post__bureau")
    search_fields = ("title", "=created_by__username")
    exclude = ("selection", "left_out")
