"""提案及答复汇编 and 提案摘要汇编: from cases to a book, and its volumes under the lease of a bundle.

Every run reads the cases anew, so that the book never holds what its reader may not see any more. A run that goes on
for a killed one keeps the finished volumes when nothing in them has changed: a note beside them says of which book.
"""

from __future__ import annotations

import io
import json
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db.models import QuerySet

from panjin_portal.lib.storage import save_whole
from panjin_portal.lib.zipping import safe_name
from proposals.models import Bureau, Proposal, Session
from proposals.services.locking import fresh
from replies.documents.book.layout import volume_name
from replies.documents.book.structure import ABSTRACTS, REPLIES, Book, BookDataError, Chapter, Entry, check
from replies.documents.book.volumes import Plan, VolumeFile, in_process, make_files, new_plan, plan_of
from replies.documents.formats import Format
from replies.documents.letter import LetterDataError
from replies.documents.pdf import MissingGlyph
from replies.documents.process import RenderingFailed
from replies.models import Bundle, Reply
from replies.permissions import visible_replies
from replies.services.book_cases import gather
from replies.services.bundle_work import BundleFailed, BundleWork, note_of

FORMATS = (Format.PDF.value, Format.DOCX.value)
KINDS = {Bundle.Kind.BOOK: REPLIES, Bundle.Kind.PUBLIC_BOOK: REPLIES, Bundle.Kind.ABSTRACTS: ABSTRACTS}
TITLES = {REPLIES: "提案及答复汇编", ABSTRACTS: "提案摘要汇编"}
INTERNAL = {REPLIES: "内部资料（答复不含联系人和电话）", ABSTRACTS: "内部资料（摘要节录提案原文）"}
PUBLIC = "公开版（只收入已公开的答复，不含提案正文）"
NO_PUBLIC_ABSTRACTS = "提案摘要汇编是会前的内部材料，没有公开版。"
SEVERAL = "市政协多次会议"


class NoSuchEdition(BookDataError):
    """A public edition of a working paper."""


@dataclass(frozen=True)
class Wanted:
    """Which book: ``kind`` REPLIES or ABSTRACTS, ``grouping`` as of a bundle, ``session`` when all cases are of one.
    ``is_public``: of REPLIES alone."""

    kind: str
    grouping: str
    session: Session | None
    is_public: bool = False


def book_of(
    cases: QuerySet[Proposal],
    replies: QuerySet[Reply],
    wanted: Wanted,
    step: Callable[[int], None] = lambda done: None,
) -> tuple[Book, list[tuple[str, str]]]:
    """The book of ``cases``, and what is left out of it with the reason. Raises NoSuchEdition, BookDataError when
    nothing is in it, LetterDataError."""
    if wanted.is_public and wanted.kind == ABSTRACTS:
        raise NoSuchEdition(NO_PUBLIC_ABSTRACTS)
    gathered = gather(
        cases,
        replies,
        kind=wanted.kind,
        grouping=wanted.grouping,
        is_public=wanted.is_public,
        of_several=wanted.session is None,
        step=step,
    )
    chapters: dict[tuple[int, int, str], list[Entry]] = defaultdict(list)
    for found in gathered.found:
        chapters[found.chapter].append(found.entry)
    if not chapters:
        reasons = sorted({why for _, why in gathered.left_out})
        raise BookDataError(f"所选范围内没有可以收入的提案：{'；'.join(reasons)}。" if reasons else "没有选中提案。")
    book = Book(
        kind=wanted.kind,
        title=TITLES[wanted.kind],
        subject=f"市政协{wanted.session.name}" if wanted.session else SEVERAL,
        issuer=_issuer(),
        edition=PUBLIC if wanted.is_public else INTERNAL[wanted.kind],
        day=max(found.day for found in gathered.found),
        chapters=tuple(Chapter(title=key[-1], entries=tuple(chapters[key])) for key in sorted(chapters)),
    )
    return check(book), gathered.left_out


def make_book(work: BundleWork) -> None:
    """Make every volume of the bundle in its formats, each stored as soon as it is finished. Raises BundleFailed."""
    bundle = work.bundle
    formats = [Format(one) for one in bundle.formats]
    kind = Bundle.Kind(bundle.kind)
    wanted = Wanted(KINDS[kind], bundle.grouping, bundle.session, is_public=kind == Bundle.Kind.PUBLIC_BOOK)
    seen = len(bundle.selection)
    total = seen * (1 + len(formats))
    work.report(0, total)
    try:
        book, left_out = book_of(work.cases(), visible_replies(fresh(work.owner)), wanted, work.report)
        work.left_out += left_out
        _make_volumes(work, book, formats, total)
    except (BookDataError, LetterDataError, MissingGlyph, RenderingFailed) as error:
        raise BundleFailed(error.message) from error


def _make_volumes(work: BundleWork, book: Book, formats: list[Format], total: int) -> None:
    plan = _kept_plan(work, book)
    knows = plan is not None
    if plan is None:
        plan = new_plan(book)
        _keep(work, plan)  # before any volume: what another book left is not taken for this one's
        work.bundle.files.all().delete()
    made = total - sum(len(chapter.entries) for chapter in book.chapters) * len(formats)

    def is_finished(kind: Format, number: int) -> bool:
        return knows and work.finished(kind.value, number) is not None

    maker = in_process(book, font_dirs=settings.FONT_DIRS)
    for file in make_files(book, formats=formats, maker=maker, plan=plan, is_finished=is_finished):
        _store(work, book, file)
        _keep(work, plan)
        made += file.cases
        work.report(min(made, total))
        work.rest()
    work.report(total)
    default_storage.delete(note_of(work.bundle.pk))  # nobody goes on from here


def _store(work: BundleWork, book: Book, file: VolumeFile) -> None:
    volume = volume_name(file.number) if file.of > 1 else ""
    work.store(
        io.BytesIO(file.content),
        file_format=file.kind.value,
        name=safe_name(f"{book.subject}{Bundle.Kind(work.bundle.kind).label}{volume}.{file.kind.value}"),
        number=file.number,
        pages=file.pages,
        first_page=file.first_page,
    )


def _kept_plan(work: BundleWork, book: Book) -> Plan | None:
    try:
        with default_storage.open(note_of(work.bundle.pk)) as note:
            data = json.load(note)
    except (OSError, ValueError):
        return None
    return plan_of(data, book) if isinstance(data, dict) else None


def _keep(work: BundleWork, plan: Plan) -> None:
    name = note_of(work.bundle.pk)
    default_storage.delete(name)
    save_whole(name, ContentFile(json.dumps(plan.to_data()).encode()))


def _issuer() -> str:
    committee = Bureau.objects.filter(kind=Bureau.Kind.COMMITTEE).order_by("pk").first()
    return committee.name if committee else ""
