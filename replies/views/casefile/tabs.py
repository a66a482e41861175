"""What each tab of the case page shows, with the queries only that tab needs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Exists, OuterRef, Prefetch, QuerySet, Subquery
from django.urls import reverse

from panjin_portal.lib.clock import today
from proposals.models import (
    Ask,
    Assignment,
    Deadline,
    HandlingRequest,
    LeaveCover,
    Proposal,
    ProposalProposer,
    Review,
)
from proposals.models.deadlines import DeadlineKind
from proposals.permissions import can as can_below
from proposals.permissions import visible_proposals, visible_requests
from proposals.permissions_log import visible_log, visible_reports
from proposals.permissions_reminders import can_see_reminders
from proposals.permissions_supervision import visible_slips, visible_urgings
from proposals.review_history import review_history
from proposals.services.assignment import is_withdrawable
from proposals.supervision_lists import slip_row
from proposals.workflow import ProposalState
from proposals.workflow_requests import RequestState
from replies.answer_matrix import Line, draft_matrix, thaw
from replies.documents.letter import from_dict
from replies.models import CoHandlerOpinion, ConsultationSide, Feedback, Redo, Reply
from replies.permissions import can_record_consultation, visible_consultations, visible_opinions
from replies.permissions_followup import visible_follow_ups, visible_promises
from replies.permissions_papers import may_print_assignment
from replies.queries import all_sections, clearance_rounds, deliveries_of
from replies.rules import rule_for
from replies.services.consultations import missing_consultation
from replies.services.delivering import record_reading
from replies.services.letters import letter_of
from replies.views.casefile.loading import CaseFile
from replies.views.casefile.statements import asks_of_case, files_of_case, files_of_reply
from replies.views.casefile.timeline import timeline
from replies.views.promises import row_of
from replies.views.reading import readable
from replies.workflow import ReplyState

BEFORE_SIGNING = (ReplyState.DRAFTING, ReplyState.REVIEWING)
ASSIGNMENT_TONES = {"pending": "warn", "contested": "bad", "accepted": "info", "done": "good", "withdrawn": "done"}


# What the committee told the proposer stands on top while it is the last word.
NOT_TAKEN_ON = (ProposalState.RETURNED, ProposalState.REJECTED, ProposalState.SUGGESTION, ProposalState.OPINION)


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
    mark: str = ""


@dataclass(frozen=True)
class Share:
    """One bureau's share of the case."""

    row: Assignment
    tone: str
    opinion: CoHandlerOpinion | None
    opinion_url: str
    withdraw_url: str
    opinion_clock: Deadline | None = None
    substitute: str = ""


@dataclass(frozen=True)
class Asked:
    """A request of a bureau, with the addresses of what this person may do about it."""

    row: HandlingRequest
    decide_url: str
    take_back_url: str


@dataclass(frozen=True)
class Clock:
    """One deadline with the addresses where the office moves it and where its reminders stand."""

    row: Deadline
    whose: str
    change_url: str
    reminders_url: str


def overview(case: CaseFile) -> dict[str, Any]:
    """The three parts, the asks with the sections that answer them, attachments, the last review (five queries)."""
    reply, asks = case.reply, asks_of_case(case.proposal.pk)
    rows = files_of_case(case.proposal.pk)
    reviews = Review.objects.filter(proposal=case.proposal).select_related("reason")
    return {
        "matrix": _matrix(reply, asks) if reply else [],
        "asks": asks,
        "attachments": [
            File(row.name, reverse("attachment-download", args=[row.pk]), row.size, "签章页" * row.is_signed_page)
            for row in rows
        ],
        "review": reviews.last() if case.proposal.stage in NOT_TAKEN_ON else None,
        "merged": list(visible_merged(case)) if getattr(case.proposal, "has_merged", False) else [],
    }


def visible_merged(case: CaseFile) -> QuerySet[Proposal]:
    """What was merged into this case, with ``first_proposer`` and ``is_open``: whether the reader may open its page."""
    first = ProposalProposer.objects.filter(proposal=OuterRef("pk")).order_by("position")
    seen = visible_proposals(case.user).filter(pk=OuterRef("pk"))
    found = Proposal.objects.filter(merged_into=case.proposal).order_by("pk")
    return found.annotate(first_proposer=Subquery(first.values("proposer__name")[:1]), is_open=Exists(seen))


def _matrix(reply: Reply, asks: list[Ask]) -> list[Line]:
    """As it was signed (no query), or as it stands; nothing where there is neither ask nor signed matrix."""
    if reply.signed_matrix is not None:
        return thaw(reply.signed_matrix)
    return draft_matrix(reply, all_sections(reply)) if asks else []


def handling(case: CaseFile) -> dict[str, Any]:
    """Who handles it, opinions, requests and talks this person may read, all clocks with their explanation (at most
    eight queries)."""
    visible = visible_opinions(case.user).filter(assignment__proposal=case.main or case.proposal)
    opinions = {opinion.assignment_id: opinion for opinion in visible}
    covers = _covers(case) if case.standing.is_inside else {}
    may_move = bool(can_below(case.user, "change_due_date", case.main or case.proposal))
    sees_notice = case.main is None and may_print_assignment(case.user, case.assignments).allowed
    return {
        "shares": [_share(case, row, opinions.get(row.pk), covers) for row in case.assignments],
        "notice_url": reverse("proposal-notice", args=[case.proposal.pk]) if sees_notice else "",
        "requests": _requests(case) if case.standing.is_inside or case.user.is_superuser else [],
        "clocks": [
            _clock(case, row, may_move)
            for row in sorted(case.deadlines, key=_running_first)
            if not row.cancelled_at or row.is_suspended or row.lapsed_at
        ],
        **_talks(case),
    }


