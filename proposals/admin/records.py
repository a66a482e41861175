"""What the workflow has written, to be looked at: cases, deadlines, reviews, numbers, reminders, mails, events."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest

from proposals.admin.base import FilledFilter, RecordAdmin, actor_of
from proposals.models import (
    Assignment,
    Deadline,
    Event,
    HandlingRequest,
    IssuedNumber,
    LeaveCover,
    Mark,
    OutgoingMail,
    Proposal,
    Reminder,
    Review,
    Suspension,
)
from proposals.occasions import occasion_words
from proposals.permissions import visible_proposals
from proposals.services import mailing

OF_CASE = ("=proposal__number", "proposal__title")


@admin.register(Proposal)
class ProposalAdmin(RecordAdmin[Proposal]):
    """Cases in every stage. What its writer has not handed in is nobody else's to know of."""

    page_key = "pk"
    list_display = ("label", "title", "session", "kind", "state", "portal_page")
    list_filter = ("state", "kind", "source", "session")
    search_fields = ("=number", "title")
    list_select_related = ("session",)
    fields = (
        *("session", "kind", "source", "state", "number", "title", "topic", "publicity_consent"),
        *("created_by", "created_at", "submitted_at", "registered_at", "assigned_at", "answered_at"),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Proposal]:
        """What the administrator may know of in the portal."""
        return super().get_queryset(request).filter(pk__in=visible_proposals(actor_of(request)).values("pk"))

    @admin.display(description="提案号", ordering="number")
    def label(self, obj: Proposal) -> str:
        """Number, or serial before there is one."""
        return obj.label


@admin.register(Assignment)
class AssignmentAdmin(RecordAdmin[Assignment]):
    """Which bureau has which case."""

    list_display = ("proposal", "bureau", "role", "state", "assigned_at", "portal_page")
    list_filter = ("role", "state")
    search_fields = (*OF_CASE, "bureau__short_name")
    list_select_related = ("proposal", "bureau")


@admin.register(HandlingRequest)
class HandlingRequestAdmin(RecordAdmin[HandlingRequest]):
    """What bureaus asked about their assignments, and what was decided."""

    page_key = "assignment.proposal_id"
    list_display = ("assignment", "kind", "state", "asked_at", "decided_at", "portal_page")
    list_filter = ("kind", "state")
    search_fields = ("=assignment__proposal__number", "assignment__proposal__title", "assignment__bureau__short_name")
    list_select_related = ("assignment__bureau",)
    exclude = ("file", "sha256", "content_type")  # the portal hands it out, where the right to read it is asked


@admin.register(Deadline)
class DeadlineAdmin(RecordAdmin[Deadline]):
    """All clocks of all cases; ``explanation`` says how a day came about."""

    list_display = ("proposal", "kind", "whose", "due_on", "is_provisional", "met_at", "cancelled_at", "portal_page")
    list_filter = ("kind", "is_provisional", ("met_at", FilledFilter))
    search_fields = (*OF_CASE, "bureau__short_name", "proposer__name")
    list_select_related = ("proposal", "bureau", "proposer")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Deadline]:
        """Those of cases the administrator may know of: a draft has clocks too once others are asked to sign it."""
        known = visible_proposals(actor_of(request)).values("pk")
        return super().get_queryset(request).filter(proposal__in=known)

    @admin.display(description="责任方")
    def whose(self, obj: Deadline) -> str:
        """The bureau or the proposer."""
        return str(obj.bureau or obj.proposer)


@admin.register(Review)
class ReviewAdmin(RecordAdmin[Review]):
    """Decisions of the committee."""

    list_display = ("proposal", "outcome", "reason", "reviewer", "reviewed_at", "portal_page")
    list_filter = ("outcome",)
    search_fields = OF_CASE
    list_select_related = ("proposal", "reason", "reviewed_by")

    @admin.display(description="审查人")
    def reviewer(self, obj: Review) -> str:
        """Who decided."""
        return str(obj.reviewed_by)


@admin.register(Mark)
class MarkAdmin(RecordAdmin[Mark]):
    """重点提案 and 优秀提案, lifted marks included."""

    list_display = ("proposal", "kind", "leader", "form", "marked_at", "lifted_at", "portal_page")
    list_filter = ("kind", ("lifted_at", FilledFilter))
    search_fields = (*OF_CASE, "leader")
    list_select_related = ("proposal", "form")


