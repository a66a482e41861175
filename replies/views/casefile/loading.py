"""Reading one case with all that every tab needs, in six queries, and how the reader stands to it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from panjin_portal.lib.clock import today
from panjin_portal.lib.kept import set_beside
from proposals.models import Assignment, Deadline, Proposal, ProposalProposer, Role, User
from proposals.models.deadlines import DeadlineKind
from proposals.permissions import bureaus_of, has_role, proposers_of, reach_of
from proposals.views.access import only
from proposals.workflow import AssignmentState
from replies.models import ImportedSource, Publication, ReleaseStep, Reply
from replies.turns import release_steps
from replies.views.casefile.statements import (
    case_row,
    clocks_of_case,
    proposers_of_case,
    publications_of_case,
    replies_of_case,
    shares_of_case,
)
from replies.workflow import ReplyState


@dataclass(frozen=True)
class Standing:
    """How a person stands to a case. ``bureaus``: his bureaus that are at work on it."""

    is_committee: bool
    is_office: bool
    bureaus: frozenset[int]
    leads: bool
    proposers: frozenset[int]

    @property
    def is_inside(self) -> bool:
        """Offices and handling bureaus: they see contact data; a proposer's contact does not."""
        return self.is_committee or self.is_office or bool(self.bureaus)


@dataclass(frozen=True)
class CaseFile:
    """One case as one person may see it. ``replies`` newest first, only those he may read."""

    user: User
    proposal: Proposal
    proposers: tuple[ProposalProposer, ...]
    assignments: tuple[Assignment, ...]
    deadlines: tuple[Deadline, ...]
    replies: tuple[Reply, ...]
    publications: tuple[Publication, ...]
    standing: Standing

    @property
    def main(self) -> Proposal | None:
        """The main proposal this one was merged into, with which it is answered."""
        return self.proposal.merged_into

    @property
    def in_force(self) -> tuple[Assignment, ...]:
        """Assignments that were not withdrawn, the answering bureau first."""
        rows = [row for row in self.assignments if row.state != AssignmentState.WITHDRAWN]
        return tuple(sorted(rows, key=lambda row: (not row.is_answering, row.pk)))

    @property
    def lead(self) -> Assignment | None:
        """The bureau that answers."""
        return next((row for row in self.in_force if row.is_answering), None)

    @property
    def is_separate(self) -> bool:
        """Whether several bureaus answer, each on its own (分办)."""
        return any(row.role == Assignment.Role.SEPARATE for row in self.in_force)

    @property
    def answering(self) -> str:
        """Short names of the bureaus that answer, with the way they do it where it is not 主办."""
        rows = [row for row in self.in_force if row.is_answering]
        how = rows[0].get_role_display() if rows and rows[0].role != Assignment.Role.LEAD else ""
        return "、".join(row.bureau.short_name for row in rows) + (f"（{how}）" if how else "")

    @property
    def helpers(self) -> tuple[str, ...]:
        """Short names of the co-handlers; of an import, their names as printed."""
        if self.source is not None:
            return tuple(self.source.reading.get("co_handlers") or ())
        return tuple(row.bureau.short_name for row in self.in_force if not row.is_answering)

    @cached_property
    def source(self) -> ImportedSource | None:
        """Where an imported case came from, for whoever may read the import (one query, none for other cases)."""
        if self.proposal.source != Proposal.Source.IMPORTED:
            return None
        rows = ImportedSource.objects.filter(reply__in=[reply.pk for reply in self.replies])
        return rows.select_related("imported_by", "confirmed_by", "reply").defer("text").first()

    @property
    def reply(self) -> Reply | None:
        """The newest reply that counts; None when there is none or it is not for this person's eyes."""
        return next((row for row in self.replies if row.state != ReplyState.SUPERSEDED), None)

    @property
    def waits_for_rating(self) -> tuple[Deadline, ...]:
        """The running clocks of proposers that have not rated."""
        return tuple(
            row
            for row in self.deadlines
            if row.kind == DeadlineKind.FEEDBACK and row.met_at is None and row.cancelled_at is None
        )

    @property
    def is_rated_by_all(self) -> bool:
        """Nobody's rating is missing any more."""
        return not self.waits_for_rating and not self.lapsed

    @property
    def lapsed(self) -> tuple[Deadline, ...]:
        """Clocks of proposers whose rating is missing and not waited for any more."""
        return tuple(row for row in self.deadlines if row.lapsed_at is not None and row.met_at is None)

    @property
    def silent(self) -> tuple[Deadline, ...]:
        """Clocks of proposers that let the term for the form pass: never counted as content."""
        return (*self.lapsed, *(row for row in self.waits_for_rating if row.due_on < today()))

    @property
    def asked_again(self) -> Reply | None:
        """The newest issued answer that did not content a proposer: it is answered again, or met about."""
        return next((row for row in self.replies if getattr(row, "redo_state", None) and not row.is_outdated), None)

    @property
    def nearest(self) -> Deadline | None:
        """The clock that runs out first."""
        running = [row for row in self.deadlines if row.met_at is None and row.cancelled_at is None]
        return min(running, key=lambda row: (row.due_on, row.pk), default=None)

    @cached_property
    def missing_countersigners(self) -> dict[int, str]:
        """Bureaus (id and short name) whose countersignature the running round lacks (one query, asked once)."""
        if self.reply is None or self.reply.state != ReplyState.COUNTERSIGNING:
            return {}
        slots = self.reply.countersignatures.filter(round=self.reply.clearance_round, step=None)
        slots = slots.exclude(assignment__state=AssignmentState.WITHDRAWN)
        return dict(slots.order_by("id").values_list("assignment__bureau_id", "assignment__bureau__short_name"))

    @cached_property
    def release_chain(self) -> list[ReleaseStep]:
        """The release chain as it stands (one query, asked once)."""
        return release_steps()

    def due_of(self, kind: str) -> str:
        """The day ``kind`` is due as text, while its clock runs; else empty."""
        running = (row for row in self.deadlines if row.met_at is None and row.cancelled_at is None)
        return next((row.shown_due for row in running if row.kind == kind), "")


