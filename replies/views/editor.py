"""What the editor page shows: the text in its parts, and beside it proposal, matrix, opinions and checks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse

from panjin_portal.lib.clock import day_of
from proposals.models import Ask, Assignment, Deadline
from proposals.models.deadlines import DeadlineKind
from proposals.queries import addressed_proposers
from replies.answer_matrix import Line, draft_matrix, gaps
from replies.forms.drafting import (
    Choices,
    EditorForms,
    SectionForm,
    bind_editor,
    fresh_stamps,
    read_stamps,
    stamps_text,
)
from replies.models import CoHandlerOpinion, Reply, ReplySection
from replies.queries import (
    Placed,
    active_assignments,
    handed_opinions,
    latest_return,
    load_sections,
    outline_of,
    paragraphs_of,
    place,
)
from replies.services.glyphs import unshowable, unshowable_in_section
from replies.services.letters import letter_to_sign
from replies.services.sections import place_of
from replies.structure.checks import Draft, Finding, FindingCode, check_draft
from replies.structure.outline import Scheme, deepest_level


@dataclass(frozen=True)
class Block:
    """One section of the editor page: its place, its form, and which buttons make sense."""

    placed: Placed
    form: SectionForm
    seen_place: str
    can_indent: bool
    can_outdent: bool
    can_have_child: bool

    @property
    def key(self) -> str:
        """Name of the part and anchor on the page."""
        return f"s{self.placed.row.pk}"


@dataclass(frozen=True)
class Remark:
    """A finding with the section it is about, if any."""

    finding: Finding
    placed: Placed | None


@dataclass(frozen=True)
class Waiting:
    """A co-handler whose opinion is missing, and when it is due."""

    assignment: Assignment
    clock: Deadline | None


@dataclass
class Editor:
    """Everything the page needs, loaded once."""

    reply: Reply
    rows: list[ReplySection]
    asks: list[Ask]
    assignments: list[Assignment]
    choices: Choices
    forms: EditorForms

    @cached_property
    def opinion_clocks(self) -> dict[int | None, Deadline]:
        """When each co-handler's opinion was or is due, by bureau (one query, none without co-handlers)."""
        if all(one.is_answering for one in self.assignments):
            return {}
        rows = Deadline.objects.filter(proposal=self.reply.proposal_id, kind=DeadlineKind.OPINION, cancelled_at=None)
        return {row.bureau_id: row for row in rows}

    def blank_section(self, key: str) -> SectionForm:
        """An empty form for a text whose section is gone."""
        return SectionForm(prefix=key, asks=self.choices.asks, bureaus=self.choices.bureaus)


def load_editor(reply: Reply, data: QueryDict | None = None) -> Editor:
    """Read the draft and bind its forms to ``data``, if any."""
    rows = load_sections(reply)
    asks = list(reply.proposal.asks.all())
    assignments = active_assignments(reply.proposal_id)
    bureaus = {reply.bureau_id: reply.bureau, **{one.bureau_id: one.bureau for one in assignments}}
    # A bureau whose assignment was withdrawn later still stands where it supplied text.
    bureaus.update({row.supplied_by_id: row.supplied_by for row in rows if row.supplied_by_id and row.supplied_by})
    choices = Choices(
        classes=list(reply.proposal.session.result_scheme.classes.all()), asks=asks, bureaus=list(bureaus.values())
    )
    return Editor(reply, rows, asks, assignments, choices, bind_editor(reply, rows, choices, data))


def draft_key(request: HttpRequest, reply: Reply) -> str:
    """Name of the browser's copy of this text of this person."""
    return f"reply-{reply.pk}-{request.user.pk}"


def show_editor(request: HttpRequest, editor: Editor, *, status: int = 200) -> HttpResponse:
    """The page; with bound forms that have errors, as it came in."""
    return render(request, "replies/drafting/edit.html", editor_context(request, editor), status=status)


