"""Files of signed opinions and follow-ups that lack one: never queued, signed before such files were made, or given up.
Each is set from what was signed, checked against its digest."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from proposals.errors import PortalError, StateChanged, WrongStage
from proposals.services.locking import lock_proposal
from replies.documents.formats import Format
from replies.documents.letter import LetterDataError, digest, from_dict
from replies.models import CoHandlerOpinion, FollowUp, RenderedDocument
from replies.queries import active_assignments
from replies.services.opinion_letter import opinion_letter
from replies.services.opinion_signing import opinion_digest
from replies.services.rendering import JOBS, queue_follow_up, queue_opinion
from replies.workflow import DocumentState, FollowUpState

NOT_AS_SIGNED = "文字与签发时的摘要不一致，没有补做，请核查。"
NOT_FAILED = "这份文件已经不是失败状态。"
QUEUED, AGAIN = "已排队补做", "已重新排队"


@dataclass(frozen=True)
class Outcome:
    """One paper: what it is called, what became of it, and whether that is a fault."""

    name: str
    told: str
    is_fault: bool = False


def lacking_opinions() -> QuerySet[CoHandlerOpinion]:
    """Signed opinions without a PDF that is made or on its way."""
    alive = _alive().filter(opinion=OuterRef("pk"), kind=RenderedDocument.Kind.OPINION)
    rows = CoHandlerOpinion.objects.exclude(signed_digest="").filter(~Exists(alive))
    return rows.select_related("assignment__proposal__session", "assignment__bureau").order_by("pk")


def lacking_follow_ups() -> QuerySet[FollowUp]:
    """The same of issued follow-ups."""
    alive = _alive().filter(kind=RenderedDocument.Kind.FOLLOW_UP, letter_digest=OuterRef("letter_digest"))
    rows = FollowUp.objects.filter(~Exists(alive), state=FollowUpState.ISSUED)
    return rows.select_related("promise__reply", "promise__proposal").order_by("pk")


def queue_again() -> Iterator[Outcome]:
    """Queue the file of each, one case at a time under its lock; the rest goes on when one cannot be queued."""
    for opinion in lacking_opinions():
        name = f"{opinion.document_number} {opinion.title}"
        yield _outcome(name, opinion.assignment.proposal_id, partial(_queue_opinion, opinion))
    for row in lacking_follow_ups():
        yield _outcome(f"{row.document_number} {row}", row.promise.proposal_id, partial(_queue_follow_up, row))


def _outcome(name: str, case: int, queue: Callable[[], str]) -> Outcome:
    try:
        with transaction.atomic():
            lock_proposal(case)
            return Outcome(name, queue())
    except PortalError as error:
        return Outcome(name, error.message, is_fault=True)


def _queue_opinion(opinion: CoHandlerOpinion) -> str:
    """Its failed row again, else a new one: the signed words in the form its bureau has today."""
    if opinion_digest(opinion) != opinion.signed_digest:
        raise WrongStage(NOT_AS_SIGNED)
    failed = RenderedDocument.objects.filter(opinion=opinion, format=Format.PDF).first()
    if failed is not None:
        return _again(failed)
    lead = next((one for one in active_assignments(opinion.assignment.proposal_id) if one.is_answering), None)
    queue_opinion(opinion, opinion_letter(opinion, lead.bureau if lead else None))
    return QUEUED


def _queue_follow_up(row: FollowUp) -> str:
    """Its failed row again, else a new one with the letter that was signed."""
    try:
        letter = from_dict(row.letter or {})
    except LetterDataError as error:
        raise WrongStage(error.message) from error
    if digest(letter) != row.letter_digest:
        raise WrongStage(NOT_AS_SIGNED)
    kind = RenderedDocument.Kind.FOLLOW_UP
    found = RenderedDocument.objects.filter(reply=row.promise.reply, kind=kind, format=Format.PDF)
    failed = found.filter(letter_digest=row.letter_digest).first()
    if failed is not None:
        return _again(failed)
    queue_follow_up(row.promise.reply, row.letter, row.letter_digest, letter.title)
    return QUEUED


def _again(document: RenderedDocument) -> str:
    if not JOBS.try_again(document.pk):
        raise StateChanged(NOT_FAILED)
    return AGAIN


def _alive() -> QuerySet[RenderedDocument]:
    return RenderedDocument.objects.filter(format=Format.PDF).exclude(state=DocumentState.FAILED)
