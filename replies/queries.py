"""Reading replies: the tree of sections, opinions, the clearance chain."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db.models import Exists, QuerySet, Subquery, prefetch_related_objects

from panjin_portal.lib.kept import Kept
from proposals.models import Assignment
from proposals.workflow import AssignmentState
from replies.models import (
    ClearanceStep,
    CoHandlerOpinion,
    Countersignature,
    Delivery,
    Publication,
    Reply,
    ReplySection,
)
from replies.structure.outline import Scheme, Section, number
from replies.workflow import OpinionState, PublicationState, ReplyState


@dataclass(frozen=True)
class Placed:
    """A stored section at its place: ``section`` carries the generated (or printed) marker, ``depth`` counts from 1."""

    row: ReplySection
    section: Section
    depth: int
    is_first: bool
    is_last: bool

    @property
    def name(self) -> str:
        """What people call it: 一、加强执法监督, or the beginning of the text where there is no heading."""
        words = self.section.heading or next(iter(self.section.paragraphs), "") or "（空白段落）"
        return self.section.marker + (words if len(words) <= 24 else f"{words[:24]}…")


@dataclass(frozen=True)
class Round:
    """One run through clearance: what was decided, and the countersignatures still missing."""

    number: int
    steps: tuple[ClearanceStep, ...]
    missing: tuple[Countersignature, ...]


def published_years() -> list[int]:
    """Years of the published replies, the newest first: two queries that probe the index once for each year between the
    first and the last. (DISTINCT would read every published row to say what a handful of probes say.)"""
    published = Publication.objects.filter(state=PublicationState.PUBLISHED)
    newest = published.order_by("-published_on", "-id")
    first = Subquery(published.order_by("published_on", "id").values("published_on")[:1])
    span = newest.annotate(first=first).values_list("first", "published_on").first()
    days = [day for day in span or () if day is not None]
    if not days:
        return []
    years = range(days[0].year, days[-1].year + 1)
    probes = {f"in_{year}": Exists(published.filter(published_on__year=year)) for year in years}
    found = newest.annotate(**probes).values(*probes).first() or {}
    return [year for year in reversed(years) if found.get(f"in_{year}")]


def load_sections(reply: Reply) -> list[ReplySection]:
    """All sections of ``reply`` in storage order, with asks and bureaus (two queries)."""
    rows = reply.sections.select_related("supplied_by", "source_opinion").prefetch_related("asks")
    return list(rows.order_by("position", "id"))


def all_sections(reply: Reply) -> list[ReplySection]:
    """The same without asks and bureaus (one query)."""
    return _sections(reply.pk)


@Kept
def _sections(reply: int) -> QuerySet[ReplySection]:
    return ReplySection.objects.filter(reply=reply).order_by("position", "id")


def place(rows: Sequence[ReplySection], scheme: str) -> list[Placed]:
    """The sections in printed order, numbered by ``scheme``; printed markers win where an import brought them."""
    children: dict[int | None, list[ReplySection]] = {}
    for row in rows:
        children.setdefault(row.parent_id, []).append(row)
    outline = _outline(children, scheme, is_printed=any(row.printed_marker for row in rows))
    return list(_place(children, outline, None, 1))


def outline_of(reply: Reply, rows: Sequence[ReplySection] | None = None) -> tuple[Section, ...]:
    """The text of ``reply`` as the pure tree that letters are made of; ``rows`` spares the queries when loaded."""
    children: dict[int | None, list[ReplySection]] = {}
    rows = list(reply.sections.order_by("position", "id")) if rows is None else rows
    for row in rows:
        children.setdefault(row.parent_id, []).append(row)
    return _outline(children, reply.scheme, is_printed=any(row.printed_marker for row in rows))


def paragraphs_of(body: str) -> tuple[str, ...]:
    """One paragraph per non-empty line."""
    return tuple(line.strip() for line in body.splitlines() if line.strip())


def active_assignments(proposal_id: int) -> list[Assignment]:
    """Assignments that were not withdrawn, the answering bureau first (one query)."""
    return sorted(_in_force(proposal_id), key=lambda row: (not row.is_answering, row.pk))


@Kept
def _in_force(proposal: int) -> QuerySet[Assignment]:
    rows = Assignment.objects.filter(proposal=proposal).exclude(state=AssignmentState.WITHDRAWN)
    return rows.select_related("bureau")


def handed_opinions(reply: Reply) -> list[CoHandlerOpinion]:
    """Opinions the co-handlers sent to the lead, oldest first (one query)."""
    return list(
        CoHandlerOpinion.objects.filter(assignment__proposal_id=reply.proposal_id, state=OpinionState.SUBMITTED)
        .select_related("assignment__bureau", "written_by")
        .order_by("submitted_at", "id")
    )


def clearance_rounds(reply: Reply) -> list[Round]:
    """The clearance chain of ``reply``, newest round first (two queries; one more while it is out for
    countersigning, one more where changes were wanted).

    Only steps of 核稿 come with their ``marks``, only those that agreed with changes with their ``changes``.
    """
    steps = _steps(reply.pk)
    for step in steps:
        step.reply = reply
    prefetch_related_objects([step for step in steps if step.step == ClearanceStep.Step.REVIEW], "marks")
    prefetch_related_objects([step for step in steps if step.decision == ClearanceStep.Decision.CHANGED], "changes")
    slots: list[Countersignature] = []
    if reply.state == ReplyState.COUNTERSIGNING:
        slots = _open_slots(reply.pk)
    numbers = sorted({step.round for step in steps}, reverse=True)
    return [
        Round(
            number=found,
            steps=tuple(step for step in steps if step.round == found),
            missing=tuple(slot for slot in slots if slot.round == found),
        )
        for found in numbers
    ]


@Kept
def _steps(reply: int) -> QuerySet[ClearanceStep]:
    rows = ClearanceStep.objects.filter(reply=reply).order_by("id")
    return rows.select_related("actor", "post__bureau", "post__proposer", "class_before", "class_after")


@Kept
def _open_slots(reply: int) -> QuerySet[Countersignature]:
    rows = Countersignature.objects.filter(reply=reply, step=None).order_by("id")
    return rows.select_related("assignment__bureau")


def deliveries_of(reply: Reply) -> list[Delivery]:
    """To whom the issued letter went and who opened it first; nothing before issue (at most one query)."""
    return _deliveries(reply.pk) if reply.issued_at else []


@Kept
def _deliveries(reply: int) -> QuerySet[Delivery]:
    return Delivery.objects.filter(reply=reply).select_related("read_by")


def latest_return(reply: Reply) -> ClearanceStep | None:
    """The opinion with which the draft came back, as long as it has not been handed in again."""
    if not reply.clearance_round:
        return None
    return (
        reply.clearance_steps.filter(round=reply.clearance_round, decision=ClearanceStep.Decision.RETURNED)
        .select_related("actor", "post__bureau", "post__proposer")
        .last()
    )


def _outline(children: dict[int | None, list[ReplySection]], scheme: str, *, is_printed: bool) -> tuple[Section, ...]:
    built = _build(children, None, 1)
    return built if is_printed else number(built, Scheme(scheme))


def _build(children: dict[int | None, list[ReplySection]], parent: int | None, depth: int) -> tuple[Section, ...]:
    return tuple(
        Section(
            level=0 if depth == 1 and not row.heading and not row.printed_marker else depth,
            marker=row.printed_marker,
            heading=row.heading,
            run_in=row.run_in and bool(row.heading),
            paragraphs=paragraphs_of(row.body),
            children=_build(children, row.pk, depth + 1),
        )
        for row in children.get(parent, ())
    )


def _place(
    children: dict[int | None, list[ReplySection]], outline: Sequence[Section], parent: int | None, depth: int
) -> Iterator[Placed]:
    rows = children.get(parent, [])
    for index, (row, section) in enumerate(zip(rows, outline, strict=True)):
        yield Placed(row, section, depth, is_first=index == 0, is_last=index == len(rows) - 1)
        yield from _place(children, section.children, row.pk, depth + 1)