def editor_context(request: HttpRequest, editor: Editor) -> dict[str, Any]:
    """Names for ``replies/drafting/edit.html``."""
    reply, rows = editor.reply, editor.rows
    placed = place(rows, reply.scheme)
    matrix = draft_matrix(reply, rows)
    opinions = handed_opinions(reply)
    # A page that comes back with errors may carry a part only: the other parts get their stamps from the store.
    stamps = stamps_text({**read_stamps(fresh_stamps(reply, rows)), **editor.forms.stamps})
    return {
        "reply": reply,
        "proposal": reply.proposal,
        "proposers": [proposer.name for proposer in addressed_proposers(reply.proposal_id)],
        "head": editor.forms.head,
        "blocks": list(_blocks(editor, placed)),
        "lost": [form for key, form in editor.forms.sections.items() if not key.startswith("s")],
        "error_forms": [form for form in editor.forms.named().values() if form.is_bound and form.errors],
        "stamps": stamps,
        "draft_key": draft_key(request, reply),
        "matrix": matrix,
        "gaps": gaps(matrix, reply.result_class),
        "remarks": [*_unshowable(reply, rows, placed, matrix), *_remarks(reply, rows, placed, editor.asks)],
        "opinions": opinions,
        "waiting_for": _waiting_for(editor, opinions),
        "late": {one.pk for one in opinions if _is_late(one, editor)},
        "returned": latest_return(reply),
        "crumbs": [
            {"label": "提案", "url": reverse("proposal-list")},
            {"label": reply.proposal.label, "url": reverse("proposal-detail", args=[reply.proposal_id])},
            {"label": "拟写答复", "url": ""},
        ],
    }


def draft_remarks(reply: Reply, rows: list[ReplySection], asks: list[Ask]) -> list[Finding]:
    """What a proof-reader would say about the stored draft."""
    positions = {ask.pk: index for index, ask in enumerate(asks)}
    answered = {positions[ask.pk] for row in rows for ask in row.asks.all() if ask.pk in positions}
    draft = Draft(
        sections=outline_of(reply, rows),
        opening=reply.opening,
        closing=paragraphs_of(reply.closing),
        asks=tuple(ask.text for ask in asks),
        answered=frozenset(answered),
    )
    return check_draft(draft)


def _blocks(editor: Editor, placed: list[Placed]) -> list[Block]:
    deepest = deepest_level(Scheme(editor.reply.scheme))
    return [
        Block(
            placed=one,
            form=editor.forms.sections[f"s{one.row.pk}"],
            seen_place=place_of(one.row),
            can_indent=not one.is_first and one.depth < deepest,
            can_outdent=one.depth > 1,
            can_have_child=one.depth < deepest,
        )
        for one in placed
    ]


def _remarks(reply: Reply, rows: list[ReplySection], placed: list[Placed], asks: list[Ask]) -> list[Remark]:
    by_path = dict(zip(_paths(placed), placed, strict=True))
    return [Remark(one, by_path.get(one.path) if one.path else None) for one in draft_remarks(reply, rows, asks)]


def _unshowable(
    reply: Reply, rows: list[ReplySection], placed: list[Placed], matrix: Sequence[Line]
) -> Iterator[Remark]:
    """The remarks on characters that no font has, which would stop the signature: one on all that stands outside the
    sections, and one with each section that has any."""
    letter = letter_to_sign(reply, rows, matrix)
    if missing := unshowable(replace(letter, body=())):
        yield Remark(Finding(FindingCode.UNSHOWABLE, missing.message), None)
    for one in placed:
        if missing := unshowable_in_section(one.section):
            yield Remark(Finding(FindingCode.UNSHOWABLE, missing.message), one)


def _paths(placed: list[Placed]) -> list[tuple[int, ...]]:
    """Paths from 0, in the order of ``placed``, as the checks name sections."""
    paths: list[tuple[int, ...]] = []
    path: list[int] = []
    for one in placed:
        if one.depth > len(path):
            path.append(0)
        else:
            del path[one.depth :]
            path[-1] += 1
        paths.append(tuple(path))
    return paths


def _waiting_for(editor: Editor, opinions: list[CoHandlerOpinion]) -> list[Waiting]:
    """Co-handlers whose opinion is not here yet."""
    handed = {one.assignment_id for one in opinions}
    missing = [one for one in editor.assignments if not one.is_answering and one.pk not in handed]
    return [Waiting(one, editor.opinion_clocks.get(one.bureau_id)) for one in missing]


def _is_late(opinion: CoHandlerOpinion, editor: Editor) -> bool:
    """Whether the opinion came after its day."""
    clock = editor.opinion_clocks.get(opinion.assignment.bureau_id)
    if clock is None or opinion.submitted_at is None:
        return False
    return day_of(opinion.submitted_at) > clock.due_on
