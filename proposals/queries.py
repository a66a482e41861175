"""Querysets for lists and pages of the ground floor. They take a queryset that permissions have already narrowed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import DateField, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce

from panjin_portal.lib.kept import Kept, Keys
from proposals.models import Assignment, Bureau, Deadline, Post, Proposal, ProposalProposer, Proposer, Role
from proposals.workflow import AssignmentState

TEXTS = ("background", "analysis", "suggestions")
_PROPOSER = "proposer"


@dataclass(frozen=True)
class NearestDeadline:
    """The next thing due in a case, as its lamp needs it (``{% lamp %}`` takes it)."""

    due_on: date
    is_provisional: bool
    met_at: datetime | None = None


def case_and_merged(proposal_id: int) -> QuerySet[Proposal]:
    """A case and what was merged into it, for ``IN``: the same condition across a join is asked of every row joined."""
    return Proposal.objects.filter(Q(pk=proposal_id) | Q(merged_into=proposal_id)).order_by()


def addressed(proposal_id: int) -> QuerySet[ProposalProposer]:
    """Whom the answer of this case is for: its own proposers in order, then those of what was merged into it. A
    proposer of both stands in it twice."""
    named = ProposalProposer.objects.filter(proposal__in=case_and_merged(proposal_id).values("pk"))
    own_first = F("proposal__merged_into").asc(nulls_first=True)
    return named.select_related("proposer", "proposal").order_by(own_first, "proposal_id", "position")


def addressed_proposers(proposal_id: int) -> list[Proposer]:
    """The same as proposers, each once (one query)."""
    return list({row.proposer_id: row.proposer for row in _addressed_proposers(proposal_id)}.values())


@Kept
def _addressed_proposers(proposal_id: int) -> QuerySet[ProposalProposer]:
    return addressed(proposal_id).select_related(None).select_related("proposer")


def open_deadlines(proposals: QuerySet[Proposal]) -> QuerySet[Deadline]:
    """Clocks that still run in these cases, the nearest first, with what a line about them names."""
    running = Deadline.objects.filter(met_at__isnull=True, cancelled_at__isnull=True, proposal__in=proposals)
    return running.select_related("proposal", "bureau", "proposer", "assignment").order_by("due_on", "id")


def with_nearest_deadline(proposals: QuerySet[Proposal]) -> QuerySet[Proposal]:
    """Annotate ``nearest_due`` (date or None) and ``nearest_provisional`` from the columns kept for it: a subquery
    would be asked for every row that is sorted or filtered, an index answers at once."""
    return proposals.annotate(nearest_due=F("next_due_on"), nearest_provisional=F("next_due_provisional"))


def next_due_of(proposal: Any) -> dict[str, Combinable]:
    """What ``next_due_on`` and ``next_due_provisional`` of ``proposal`` (a key or an OuterRef) must hold, as
    expressions."""
    running = Deadline.objects.filter(proposal=proposal, met_at__isnull=True, cancelled_at__isnull=True)
    nearest = running.order_by("due_on", "id")
    return {
        "next_due_on": Subquery(nearest.values("due_on")[:1]),
        "next_due_provisional": Coalesce(Subquery(nearest.values("is_provisional")[:1]), Value(False)),
    }


def wrong_next_due() -> QuerySet[Proposal]:
    """Cases whose kept nearest deadline is not the nearest that runs; there should be none. An archived case keeps
    none: what may still run in it is a term for rating that has passed."""
    true = next_due_of(OuterRef("pk"))
    never = Value(date(1949, 10, 1))  # an empty date equals nothing, not even an empty one
    found = Proposal.objects.filter(archived_at=None).annotate(
        kept_due=Coalesce("next_due_on", never, output_field=DateField()),
        true_due=Coalesce(true["next_due_on"], never, output_field=DateField()),
        true_provisional=true["next_due_provisional"],
    )
    return found.filter(~Q(kept_due=F("true_due")) | ~Q(next_due_provisional=F("true_provisional"))).order_by("pk")


def answering_bureaus(proposal: Proposal) -> list[Bureau]:
    """Who answers the case (``in_force``: its assignments in force), or answered it outside the portal."""
    in_force: list[Assignment] = getattr(proposal, "in_force", [])
    outside = [proposal.answered_outside_by] if proposal.answered_outside_by else []
    return [row.bureau for row in in_force if row.is_answering] or outside


def nearest_deadline(proposal: Proposal) -> NearestDeadline | None:
    """What ``with_nearest_deadline`` found for this row."""
    due: date | None = getattr(proposal, "nearest_due", None)
    if due is None:
        return None
    return NearestDeadline(due, bool(getattr(proposal, "nearest_provisional", False)))


@Kept
def posts_held(user: int, day: date) -> QuerySet[Post]:
    """Posts of one person in force on ``day``."""
    return Post.objects.held_on(day).filter(user=user)


@Kept
def posts_with_places(user: int, day: date) -> QuerySet[Post]:
    """The same with what names their places."""
    return posts_held.queryset(user, day).select_related("bureau", "proposer")


def bureaus_with_clerk(bureau_ids: Iterable[int], day: date) -> set[int]:
    """Which of these bureaus have somebody in the clerk's post on ``day``."""
    posts = Post.objects.held_on(day).filter(role=Role.CLERK, bureau_id__in=list(bureau_ids))
    return {pk for pk in posts.values_list("bureau_id", flat=True) if pk}


