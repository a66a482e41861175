"""``manage.py export_book SESSION --kind replies|abstracts --by topic|bureau|number --format pdf|docx --out FILE``.

A book of more than one volume goes into files beside each other: book.pdf, book-2.pdf, … Each is written as soon as it
is made, with a note beside them (book.pdf.plan.json, removed at the end) of the pages so far and the SHA-256 of each.
After an interruption ``--resume`` keeps those that are unaltered and of the same book. Exit codes: 1 when the book
could not be made or written, or has no public edition (abstracts); 2 when there is no such session or nothing to put
into it.
"""

from __future__ import annotations

import hashlib
import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from proposals.models import Proposal, Session
from replies.documents.book.structure import ABSTRACTS, REPLIES, Book, BookDataError
from replies.documents.book.volumes import VolumeFile, in_process, make_files, new_plan, plan_of
from replies.documents.formats import Format
from replies.documents.letter import LetterDataError
from replies.documents.pdf import MissingGlyph
from replies.documents.process import RenderingFailed
from replies.management.writing import insist_on_place, write_file
from replies.models import Bundle, Reply
from replies.services.books import NoSuchEdition, Wanted, book_of

NOTHING_TO_EXPORT = 2
GROUPINGS = (Bundle.Grouping.TOPIC, Bundle.Grouping.BUREAU, Bundle.Grouping.NUMBER)


class Command(BaseCommand):
    """Write the book of a whole session, for the archive or the printer."""

    help = "导出一届会议的提案及答复汇编（replies）或提案摘要汇编（abstracts）。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """SESSION, --kind, --by, --format, --out, --public, --resume."""
        parser.add_argument("session", metavar="SESSION", help="届次，如 9-1 是九届一次会议")
        parser.add_argument("--kind", choices=[REPLIES, ABSTRACTS], default=REPLIES)
        parser.add_argument("--by", choices=[one.value for one in GROUPINGS], default=Bundle.Grouping.TOPIC.value)
        parser.add_argument("--format", choices=[Format.PDF.value, Format.DOCX.value], default=Format.PDF.value)
        parser.add_argument("--out", type=Path, required=True, metavar="FILE")
        parser.add_argument(
            "--public",
            action="store_true",
            help="公开版（只有 replies）：只收入已公开的答复和同意公开的提案，不含提案正文",
        )
        parser.add_argument("--resume", action="store_true", help="接着上次中断的做：内容没有变的各册不再重做")

    def handle(self, *args: Any, **options: Any) -> None:
        """Gather, make, write volume by volume."""
        insist_on_place(options["out"])
        session = _session(options["session"])
        wanted = Wanted(options["kind"], options["by"], session, is_public=options["public"])
        try:
            book, left_out = book_of(Proposal.objects.filter(session=session), Reply.objects.all(), wanted)
        except NoSuchEdition as error:
            raise CommandError(error.message) from error
        except BookDataError as error:
            raise CommandError(error.message, returncode=NOTHING_TO_EXPORT) from error
        except LetterDataError as error:
            raise CommandError(error.message) from error
        kind = Format(options["format"])
        shelf = _Shelf(options["out"], book, is_resumed=options["resume"])
        maker = in_process(book, font_dirs=settings.FONT_DIRS)

        def is_finished(kind: Format, number: int) -> bool:
            is_there = shelf.holds(number)
            if is_there:
                self.stdout.write(f"已有 {shelf.path(number)}，不再重做。")
            return is_there

        try:
            for file in make_files(book, formats=[kind], maker=maker, plan=shelf.plan, is_finished=is_finished):
                path = shelf.put(file)
                size = len(file.content)
                self.stdout.write(f"已导出 {path}（{file.cases} 件，{file.pages} 页，{size} 字节）。")
        except (MissingGlyph, RenderingFailed) as error:
            raise CommandError(error.message) from error
        shelf.close()
        for case, why in left_out:
            self.stdout.write(f"未收入 {case}：{why}。")


def _session(text: str) -> Session:
    term, _, number = text.partition("-")
    if term.isdecimal() and number.isdecimal():
        session = Session.objects.filter(term=int(term), number=int(number)).first()
        if session is not None:
            return session
    raise CommandError(f"没有届次 {text}；请写成 9-1 的样子。", returncode=NOTHING_TO_EXPORT)


class _Shelf:
    """The files of one book beside each other, and the note by which a later run goes on."""

    def __init__(self, out: Path, book: Book, *, is_resumed: bool) -> None:
        self.out, self.note = out, out.with_name(f"{out.name}.plan.json")
        data = self._read() if is_resumed else {}
        kept = plan_of(data.get("plan", {}), book)
        self.plan = kept or new_plan(book)
        self.sums: dict[str, str] = dict(data["files"]) if kept else {}

    def _read(self) -> dict[str, Any]:
        try:
            data = json.loads(self.note.read_text())
        except (OSError, ValueError):
            return {}
        return data if isinstance(data, dict) and isinstance(data.get("files"), dict) else {}

    def path(self, number: int) -> Path:
        return self.out if number == 1 else self.out.with_name(f"{self.out.stem}-{number}{self.out.suffix}")

    def holds(self, number: int) -> bool:
        """Whether a run before has made this volume of this very book and it is as it was."""
        try:
            found = hashlib.sha256(self.path(number).read_bytes()).hexdigest()
        except OSError:
            return False
        return self.sums.get(str(number)) == found

    def put(self, file: VolumeFile) -> Path:
        """Write a volume, and the note of it before: a volume whose note is not there would be made again, one that is
        not as the note says too. Raises CommandError."""
        self.sums[str(file.number)] = hashlib.sha256(file.content).hexdigest()
        if file.of > 1:
            write_file(self.note, json.dumps({"plan": self.plan.to_data(), "files": self.sums}).encode())
        write_file(self.path(file.number), file.content)
        return self.path(file.number)

    def close(self) -> None:
        """The book is whole: nobody goes on from here."""
        self.note.unlink(missing_ok=True)