@admin.register(Suspension)
class SuspensionAdmin(RecordAdmin[Suspension]):
    """When which case was not worked on."""

    list_display = ("proposal", "started_on", "ended_on", "reason", "portal_page")
    list_filter = (("ended_on", FilledFilter),)
    search_fields = OF_CASE
    list_select_related = ("proposal",)


@admin.register(LeaveCover)
class LeaveCoverAdmin(RecordAdmin[LeaveCover]):
    """Who stands in for whom; arranged by the bureaus themselves."""

    page = ""
    list_display = ("bureau", "away", "stand_in", "starts_on", "ends_on")
    search_fields = ("bureau__short_name", "=absent__username", "=substitute__username")
    list_select_related = ("bureau", "absent", "substitute")

    @admin.display(description="离岗经办人")
    def away(self, obj: LeaveCover) -> str:
        """Who is away."""
        return str(obj.absent)

    @admin.display(description="顶岗人")
    def stand_in(self, obj: LeaveCover) -> str:
        """Who does his work."""
        return str(obj.substitute)


@admin.register(IssuedNumber)
class IssuedNumberAdmin(RecordAdmin[IssuedNumber]):
    """The register of official numbers, void ones included."""

    list_display = ("printed", "session", "kind", "proposal", "issued_at", "voided_at", "portal_page")
    list_filter = ("kind", "session", ("voided_at", FilledFilter))
    search_fields = ("=printed", "proposal__title")
    list_select_related = ("session", "proposal")


@admin.register(Reminder)
class ReminderAdmin(RecordAdmin[Reminder]):
    """The ledger that makes each reminder exactly one."""

    page_key = "deadline.proposal_id"
    list_display = ("claimed_at", "when", "channel", "to", "deadline", "deadline_version", "portal_page")
    list_filter = ("channel", "deadline__kind")
    search_fields = ("=deadline__proposal__number", "=recipient__username", "=recipient__display_name")
    list_select_related = ("recipient", "deadline")

    @admin.display(description="时点", ordering="occasion")
    def when(self, obj: Reminder) -> str:
        """The occasion in words."""
        return occasion_words(obj.occasion)

    @admin.display(description="收件人")
    def to(self, obj: Reminder) -> str:
        """Who was reminded."""
        return str(obj.recipient)


@admin.register(OutgoingMail)
class OutgoingMailAdmin(RecordAdmin[OutgoingMail]):
    """Messages and how their delivery went. One that was given up can be tried again; the log says by whom."""

    page = ""
    list_display = ("subject", "channel", "to", "state", "attempts", "next_try_at", "last_error")
    list_filter = ("state", "channel")
    search_fields = ("=recipient__username", "=recipient__display_name", "=message_id")
    list_select_related = ("recipient",)
    actions = ("try_again",)

    @admin.display(description="收件人")
    def to(self, obj: OutgoingMail) -> str:
        """Whom it goes to."""
        return str(obj.recipient)

    def has_retry_permission(self, request: HttpRequest) -> bool:
        """Whoever Django lets change mails; the page itself stays read-only."""
        return request.user.has_perm("proposals.change_outgoingmail")

    @admin.action(description="重新发送所选的失败消息", permissions=["retry"])
    def try_again(self, request: HttpRequest, queryset: QuerySet[OutgoingMail]) -> None:
        """Put failed mails back in line; others are left alone."""
        rows = list(queryset)
        again = sum(mailing.retry(actor_of(request), mail=mail) for mail in rows)
        left = f"；另有{len(rows) - again}条不是失败状态，未动" if again < len(rows) else ""
        self.message_user(request, f"{again}条消息已重新排队，两分钟内发送{left}。")


@admin.register(Event)
class EventAdmin(RecordAdmin[Event]):
    """The log. ``manage.py verify_events`` says whether it is as it was written."""

    list_display = ("at", "text", "actor", "proposal", "number", "portal_page")
    list_filter = (("proposal", FilledFilter),)
    search_fields = ("=proposal__number", "=kind", "=actor__username")
    list_select_related = ("proposal", "actor")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Event]:
        """The site chain, and the chains of the cases the administrator may know of."""
        known = visible_proposals(actor_of(request)).values("pk")
        return super().get_queryset(request).filter(Q(proposal=None) | Q(proposal__in=known))
