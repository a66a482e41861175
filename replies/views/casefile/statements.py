"""The statements of the case page, kept: each is made once a process for each kind of reader (decision 030)."""

from __future__ import annotations

from django.db.models import Exists, F, OuterRef, QuerySet, Subquery

from panjin_portal.lib.kept import Kept
from proposals.models import (
    Ask,
    Assignment,
    Attachment,
    Deadline,
    Event,
    Mark,
    Proposal,
    ProposalProposer,
    StepOpinion,
)
from proposals.permissions_reach import Reach, cases_within
from replies.models import Publication, RenderedDocument, Reply
from replies.permissions import publications_within, replies_within
from replies.services.archiving import open_counts
from replies.turns import with_release_turns, with_turns

MOST_EVENTS = 300


@Kept
def case_row(pk: int, reach: Reach) -> QuerySet[Proposal]:
    """The case with what its head shows; no row for whoever may not know of it."""
    marks = Mark.objects.filter(proposal=OuterRef("pk"), lifted_at__isnull=True)
    hanging_on = Proposal.objects.filter(merged_into=OuterRef("pk"))
    return (
        cases_within(reach, [pk])
        .annotate(
            has_merged=Exists(hanging_on),
            has_steps=Exists(StepOpinion.objects.filter(proposal=OuterRef("pk"))),
            key_leader=Subquery(marks.filter(kind=Mark.Kind.KEY).values("leader")[:1]),
            key_form=Subquery(marks.filter(kind=Mark.Kind.KEY).values("form__name")[:1]),
            key_proposed_by=Subquery(marks.filter(kind=Mark.Kind.KEY).values("proposed_by")[:1]),
            is_excellent=Exists(marks.filter(kind=Mark.Kind.EXCELLENT)),
        )
        .select_related("session", "topic__parent", "created_by", "merged_into__session")
    )


@Kept
def proposers_of_case(pk: int) -> QuerySet[ProposalProposer]:
    """Who filed it, the first first."""
    return ProposalProposer.objects.filter(proposal=pk).select_related("proposer").order_by("position")


@Kept
def shares_of_case(pk: int) -> QuerySet[Assignment]:
    """The bureaus, with the state of the opinion (or None) for the buttons of the bureau that writes it."""
    rows = Assignment.objects.filter(proposal=pk).select_related("bureau", "clerk")
    return rows.annotate(opinion_state=F("opinion__state")).order_by("id")


@Kept
def clocks_of_case(pk: int) -> QuerySet[Deadline]:
    """All its clocks, the nearest first."""
    return Deadline.objects.filter(proposal=pk).select_related("bureau", "proposer").order_by("due_on", "id")


@Kept
def replies_of_case(pk: int, user: int, reach: Reach) -> QuerySet[Reply]:
    """The replies the reader may read, newest first, with whose turn it is."""
    rows = with_turns(replies_within(reach).filter(proposal=pk), user)
    return rows.select_related("bureau", "result_class", "drafted_by", "proposal").order_by("-id")


@Kept
def publications_of_case(pk: int, user: int, reach: Reach) -> QuerySet[Publication]:
    """Its publications the reader may see, newest first, with the steps of release that are done."""
    rows = with_release_turns(publications_within(reach).filter(proposal=pk), user)
    return rows.select_related("bureau").defer("letter").order_by("-id")


@Kept
def asks_of_case(pk: int) -> QuerySet[Ask]:
    """What it asks for, in order."""
    return Ask.objects.filter(proposal=pk)


@Kept
def files_of_case(pk: int) -> QuerySet[Attachment]:
    """Its attachments."""
    return Attachment.objects.filter(proposal=pk)


@Kept
def files_of_reply(pk: int) -> QuerySet[RenderedDocument]:
    """The files made of its signed text, but those for publication."""
    return RenderedDocument.objects.filter(reply=pk, publication=None)


@Kept
def events_of_case(pk: int) -> QuerySet[Event]:
    """What happened, the newest first; of a very long life the last ``MOST_EVENTS``."""
    rows = Event.objects.filter(proposal=pk).select_related("actor", "post__bureau", "post__proposer")
    return rows.order_by("-number")[:MOST_EVENTS]


@Kept
def still_open(pk: int) -> QuerySet[Proposal]:
    """The case with the counts of what keeps it from being archived."""
    return Proposal.objects.filter(pk=pk).annotate(**open_counts()).only("state")