def find_case(user: User, pk: int) -> Proposal:
    """The case with its proposers and bureaus (three queries), or 404 for whoever may not know of it."""
    case = only(case_row(pk, reach_of(user)))
    set_beside(case, "proposal_proposers", proposers_of_case(pk))
    set_beside(case, "assignments", shares_of_case(pk))
    return case


def load_case(user: User, proposal: Proposal) -> CaseFile:
    """The rest of the case (at most three queries; the case itself took three)."""
    main = proposal.merged_into or proposal  # whose handling and answer it is
    assignments = tuple(proposal.assignments.all() if main is proposal else shares_of_case(main.pk))
    proposers = tuple(proposal.proposal_proposers.all())
    found = tuple(replies_of_case(main.pk, user.pk, reach_of(user)))
    for reply in found:
        reply.proposal = main
    publications: tuple[Publication, ...] = ()
    if any(getattr(reply, "is_publishing", False) for reply in found):
        publications = tuple(publications_of_case(main.pk, user.pk, reach_of(user)))
    return CaseFile(
        user=user,
        proposal=proposal,
        proposers=proposers,
        assignments=assignments,
        deadlines=_clocks(main, proposers if main is not proposal else ()),
        replies=found,
        publications=publications,
        standing=_standing(user, assignments, proposers, found),
    )


def _clocks(main: Proposal, only_of: tuple[ProposalProposer, ...]) -> tuple[Deadline, ...]:
    """The clocks of the case; on the page of a merged one those of the bureaus, and of its own proposers."""
    rows = clocks_of_case(main.pk)
    for row in rows:
        row.proposal = main
    own = {row.proposer_id for row in only_of}
    return tuple(row for row in rows if not own or row.proposer_id is None or row.proposer_id in own)


def _standing(
    user: User,
    assignments: tuple[Assignment, ...],
    proposers: tuple[ProposalProposer, ...],
    replies: tuple[Reply, ...],
) -> Standing:
    mine = bureaus_of(user)
    at_work = {row.bureau_id for row in assignments if row.state != AssignmentState.WITHDRAWN}
    answering = {row.bureau_id for row in assignments if row.is_answering and row.state != AssignmentState.WITHDRAWN}
    imported = {row.bureau_id for row in replies if row.assignment_id is None}
    return Standing(
        is_committee=has_role(user, Role.COMMITTEE_STAFF),
        is_office=has_role(user, Role.OFFICE_STAFF),
        bureaus=frozenset(mine & (at_work | imported)),
        leads=bool(mine & (answering | imported)),
        proposers=frozenset(proposers_of(user) & {row.proposer_id for row in proposers}),
    )
