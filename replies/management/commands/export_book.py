"""``manage.py export_book SESSION --kind replies|abstracts --by topic|bureau|number --format pdf|docx --out FILE``.

A book of more than one volume goes into files beside each other: book.pdf, book-2.pdf, … Exit codes: 1 when the book
could not be made or written, or has no public edition (abstracts); 2 when there is no such session or nothing to put
into it.
"""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from proposals.models import Proposal, Session
from replies.documents.book.structure import ABSTRACTS, REPLIES, BookDataError
from replies.documents.book.volumes import in_process, make_files, new_plan
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
        """SESSION, --kind, --by, --format, --out, --public."""
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
        maker = in_process(book, font_dirs=settings.FONT_DIRS)
        try:
            for file in make_files(book, formats=[kind], maker=maker, plan=new_plan(book)):
                path = _path(options["out"], file.number)
                write_file(path, file.content)
                size = len(file.content)
                self.stdout.write(f"已导出 {path}（{file.cases} 件，{file.pages} 页，{size} 字节）。")
        except (MissingGlyph, RenderingFailed) as error:
            raise CommandError(error.message) from error
        for case, why in left_out:
            self.stdout.write(f"未收入 {case}：{why}。")


def _session(text: str) -> Session:
    term, _, number = text.partition("-")
    if term.isdecimal() and number.isdecimal():
        session = Session.objects.filter(term=int(term), number=int(number)).first()
        if session is not None:
            return session
    raise CommandError(f"没有届次 {text}；请写成 9-1 的样子。", returncode=NOTHING_TO_EXPORT)


def _path(path: Path, number: int) -> Path:
    return path if number == 1 else path.with_name(f"{path.stem}-{number}{path.suffix}")
