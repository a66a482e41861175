"""``manage.py export_reply ID --format pdf|txt --out FILE``: the signed letter of a reply as a file."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from replies.documents.letter import Letter, digest, from_dict, plain_text
from replies.documents.pdf import MissingGlyph
from replies.documents.process import RenderingFailed, render_in_process
from replies.models import Reply
from replies.services.rendering import ready_letter
from replies.services.storing import FileAltered, read_verified


class Command(BaseCommand):
    """Write the official letter; only signed text, or imported text that staff have confirmed, leaves the portal."""

    help = "导出已签发（或已核对的导入）答复的公文：--format pdf 或 txt。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """ID, --format, --out."""
        parser.add_argument("id", type=int, metavar="ID")
        parser.add_argument("--format", choices=("pdf", "txt"), default="pdf")
        parser.add_argument("--out", type=Path, required=True, metavar="FILE")

    def handle(self, *args: Any, **options: Any) -> None:
        """Find, render, write in one go."""
        reply = Reply.objects.filter(pk=options["id"]).first()
        if reply is None:
            raise CommandError(f"没有编号为 {options['id']} 的答复。")
        if not reply.signed_letter:
            raise CommandError("这份答复还没有签发（导入的还没有核对），不能导出。")
        letter = from_dict(reply.signed_letter)
        if digest(letter) != reply.signed_digest:
            raise CommandError("签发文本与签发时的摘要不一致，请核查。")
        content = _pdf(reply, letter) if options["format"] == "pdf" else (plain_text(letter) + "\n").encode()
        _write(options["out"], content)
        self.stdout.write(f"已导出 {options['out']}（{len(content)} 字节）。")


def _pdf(reply: Reply, letter: Letter) -> bytes:
    document = ready_letter(reply)
    try:
        if document is not None:
            return read_verified(document.file, document.sha256)
        return render_in_process(letter, seconds=60, megabytes=1024, font_dirs=settings.FONT_DIRS).content
    except (MissingGlyph, RenderingFailed, FileAltered) as error:
        raise CommandError(error.message) from error


def _write(path: Path, content: bytes) -> None:
    part = path.with_name(f".{path.name}.{uuid4().hex}.part")
    try:
        part.write_bytes(content)
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise CommandError(f"写不了文件 {path}：{error.strerror}") from error
