"""Rendering jobs: a row first, then a task; a lease instead of a lock; every step may be repeated.

``queue_*`` writes the row inside the caller's transaction; ``render_document`` works outside any transaction, under the
lease of ``proposals.services.queueing``.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse

from panjin_portal.lib.clock import now
from panjin_portal.lib.kept import Kept, insert
from panjin_portal.lib.storage import remove_parts, why_not_stored
from proposals.errors import InvalidInput, NotAllowed, WrongStage
from proposals.models import Role, User
from proposals.services.events import record_event
from proposals.services.locking import fresh, insist, lock_proposal
from proposals.services.notice_wording import Said, say
from proposals.services.notices import holders_of, notify
from proposals.services.queueing import JobKind
from replies.documents.formats import Format
from replies.documents.letter import Letter, LetterDataError, digest, from_dict, to_dict
from replies.documents.pades import SigningFailed
from replies.documents.pdf import MissingGlyph, Pdf
from replies.documents.process import RenderingFailed, render_in_process
from replies.models import CoHandlerOpinion, Publication, RenderedDocument, Reply
from replies.permissions import can, visible_documents
from replies.services.signing_key import with_signature
from replies.services.storing import store_by_content
from replies.workflow import DocumentState, PublicationState

SECONDS, MEGABYTES = 60.0, 1024
AT_ONCE = 20  # public texts that one sweep gives an OFD
LONGEST_NAME = 120  # of a title in a file's name
LEASE = timedelta(minutes=3)  # longer than SECONDS plus writing the file
OF_A_CASE = ("reply", "opinion__assignment__proposal__session")  # what a document says of itself needs
JOBS = JobKind(
    label="答复函等文件",
    model=RenderedDocument,
    task="replies.tasks.render_document",
    waiting=DocumentState.QUEUED,
    running=DocumentState.RUNNING,
    failed=DocumentState.FAILED,
    lease=LEASE,
)


def queue_letter(reply: Reply, *, is_new: bool = False) -> RenderedDocument:
    """The job for the official letter of a reply with frozen text; the same text twice gives the same row, which is not
    looked for where the text ``is_new`` for certain.

    Called inside the transaction that signs (or confirms the import).
    """
    text = Text(RenderedDocument.Kind.LETTER, reply.signed_letter, reply.signed_digest, reply.title, reply=reply)
    document = _enter(text, Format.PDF, is_new=is_new)
    if document.state == DocumentState.FAILED:  # signed again with the same words: no reason to leave it so
        _begin_anew(document)
    return _sent(document)


def queue_public_copy(publication: Publication) -> RenderedDocument:
    """The job for the public PDF of a publication whose text has just been frozen. Called inside that transaction."""
    return _queue(_public_text(publication))


def queue_public_ofds() -> int:
    """Jobs for the OFD that government pages show beside the PDF: one for each published text that has none yet.

    Called by the sweep, for the release waits for the PDF alone. Gives how many.
    """
    files = RenderedDocument.objects.filter(publication=OuterRef("pk"), letter_digest=OuterRef("letter_digest"))
    lacking = Publication.objects.filter(
        Exists(files.filter(format=Format.PDF, state=DocumentState.READY)),
        ~Exists(files.filter(format=Format.OFD)),
        state=PublicationState.PUBLISHED,
        proposal__archived_at=None,
    )
    found = list(lacking.order_by("-pk").values_list("pk", "proposal_id")[:AT_ONCE])
    for pk, proposal_id in found:
        with transaction.atomic(), suppress(WrongStage):  # archived, or taken down, at this moment
            lock_proposal(proposal_id)
            row = Publication.objects.select_related("reply").get(pk=pk)
            if row.state == PublicationState.PUBLISHED:
                _queue(_public_text(row), Format.OFD)
    return len(found)


def queue_follow_up(reply: Reply, letter: object, letter_digest: str, title: str) -> RenderedDocument:
    """The job for a second answer about ``reply``. Called inside the transaction that signs it."""
    return _queue(Text(RenderedDocument.Kind.FOLLOW_UP, letter, letter_digest, title or reply.title, reply=reply))


def queue_opinion(opinion: CoHandlerOpinion, letter: Letter) -> RenderedDocument:
    """The job for a signed opinion. Called inside the transaction that signs it."""
    kind = RenderedDocument.Kind.OPINION
    return _queue(Text(kind, to_dict(letter), digest(letter), letter.title, opinion=opinion))


@transaction.atomic
def make_format(actor: User, *, document: RenderedDocument, file_format: str) -> RenderedDocument:
    """The job that makes the text of ``document`` into another kind of file; asked twice it is one job.

    Whoever may read the file may have it so. Nothing of the case changes, so no event is written (decision 007).
    Raises InvalidInput for an unknown kind, NotAllowed for who may not read it, WrongStage once the case is archived.
    """
    if file_format not in RenderedDocument.Format.values:
        raise InvalidInput({"format": "请选择 PDF、DOCX 或 OFD。"})
    lock_proposal(document.proposal.pk)
    documents = visible_documents(fresh(actor)).select_related(*OF_A_CASE, "publication")
    row = documents.filter(pk=document.pk).first()
    if row is None:
        raise NotAllowed("您不能再看这份文件。")
    _insist_on_signature(row)
    name = row.file_name.rpartition(".")[0]
    text = Text(row.kind, row.letter, row.letter_digest, name, row.reply, row.opinion, row.publication)
    return _queue(text, Format(file_format))


@dataclass(frozen=True)
class Text:
    """What a file is made of: a frozen letter, what it counts as, what its file is called, and whose it is."""

    kind: str
    letter: object
    digest: str
    title: str
    reply: Reply | None = None
    opinion: CoHandlerOpinion | None = None
    publication: Publication | None = None


def _public_text(publication: Publication) -> Text:
    kind, reply = RenderedDocument.Kind.PUBLIC_COPY, publication.reply
    title = f"{reply.title[:LONGEST_NAME]}（公开文本）"
    return Text(kind, publication.letter, publication.letter_digest, title, reply=reply, publication=publication)


def enter_letter(reply: Reply, file_format: Format) -> RenderedDocument:
    """The row of the official letter as this kind of file, for whoever makes it at once with ``render_document``; left
    alone, the sweep takes it up. Called under the lock of its case."""
    kind = RenderedDocument.Kind.LETTER
    text = Text(kind, reply.signed_letter, reply.signed_digest, reply.title, reply=reply)
    return _enter(text, file_format)


def _queue(text: Text, file_format: Format = Format.PDF) -> RenderedDocument:
    return _sent(_enter(text, file_format))


def _sent(document: RenderedDocument) -> RenderedDocument:
    if document.state != DocumentState.READY:
        JOBS.send_when_committed(document.pk)
    return document


def _enter(text: Text, file_format: Format, *, is_new: bool = False) -> RenderedDocument:
    reply, opinion, publication = (one.pk if one else None for one in (text.reply, text.opinion, text.publication))
    # The caller holds the lock of the case: nobody else queues the same text between these two statements.
    asked = (reply, opinion, publication, str(text.kind), str(file_format), text.digest)
    if not is_new and (found := _entered(*asked)):
        return found[0]
    document = RenderedDocument(
        reply=text.reply,
        opinion=text.opinion,
        publication=text.publication,
        kind=text.kind,
        format=file_format,
        letter_digest=text.digest,
        letter=text.letter,
        queued_at=now(),
        file_name=_file_name(text.title, file_format),
    )
    insert([document])
    return document


@Kept
def _entered(
    reply: int | None, opinion: int | None, publication: int | None, kind: str, file_format: str, digest: str
) -> QuerySet[RenderedDocument]:
    rows = RenderedDocument.objects.filter(reply=reply, opinion=opinion, publication=publication, kind=kind)
    return rows.filter(format=file_format, letter_digest=digest).defer("letter").order_by("pk")[:1]


def render_document(pk: int) -> bool:
    """Make the file of job ``pk``. True when this call finished it, well or badly; False when there was nothing to do
    (already done, or another worker holds the lease)."""
    lease = JOBS.claim(pk)
    if lease is None:
        return False
    document = RenderedDocument.objects.select_related(*OF_A_CASE).get(pk=pk)
    try:
        made = _make(document)
        name, sha256 = store_by_content(made.content, folder="letters", suffix=f".{document.format}")
    except (MissingGlyph, RenderingFailed, LetterDataError, SigningFailed) as error:
        return _fail(document, lease, error.message)
    except OSError as error:
        return _fail(document, lease, why_not_stored(error))
    except MemoryError:
        return _fail(document, lease, "内存不足，文件没有生成。请稍后重试。")
    return _finish(document, lease, made, name, sha256)


def _make(document: RenderedDocument) -> Pdf:
    letter: Letter = from_dict(document.letter)
    if digest(letter) != document.letter_digest:
        raise LetterDataError("待生成的文本与登记的摘要不一致，已停止。请联系管理员。")
    kind = Format(document.format)
    made = render_in_process(letter, kind=kind, seconds=SECONDS, megabytes=MEGABYTES, font_dirs=settings.FONT_DIRS)
    return with_signature(made) if kind == Format.PDF else made


def _finish(document: RenderedDocument, lease: datetime, made: Pdf, name: str, sha256: str) -> bool:
    done = JOBS.finish(
        document.pk,
        lease,
        state=DocumentState.READY,
        file=name,
        sha256=sha256,
        size=len(made.content),
        pages=made.pages,
        engine=made.engine,
        error="",
        finished_at=now(),
    )
    if done:
        _tell(document, say("document_ready", what=document.get_kind_display(), heading=document.title))
    return done


def _fail(document: RenderedDocument, lease: datetime, reason: str) -> bool:
    done = JOBS.finish(document.pk, lease, state=DocumentState.FAILED, error=reason[:300], finished_at=now())
    if done:
        _tell(document, say("document_failed", what=document.get_kind_display(), reason=reason))
    return done


def _tell(document: RenderedDocument, text: Said) -> None:
    if document.format != Format.PDF:
        return  # nobody waits for it but who asked, and his page shows it
    people = holders_of(roles=[Role.CLERK], bureau_id=document.bureau_id)
    notify(people, text=text, link=reverse("document-detail", args=[document.pk]))


def sweep() -> int:
    """Send again what the broker lost. Gives how many. What dead workers left half written goes."""
    remove_parts(before=now() - LEASE)
    queue_public_ofds()
    return JOBS.sweep(lambda row, lease, why: _fail(row, lease, f"{why}请重试或联系管理员。"), *OF_A_CASE)


@transaction.atomic
def retry_rendering(actor: User, *, document: RenderedDocument) -> RenderedDocument:
    """Queue a failed job again. Raises WrongStage when it has not failed, NotAllowed for other bureaus' people."""
    proposal = lock_proposal(document.proposal.pk)
    row = RenderedDocument.objects.select_related(*OF_A_CASE).get(pk=document.pk)
    post = insist(can(fresh(actor), "retry_rendering", row))
    _insist_on_signature(row)
    _begin_anew(row)
    record_event(
        actor,
        proposal=proposal,
        kind="retry_rendering",
        post=post,
        text=f"重新生成{row.get_kind_display()}",
        data={"document": row.pk},
    )
    JOBS.send_when_committed(row.pk)
    return row


