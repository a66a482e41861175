"""How far a reader sees, in plain values, and the cases within it.

``permissions.visible_proposals`` is this policy for a person. Said in values, a page about one case keeps its
statement (decision 030): it is made once a process for each kind of reader, not for each page.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet

from panjin_portal.lib.kept import Kept
from proposals.models import Assignment, Proposal, ProposalProposer
from proposals.workflow import AssignmentState, ProposalState

# Before registration a proposal is between its proposer and the committee.
BEFORE_REGISTRATION = (
    ProposalState.DRAFT,
    ProposalState.SUBMITTED,
    ProposalState.RETURNED,
    ProposalState.REJECTED,
    ProposalState.SUGGESTION,
    ProposalState.OPINION,
    ProposalState.WITHDRAWN,
)

CaseKeys = Sequence[int] | QuerySet[Any, Any]


class Reach(NamedTuple):
    """What opens cases and texts to a reader today: whether he administers the portal, sits in the committee or in the
    supervision office; the ``bureaus`` he serves and the ``proposers`` he acts for, keys in order, None for none."""

    administers: bool
    committee: bool
    office: bool
    bureaus: tuple[int, ...] | None
    proposers: tuple[int, ...] | None


def cases_within(reach: Reach, among: CaseKeys | None = None) -> QuerySet[Proposal]:
    """The cases a reader may know of, of all or of those whose keys are ``among``."""
    everything = Proposal.objects.all() if among is None else Proposal.objects.filter(pk__in=among)
    wide = Q(pk__in=[])
    if reach.administers or reach.committee:
        wide |= ~Q(state=ProposalState.DRAFT) | Q(created_by_committee=True)
    if reach.office:
        wide |= ~Q(state__in=BEFORE_REGISTRATION)
    return everything.filter(wide | Q(pk__in=_own_cases(reach, among)))


def _own_cases(reach: Reach, among: CaseKeys | None) -> QuerySet[Proposal, Any]:
    """Keys of the cases a person knows of by a post he holds. Who typed a case is not enough: he may have handed his
    post over. A union of small sets, each found by an index: one condition with OR would have the database look at
    every case of the city."""
    parts: list[QuerySet[Any, Any]] = []
    in_cases, cases = ({}, {}) if among is None else ({"proposal__in": among}, {"pk__in": among})
    if reach.bureaus:
        mine = Assignment.objects.filter(bureau__in=reach.bureaus).exclude(state=AssignmentState.WITHDRAWN)
        parts.append(mine.filter(**in_cases).order_by().values("proposal"))
        # Who answers the main proposal reads what was merged into it. Few are: said here, PostgreSQL begins with them
        # and does not ask each case of a bureau what was merged into it.
        merged = Proposal.objects.filter(merged_into__isnull=False, merged_into__in=mine.values("proposal"), **cases)
        parts.append(merged.order_by().values("pk"))
        parts.append(Proposal.objects.filter(answered_outside_by__in=reach.bureaus, **cases).order_by().values("pk"))
    if reach.proposers:
        # A draft that staff types for a proposer is the proposer's to see once it has been handed in.
        named = ProposalProposer.objects.filter(proposer__in=reach.proposers, **in_cases)
        handed_in = named.exclude(proposal__state=ProposalState.DRAFT, proposal__created_by_committee=True)
        parts.append(handed_in.order_by().values("proposal"))
    if not parts:
        return Proposal.objects.none().values("pk")
    return parts[0].union(*parts[1:]) if len(parts) > 1 else parts[0]


@Kept
def known_key(pk: int, reach: Reach) -> QuerySet[Proposal, int]:
    """The key ``pk`` itself, if its case is within reach."""
    return cases_within(reach, [pk]).values_list("pk", flat=True).order_by()
