"""The cases of a book, read in chunks: what is printed of each, and why a chosen one is not in it.

An internal edition (for the committee) holds the issued letters without contact and marks what is 不予公开. A public
one holds nothing but what the release chain let out: no text of the proposal, no case that may not be public.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Prefetch, Q, QuerySet
from django.db.models.functions import Length

from panjin_portal.lib.clock import day_of
from proposals.models import Ask, Assignment, Bureau, Proposal
from proposals.workflow import AssignmentState, ProposalState
from replies.documents.book.abstract import abstract_of
from replies.documents.book.structure import ABSTRACTS, CLOSED_MARK, Entry, Part
from replies.documents.letter import Letter, from_dict, public_copy
from replies.models import Bundle, Publication, Reply
from replies.queries import paragraphs_of
from replies.services.glyphs import why_not_in_book
from replies.workflow import PublicationState, ReplyState

CHUNK = 50
BY_NUMBER = ("session__term", "session__number", Length("number"), "number", "pk")
OTHER, NO_BUREAU = "其他", "承办单位未定"
PARTS = (("background", "背景情况"), ("analysis", "问题分析"), ("suggestions", "具体建议"))
UNANSWERED, MERGED = "没有已印发的答复", "已并案，见主提案"
NO_NUMBER, NOT_PUBLIC = "还没有提案号", "没有公开，或不同意公开"
# What a case is answered with: issued, and not answered again since.
_STANDING = {"state__in": (ReplyState.ISSUED, ReplyState.CONFIRMED), "is_outdated": False}
# In no book: not registered yet, or no case any more, which is the reason to name.
_NOT_YET = frozenset({ProposalState.DRAFT, ProposalState.SUBMITTED, ProposalState.RETURNED})
_NO_CASE = frozenset({ProposalState.REJECTED, ProposalState.WITHDRAWN, ProposalState.SUGGESTION, ProposalState.OPINION})


@dataclass(frozen=True)
class Found:
    """One printed case, its chapter (place among the others, key of equal places, title), the day of its last text."""

    entry: Entry
    chapter: tuple[int, int, str]
    day: date


@dataclass
class Gathered:
    """What was found, by numbers; ``left_out``: pairs (case, why)."""

    found: list[Found] = field(default_factory=list)
    left_out: list[tuple[str, str]] = field(default_factory=list)


def gather(
    cases: QuerySet[Proposal],
    replies: QuerySet[Reply],
    *,
    kind: str,
    grouping: str,
    is_public: bool = False,
    of_several: bool = False,
    step: Callable[[int], None] = lambda done: None,
) -> Gathered:
    """The book's cases out of ``cases``, with answers out of ``replies``: what the reader may see of both. ``kind``:
    REPLIES or ABSTRACTS; ``of_several``: sessions, so that a case says of which it is where no chapter does; ``step``
    is told how many cases have been looked at. The same number of queries a chunk."""
    names_session = of_several and grouping != Bundle.Grouping.NUMBER
    keys = list(cases.order_by(*BY_NUMBER).values_list("pk", flat=True))
    gathered = Gathered()
    for start in range(0, len(keys), CHUNK):
        chunk = keys[start : start + CHUNK]
        texts = _Texts(replies, chunk, is_public=is_public) if kind != ABSTRACTS else None
        for case in _read(chunk):
            why = _why_not(case, texts, is_public=is_public)
            if not why:
                entry = _entry(case, texts, is_public=is_public, names_session=names_session)
                chapter = _chapter(case, _bureaus(case, texts), grouping)
                why = why_not_in_book(kind, chapter[-1], entry)
                found = Found(entry, chapter, _day(case, entry))
            if why:
                gathered.left_out.append((f"{case.session.name}{case.label}", why))
            else:
                gathered.found.append(found)
        step(min(start + CHUNK, len(keys)))
    return gathered


class _Texts:
    """The letters of a chunk: case to letters, the lead's first, and which cases, merged ones too, are 不予公开."""

    def __init__(self, replies: QuerySet[Reply], keys: Sequence[int], *, is_public: bool) -> None:
        self.letters: dict[int, list[Letter]] = defaultdict(list)
        released = Publication.objects.filter(proposal__in=keys)
        withheld = Publication.objects.filter(state=PublicationState.WITHHELD)
        withheld = withheld.filter(Q(proposal__in=keys) | Q(proposal__merged_into__in=keys))
        self.withheld = set(withheld.values_list("proposal", flat=True))
        standing = replies.filter(proposal__in=keys, **_STANDING)
        if is_public:
            published = released.filter(state=PublicationState.PUBLISHED, reply__in=standing.values("pk"))
            self._add(published.order_by("reply").values_list("proposal", "letter"))
        else:
            self._add(standing.order_by("pk").values_list("proposal", "signed_letter"))

    def _add(self, rows: Iterable[tuple[int, Any]]) -> None:
        for case, text in rows:
            if text is not None:
                self.letters[case].append(public_copy(from_dict(text)))


