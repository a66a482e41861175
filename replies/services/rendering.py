"""Rendering jobs: a row first, then a task; a lease instead of a lock; every step may be repeated.

``queue_*`` writes the row inside the caller's transaction. ``render_document`` claims it by one conditional UPDATE,
works outside any transaction, and writes the result by another. Who loses the lease writes nothing.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.urls import reverse
from kombu.exceptions import OperationalError as BrokerDown

from panjin_portal.lib.clock import now
from panjin_portal.lib.storage import remove_parts, why_not_stored
from proposals.models import Role, User
from proposals.services.events import record_event
from proposals.services.locking import fresh, insist, lock_proposal
from proposals.services.notice_wording import Said, say
from proposals.services.notices import holders_of, notify
from replies.documents.letter import Letter, LetterDataError, digest, from_dict
from replies.documents.pdf import MissingGlyph, Pdf
from replies.documents.process import RenderingFailed, render_in_process
from replies.models import Publication, RenderedDocument, Reply
from replies.permissions import can
from replies.services.storing import store_by_content
from replies.workflow import DocumentState

logger = logging.getLogger(__name__)

SECONDS, MEGABYTES = 60.0, 1024
LEASE = timedelta(minutes=3)  # longer than SECONDS plus writing the file
MAX_ATTEMPTS = 5
WAITED_TOO_LONG = timedelta(seconds=30)
SWEEP_SIZE = 50


def queue_letter(reply: Reply) -> RenderedDocument:
    """The job for the official letter of a reply with frozen text; the same text twice gives the same row.

    Called inside the transaction that signs (or confirms the import).
    """
    return _queue(reply, None, RenderedDocument.Kind.LETTER, reply.signed_letter, reply.signed_digest)


def queue_public_copy(publication: Publication) -> RenderedDocument:
    """The job for the public PDF of a publication whose text has just been frozen. Called inside that transaction."""
    kind = RenderedDocument.Kind.PUBLIC_COPY
    return _queue(publication.reply, publication, kind, publication.letter, publication.letter_digest)


def queue_follow_up(reply: Reply, letter: object, letter_digest: str, title: str) -> RenderedDocument:
    """The job for a second answer about ``reply``. Called inside the transaction that signs it."""
    return _queue(reply, None, RenderedDocument.Kind.FOLLOW_UP, letter, letter_digest, title)


def _queue(
    reply: Reply, publication: Publication | None, kind: str, letter: object, letter_digest: str, title: str = ""
) -> RenderedDocument:
    wanted = {
        "reply": reply,
        "publication": publication,
        "kind": kind,
        "format": "pdf",
        "letter_digest": letter_digest,
    }
    # The caller holds the lock of the case: nobody else queues the same text between these two statements.
    document = RenderedDocument.objects.filter(**wanted).defer("letter").first()
    if document is None:
        document = RenderedDocument.objects.create(
            **wanted, letter=letter, queued_at=now(), file_name=_file_name(title or reply.title, kind)
        )
    if document.state != DocumentState.READY:
        send_when_committed(document.pk)
    return document


def send_when_committed(pk: int) -> None:
    """Hand the job to the queue once the row is there. With the broker down nothing is lost: the sweep comes by."""
    transaction.on_commit(lambda: _send(pk))


def _send(pk: int) -> bool:
    """Whether the broker took the message."""
    from replies.tasks import render_document as task

    try:
        task.apply_async(args=(pk,), retry=False)
    except (BrokerDown, OSError) as error:
        logger.warning("queue not reachable, document %s waits for the sweep: %s", pk, error)
        return False
    return True


def render_document(pk: int) -> bool:
    """Make the file of job ``pk``. True when this call finished it, well or badly; False when there was nothing to do
    (already done, or another worker holds the lease)."""
    lease = _claim(pk)
    if lease is None:
        return False
    document = RenderedDocument.objects.get(pk=pk)
    try:
        pdf = _make(document)
        name, sha256 = store_by_content(pdf.content, folder="letters", suffix=".pdf")
    except (MissingGlyph, RenderingFailed, LetterDataError) as error:
        return _fail(document, lease, error.message)
    except OSError as error:
        return _fail(document, lease, why_not_stored(error))
    except MemoryError:
        return _fail(document, lease, "内存不足，文件没有生成。请稍后重试。")
    return _finish(document, lease, pdf, name, sha256)


def _claim(pk: int) -> datetime | None:
    """Take the lease by one conditional UPDATE: of two workers exactly one gets it."""
    moment = now()
    until = moment + LEASE
    free = Q(state=DocumentState.QUEUED) | Q(state=DocumentState.RUNNING, lease_until__lt=moment)
    taken = RenderedDocument.objects.filter(free, pk=pk, attempts__lt=MAX_ATTEMPTS).update(
        state=DocumentState.RUNNING, lease_until=until, attempts=F("attempts") + 1
    )
    return until if taken else None


def _make(document: RenderedDocument) -> Pdf:
    letter: Letter = from_dict(document.letter)
    if digest(letter) != document.letter_digest:
        raise LetterDataError("待生成的文本与登记的摘要不一致，已停止。请联系管理员。")
    return render_in_process(letter, seconds=SECONDS, megabytes=MEGABYTES, font_dirs=settings.FONT_DIRS)


def _finish(document: RenderedDocument, lease: datetime, pdf: Pdf, name: str, sha256: str) -> bool:
    done = _held(document, lease).update(
        state=DocumentState.READY,
        file=name,
        sha256=sha256,
        size=len(pdf.content),
        pages=pdf.pages,
        engine=pdf.engine,
        error="",
        lease_until=None,
        finished_at=now(),
    )
    if done:
        _tell(document, say("document_ready", what=document.get_kind_display(), heading=document.reply.title))
    return bool(done)


def _fail(document: RenderedDocument, lease: datetime, reason: str) -> bool:
    done = _held(document, lease).update(
        state=DocumentState.FAILED, error=reason[:300], lease_until=None, finished_at=now()
    )
    if done:
        _tell(document, say("document_failed", what=document.get_kind_display(), reason=reason))
    return bool(done)


def _held(document: RenderedDocument, lease: datetime) -> QuerySet[RenderedDocument]:
    return RenderedDocument.objects.filter(pk=document.pk, state=DocumentState.RUNNING, lease_until=lease)


def _tell(document: RenderedDocument, text: Said) -> None:
    people = holders_of(roles=[Role.CLERK], bureau_id=document.reply.bureau_id)
    notify(people, text=text, link=reverse("document-detail", args=[document.pk]))


def sweep() -> int:
    """Send again what the broker lost: rows queued for 30 s and rows whose lease ran out. Gives how many.

    A row that was begun five times without an end has killed its workers: it fails, a person may retry it. What dead
    workers left half written goes.
    """
    moment = now()
    remove_parts(before=moment - LEASE)
    lost = Q(state=DocumentState.RUNNING, lease_until__lt=moment)
    stuck = RenderedDocument.objects.filter(lost, attempts__gte=MAX_ATTEMPTS).select_related("reply")
    for document in stuck:
        if document.lease_until is not None:
            _fail(document, document.lease_until, f"连续{MAX_ATTEMPTS}次没有完成，已停止。请重试或联系管理员。")
    waiting = Q(state=DocumentState.QUEUED, queued_at__lt=moment - WAITED_TOO_LONG)
    open_rows = RenderedDocument.objects.filter(waiting | lost, attempts__lt=MAX_ATTEMPTS).order_by("id")
    found = list(open_rows.values_list("pk", flat=True)[:SWEEP_SIZE])
    sent = 0
    for pk in found:
        if not _send(pk):
            break  # the next one would wait for the same silent broker
        sent += 1
    return sent


@transaction.atomic
def retry_rendering(actor: User, *, document: RenderedDocument) -> RenderedDocument:
    """Queue a failed job again. Raises WrongStage when it has not failed, NotAllowed for other bureaus' people."""
    proposal = lock_proposal(document.reply.proposal_id)
    row = RenderedDocument.objects.select_related("reply").get(pk=document.pk)
    post = insist(can(fresh(actor), "retry_rendering", row))
    row.state, row.error, row.attempts = DocumentState.QUEUED, "", 0
    row.queued_at, row.finished_at = now(), None
    row.save(update_fields=["state", "error", "attempts", "queued_at", "finished_at"])
    record_event(
        actor,
        proposal=proposal,
        kind="retry_rendering",
        post=post,
        text=f"重新生成{row.get_kind_display()}",
        data={"document": row.pk},
    )
    send_when_committed(row.pk)
    return row


def ready_letter(reply: Reply) -> RenderedDocument | None:
    """The finished official letter of the frozen text of ``reply``, or None."""
    return _ready_letters(reply).first()


def has_ready_letter(reply: Reply) -> bool:
    """Whether the official letter of the frozen text lies there as a file."""
    return _ready_letters(reply).exists()


def _ready_letters(reply: Reply) -> QuerySet[RenderedDocument]:
    return RenderedDocument.objects.filter(
        reply=reply,
        publication=None,
        kind=RenderedDocument.Kind.LETTER,
        letter_digest=reply.signed_digest,
        state=DocumentState.READY,
    )


def _file_name(title: str, kind: str) -> str:
    cleaned = "".join("_" if char in '\\/:*?"<>|' or ord(char) < 32 else char for char in title)
    return f"{cleaned[:120]}{'（公开文本）' if kind == RenderedDocument.Kind.PUBLIC_COPY else ''}.pdf"
