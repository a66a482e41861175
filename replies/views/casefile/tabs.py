"""What each tab of the case page shows, with the queries only that tab needs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Prefetch
from django.urls import reverse

from proposals.models import Assignment, Attachment, Deadline, Review
from proposals.models.deadlines import DeadlineKind
from proposals.permissions import can as can_below
from proposals.services.assignment import is_withdrawable
from proposals.workflow import ProposalState
from replies.documents.letter import from_dict
from replies.models import CoHandlerOpinion, ConsultationSide, Feedback
from replies.permissions import can_record_consultation, visible_consultations, visible_opinions
from replies.queries import answer_matrix, clearance_rounds, deliveries_of, load_sections, place
from replies.rules import rule_for
from replies.services.consultations import missing_consultation
from replies.services.delivering import record_reading
from replies.services.letters import letter_of
from replies.views.casefile.loading import CaseFile
from replies.views.casefile.timeline import timeline
from replies.views.reading import readable
from replies.workflow import ReplyState

BEFORE_SIGNING = (ReplyState.DRAFTING, ReplyState.REVIEWING)
ASSIGNMENT_TONES = {"pending": "warn", "accepted": "info", "done": "good", "withdrawn": "done"}


@dataclass(frozen=True)
class Tab:
    """A tab as a link: ``?tab=code``."""

    code: str
    label: str
    is_current: bool


@dataclass(frozen=True)
class File:
    """An attachment as components/attachment_list.html shows it."""

    name: str
    url: str
    size: int


@dataclass(frozen=True)
class Share:
    """One bureau's share of the case."""

    row: Assignment
    tone: str
    opinion: CoHandlerOpinion | None
    opinion_url: str
    withdraw_url: str
    opinion_clock: Deadline | None = None


@dataclass(frozen=True)
class Clock:
    """One deadline with the address where the office moves it."""

    row: Deadline
    whose: str
    change_url: str


def overview(case: CaseFile) -> dict[str, Any]:
    """The three parts, the asks with the sections that answer them, attachments, the last review (five queries)."""
    reply, asks = case.reply, list(case.proposal.asks.all())
    placed = place(load_sections(reply), reply.scheme) if reply and asks else []
    rows = Attachment.objects.filter(proposal=case.proposal)
    early = (ProposalState.RETURNED, ProposalState.REJECTED)
    reviews = Review.objects.filter(proposal=case.proposal).select_related("reason")
    return {
        "matrix": answer_matrix(asks, placed) if reply else [],
        "asks": asks,
        "attachments": [File(row.name, reverse("attachment-download", args=[row.pk]), row.size) for row in rows],
        "review": reviews.last() if case.proposal.stage in early else None,
    }


def handling(case: CaseFile) -> dict[str, Any]:
    """Who handles it, opinions and talks this person may read, all clocks with their explanation (at most six
    queries)."""
    visible = visible_opinions(case.user).filter(assignment__proposal=case.proposal)
    opinions = {opinion.assignment_id: opinion for opinion in visible}
    may_move = bool(can_below(case.user, "change_due_date", case.proposal))
    return {
        "shares": [_share(case, row, opinions.get(row.pk)) for row in case.assignments],
        "clocks": [_clock(row, may_move) for row in sorted(case.deadlines, key=_running_first) if not row.cancelled_at],
        **_talks(case),
    }


def _talks(case: CaseFile) -> dict[str, Any]:
    """Talks with the proposers, and to the answering bureau what the session still demands."""
    sides = Prefetch("sides", ConsultationSide.objects.select_related("proposer"))
    rows = visible_consultations(case.user).filter(proposal=case.proposal).select_related("bureau", "method")
    may_record = can_record_consultation(case.user, case.assignments)
    is_open = case.reply is not None and case.reply.stage in BEFORE_SIGNING
    return {
        "consultations": list(rows.prefetch_related(sides)),
        "record_url": reverse("consultation-new", args=[case.proposal.pk]) if may_record else "",
        "consultation_missing": missing_consultation(case.reply, rule_for(case.proposal))
        if case.standing.leads and case.reply is not None and is_open
        else "",
    }


def reply_tab(case: CaseFile) -> dict[str, Any]:
    """The newest reply this person may read, its chain and its files (at most six queries)."""
    current = case.reply
    if current is None:
        return {"current": None}
    letter = from_dict(current.signed_letter) if current.signed_letter else letter_of(current)
    documents = current.documents.filter(publication=None) if case.standing.is_inside or current.issued_at else []
    sees_chain = case.standing.leads or case.standing.is_office
    deliveries = deliveries_of(current) if sees_chain else None
    record_reading(case.user, current, deliveries)
    return {
        "current": current,
        "reply": current,
        "letter": readable(letter),
        "rounds": clearance_rounds(current) if sees_chain else [],
        "sees_chain": sees_chain,
        "deliveries": deliveries or [],
        "documents": list(documents),
        "others": [row for row in case.replies if row.pk != current.pk],
    }


def rating(case: CaseFile) -> dict[str, Any]:
    """What the proposers said (one query)."""
    rows = Feedback.objects.filter(reply__proposal=case.proposal).select_related(
        "proposer", "given_by", "reply__bureau"
    )
    return {"ratings": list(rows)}


def publication_tab(case: CaseFile) -> dict[str, Any]:
    """The publications this person may see."""
    return {"rows": case.publications}


def record(case: CaseFile) -> dict[str, Any]:
    """The timeline (one query)."""
    return {"events": timeline(case)}


TABS: dict[str, tuple[str, Callable[[CaseFile], dict[str, Any]]]] = {
    "overview": ("概况", overview),
    "handling": ("承办", handling),
    "reply": ("答复", reply_tab),
    "rating": ("评价", rating),
    "publication": ("公开", publication_tab),
    "record": ("办理记录", record),
}


def tabs(current: str) -> list[Tab]:
    """All tabs with the one that is shown."""
    return [Tab(code, label, code == current) for code, (label, _) in TABS.items()]


def _share(case: CaseFile, row: Assignment, opinion: CoHandlerOpinion | None) -> Share:
    may_withdraw = is_withdrawable(row) and can_below(case.user, "withdraw", row)
    return Share(
        row=row,
        tone=ASSIGNMENT_TONES.get(row.state, "neutral"),
        opinion=opinion,
        opinion_url=reverse("opinion-edit", args=[row.pk]) if opinion else "",
        withdraw_url=reverse("assignment-withdraw", args=[row.pk]) if may_withdraw else "",
        opinion_clock=_opinion_clock(case, row) if case.standing.is_inside else None,
    )


def _opinion_clock(case: CaseFile, share: Assignment) -> Deadline | None:
    """When the co-handler's opinion was or is due."""
    if share.is_answering:
        return None
    mine = (row for row in case.deadlines if row.kind == DeadlineKind.OPINION and row.bureau_id == share.bureau_id)
    return next((row for row in mine if row.cancelled_at is None), None)


def _clock(row: Deadline, may_move: bool) -> Clock:
    whose = row.bureau.short_name if row.bureau else str(row.proposer)
    movable = may_move and row.met_at is None
    return Clock(row, whose, reverse("deadline-change", args=[row.pk]) if movable else "")


def _running_first(row: Deadline) -> tuple[bool, date, int]:
    return (row.met_at is not None, row.due_on, row.pk)