def _talks(case: CaseFile) -> dict[str, Any]:
    """Talks with the proposers, and to the answering bureau what the session still demands. On the page of a merged
    case: those of the main one, as far as its proposer was asked about them."""
    sides = Prefetch("sides", ConsultationSide.objects.select_related("proposer"))
    rows = (
        visible_consultations(case.user)
        .filter(proposal=case.main or case.proposal)
        .select_related("bureau", "method", "replaced_by")
    )
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
    documents = files_of_reply(current.pk) if case.standing.is_inside or current.issued_at else []
    for document in documents:
        document.reply = current
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
        "documents": documents,
        "others": [row for row in case.replies if row.pk != current.pk],
    }


def rating(case: CaseFile) -> dict[str, Any]:
    """What the proposers said, who said nothing in time, what follows (two queries)."""
    rows = Feedback.objects.filter(reply__proposal=case.main or case.proposal)
    if case.main is not None:
        rows = rows.filter(proposer__in=[row.proposer_id for row in case.proposers])
    rows = rows.select_related("proposer", "given_by", "reply__bureau")
    redos = Redo.objects.filter(reply__in=[row.pk for row in case.replies]).select_related("reply", "recorded_by")
    return {
        "ratings": list(rows),
        "silent": list(dict.fromkeys(row.proposer for row in case.silent)),
        "silence": case.proposal.session.get_silence_display(),
        "redos": list(redos),
    }


def publication_tab(case: CaseFile) -> dict[str, Any]:
    """The publications this person may see."""
    return {"rows": case.publications}


def promises(case: CaseFile) -> dict[str, Any]:
    """What the answers of this case promised, and the second answers (two queries)."""
    rows = visible_promises(case.user).filter(proposal=case.proposal)
    letters = visible_follow_ups(case.user).filter(promise__proposal=case.proposal)
    return {
        "rows": [row_of(one) for one in rows.select_related("bureau", "result_class", "ask").order_by("id")],
        "follow_ups": letters.select_related("bureau").defer("letter").order_by("-id"),
    }


def supervision(case: CaseFile) -> dict[str, Any]:
    """What the office did to have the case moved on, as far as this person may read it; of a key proposal the log
    and, for the offices, the report (four queries)."""
    main = case.main or case.proposal
    urgings = visible_urgings(case.user).filter(proposal=main)
    slips = visible_slips(case.user).filter(proposal=main).select_related("bureau").defer("draft", "text")
    return {
        "urgings": urgings.select_related("urged_by"),
        "slips": [slip_row(slip) for slip in slips],
        "log": visible_log(case.user).filter(proposal=main).annotate(file_count=Count("files")),
        "report": visible_reports(case.user).filter(proposal=main).select_related("written_by").first(),
        **_log_addresses(case),
    }


def _log_addresses(case: CaseFile) -> dict[str, str]:
    """Where the offices write into the log of a key proposal and its report."""
    is_key, proposal = getattr(case.proposal, "key_leader", None), case.proposal
    if not is_key or proposal.archived_at is not None or not (case.standing.is_office or case.standing.is_committee):
        return {"log_url": "", "report_url": ""}
    return {
        "log_url": reverse("proposal-log", args=[proposal.pk]),
        "report_url": reverse("proposal-report", args=[proposal.pk]),
    }


def record(case: CaseFile) -> dict[str, Any]:
    """How it was reviewed, and the timeline (two queries, for the committee three where there were steps)."""
    standing = case.standing
    may_read = standing.is_committee or standing.is_office or bool(standing.proposers)
    with_steps = standing.is_committee and getattr(case.proposal, "has_steps", False)
    history = review_history(case.proposal, with_steps=with_steps) if may_read else []
    return {"events": timeline(case), "history": history}


TABS: dict[str, tuple[str, Callable[[CaseFile], dict[str, Any]]]] = {
    "overview": ("概况", overview),
    "handling": ("承办", handling),
    "reply": ("答复", reply_tab),
    "rating": ("评价", rating),
    "promises": ("承诺", promises),
    "publication": ("公开", publication_tab),
    "supervision": ("督办", supervision),
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
        opinion_clock=_opinion_clock(case, row) if case.standing.is_inside else None,
        substitute=covers.get((row.bureau_id, row.clerk_id), "") if row.clerk_id else "",
    )


def _opinion_clock(case: CaseFile, share: Assignment) -> Deadline | None:
    """When the co-handler's opinion was or is due."""
    if share.is_answering:
        return None
    mine = (row for row in case.deadlines if row.kind == DeadlineKind.OPINION and row.bureau_id == share.bureau_id)
    return next((row for row in mine if row.cancelled_at is None), None)


def _clock(case: CaseFile, row: Deadline, may_move: bool) -> Clock:
    # A promise is carried over, with its reason; what stands still is moved when it runs again.
    is_promise = row.kind == DeadlineKind.PROMISE
    movable = may_move and row.met_at is None and not is_promise and not row.cancelled_at
    reminders = reverse("deadline-reminders", args=[row.pk]) if can_see_reminders(case.user, row) else ""
    return Clock(row, row.whose, reverse("deadline-change", args=[row.pk]) if movable else "", reminders)


def _running_first(row: Deadline) -> tuple[bool, date, int]:
    return (row.met_at is not None, row.due_on, row.pk)