def _begin_anew(row: RenderedDocument) -> None:
    row.state, row.error, row.attempts = DocumentState.QUEUED, "", 0
    row.queued_at, row.finished_at = now(), None
    row.save(update_fields=["state", "error", "attempts", "queued_at", "finished_at"])


def _insist_on_signature(document: RenderedDocument) -> None:
    """WrongStage for the text of a reply whose signature was taken back: nobody stands for it any more."""
    letter, reply = document.kind == RenderedDocument.Kind.LETTER, document.reply
    if letter and reply is not None and document.letter_digest != reply.signed_digest:
        raise WrongStage("这份文本的签发已经撤回，不再生成文件。请用重新签发后的答复函。")


def ready_letter(reply: Reply, kind: Format = Format.PDF) -> RenderedDocument | None:
    """The finished official letter of the frozen text of ``reply`` as this kind of file, or None."""
    return _ready_letters(reply, kind).first()


def has_ready_letter(reply: Reply) -> bool:
    """Whether the official letter of the frozen text lies there as a file; no query where ``letter_is_ready`` was
    read along with the row."""
    known: bool | None = getattr(reply, "letter_is_ready", None)
    return _ready_letters(reply).exists() if known is None else known


def letter_is_ready() -> Exists:
    """The same as an annotation of replies."""
    digests = {"reply": OuterRef("pk"), "letter_digest": OuterRef("signed_digest")}
    kind = RenderedDocument.Kind.LETTER
    files = RenderedDocument.objects.filter(publication=None, kind=kind, format=Format.PDF, state=DocumentState.READY)
    return Exists(files.filter(**digests))


def _ready_letters(reply: Reply, kind: Format = Format.PDF) -> QuerySet[RenderedDocument]:
    return letters_of(reply, kind).filter(state=DocumentState.READY)


def letters_of(reply: Reply, kind: Format = Format.PDF) -> QuerySet[RenderedDocument]:
    """The file, made or not, of the frozen text of ``reply``: one row at the most."""
    return RenderedDocument.objects.filter(
        reply=reply,
        publication=None,
        kind=RenderedDocument.Kind.LETTER,
        format=kind,
        letter_digest=reply.signed_digest,
    )


def _file_name(title: str, file_format: Format) -> str:
    cleaned = "".join("_" if char in '\\/:*?"<>|' or ord(char) < 32 else char for char in title)
    return f"{cleaned[:140]}.{file_format}"
