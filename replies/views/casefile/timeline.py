"""The timeline out of the event log, with as much of each sentence as the reader may know.

Opinions of clearance and release quote a text that is not signed or not released yet: only the answering bureau reads
them. The proposer reads what concerns him: his own steps, the outcome, not the work inside the offices.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from proposals.models import Event
from replies.views.casefile.loading import CaseFile
from replies.views.casefile.statements import events_of_case

# Kinds whose sentence may carry an opinion or a piece of the draft after the first colon.
QUOTING = frozenset(
    {
        *("send_to_review", "pass_review", "countersign", "send_back", "sign", "refuse_release"),
        *("countersign_with_changes", "refuse_countersign", "accept_change", "refuse_change"),
        *("coordinate_on", "coordinate_back", "pass_audit", "return_audit", "return_signed"),
    }
)
# Kinds that belong to the answering bureau alone.
INSIDE_THE_BUREAU = frozenset(
    {"draft", "retry_rendering", "prepare_publication", "resubmit_follow_up", "return_follow_up"}
)
# What a bureau asks of the office is between the two; of the decision others read no more than the fact.
ASKED = frozenset({"ask_return", "suggest_bureau", "ask_extension", "refuse_request", "take_back"})
DECIDED = frozenset({"return_to_office", "adjust_roles", "add_bureau"})
# Who was asked to sign and did not is between the initiator and the committee.
AROUND_SIGNING = frozenset({"invite_cosigners", "decline_cosigning", "withdraw_invitation", "ask_again"})
FOR_PROPOSERS = frozenset(
    {
        "accept_cosigning",
        "join_cosigning",
        "file",
        "edit",
        "attach",
        "detach",
        "submit",
        "register",
        "return_for_revision",
        "reject",
        "to_suggestion",
        "to_public_opinion",
        "merge",
        "undo_registration",
        "undo_decision",
        "undo_merge",
        "withdraw_proposal",
        "mark_key",
        "mark_excellent",
        "assign",
        "accept",
        "return_to_office",
        "adjust_roles",
        "add_bureau",
        "grant_extension",
        "suspend",
        "resume",
        "issue",
        "answer",
        "record_consultation",
        "amend_consultation",
        "confirm_consultation",
        "correct_consultation",
        "rate",
        "keep_promise",
        "carry_over_promise",
        "give_up_promise",
        "reopen_promise",
        "check_promise",
        "sign_follow_up",
        "start_redo",
        "open_redo",
        "record_meeting",
        "archive",
        "reopen_archive",
        "unpublish",
        "import",
        "confirm_import",
    }
)


@dataclass(frozen=True)
class Line:
    """One line as components/timeline.html shows it."""

    at: datetime
    who: str
    post: str
    text: str
    detail: str = ""


def timeline(case: CaseFile) -> list[Line]:
    """The events this person may read, newest first (one query)."""
    lines = (_line(case, event) for event in events_of_case(case.proposal.pk))
    return [line for line in lines if line is not None]


def _line(case: CaseFile, event: Event) -> Line | None:
    standing, text, detail = case.standing, event.text, ""
    if event.kind in AROUND_SIGNING:
        if not (standing.is_committee or _is_initiator(case)):
            return None
    elif not standing.is_inside:
        is_release = event.kind == "release_step" and event.data.get("published") is True
        if event.kind not in FOR_PROPOSERS and not is_release:
            return None
        if event.kind == "assign":
            text = text.split("；改期理由")[0]
        elif event.kind in DECIDED:
            text = text.split("；")[0]
    elif _is_closed_to(case, event):
        return None
    if event.kind in QUOTING:
        text, _, detail = text.partition("：")
        if not standing.leads or _is_of_another(case, event):
            detail = ""
    return Line(
        at=event.at,
        who=str(event.actor) if event.actor else "系统",
        post=str(event.post) if event.post else "",
        text=text,
        detail=detail,
    )


def _is_initiator(case: CaseFile) -> bool:
    """Whether this person acts for the first proposer."""
    return any(row.position == 1 and row.proposer_id in case.standing.proposers for row in case.proposers)


def _is_closed_to(case: CaseFile, event: Event) -> bool:
    """Whether a step stays inside a bureau this person does not serve."""
    standing = case.standing
    if event.kind in INSIDE_THE_BUREAU:
        return not standing.leads or _is_of_another(case, event)
    return event.kind in ASKED and not (standing.is_office or standing.is_committee) and _is_of_another(case, event)


def _is_of_another(case: CaseFile, event: Event) -> bool:
    """Whether a step belongs to another bureau that answers separately (分办), or asks something of its own.
    Bureaus that answer separately do not read each other's drafts."""
    if not case.standing.bureaus or event.post is None or event.post.bureau_id is None:
        return False
    if event.kind in ASKED:
        about = event.data.get("assignment")
        return all(row.bureau_id not in case.standing.bureaus for row in case.assignments if row.pk == about)
    return case.is_separate and event.post.bureau_id not in case.standing.bureaus
