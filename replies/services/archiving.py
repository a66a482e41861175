"""Archiving a closed case and opening it again. While it is archived every change is refused where the lock is taken
(``proposals.services.locking``)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import Count, IntegerField, Max, Model, QuerySet, Subquery
from django.db.models.expressions import Combinable, OuterRef
from django.db.models.functions import Coalesce
from django.urls import reverse

from panjin_portal.lib.clock import now, today
from panjin_portal.lib.kept import Kept
from panjin_portal.lib.zipping import safe_name
from proposals.errors import WrongStage
from proposals.models import Deadline, Post, Proposal, SupervisionSlip, User
from proposals.models.deadlines import DeadlineKind
from proposals.permissions import Decision
from proposals.services.events import record_event
from proposals.services.locking import case_alone, fresh, insist, lock_proposal
from proposals.services.notice_wording import say
from proposals.services.notices import clerks_of, notify
from proposals.services.wording import demand_text, one_line
from proposals.workflow import AssignmentState
from proposals.workflow_supervision import OPEN_SLIPS
from replies.archive_rule import CaseFacts, RunningClock, what_is_open
from replies.models import ArchivePackage, FollowUp, Promise, Publication, Redo, RenderedDocument, Reply
from replies.permissions_archive import can, can_retry
from replies.services.packaging import JOBS, merged_into
from replies.workflow import DocumentState, FollowUpState, PublicationState, RedoState, ReplyState
from replies.workflow_archive import PACKAGE, SHELF, ShelfState
from replies.workflow_followup import RUNNING_PROMISES

REASON_MAX = 200
SPEAK_FOR_THEMSELVES = (DeadlineKind.PROMISE, DeadlineKind.SLIP, DeadlineKind.REDO)  # counted, and not by their clocks
CLOSED_REPLIES = (ReplyState.ISSUED, ReplyState.CONFIRMED, ReplyState.SUPERSEDED)


def open_counts() -> dict[str, Combinable]:
    """How much of each kind is not finished, as expressions beside a proposal (no query of their own)."""
    return {
        "open_replies": _count(Reply.objects.exclude(state__in=CLOSED_REPLIES), "proposal"),
        "open_redos": _count(
            Redo.objects.filter(state__in=(RedoState.OPEN, RedoState.AT_WORK, RedoState.MEETING)), "reply__proposal"
        ),
        "open_promises": _count(Promise.objects.filter(state__in=RUNNING_PROMISES), "proposal"),
        "open_second_answers": _count(FollowUp.objects.exclude(state=FollowUpState.ISSUED), "promise__proposal"),
        "open_publications": _count(
            Publication.objects.filter(state__in=(PublicationState.PREPARING, PublicationState.RELEASING)), "proposal"
        ),
        "open_slips": _count(SupervisionSlip.objects.filter(state__in=OPEN_SLIPS), "proposal"),
        "open_files": _count(_unfinished_files(), "reply__proposal")
        + _count(_unfinished_files(), "opinion__assignment__proposal"),
    }


@Kept
def _case_with_counts(pk: int) -> QuerySet[Proposal]:
    rows: QuerySet[Proposal] = case_alone.queryset(pk).annotate(**open_counts())
    return rows


def _unfinished_files() -> QuerySet[RenderedDocument]:
    return RenderedDocument.objects.filter(state__in=(DocumentState.QUEUED, DocumentState.RUNNING))


def _count(rows: QuerySet[Any, Any], case: str) -> Combinable:
    found = rows.filter(**{case: OuterRef("pk")}).order_by().values(case).annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(found, output_field=IntegerField()), 0)


def open_matters(proposal: Proposal, clocks: Iterable[Deadline] | None = None) -> tuple[str, ...]:
    """What keeps ``proposal``, read with ``open_counts``, from being archived, in Chinese. ``clocks`` of the case, with
    their owners, spare a query."""
    if clocks is None:
        rows = Deadline.objects.filter(proposal=proposal, met_at=None, cancelled_at=None)
        clocks = rows.select_related("bureau", "proposer").order_by("due_on", "id")
    running = (row for row in clocks if row.met_at is None and row.cancelled_at is None)
    facts = CaseFacts(
        stage=proposal.stage,
        clocks=tuple(_clock(row) for row in running if row.kind not in SPEAK_FOR_THEMSELVES),
        replies=_number(proposal, "open_replies"),
        redos=_number(proposal, "open_redos"),
        promises=_number(proposal, "open_promises"),
        second_answers=_number(proposal, "open_second_answers"),
        publications=_number(proposal, "open_publications"),
        files=_number(proposal, "open_files"),
        slips=_number(proposal, "open_slips"),
    )
    return what_is_open(facts, today())


def _number(row: Model, name: str) -> int:
    return int(getattr(row, name))


def _clock(row: Deadline) -> RunningClock:
    return RunningClock(
        row.get_kind_display(),
        row.whose,
        row.due_on,
        is_rating=row.kind == DeadlineKind.FEEDBACK,
        is_publication=row.kind == DeadlineKind.PUBLICATION,
        is_provisional=row.is_provisional,
    )


def may_archive(user: User, proposal: Proposal) -> Decision:
    """Whether ``user`` may archive ``proposal``, read with ``open_counts``, now; the reason names all that is owed."""
    decision = can(user, "archive", proposal)
    if not decision:
        return decision
    matters = open_matters(proposal)
    return Decision(False, f"还不能归档：{''.join(matters)}", decision.post) if matters else decision


@transaction.atomic
def archive_case(actor: User, *, proposal: Proposal) -> ArchivePackage:
    """归档: the case and what was merged into it are read-only from now on; its package is queued. Raises WrongStage
    with all that is owed."""
    locked = lock_proposal(proposal.pk, rows=_case_with_counts, even_archived=True)
    post = insist(may_archive(fresh(actor), locked))
    last = ArchivePackage.objects.filter(proposal=locked).aggregate(top=Max("number"))["top"] or 0
    moment = now()
    cases = [locked, *merged_into(locked).select_for_update(of=("self",))]
    for case in cases:
        # A term that passed without a rating is no lamp of a closed case; opened again, it is read anew.
        case.archived_at, case.next_due_on, case.next_due_provisional = moment, None, False
        text = f"归档，制作第{last + 1}个归档包" if case is locked else f"随主提案{locked.label}归档"
        _record(actor, case, "archive", post, text, {"package": last + 1})
    package = ArchivePackage.objects.create(
        proposal=locked,
        number=last + 1,
        heads={str(case.pk): [case.last_event_number, case.last_event_hash] for case in cases},
        archived_by=actor,
        post=post,
        archived_at=moment,
        file_name=f"{safe_name(f'{locked.label}{locked.title}')}_归档包{last + 1}.zip",
        queued_at=moment,
    )
    notify(_clerks(locked), text=say("archived", locked), link=_page(locked), but=actor)
    JOBS.send_when_committed(package.pk)
    return package


@transaction.atomic
def reopen_archive(actor: User, *, proposal: Proposal, reason: str) -> ArchivePackage:
    """重新打开归档: the case can be worked on again; the package stays as it was made. Raises InvalidInput (reason)."""
    locked = lock_proposal(proposal.pk, even_archived=True)
    post = insist(can(fresh(actor), "reopen_archive", locked))
    reason = one_line(demand_text(reason, field="reason", most=REASON_MAX, missing="请写明重新打开的理由。"))
    package = ArchivePackage.objects.get(proposal=locked, reopened_at=None)
    package.reopened_by, package.reopened_at, package.reopen_reason = actor, now(), reason
    if package.state in PACKAGE.get("fail_package").sources:  # of what changes from now on no package is made
        package.state, package.lease_until = DocumentState.FAILED, None
        package.error, package.finished_at = "归档已重新打开，没有再制作。", now()
    package.save(
        update_fields=["reopened_by", "reopened_at", "reopen_reason", "state", "lease_until", "error", "finished_at"]
    )
    for case in [locked, *merged_into(locked).select_for_update(of=("self",))]:
        case.archived_at = None
        text = f"重新打开归档：{reason}" if case is locked else f"随主提案{locked.label}重新打开归档"
        _record(actor, case, "reopen_archive", post, text, {"package": package.number})
    notify(_clerks(locked), text=say("archive_reopened", locked, reason=reason), link=_page(locked), but=actor)
    return package


@transaction.atomic
def retry_package(actor: User, *, package: ArchivePackage) -> ArchivePackage:
    """Queue a package again that was not made. Raises WrongStage when it was, or when its case is open again."""
    lock_proposal(package.proposal_id, even_archived=True)
    row = ArchivePackage.objects.select_related("proposal").get(pk=package.pk)
    insist(can_retry(fresh(actor), row))
    row.state, row.error, row.attempts = DocumentState.QUEUED, "", 0
    row.queued_at, row.finished_at = now(), None
    row.save(update_fields=["state", "error", "attempts", "queued_at", "finished_at"])
    JOBS.send_when_committed(row.pk)
    return row


def standing_package(proposal: Proposal) -> ArchivePackage:
    """The package of an archived case. Raises WrongStage for one that is not archived."""
    row = ArchivePackage.objects.filter(proposal=proposal, reopened_at=None).first()
    if row is None:
        raise WrongStage("提案没有归档，没有归档包。")
    return row


def _record(actor: User, case: Proposal, action: str, post: Post, text: str, data: dict[str, Any]) -> None:
    record_event(
        actor,
        proposal=case,
        kind=action,
        post=post,
        text=text,
        data={**data, "shelf": SHELF.get(action).target or ShelfState.OPEN.value},
        also=("archived_at", "next_due_on", "next_due_provisional") if action == "archive" else ("archived_at",),
        clocks_moved=action != "archive",
    )


def _clerks(proposal: Proposal) -> list[int]:
    at_work = proposal.assignments.exclude(state=AssignmentState.WITHDRAWN).values_list("bureau_id", flat=True)
    return clerks_of(at_work)


def _page(proposal: Proposal) -> str:
    return reverse("proposal-detail", args=[proposal.pk])