def _read(keys: Sequence[int]) -> list[Proposal]:
    active = Assignment.objects.exclude(state=AssignmentState.WITHDRAWN).select_related("bureau").order_by("pk")
    rows = Proposal.objects.filter(pk__in=keys).select_related("session", "topic__parent", "answered_outside_by")
    return list(
        rows.prefetch_related(
            "proposal_proposers__proposer",
            "suggested_bureaus",
            Prefetch("assignments", active, to_attr="active"),
            Prefetch("asks", Ask.objects.order_by("position")),
            Prefetch("merged", Proposal.objects.select_related("session").order_by(*BY_NUMBER)),
            "merged__proposal_proposers__proposer",
        ).order_by(*BY_NUMBER)
    )


def _why_not(case: Proposal, texts: _Texts | None, *, is_public: bool) -> str:
    if case.merged_into_id:
        return MERGED
    if case.state in _NO_CASE:
        return case.stage.label
    if not case.number or case.state in _NOT_YET:
        return NO_NUMBER
    if is_public and not case.publicity_consent:
        return NOT_PUBLIC
    if texts is not None and not texts.letters[case.pk]:
        return NOT_PUBLIC if is_public else UNANSWERED
    return ""


def _entry(case: Proposal, texts: _Texts | None, *, is_public: bool, names_session: bool) -> Entry:
    active: list[Assignment] = case.active  # type: ignore[attr-defined]  # by Prefetch
    merged = [one for one in case.merged.all() if not (is_public and _is_closed(one, texts))]
    if texts is None:
        parts = _abstract(case)
    else:
        parts = () if is_public else _whole(case)  # what the release chain read is the answer alone
    return Entry(
        number=_label(case, names_session=names_session),
        title=case.title,
        proposers=tuple(_proposers(case)),
        topic=str(case.topic or ""),
        bureaus=tuple(bureau.name for bureau in _bureaus(case, texts)),
        co_handlers=tuple(row.bureau.name for row in active if not row.is_answering) if texts is not None else (),
        parts=parts,
        answers=tuple(texts.letters[case.pk]) if texts is not None else (),
        merged=tuple(
            f"{_label(one, names_session=names_session or one.session_id != case.session_id)}《{one.title}》"
            f"{CLOSED_MARK if _is_closed(one, texts) else ''}（{'、'.join(_proposers(one))}）"
            for one in merged
        ),
        joined=tuple(name for one in merged for name in _proposers(one)),
        closed=_is_closed(case, texts),
    )


def _label(case: Proposal, *, names_session: bool) -> str:
    return f"{case.session.name}{case.label}" if names_session else case.label


def _is_closed(case: Proposal, texts: _Texts | None) -> bool:
    return not case.publicity_consent or (texts is not None and case.pk in texts.withheld)


def _bureaus(case: Proposal, texts: _Texts | None) -> list[Bureau]:
    """Who answers; before any answer who is suggested."""
    if texts is None:
        return list(case.suggested_bureaus.all())
    active: list[Assignment] = case.active  # type: ignore[attr-defined]  # by Prefetch
    leads = [row.bureau for row in active if row.is_answering]
    return leads if case.answered_outside_by is None else [*leads, case.answered_outside_by]


def _chapter(case: Proposal, bureaus: Sequence[Bureau], grouping: str) -> tuple[int, int, str]:
    if grouping == Bundle.Grouping.TOPIC:
        top = case.topic and (case.topic.parent or case.topic)
        return (top.position, 0, top.name) if top else (1 << 30, 0, OTHER)
    if grouping == Bundle.Grouping.BUREAU:
        return (bureaus[0].position, bureaus[0].pk, bureaus[0].name) if bureaus else (1 << 30, 0, NO_BUREAU)
    return case.session.term, case.session.number, f"{case.session.name}提案"


def _day(case: Proposal, entry: Entry) -> date:
    days = [letter.signed_on for letter in entry.answers if letter.signed_on]
    return max(days, default=day_of(case.registered_at or case.submitted_at or case.created_at))


def _proposers(case: Proposal) -> Iterator[str]:
    yield from (row.proposer.name for row in sorted(case.proposal_proposers.all(), key=lambda row: row.position))


def _whole(case: Proposal) -> tuple[Part, ...]:
    parts = (Part(heading=heading, paragraphs=paragraphs_of(getattr(case, name))) for name, heading in PARTS)
    return tuple(part for part in parts if part.paragraphs)


def _abstract(case: Proposal) -> tuple[Part, ...]:
    requests = tuple(ask.text for ask in case.asks.all())
    return abstract_of(case.background, case.analysis, case.suggestions, requests)
