"""What each tab of the case page shows, with the queries only that tab needs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse

from panjin_portal.lib.clock import today
from proposals.models import Assignment, Attachment, Deadline, HandlingRequest, LeaveCover, Review
from proposals.permissions import can as can_below
from proposals.permissions import visible_requests
from proposals.services.assignment import is_withdrawable
from proposals.workflow import ProposalState
from proposals.workflow_requests import RequestState
from replies.documents.letter import from_dict
from replies.models import CoHandlerOpinion, Feedback
from replies.permissions import visible_opinions
from replies.queries import answer_matrix, clearance_rounds, load_sections, place
from replies.services.letters import letter_of
from replies.views.casefile.loading import CaseFile
from replies.views.casefile.timeline import timeline
from replies.views.reading import readable

ASSIGNMENT_TONES = {"pending": "warn", "contested": "bad", "accepted": "info", "done": "good", "withdrawn": "done"}


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
    substitute: str = ""


@dataclass(frozen=True)
class Asked:
    """A request of a bureau, with the addresses of what this person may do about it."""

    row: HandlingRequest
    decide_url: str
    take_back_url: str


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
    """Who handles it, opinions and requests this person may read, all clocks with their explanation (three queries)."""
    visible = visible_opinions(case.user).filter(assignment__proposal=case.proposal)
    opinions = {opinion.assignment_id: opinion for opinion in visible}
    covers = _covers(case) if case.standing.is_inside else {}
    may_move = bool(can_below(case.user, "change_due_date", case.proposal))
    return {
        "shares": [_share(case, row, opinions.get(row.pk), covers) for row in case.assignments],
        "requests": _requests(case) if case.standing.is_inside or case.user.is_superuser else [],
        "clocks": [
            _clock(row, may_move)
            for row in sorted(case.deadlines, key=_running_first)
            if not row.cancelled_at or row.is_suspended
        ],
    }


def reply_tab(case: CaseFile) -> dict[str, Any]:
    """The newest reply this person may read, its chain and its files (at most six queries)."""
    current = case.reply
    if current is None:
        return {"current": None}
    letter = from_dict(current.signed_letter) if current.signed_letter else letter_of(current)
    documents = current.documents.filter(publication=None) if case.standing.is_inside or current.issued_at else []
    sees_chain = case.standing.leads or case.standing.is_office
    return {
        "current": current,
        "reply": current,
        "letter": readable(letter),
        "rounds": clearance_rounds(current) if sees_chain else [],
        "sees_chain": sees_chain,
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


def _requests(case: CaseFile) -> list[Asked]:
    rows = visible_requests(case.user).filter(assignment__proposal=case.proposal)
    found = []
    for row in rows.select_related("assignment__bureau", "reason", "bureau", "granted_bureau", "asked_by"):
        row.assignment.proposal = case.proposal
        waits = row.standing == RequestState.PENDING
        may_decide = waits and can_below(case.user, "grant", row)
        may_take_back = waits and can_below(case.user, "take_back", row)
        found.append(
            Asked(
                row,
                reverse("request-decide", args=[row.pk]) if may_decide else "",
                reverse("request-take-back", args=[row.pk]) if may_take_back else "",
            )
        )
    return found


def _covers(case: CaseFile) -> dict[tuple[int, int], str]:
    """Who stands in today for the named clerks of this case, by bureau and absent clerk."""
    named = [row.clerk_id for row in case.assignments if row.clerk_id]
    rows = LeaveCover.objects.filter(absent__in=named, starts_on__lte=today(), ends_on__gte=today())
    return {(row.bureau_id, row.absent_id): str(row.substitute) for row in rows.select_related("substitute")}


def _share(
    case: CaseFile, row: Assignment, opinion: CoHandlerOpinion | None, covers: dict[tuple[int, int], str]
) -> Share:
    may_withdraw = is_withdrawable(row) and can_below(case.user, "withdraw", row)
    return Share(
        row=row,
        tone=ASSIGNMENT_TONES.get(row.state, "neutral"),
        opinion=opinion,
        opinion_url=reverse("opinion-edit", args=[row.pk]) if opinion else "",
        withdraw_url=reverse("assignment-withdraw", args=[row.pk]) if may_withdraw else "",
        substitute=covers.get((row.bureau_id, row.clerk_id), "") if row.clerk_id else "",
    )


def _clock(row: Deadline, may_move: bool) -> Clock:
    whose = row.bureau.short_name if row.bureau else str(row.proposer)
    movable = may_move and row.met_at is None and not row.is_suspended
    return Clock(row, whose, reverse("deadline-change", args=[row.pk]) if movable else "")


def _running_first(row: Deadline) -> tuple[bool, date, int]:
    return (row.met_at is not None, row.due_on, row.pk)