def for_list(proposals: QuerySet[Proposal]) -> QuerySet[Proposal]:
    """What one row of the list shows of the case itself, with the nearest deadline: of the wide rows no more than that.
    Who stands beside it says ``people_of``."""
    return (
        with_nearest_deadline(proposals)
        .select_related("session", "answered_outside_by", "merged_into")
        .only(
            "number",
            "title",
            "state",
            "archived_at",
            "session__term",
            "session__number",
            "answered_outside_by__short_name",
            "merged_into__number",
        )
    )


@Kept
def _rows_for_list(cases: Keys) -> QuerySet[Proposal]:
    return for_list(Proposal.objects.filter(pk__in=cases)).order_by()


def rows_for_list(keys: Iterable[int]) -> list[Proposal]:
    """The rows of ``for_list`` with these keys, in any order (one query)."""
    return _rows_for_list(Keys.of(keys))


@dataclass(frozen=True)
class People:
    """Names beside a case: its proposers in their order, the bureaus that answer it, those that help."""

    proposers: tuple[str, ...] = ()
    answering: tuple[str, ...] = ()
    helping: tuple[str, ...] = ()


@Kept
def _people(cases: Keys) -> QuerySet[Any, tuple[Any, ...]]:
    in_force = Assignment.objects.filter(proposal__in=cases).exclude(state=AssignmentState.WITHDRAWN)
    bureaus = in_force.order_by().values_list("proposal", "pk", "role", "bureau__short_name")
    named = ProposalProposer.objects.filter(proposal__in=cases).order_by()
    proposers = named.values_list("proposal", "position", Value(_PROPOSER), "proposer__name")
    return bureaus.union(proposers, all=True)


def people_of(proposals: Iterable[Proposal]) -> dict[int, People]:
    """Who stands beside these cases (rows of ``for_list``), by the key of the case: one query for all of them."""
    cases = {proposal.pk: proposal for proposal in proposals}
    found: dict[int, dict[str, list[str]]] = {pk: {"proposers": [], "answering": [], "helping": []} for pk in cases}
    for pk, _, role, name in sorted(_people(Keys.of(cases))):
        kind = "proposers" if role == _PROPOSER else "answering" if role in Assignment.ANSWERING_ROLES else "helping"
        found[pk][kind].append(name)
    for pk, names in found.items():
        outside = cases[pk].answered_outside_by
        if outside is not None and not names["answering"]:
            names["answering"].append(outside.short_name)
    return {pk: People(**{kind: tuple(words) for kind, words in names.items()}) for pk, names in found.items()}
