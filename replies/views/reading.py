"""A letter as people read it on a page, and the way back to its case."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q
from django.http import HttpRequest, QueryDict
from django.urls import reverse

from proposals.models import Proposal, User
from replies.documents.annexes import Annex
from replies.documents.letter import Letter, addressee_line, date_line
from replies.models import Reply
from replies.permissions import visible_proposals
from replies.structure.markers import glue
from replies.structure.outline import Section


@dataclass(frozen=True)
class Line:
    """One block of the page. ``level`` 2-4 is a heading of its own, 0 a paragraph; ``lead`` is a heading that runs into
    the text behind it."""

    text: str
    level: int = 0
    lead: str = ""


@dataclass(frozen=True)
class ReadableLetter:
    """Everything the letter template shows, in printed order."""

    number: str
    class_mark: str
    title: str
    addressee: str
    opening: tuple[str, ...]
    lines: tuple[Line, ...]
    closing: tuple[str, ...]
    signers: tuple[str, ...]
    signed_on: str
    annexes: tuple[Annex, ...] = ()


def readable(letter: Letter) -> ReadableLetter:
    """The letter cut into blocks; no text is added or left out but masthead, contact and copies."""
    return ReadableLetter(
        number=letter.number,
        class_mark=letter.class_mark,
        title=letter.title,
        addressee=addressee_line(letter),
        opening=tuple(letter.opening.splitlines()),
        lines=tuple(line for section in letter.body for line in _lines(section, 2)),
        closing=letter.closing,
        signers=letter.signers,
        signed_on=date_line(letter),
        annexes=letter.annexes,
    )


def _lines(section: Section, depth: int) -> list[Line]:
    head = glue(section.marker, section.heading)
    paragraphs = list(section.paragraphs)
    lines: list[Line] = []
    if head and section.run_in and paragraphs:
        lines.append(Line(paragraphs.pop(0), lead=head))
    elif head:
        lines.append(Line(head, level=min(depth, 4)))
    lines.extend(Line(text) for text in paragraphs)
    for child in section.children:
        lines.extend(_lines(child, depth + 1))
    return lines


def case_url(user: User, reply: Reply) -> str:
    """The case page where ``user`` may see it, else that of his own case that was merged into it, else the page of the
    reply."""
    return page_of_case(user, reply.proposal_id) or reverse("reply-detail", args=[reply.pk])


def page_of_case(user: User, proposal_id: int) -> str | None:
    """The page of the case, or of the person's own case that was merged into it; None when he sees neither."""
    seen = visible_proposals(user).filter(Q(pk=proposal_id) | Q(merged_into=proposal_id))
    cases = list(seen.order_by().values_list("pk", flat=True))
    return reverse("proposal-detail", args=[proposal_id if proposal_id in cases else min(cases)]) if cases else None


def crumbs(proposal: Proposal, case: str, *labels: str) -> list[dict[str, str]]:
    """The path from the list over the case (``case`` is its address) to this page."""
    return [
        {"label": "提案", "url": reverse("proposal-list")},
        {"label": proposal.label, "url": case},
        *({"label": label, "url": ""} for label in labels),
    ]


def posted(request: HttpRequest) -> QueryDict | None:
    """What a form is bound to: the fields of a POST, empty ones too; None for a page that only asks."""
    return request.POST if request.method == "POST" else None
